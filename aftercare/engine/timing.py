"""Deadlines and opening moments: worked out here, kept as rows by the cases package, fired by `tick`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aftercare import calendar as working_time
from aftercare.calendar import Due
from aftercare.engine.after import happened_at
from aftercare.engine.env import charge_view
from aftercare.engine.judge import Judge
from aftercare.engine.reads import Touched, part_of
from aftercare.engine.types import Json, instant, moment
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import After, Anchor, Charge, Deadline, Offset, Task

JUST_AFTER = dt.timedelta(microseconds=1)
CLOSES = "case|closes"  # the row of the clock that ends the case


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deadline that should stand: `element` is a task key, a named deadline, `charge.part`, or `case`."""

    element: str
    level: str
    kind: str
    of: int  # the round of its task
    due: Due
    own: bool = True
    pauses: bool = True


def pauses(judge: Judge) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    return tuple((instant(start), instant(end)) for start, end in judge.state["pauses"] if end)


def anchor_of(judge: Judge, anchor: Anchor, key: str, due: Due | None) -> Any:
    """The moment or date an offset counts from; None while it is not known."""
    state = judge.state
    task = state["tasks"].get(key, {})
    opened = task.get("opens_at") if task.get("state") == "planned" else task.get("opened_at")
    if anchor.kind == "opened":
        return instant(opened) if opened else None
    if anchor.kind == "case_opened":
        return instant(state["opened_at"])
    if anchor.kind == "due":
        return due
    if anchor.kind == "task":
        return happened_at(judge, After(anchor.task, anchor.outcome))
    if anchor.kind == "expr":
        assert anchor.expr is not None
        form = {**state["sheets"].get(key, {}), **state["drafts"].get(key, {})}
        value = judge.ask(anchor.expr, form)
        return None if value is UNKNOWN else value
    return instant(opened or state["opened_at"])


def resolve(judge: Judge, offset: Offset, key: str, due: Due | None = None, *, pausing: bool = True) -> Due | None:
    """When an offset falls; None while its anchor or length is unknown."""
    anchor = anchor_of(judge, offset.anchor, key, due)
    if anchor is None:
        return None
    calendar, kind = judge.world.calendar, offset.anchor.kind
    if kind == "closing":
        return working_time.closing(calendar, anchor)
    if kind in ("day", "date"):
        spec = f"day {offset.anchor.day}" if kind == "day" else offset.anchor.day
        named = working_time.at_day(calendar, spec, anchor, exclusive=offset.side == "before" and offset.by is None)
        if offset.by is None:
            return named
        anchor = named
    if offset.by is None and isinstance(anchor, dt.datetime):
        return Due(anchor)
    by = length(judge, offset)
    if by is None:
        return None
    if offset.side == "before":
        return _before(calendar, anchor, by)
    stops = pauses(judge) if pausing else ()
    return working_time.after(calendar, anchor, by, pauses=stops) if stops else _after(calendar, anchor, by)


# The same deadline is worked out at every command of its case.
_before = lru_cache(maxsize=4096)(working_time.before)
_after = lru_cache(maxsize=4096)(working_time.after)


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
        if opens.before.anchor.kind in ("day", "date"):
            found = resolve(judge, opens.before, key)
            return working_time.opens_before(calendar, found, Duration(0, "d")).at if found else None
        if opens.before.side == "before":
            return working_time.opens_before(calendar, anchor, by).at
        return working_time.opens_after(calendar, anchor, by).at
    if opens.wait is not None:
        by = judge.ask(opens.wait)
        start = settled_at or instant(judge.state["opened_at"])
        return working_time.opens_after(calendar, start, by).at if isinstance(by, Duration) else None
    return None


def closes_at(judge: Judge) -> dt.datetime | None:
    """When the case may close by the clock: that moment, or the end of that day."""
    value: Any = judge.ask(judge.procedure.closes.at) if judge.procedure.closes.at else UNKNOWN
    if value is UNKNOWN:
        return None
    if isinstance(value, dt.datetime):
        return value
    return working_time.after(judge.world.calendar, value, Duration(0, "d")).at


# --- what stands


def refresh(judge: Judge, touched: Touched) -> None:
    """Bring open deadlines in line with their anchors, as far as what they read has been touched: set, move or drop."""
    state, concerned = judge.state, touched.deadlines()
    wanted = {f"{one.element}|{one.level}": one for one in _wanted(judge, concerned)}
    for name, held in sorted(state["deadlines"].items()):
        stands = name in wanted or held.get("fired")
        if not stands and (name == CLOSES or concerned(part_of(state, held["element"]))):
            judge.emit("deadline_dropped", element=held["element"], level=held["level"])
    for name, one in wanted.items():
        _set(judge, name, state["deadlines"].get(name), one)


def _set(judge: Judge, name: str, held: Mapping[str, Json] | None, one: Wanted) -> None:
    """One that has fired is armed again only for a new round, or when its date moves into the future."""
    at, settled = moment(one.due.at), False
    if held is not None and held["of"] == one.of:
        same = held["at"] == at and held["day"] == bool(one.due.day)
        settled = same and held["provisional"] != one.due.provisional  # the year's holidays are known now
        if (same and not settled) or (held.get("fired") and one.due.at <= judge.now):
            return
    fired = judge.state["fired"].get(name, 0)
    facts = {
        "element": one.element, "level": one.level, "kind": one.kind, "round": max(one.of, fired + 1), "of": one.of,
        "at": at, "day": bool(one.due.day), "provisional": one.due.provisional, "own": one.own,
        "pauses": one.pauses,
    }  # fmt: skip
    facts |= {"old": held["at"]} if held else {}
    judge.emit("deadline_set" if held is None or settled else "deadline_moved", **facts)


def _wanted(judge: Judge, concerned: Callable[[str], bool]) -> Iterator[Wanted]:
    if judge.state["status"] not in ("open", "paused"):
        return
    for key, held in sorted(judge.state["tasks"].items()):
        task = judge.procedure.tasks.get(held["task"])
        if task is not None and held.get("state") in ("open", "planned") and concerned(f"due:{task.id}"):
            with judge.within(task, held.get("element")):
                yield from _of_task(judge, task, key, held)
    for deadline in judge.procedure.deadlines:
        if concerned(f"due:{deadline.id}"):
            yield from _of_named(judge, deadline)
    for charge in judge.procedure.charges.values():
        if concerned(f"due:{charge.id}."):
            yield from _of_charge(judge, charge)
    at = closes_at(judge)
    if at is not None and at > judge.now:
        yield Wanted("case", "closes", "closes", 1, Due(at), own=False)


def _of_named(judge: Judge, deadline: Deadline) -> Iterator[Wanted]:
    met = judge.state["tasks"].get(deadline.until, {})
    done = happened_at(judge, After(deadline.until, deadline.outcome)) is not None
    if not done and met.get("state") not in ("skipped", "uncalled"):
        yield from _levels(judge, deadline, deadline.id, met.get("round", 1), own=False)


def _of_task(judge: Judge, task: Task, key: str, held: Mapping[str, Json]) -> Iterator[Wanted]:
    if held.get("state") == "planned":
        yield Wanted(key, "opens", "opens", held["round"], Due(instant(held["opens_at"])))
    if task.due is not None and not held.get("quiet"):
        yield from _levels(judge, task.due, key, held["round"], own=True)


def _of_charge(judge: Judge, charge: Charge) -> Iterator[Wanted]:
    held = judge.state["charges"].get(charge.id)
    for part in charge.parts if held and held.get("amount") is not None else ():
        due = resolve(judge, part.due, "") if part.due is not None else None
        view = charge_view(held or {})
        if due is not None and view[part.id]["amount"] and not view[part.id]["paid"]:
            yield Wanted(f"{charge.id}.{part.id}", "due", "due", 1, due, own=False)


def _levels(judge: Judge, deadline: Deadline, key: str, of: int, *, own: bool) -> Iterator[Wanted]:
    if not judge.holds(deadline.shown):
        return
    due = resolve(judge, deadline.offset, key, pausing=deadline.pauses)
    if due is None:
        return
    yield Wanted(key, "due", "due", of, due, own, deadline.pauses)
    for level in deadline.levels:
        at = _level(judge, level.kind, level.offset, key, due, deadline.pauses)
        if at is not None:
            yield Wanted(key, level.id, level.kind, of, at, own, deadline.pauses)


def _level(judge: Judge, kind: str, offset: Offset, key: str, due: Due, pausing: bool) -> Due | None:
    by = length(judge, offset)
    if kind == "warn" and offset.anchor.kind == "due" and by is not None:
        return working_time.reminder(judge.world.calendar, due, by)
    # Pauses have moved `due` already; they must not push a level that counts from it once more.
    return resolve(judge, offset, key, due, pausing=pausing and offset.anchor.kind != "due")


# --- firing and meeting


def fires_at(held: Mapping[str, Json]) -> dt.datetime:
    """When the clock acts: an exact moment is itself still in time, so just after it."""
    at = instant(held["at"])
    return at + JUST_AFTER if held["kind"] == "due" and not held["day"] else at


def stopped(status: str, held: Mapping[str, Json]) -> bool:
    """Does the pause of its case hold it?"""
    return status == "paused" and (held["pauses"] or held["kind"] in ("opens", "closes"))


def deadline_named(judge: Judge, element: str) -> Deadline | None:
    held = judge.state["tasks"].get(element)
    if held is not None:
        task = judge.procedure.tasks.get(held["task"])
        return task.due if task else None
    return next((one for one in judge.procedure.deadlines if one.id == element), None)


def late_by(held: Mapping[str, Json], done_at: dt.datetime) -> int:
    """Seconds by which a deadline was missed, at least 1; 0 in time. The midnight that ends a day is already late."""
    due = instant(held["at"])
    late = done_at >= due if held["day"] else done_at > due
    return max(1, int((done_at - due).total_seconds())) if late else 0
