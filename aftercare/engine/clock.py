"""The clock of a case: rows that come due, and what was in time after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from aftercare.engine.judge import Judge
from aftercare.engine.papers import carry_out
from aftercare.engine.persons import persons_in
from aftercare.engine.timing import deadline_named, fires_at, late_by, stopped
from aftercare.engine.types import Json
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.model import Deadline, Outcome, Task


def tick(judge: Judge, data: Mapping[str, Json]) -> None:
    """A row of the clock came due. Nothing happens twice, and nothing early. Openings follow when all is settled."""
    held = judge.state["deadlines"].get(f"{data.get('element')}|{data.get('level')}")
    if held is None or held.get("fired") or held["round"] != data.get("round") or fires_at(held) > judge.now:
        return
    if held["kind"] in ("opens", "closes") or stopped(judge.state["status"], held):
        return
    if held["kind"] == "due":
        miss(judge, held, judge.now)
        return
    deadline = deadline_named(judge, held["element"])
    level = next((one for one in deadline.levels if one.id == held["level"]), None) if deadline else None
    facts = {**_facts(judge, held, judge.now), "to": list(level.to) if level else []}
    judge.emit("warned" if held["kind"] == "warn" else "escalated", **facts)
    judge.effect("remind", {"kind": held["kind"], **facts})


def miss(judge: Judge, held: Mapping[str, Json], at: dt.datetime) -> None:
    """Note that a deadline was missed, and do what the handbook says then."""
    deadline = deadline_named(judge, held["element"])
    facts = _facts(judge, held, at)
    if deadline is not None and deadline.against is not None:
        facts["by"] = next(iter(persons_in(judge.json(deadline.against))), None)
    judge.emit("deadline_missed", **facts)
    carry_out(judge, deadline.missed if deadline else (), None, held["element"])


def meet(
    judge: Judge, key: str, task: Task, outcome: Outcome, values: Mapping[str, Json]
) -> tuple[int, list[dict[str, Json]]]:
    """Judge every deadline that this task meets by when it was really done: seconds it is late for its own, and what
    it kept.

    An entry made later is judged the same: a miss that the clock has noted is lifted, one it has not seen is noted.
    """
    late, kept = 0, []
    for name, held in sorted(judge.state["deadlines"].items()):
        deadline = deadline_named(judge, held["element"])
        if held["kind"] != "due" or deadline is None or not _meets(judge, held, deadline, key, task, outcome):
            continue
        by = late_by(held, done_at(judge, deadline, values))
        if by and not held.get("fired"):
            miss(judge, held, judge.happened_at)
        if not by and held.get("fired") and held["of"] == judge.state["tasks"][key]["round"]:
            judge.emit("miss_lifted", element=held["element"], level="due", round=held["round"], missed=held["seq"])
        late = by if name == f"{key}|due" else late
        if not by and held["of"] == judge.state["tasks"][key]["round"]:
            kept.append({"element": held["element"], "round": held["round"], "due": held["at"]})
    return late, kept


def _meets(judge: Judge, held: Mapping[str, Json], deadline: Deadline, key: str, task: Task, outcome: Outcome) -> bool:
    if held["own"]:
        return bool(held["element"] == key)
    return deadline.until == task.id and deadline.outcome in ("", outcome.id) and judge.holds(deadline.shown)


def done_at(judge: Judge, deadline: Deadline, values: Mapping[str, Json]) -> dt.datetime:
    """The moment the deadline judges: a field of the sheet, or when it happened. A date counts from its beginning."""
    value = judge.ask(deadline.counts, values) if deadline.counts is not None else UNKNOWN
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), ZoneInfo(judge.world.calendar.zone)).astimezone(dt.UTC)
    return judge.happened_at


def _facts(judge: Judge, held: Mapping[str, Json], at: dt.datetime) -> dict[str, Json]:
    task = judge.state["tasks"].get(held["element"], {})
    late = max(0, int((at - dt.datetime.fromisoformat(held["at"])).total_seconds()))
    names = ("element", "level", "round")
    return {**{name: held[name] for name in names}, "due": held["at"], "late": late, "by": task.get("assignee")}
