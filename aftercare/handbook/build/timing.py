"""Opening, deadlines, warnings and reopening."""

from __future__ import annotations

import re
from typing import Any, Literal

from aftercare.handbook.build.context import Build
from aftercare.handbook.build.effects import effects
from aftercare.handbook.build.place import Place
from aftercare.handbook.conditions import Anything, Date, Moment, Scope
from aftercare.handbook.model import Anchor, Deadline, Level, Offset, Opens, Reopen
from aftercare.handbook.nodes import Map, Scalar, Seq, one_or_many, spot_of
from aftercare.handbook.source.base import Citing, read_element
from aftercare.handbook.source.timing import DeadlineSource, DueSource, LevelSource, OpensSource, ReopenSource
from aftercare.handbook.source.words import words

SIDES: tuple[Literal["after", "before", "at"], ...] = ("after", "before", "at")
FIXED: dict[str, Any] = {"opened": "opened", "case.opened": "case_opened", "due": "due", "closing": "closing"}
_DAY = re.compile(r"day\s+([0-9]{1,2})")
_DATE = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_TASK = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


def anchor(place: Place, expr: Scalar, scope: Scope) -> Anchor | None:
    """The moment an offset counts from, or None with a fault."""
    if expr in FIXED:
        return Anchor(FIXED[expr])
    if found := _DAY.fullmatch(expr):
        if not 1 <= int(found[1]) <= 31:
            place.build.faults.add(
                "anchor", expr.spot, "日子应在 1 到 31 之间", "a day of the month lies between 1 and 31"
            )
        return Anchor("day", day=found[1])
    if _DATE.fullmatch(expr):
        return Anchor("date", day=str(expr))
    root = expr.partition(".")[0]
    if _TASK.fullmatch(expr) and root not in scope.names:
        after = place.after(expr)
        return Anchor("task", task=after.task, outcome=after.outcome) if after else None
    made = place.build.compile(expr, scope, None)
    if made is None:
        return None
    if not isinstance(made.type, Date | Moment | Anything):
        place.build.faults.add(
            "anchor",
            expr.spot,
            f"期限要从日期或时刻算起，而这是{made.type.zh}",
            f"a deadline counts from a date or a moment, but this is {made.type.en}",
        )
        return None
    return Anchor("expr", expr=made)


def offset(
    place: Place, source: DueSource | LevelSource | OpensSource, scope: Scope, default: str, clauses: Citing | None
) -> Offset | None:
    """`{after|before|at: anchor, by: duration}`; `{by: 3d}` alone counts after `default`."""
    written = [side for side in SIDES if getattr(source, side, None) is not None]
    if len(written) > 1:
        place.build.faults.add(
            "two_anchors", source.spot, "after、before、at 只能写一个", "write only one of after, before, at"
        )
        return None
    side = written[0] if written else "after"
    if not written and source.by is None:
        place.build.faults.add(
            "no_anchor",
            source.spot,
            "期限没有说从何时算起、多久",
            "a deadline needs an anchor and a length",
            "{after: opened, by: 1d}",
        )
        return None
    found = anchor(place, getattr(source, side) if written else Scalar(default, source.spot), scope)
    if found is None:
        place.build.duration(source.by, scope)
        return None
    by = place.build.duration(source.by, scope)
    if source.by is None and side != "at" and found.kind not in ("day", "date", "closing"):
        place.build.need(source, "by")
    return Offset(found, side, by, place.build.cite(clauses) if clauses else ())


def due(place: Place, source: DueSource | None, scope: Scope, task: str) -> Deadline | None:
    """A task's own deadline."""
    if source is None:
        return None
    return _deadline(place, source, scope, "due", task, "")


def named(place: Place, source: DeadlineSource, scope: Scope) -> Deadline | None:
    """A deadline that may span tasks; `until` is the task that meets it."""
    name = source.id or source.name
    if name is None:
        place.build.need(source, "id")
        return None
    until = place.after(source.until)
    return _deadline(place, source, scope, str(name), until.task if until else "", until.outcome if until else "")


def _deadline(place: Place, source: DueSource, scope: Scope, name: str, until: str, outcome: str) -> Deadline | None:
    build = place.build
    counted = offset(place, source, scope, "opened", None)
    levels = [*_levels(place, source.warn, scope, "warn"), *_levels(place, source.escalate, scope, "escalate")]
    counts = _moment(build, source.counts, scope)
    against = build.compile(source.against, scope, None)
    shown = build.compile(source.if_, scope)
    missed = effects(place, source.missed, scope)
    clauses = build.cite(source)
    if counted is None:
        return None
    return Deadline(
        id=name,
        offset=counted,
        until=until,
        outcome=outcome,
        counts=counts,
        against=against,
        shown=shown,
        levels=tuple(levels),
        missed=missed,
        pauses=source.pauses,
        clauses=clauses,
        spot=source.spot,
    )


def _levels(place: Place, sources: list[LevelSource], scope: Scope, kind: Literal["warn", "escalate"]) -> list[Level]:
    made = []
    for number, source in enumerate(sources, 1):
        to = place.build.among("people", source.to, place.anyone)
        counted = offset(place, source, scope, "due", source)
        if counted is not None:
            made.append(Level(f"{kind}{number}", kind, counted, to))
    return made


def _moment(build: Build, expr: Scalar | None, scope: Scope) -> Any:
    made = build.compile(expr, scope, None)
    if made is not None and expr is not None and not isinstance(made.type, Date | Moment | Anything):
        build.faults.add(
            "counts", expr.spot, "counts 要指向日期或时间字段", "`counts` must name a date or moment field"
        )
    return made


def opens(place: Place, source: OpensSource | None, after: Seq | None, scope: Scope) -> Opens:
    """When a task opens; `after` is the short form beside `opens`."""
    source = source or OpensSource.model_validate(Map())
    build = place.build
    if after is not None and source.after is not None:
        build.faults.add(
            "two_anchors", spot_of(after), "after 与 opens.after 只能写一处", "write `after` once: here or in opens"
        )
    names = Seq([one for one in (after or source.after or ()) if one != "case.opened"])
    before = offset(place, source, scope, "opened", None) if source.before is not None else None
    if source.by is not None and source.before is None:
        build.faults.add(
            "no_anchor",
            source.by.spot,
            "opens 里的 by 要配 before；之后多久请写 wait",
            "`by` goes with `before` here; for a time afterwards write `wait`",
            f"wait: {source.by}",
        )
    sooner: Any = str(source.sooner)
    return Opens(
        after=place.afters(names),
        when=build.compile(source.when, scope),
        wait=build.duration(source.wait, scope),
        before=before,
        every=build.duration(source.every, scope),
        start=_moment_task(place, source.from_),
        until=_moment_task(place, source.until),
        demand=source.demand,
        sooner=sooner,
    )


def _moment_task(place: Place, name: Scalar | None) -> Any:
    return None if name is None or name == "case.opened" else place.after(name)


def reopen(place: Place, node: Any, scope: Scope) -> Reopen | None:
    """`[a, b]` or `{tasks: [a], in: 2h, at_most: 3, then: other}`."""
    if node is None:
        return None
    if not isinstance(node, Map):
        node = Map([("tasks", Seq(one_or_many(node), spot_of(node)))], spot_of(node))
    source: ReopenSource | None = read_element(ReopenSource, node, place.build.faults)
    if source is None:
        return None
    tasks = tuple(place.task(one) for one in words(source.tasks))
    wait = place.build.duration(source.in_, scope)
    return Reopen(tasks, wait, source.at_most, place.task(source.then))
