"""Deadlines and opening moments: worked out here, kept as rows by the cases package, fired by `tick`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from aftercare import calendar as working_time
from aftercare.calendar import Due
from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, instant, moment
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import Anchor, Deadline, Offset, Task


def pauses(judge: Judge) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    return tuple((instant(start), instant(end)) for start, end in judge.state["pauses"] if end)


def anchor_of(judge: Judge, anchor: Anchor, key: str, due: Due | None) -> Any:
    """The moment or date an offset counts from; None while it is not known."""
    state = judge.state
    if anchor.kind == "opened":
        task = state["tasks"].get(key, {})
        at = task.get("opened_at") if task.get("state") != "planned" else task.get("opens_at")
        return instant(at) if at else None
    if anchor.kind == "case_opened":
        return instant(state["opened_at"])
    if anchor.kind == "due":
        return due
    if anchor.kind == "task":
        task = state["tasks"].get(anchor.task, {})
        fits = task.get("state") == "done" and (not anchor.outcome or task.get("outcome") == anchor.outcome)
        return instant(task["done_at"]) if fits else None
    if anchor.kind == "expr":
        assert anchor.expr is not None
        form = {**state["sheets"].get(key, {}), **state["drafts"].get(key, {})}
        value = judge.ask(anchor.expr, form)
        return None if value is UNKNOWN else value
    return instant(state["tasks"].get(key, {}).get("opened_at") or state["opened_at"])


def resolve(judge: Judge, offset: Offset, key: str, due: Due | None = None) -> Due | None:
    """When an offset falls; None while its anchor or length is unknown."""
    anchor = anchor_of(judge, offset.anchor, key, due)
    if anchor is None:
        return None
    calendar = judge.world.calendar
    if offset.anchor.kind == "closing":
        return working_time.closing(calendar, anchor)
    if offset.anchor.kind in ("day", "date") and offset.by is None:
        return working_time.at_day(calendar, offset.anchor.day, anchor, exclusive=offset.side == "before")
    by = length(judge, offset)
    if by is None:
        return None
    if offset.side == "before":
        return working_time.before(calendar, anchor, by)
    return working_time.after(calendar, anchor, by, pauses=pauses(judge))


def length(judge: Judge, offset: Offset) -> Duration | None:
    if offset.by is None:
        return Duration(0, "d")
    value = judge.ask(offset.by)
    return value if isinstance(value, Duration) else None


def opens_at(judge: Judge, task: Task, key: str, settled_at: dt.datetime | None) -> dt.datetime | None:
    """When a task with a wait or an opening offset opens; None while unknown."""
    opens, calendar = task.opens, judge.world.calendar
    if opens.before is not None:
        anchor, by = anchor_of(judge, opens.before.anchor, key, None), length(judge, opens.before)
        if anchor is None or by is None:
            return None
        if opens.before.side == "before":
            return working_time.opens_before(calendar, anchor, by).at
        return working_time.opens_after(calendar, anchor, by).at
    if opens.wait is not None:
        by = judge.ask(opens.wait)
        start = settled_at or instant(judge.state["opened_at"])
        return working_time.opens_after(calendar, start, by).at if isinstance(by, Duration) else None
    return None


def refresh(judge: Judge) -> None:
    """Bring every open deadline in line with its anchor: set, move or drop."""
    wanted: dict[str, tuple[dict[str, Json], Due]] = {}
    for element, level, kind, round_, due, own in _wanted(judge):
        wanted[f"{element}|{level}"] = (
            {"element": element, "level": level, "kind": kind, "round": round_, "own": own},
            due,
        )
    for name, held in list(judge.state["deadlines"].items()):
        if name not in wanted and not held.get("fired"):
            judge.emit("deadline_dropped", element=held["element"], level=held["level"])
    for name, (facts, due) in wanted.items():
        _set(judge, judge.state["deadlines"].get(name), facts, due)


def _set(judge: Judge, held: dict[str, Json] | None, facts: dict[str, Json], due: Due) -> None:
    at = _stored(due)
    if held is None:
        judge.emit("deadline_set", **facts, at=at, provisional=due.provisional)
    elif held["at"] != at or held["round"] != facts["round"]:
        if held.get("fired") and due.at <= judge.now:
            return
        judge.emit("deadline_moved", **facts, at=at, provisional=due.provisional, old=held["at"])


def _stored(due: Due) -> str:
    """The instant; of a day deadline the midnight that ends it, which is already late."""
    return moment(due.at)


def _wanted(judge: Judge) -> Iterator[tuple[str, str, str, int, Due, bool]]:
    if judge.state["status"] not in ("open", "paused"):
        return
    for key, held in judge.state["tasks"].items():
        task = judge.procedure.tasks.get(held["task"])
        if task is None:
            continue
        if held.get("state") == "planned":
            yield key, "opens", "opens", held["round"], Due(instant(held["opens_at"])), True
        if held.get("state") in ("open", "planned") and task.due is not None:
            yield from _levels(judge, task.due, key, held["round"], own=True)
    for deadline in judge.procedure.deadlines:
        met = judge.state["tasks"].get(deadline.until, {})
        over = met.get("state") in ("done", "skipped") and (
            not deadline.outcome or met.get("outcome") == deadline.outcome
        )
        if not over and judge.holds(deadline.shown):
            yield from _levels(judge, deadline, deadline.id, met.get("round", 1), own=False)


def _levels(
    judge: Judge, deadline: Deadline, key: str, round_: int, *, own: bool
) -> Iterator[tuple[str, str, str, int, Due, bool]]:
    due = resolve(judge, deadline.offset, key)
    if due is None:
        return
    yield key, "due", "due", round_, due, own
    for level in deadline.levels:
        at = _level(judge, level.kind, level.offset, key, due)
        if at is not None:
            yield key, level.id, level.kind, round_, at, own


def _level(judge: Judge, kind: str, offset: Offset, key: str, due: Due) -> Due | None:
    by = length(judge, offset)
    if kind == "warn" and offset.anchor.kind == "due" and by is not None:
        return working_time.reminder(judge.world.calendar, due, by)
    return resolve(judge, offset, key, due)


def deadline_named(judge: Judge, element: str) -> Deadline | None:
    held = judge.state["tasks"].get(element)
    if held is not None:
        return judge.procedure.tasks[held["task"]].due
    return next((one for one in judge.procedure.deadlines if one.id == element), None)


def lateness(judge: Judge, key: str, done_at: dt.datetime) -> int:
    """Seconds by which the task's own deadline was missed, at least 1; 0 in time.

    Midnight that ends a day is already late; so is the very moment of a deadline that the clock has called missed.
    """
    held = judge.state["deadlines"].get(f"{key}|due")
    if held is None:
        return 0
    due = instant(held["at"])
    if done_at > due:
        return max(1, int((done_at - due).total_seconds()))
    return 1 if done_at == due and (held.get("fired") or _ends_day(judge, key)) else 0


def _ends_day(judge: Judge, key: str) -> bool:
    deadline = deadline_named(judge, key)
    found = resolve(judge, deadline.offset, key) if deadline else None
    return bool(found and found.day)
