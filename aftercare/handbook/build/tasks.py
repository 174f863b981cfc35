"""One task: its form, opening, deadline, gates, parties and outcomes."""

from __future__ import annotations

from typing import Any

from aftercare.handbook.build.effects import effects
from aftercare.handbook.build.gates import gates, parties
from aftercare.handbook.build.place import Place, Where
from aftercare.handbook.build.timing import due, opens, reopen
from aftercare.handbook.conditions import Condition, List, Scope, Type
from aftercare.handbook.entities import ENTITIES
from aftercare.handbook.fields import fields_type, form_type, one_type, schema_type
from aftercare.handbook.model import Accept, Check, ForEach, Outcome, RowWork, Task
from aftercare.handbook.nodes import Map, Scalar, one_or_many
from aftercare.handbook.scopes import LOOSE
from aftercare.handbook.source.base import read_element
from aftercare.handbook.source.procedures import (
    AcceptSource,
    CheckSource,
    ForEachSource,
    ListedChecksSource,
    OutcomeSource,
    TaskSource,
)
from aftercare.texts import Text

DONE = Text("完成", "Done")


def task_outcomes(source: TaskSource) -> tuple[str, ...]:
    """The outcomes of a task; one that names none has `done`."""
    return tuple(str(one.id) for one in source.outcomes) or ("done",)


def where(place: Place, source: TaskSource) -> Where:
    build = place.build
    form = build.forms.get(str(source.form or ""))
    variables = for_each_variables(place, source)
    more: dict[str, Any] = {**variables, **({"form": form_type(form) if form else LOOSE} if source.form else {})}
    return Where(place, str(source.task), place.scope(**more), form, variables)


def for_each_variables(place: Place, source: TaskSource) -> dict[str, Type]:
    if source.for_each is None:
        return {}
    made = place.build.compile(source.for_each.in_, place.scope(), List())
    known = made.type.of if made is not None and isinstance(made.type, List) else place.scope().names["now"]
    return {str(source.for_each.as_): known} if isinstance(known, Type) and made is not None else {}


def task(place: Place, source: TaskSource, stages: list[str]) -> Task:
    build, at = place.build, where(place, source)
    if source.name is None:
        build.faults.add(
            "one_language",
            source.task.spot,
            f"任务 {source.task} 缺名称",
            f"the task {str(source.task)!r} needs a name",
            "name: {zh: ..., en: ...}",
        )
    if source.role is None:
        build.need(source, "role")
    if source.stage is not None and source.stage not in stages:
        build.unknown("stages", source.stage, stages)
    return Task(
        id=str(source.task),
        name=build.text(source.name),
        role=build.among("people", source.role, place.staff),
        opens=opens(place, source.opens, source.after, place.scope(**at.variables)),
        form=build.refer("forms", source.form),
        stage=str(source.stage or ""),
        shown=build.compile(source.if_, place.scope(**at.variables)),
        due=due(place, source.due, at.scope, str(source.task)),
        requires=gates(build, source.requires, at.scope),
        parties=parties(build, source.parties, at.scope, place.anyone, list(place.outcomes), at.form),
        outcomes=_outcomes(at, source),
        decide=build.refer("rules", source.decide),
        for_each=_for_each(place, source.for_each),
        optional=source.optional,
        **_checks(at, source),
        accept=_accept(place, source.accept, at.scope),
        rows=_rows(at, source),
        help=build.text(source.help) if source.help else None,
        clauses=build.cite(source),
        spot=source.spot,
    )


def _outcomes(at: Where, source: TaskSource) -> dict[str, Outcome]:
    if not source.outcomes:
        return {"done": Outcome("done", DONE, tone="good", spot=source.spot)}
    made = {}
    for one in source.outcomes:
        if one.id in made:
            at.place.build.faults.add(
                "duplicate_id", one.id.spot, f"结果 {one.id} 写了两次", f"the outcome {str(one.id)!r} is there twice"
            )
        made[str(one.id)] = _outcome(at, one)
    return made


def _outcome(at: Where, source: OutcomeSource) -> Outcome:
    place, build = at.place, at.place.build
    if source.name is None:
        build.faults.add(
            "one_language",
            source.id.spot,
            f"结果 {source.id} 缺名称",
            f"the outcome {str(source.id)!r} needs a name",
            "name: {zh: ..., en: ...}",
        )
    tone: Any = str(source.tone)
    ends: Any = str(source.ends or "")
    return Outcome(
        id=str(source.id),
        name=build.text(source.name),
        requires=gates(build, source.requires, at.scope),
        parties=parties(build, source.parties, at.scope, place.anyone, list(place.outcomes), at.form),
        do=effects(place, source.do, at.scope),
        set=_set(place, source.set, at.scope),
        reopen=reopen(place, source.reopen, at.scope),
        ends=ends,
        tone=tone,
        clauses=build.cite(source),
        spot=source.spot,
    )


def _set(place: Place, written: Map | None, scope: Scope) -> dict[str, Condition]:
    """`case.NAME` (a value of the procedure) or a field of the subject, the customer or the order."""
    made: dict[str, Condition] = {}
    targets = _targets(place)
    for path, expr in (written or Map()).items():
        spot = written.key_spots.get(path, written.spot) if written else expr.spot
        if path not in targets:
            place.build.faults.unknown("unknown_target", spot, "可写的值", "value that can be set", path, targets)
        condition = place.build.compile(expr, scope, targets.get(path))
        if condition is not None:
            made[path] = condition
    return made


def _targets(place: Place) -> dict[str, Type | None]:
    targets: dict[str, Type | None] = {f"case.{name}": one_type(word) for name, word in place.values.items()}
    schemas = {"customer": ENTITIES["customer"], "subject": ENTITIES.get(place.subject, {})}
    for root, schema in schemas.items():
        targets.update({f"{root}.{name}": kind for name, kind in schema_type(schema).items()})
    if place.subject.startswith("record:"):
        form = place.build.forms.get(place.subject.removeprefix("record:"))
        targets.update({f"subject.{one.id}": None for one in (form.fields if form else ())})
    return targets


def _checks(at: Where, source: TaskSource) -> dict[str, Any]:
    """`[CLAUSE, {id, ask, ...}]`, `{from: settings.list}` that the shop edits, or `{list: [...]}`.

    The last two take `against`: whom a miss counts against; the list of the shop also `miss` and its clause.
    """
    build, node = at.place.build, source.checks
    against: Condition | None = None
    if (
        isinstance(node, Map)
        and set(node) <= {"from", "list", "against", "miss", "clause", "clauses"}
        and {"from", "list"} & set(node)
    ):
        against = _against(at, node.get("against"))
        if isinstance(node.get("from"), Scalar):
            listed = read_element(ListedChecksSource, node, build.faults)
            clauses, miss = (build.cite(listed), str(listed.miss)) if listed else ((), "count")
            asked = build.compile(node["from"], at.scope, List())
            return {"checks_from": asked, "checks_against": against, "listed": (miss, ",".join(clauses))}
        node = node.get("list")
    read = [read_element(CheckSource, one, build.faults) for one in one_or_many(node)]
    made = tuple(check for one in read if one and (check := _check(at, one)) is not None)
    return {"checks": made, "checks_against": against}


def _against(at: Where, expr: Any) -> Condition | None:
    return at.place.build.compile(expr, at.scope, None) if isinstance(expr, Scalar) else None


def _check(at: Where, source: CheckSource) -> Check | None:
    build = at.place.build
    clauses = build.cite(source)
    clause = build.sources["clauses"].get(clauses[0]) if clauses else None
    ask = source.ask or (clause.text if clause else None)
    name = str(source.id or (clauses[0].lower().replace("-", "_") if clauses else ""))
    if not name:
        build.need(source, "id")
        return None
    if ask is None:
        if not clauses:
            build.need(source, "ask")
        return None
    miss: Any = str(source.miss)
    return Check(
        id=name,
        ask=build.text(ask),
        miss=miss,
        shown=build.compile(source.if_, at.scope),
        clause=clauses[0] if clauses else "",
        kept_by_default=source.kept_by_default,
        against=_against(at, source.against),
        spot=source.spot,
    )


def _rows(at: Where, source: TaskSource) -> RowWork | None:
    """Work row by row on a lines field that says which rows are expected and by which column they are told apart."""
    rows, build = source.rows, at.place.build
    if rows is None:
        return None
    lines = at.form.field(str(rows.of)) if at.form else None
    if lines is None or lines.type != "lines":
        build.unknown("fields", rows.of, [one.id for one in at.form.fields if one.type == "lines"] if at.form else [])
        return None
    outcomes = task_outcomes(source)
    if rows.then is not None and rows.then not in outcomes:
        build.unknown("outcomes", rows.then, outcomes)
    scope = Scope({**at.scope.names, "row": fields_type(lines.columns)}, at.scope.functions, at.scope.zone)
    texts = {str(name): build.refer("messages", one) for name, one in (rows.texts or {}).items()}
    do = effects(at.place, rows.do, scope)
    return RowWork(lines.id, do, str(rows.then or ""), texts, build.cite(rows))


def _for_each(place: Place, source: ForEachSource | None) -> ForEach | None:
    if source is None:
        return None
    made = place.build.compile(source.in_, place.scope(), List())
    one_by_one = source.order == "one_by_one"
    return ForEach(made, str(source.as_), str(source.key or ""), one_by_one) if made is not None else None


def _accept(place: Place, source: AcceptSource | None, scope: Scope) -> Accept | None:
    if source is None:
        return None
    by = place.build.duration(source.by, scope)
    otherwise = effects(place, source.else_, scope)
    return Accept(by, otherwise) if by is not None else None
