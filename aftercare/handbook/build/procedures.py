"""A whole procedure, and the names its conditions may read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aftercare.handbook.build.context import Build
from aftercare.handbook.build.effects import effects
from aftercare.handbook.build.gates import gates
from aftercare.handbook.build.money import charge, fact, part_names
from aftercare.handbook.build.on_calendar import on_calendar
from aftercare.handbook.build.place import Place
from aftercare.handbook.build.tasks import task, task_outcomes
from aftercare.handbook.build.timing import named
from aftercare.handbook.conditions import Condition, Date, Moment, Scope, Struct
from aftercare.handbook.entities import SUBJECTS
from aftercare.handbook.fields import FIELD_TYPES, field_named
from aftercare.handbook.model import Adopt, Cancel, Closes, Flag, Keep, PersonRule, Procedure, Start, Task
from aftercare.handbook.nodes import spot_of
from aftercare.handbook.scopes import CASE, READABLE, ROOTS, AnyType, Names, procedure_names
from aftercare.handbook.source.procedures import (
    AdoptSource,
    CancelSource,
    ClosesSource,
    FlagSource,
    KeepSource,
    PersonSource,
    ProcedureSource,
    StartSource,
)

EVERY = ("day", "week", "month")
OPENS = {
    "day": re.compile(r"|([01][0-9]|2[0-3]):[0-5][0-9]"),
    "week": re.compile(r"|mon|tue|wed|thu|fri|sat|sun"),
    "month": re.compile(r"|day ([1-9]|[12][0-9]|3[01])"),
}


def place_of(build: Build, source: ProcedureSource) -> Place:
    """Who and what can be named in a procedure."""
    names = _names(build, source)
    roots = {**procedure_names(names), **_related(build, source)}
    return Place(build, str(source.id), roots, names.outcomes, tuple(names.people), names.values, names.subject)


def _names(build: Build, source: ProcedureSource) -> Names:
    outcomes = {str(one.task): task_outcomes(one) for one in source.tasks}
    return Names(
        subject=str(source.subject),
        forms=build.forms,
        task_forms={str(one.task): str(one.form or "") for one in source.tasks},
        outcomes=outcomes,
        values={str(one.id): str(one.type) for one in source.values},
        people={str(one.id): one.many for one in source.people},
        facts={str(one.id): str(one.take or "exists") for one in source.facts},
        charges={str(one.id): part_names(one) for one in source.charges},
        flags=tuple(str(one.id) for one in source.flags),
        children=_children(build, source),
        settings=build.settings,
        rules=build.rules,
    )


def _related(build: Build, source: ProcedureSource) -> dict[str, AnyType]:
    """What conditions read of the cases named in `reads`: as in their own procedure, but nothing further on."""
    found: dict[str, AnyType] = {}
    for name, word in (source.reads or {}).items():
        other = build.sources["procedures"].get(str(word))
        if other is None:
            build.unknown("procedures", word, build.sources["procedures"])
            continue
        own = procedure_names(_names(build, other))
        found[str(name)] = Struct({part: own[part] for part in READABLE})
    return found


def _children(build: Build, source: ProcedureSource) -> dict[str, tuple[str, ...]]:
    """`open: X, as: name` anywhere in the tasks -> name and what X may end with."""
    found: dict[str, tuple[str, ...]] = {}
    for outcome in (one for own in source.tasks for one in own.outcomes):
        for effect in outcome.do:
            if effect.open is not None:
                child = build.sources["procedures"].get(effect.open)
                ends = [one for own in child.tasks for one in task_outcomes(own)] if child else []
                found[str(effect.as_ or effect.open)] = tuple(dict.fromkeys(ends))
    return found


def procedure(build: Build, source: ProcedureSource, place: Place) -> Procedure:
    scope = place.scope()
    _check_names(build, source)
    stages = [str(one) for one in source.stages or ()]
    tasks: dict[str, Task] = {}
    for one in source.tasks:
        if one.task in tasks:
            build.faults.add(
                "duplicate_id", one.task.spot, f"任务 {one.task} 写了两次", f"the task {str(one.task)!r} is there twice"
            )
        tasks[str(one.task)] = task(place, one, stages)
    return Procedure(
        id=str(source.id),
        name=build.text(source.name),
        subject=str(source.subject),
        starts=tuple(_start(place, one, scope) for one in source.starts),
        tasks=tasks,
        stages=tuple(stages),
        people={str(one.id): _person(place, one) for one in source.people},
        charges={str(one.id): charge(place, one, scope) for one in source.charges},
        facts={str(one.id): fact(place, one, scope) for one in source.facts},
        deadlines=tuple(made for one in source.deadlines if (made := named(place, one, scope)) is not None),
        flags={str(one.id): flag for one in source.flags if (flag := _flag(build, one, scope)) is not None},
        values=dict(place.values),
        value_names={str(one.id): build.text(one.name) for one in source.values if one.name is not None},
        reads={str(name): str(word) for name, word in (source.reads or {}).items()},
        status=tuple((str(s.is_), when) for s in source.status if (when := build.compile(s.when, scope)) is not None),
        dossier=tuple(kept for one in source.dossier if (kept := _keep(place, one)) is not None),
        closes=_closes(place, source.closes, scope),
        cancel=_cancel(place, source.cancel, scope),
        waive=build.among("roles", source.waive, build.sources["roles"]),
        adopts=tuple(_adopt(place, one) for one in source.adopts),
        calendar=on_calendar(place, source, tasks, scope),
        number=str(source.number or ""),
        clauses=build.cite(source),
        spot=source.spot,
    )


def _check_names(build: Build, source: ProcedureSource) -> None:
    """The subject exists; values have known types and hide nothing; nothing is written twice."""
    subject = source.subject
    form = build.forms.get(subject.removeprefix("record:")) if subject.startswith("record:") else None
    if subject not in SUBJECTS and not (form and form.lives):
        registers = [f"record:{name}" for name, one in build.forms.items() if one.lives]
        build.faults.unknown(
            "unknown_subject", subject.spot, "工单对象", "subject", str(subject), [*SUBJECTS, *registers]
        )
    for name, word in ((one.id, one.type) for one in source.values):
        if word not in FIELD_TYPES and field_named(word, build.forms) is None:
            build.faults.unknown("unknown_type", spot_of(word), "类型", "type", str(word), FIELD_TYPES)
        if name in CASE:
            build.faults.add(
                "hides_name", spot_of(word), f"case.{name} 已有别的含义", f"case.{name} already means something else"
            )
    for name in source.reads or {}:
        if name in ROOTS:
            build.faults.add(
                "hides_name", source.spot, f"{name} 已有别的含义", f"{name!r} already means something else"
            )
    lists: tuple[tuple[Iterable[Any], str, str], ...] = (
        (source.people, "人员", "person"),
        (source.charges, "款项", "charge"),
        (source.facts, "事实", "fact"),
        (source.flags, "标记", "flag"),
    )
    for items, zh, en in lists:
        seen: set[str] = set()
        for one in items:
            if one.id in seen:
                build.faults.add(
                    "duplicate_id", one.id.spot, f"{zh} {one.id} 写了两次", f"the {en} {str(one.id)!r} is there twice"
                )
            seen.add(str(one.id))


def _start(place: Place, source: StartSource, scope: Scope) -> Start:
    build = place.build
    if source.every is not None and source.every not in EVERY:
        build.faults.unknown("closed_word", source.every.spot, "周期", "period", str(source.every), EVERY)
    if not any((source.by, source.event, source.every, source.yearly)):
        build.faults.add("start", source.spot, "没有说由谁或由什么启动", "say who or what opens a case", "{by: ROLE}")
    match = source.match if isinstance(source.match, dict) else {}
    if source.every is not None:
        _check_calendar(build, source)
    return Start(
        by=build.among("roles", source.by, build.sources["roles"]),
        event=str(source.event or ""),
        every=str(source.every or ""),
        yearly=str(source.yearly or ""),
        opens=source.opens,
        covers=str(source.covers or ""),
        for_each=str(source.for_each or ""),
        match=match,
        once_per=tuple(str(one) for one in source.once_per or ()),
        shown=build.compile(source.if_, scope),
        requires=gates(build, source.requires, scope),
        spot=source.spot,
    )


def _check_calendar(build: Build, source: StartSource) -> None:
    """When in its period a case opens, and that each store has its own."""
    if str(source.every) in OPENS and not OPENS[str(source.every)].fullmatch(str(source.opens or "")):
        meant = {"day": '"08:00"', "week": "mon", "month": "day 15"}[str(source.every)]
        zh, en = f"{source.every} 的开立时间写成 {meant}", f"when in the {source.every} it opens is written {meant}"
        build.faults.add("start_opens", source.spot, zh, en, f"opens: {meant}")
    if str(source.for_each or "") != "stores":
        build.faults.add(
            "start_each", source.spot, "按日历启动要写 for_each: stores", "a start by the calendar is for_each: stores",
            "for_each: stores",
        )  # fmt: skip


def _person(place: Place, source: PersonSource) -> PersonRule:
    build = place.build
    if not any((source.role, source.is_, source.same_as, source.chosen_by)):
        build.need(source, "role")
    _check_is(place, source)
    chosen = source.chosen_by
    if chosen is not None and "." not in chosen:
        build.among("roles", [chosen], build.sources["roles"])  # type: ignore[arg-type]
    return PersonRule(
        id=str(source.id),
        role=build.refer("roles", source.role),
        is_=str(source.is_ or ""),
        same_as=place.task(source.same_as),
        chosen_by=str(chosen or ""),
        not_=build.among("people", source.not_, [*place.people, *place.outcomes, "case.opener"]),
        many=source.many,
        max_open=source.max_open,
        clauses=build.cite(source),
        spot=source.spot,
    )


def _check_is(place: Place, source: PersonSource) -> None:
    """`is: opener`, `is: subject.salesperson` or `is: trip.people.crew`."""
    word = source.is_
    if word is None or word in ("opener", "case.opener") or word.startswith("subject."):
        return
    known = [
        f"{name}.people.{one}"
        for name, root in place.roots.items()
        if name not in ROOTS and isinstance(root, Struct) and isinstance(people := root.fields.get("people"), Struct)
        for one in people.fields
    ]
    if word not in known:
        place.build.unknown("people", word, ["opener", *known])


def _flag(build: Build, source: FlagSource, scope: Scope) -> Flag | None:
    when = build.compile(source.when, scope)
    clauses = build.cite(source)
    return Flag(str(source.id), build.text(source.name), when, clauses, source.spot) if when is not None else None


def _keep(place: Place, source: KeepSource) -> Keep | None:
    written = [(kind, word) for kind in ("sheet", "photo", "document") if (word := getattr(source, kind)) is not None]
    if len(written) != 1:
        place.build.faults.add(
            "dossier", source.spot, "每项写 sheet、photo、document 之一", "each item is one of sheet, photo, document"
        )
        return None
    kind: Any = written[0][0]
    word = written[0][1]
    if kind == "sheet":
        place.task(word)
    elif kind == "document":
        place.build.refer("documents", word)
    since = place.after(source.from_) if source.from_ is not None else None
    return Keep(kind, str(word), since, place.build.cite(source))


def _closes(place: Place, source: ClosesSource | None, scope: Scope) -> Closes:
    if source is None:
        return Closes()
    at: Condition | None = place.build.compile(source.at, scope, None)
    if at is not None and source.at is not None and not isinstance(at.type, Date | Moment):
        place.build.faults.add("anchor", source.at.spot, "at 要写日期或时刻", "`at` must be a date or a moment")
    open_tasks: Any = str(source.open_tasks)
    return Closes(place.afters(source.after), at, gates(place.build, source.requires, scope), open_tasks)


def _adopt(place: Place, source: AdoptSource) -> Adopt:
    """Steps must name their outcome; copies must be of documents there are."""
    for thing in source.hands or ():
        document = str(thing).partition("/")[0]
        if document not in place.build.sources["documents"]:
            place.build.faults.unknown(
                "unknown_document", spot_of(thing), "单据", "document", document, place.build.sources["documents"]
            )
    hands = tuple(str(one) for one in source.hands or ())
    return Adopt(str(source.says), place.afters(source.done), hands, str(source.to or ""), source.spot)


def _cancel(place: Place, source: CancelSource | None, scope: Scope) -> Cancel | None:
    if source is None:
        return None
    role = place.build.among("people", source.role, place.staff)
    requires = gates(place.build, source.requires, scope)
    return Cancel(role, requires, effects(place, source.do, scope), place.build.cite(source))
