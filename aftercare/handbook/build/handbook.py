"""All read elements -> one Handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aftercare.handbook.build import documents, forms, lists, plain, procedures, rules
from aftercare.handbook.build.calendars import calendar
from aftercare.handbook.build.context import Build
from aftercare.handbook.build.place import Place
from aftercare.handbook.build.tasks import for_each_variables
from aftercare.handbook.faults import Faults
from aftercare.handbook.fields import form_type
from aftercare.handbook.model import Clause, Handbook
from aftercare.handbook.scopes import AnyType, loose_names
from aftercare.handbook.source.others import ContradictionSource, HandbookSource
from aftercare.handbook.source.procedures import ProcedureSource, TaskSource

Sources = Mapping[str, Mapping[str, Any]]


def build_handbook(
    head: HandbookSource,
    sources: Sources,
    templates: Mapping[str, str],
    faults: Faults,
    unread: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[Handbook, Build]:
    """The definitions; not to be used when `faults` holds any. `sources`: kind -> id -> element."""
    build = Build(faults, sources, unread, templates)
    build.settings.update({name: plain.setting(build, one) for name, one in sources["settings"].items()})
    build.forms.update({name: forms.skeleton(build, one) for name, one in sources["forms"].items()})
    build.rules.update({name: rules.signature(build, one) for name, one in sources["rules"].items()})
    clauses = _clauses(build)
    places = {name: procedures.place_of(build, one) for name, one in sources["procedures"].items()}
    loose = loose_names(build.settings, build.rules)
    made = {name: procedures.procedure(build, one, places[name]) for name, one in sources["procedures"].items()}
    dial: Any = str(head.dial)
    handbook = Handbook(
        id=str(head.id),
        name=build.text(head.name),
        version=str(head.version),
        roles={name: plain.role(build, one) for name, one in sources["roles"].items()},
        calendars={name: calendar(build, one) for name, one in sources["calendars"].items()},
        settings=build.settings,
        clauses=clauses,
        chapters={name: build.text(one.name) for name, one in sources["chapters"].items()},
        forms={
            name: forms.form(build, one, _form_scopes(build, name, places, loose))
            for name, one in sources["forms"].items()
        },
        procedures=made,
        rules={
            name: rules.rule(build, one, _rule_scopes(build, name, places, loose))
            for name, one in sources["rules"].items()
        },
        documents={
            name: documents.document(build, one, _paper_scopes(build, name, places, loose))
            for name, one in sources["documents"].items()
        },
        messages={name: plain.message(build, one) for name, one in sources["messages"].items()},
        rates={name: plain.rate(build, one) for name, one in sources["rates"].items()},
        numbers={name: str(one.pattern) for name, one in sources["numbers"].items()},
        dial=dial,
        carried={name: tuple(spots) for name, spots in build.carried.items()},
    )
    return _with_lists(handbook, build), build


def _with_lists(handbook: Handbook, build: Build) -> Handbook:
    """Lists ask about everything else, measures about lists, reports about both."""
    read = build.sources
    views = {name: lists.list_view(build, one, handbook) for name, one in read["lists"].items()}
    handbook = replace(handbook, lists=views)
    handbook = replace(
        handbook, measures={name: lists.measure(build, one, handbook) for name, one in read["measures"].items()}
    )
    made = {name: lists.report(build, one, handbook) for name, one in read["reports"].items()}
    carried = {name: tuple(spots) for name, spots in build.carried.items()}
    return replace(handbook, reports=made, carried=carried)


def _clauses(build: Build) -> dict[str, Clause]:
    made = {name: plain.clause(build, one) for name, one in build.sources["clauses"].items()}
    for one in build.sources["contradictions"].values():
        _contradiction(build, one, made)
    return made


def _contradiction(build: Build, source: ContradictionSource, clauses: dict[str, Clause]) -> None:
    """`clauses: [A, B], yields: A` -> A yields to B; or a setting decides."""
    both = [str(one) for one in source.cited]
    for one in source.cited:
        build.refer("clauses", one)
    if len(both) != 2:
        build.faults.add(
            "contradiction", source.spot, "写出相互矛盾的两个条款", "name the two clauses that pull against each other"
        )
        return
    if (source.yields is None) == (source.decides is None):
        build.faults.add(
            "contradiction",
            source.spot,
            "写 yields（哪条让步）或 decides（由哪个设置项定）之一",
            "write either `yields` (which clause gives way) or `decides` (the setting that decides)",
        )
        return
    if source.decides is not None:
        build.refer("settings", source.decides)
    elif source.yields is not None and source.yields not in both:
        build.unknown("clauses", source.yields, both)
    elif (loser := clauses.get(str(source.yields))) is not None:
        winner = next(one for one in both if one != source.yields)
        clauses[loser.id] = Clause(
            loser.id, loser.text, loser.system, loser.source, loser.enforce, winner, build.text(source.why), loser.spot
        )


def _task_roots(place: Place, task: TaskSource) -> dict[str, AnyType]:
    return {**place.roots, **for_each_variables(place, task)}


def _uses(build: Build, places: Mapping[str, Place]) -> list[tuple[Place, ProcedureSource, TaskSource]]:
    return [(places[name], one, task) for name, one in build.sources["procedures"].items() for task in one.tasks]


def _form_scopes(
    build: Build, form: str, places: Mapping[str, Place], loose: dict[str, AnyType]
) -> list[dict[str, AnyType]]:
    """One per procedure (and loop variable) in which a task has this form."""
    found: dict[tuple[str, str], dict[str, AnyType]] = {}
    for place, _, task in _uses(build, places):
        if task.form == form:
            variable = str(task.for_each.as_) if task.for_each else ""
            found[(place.procedure, variable)] = _task_roots(place, task)
    return list(found.values()) or [loose]


def _rule_scopes(
    build: Build, rule: str, places: Mapping[str, Place], loose: dict[str, AnyType]
) -> list[dict[str, AnyType]]:
    """One per task that this table decides, with its form."""
    found = []
    for place, _, task in _uses(build, places):
        if task.decide == rule:
            form = build.forms.get(str(task.form or ""))
            found.append({**_task_roots(place, task), **({"form": form_type(form)} if form else {})})
    return found or [loose]


def _paper_scopes(
    build: Build, document: str, places: Mapping[str, Place], loose: dict[str, AnyType]
) -> list[dict[str, AnyType]]:
    """One per procedure with an outcome that issues the document."""
    found: dict[str, dict[str, AnyType]] = {}
    for place, _, task in _uses(build, places):
        if any(effect.issue == document for outcome in task.outcomes for effect in outcome.do):
            found[place.procedure] = dict(place.roots)
    return list(found.values()) or [loose]
