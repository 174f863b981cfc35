"""Lanes: the vans or people a shop plans by, what each takes on a day, and which one suits a job best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.engine.env import environment
from aftercare.engine.types import State, World
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.model import CalendarEntry
from aftercare.schedule.models import Entry
from aftercare.schedule.placing import lane_of
from aftercare.texts import Text

Json = Any


@dataclass(frozen=True, slots=True)
class Lane:
    """`holds`: jobs it takes on one day; None where nothing is said."""

    id: str
    name: str
    holds: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    lane: Lane
    why: Text


def lanes_of(entry: CalendarEntry, world: World, state: State, now: datetime) -> list[Lane]:
    """The lanes as a case sees them."""
    return listed(entry, environment(state, world, now)) if entry.lanes or entry.holds else []


def listed(entry: CalendarEntry, env: Mapping[str, Json]) -> list[Lane]:
    """Rows of the list: a text, or columns `id`, `name` and `holds`; `holds:` of the entry where a row says nothing."""
    holds = _number(_asked(entry.holds, env))
    rows = _asked(entry.lanes, env)
    found = [_lane(row, holds) for row in rows] if isinstance(rows, list) else []
    return [one for one in found if one.id]


def _lane(row: Json, holds: int | None) -> Lane:
    if not isinstance(row, Mapping):
        return Lane(lane_of(row), str(row), holds)
    name = str(row.get("name") or row.get("id") or "")
    own = _number(row.get("holds"))
    id = lane_of(row) if row.get("kind") == "person" else lane_of(row.get("id") or name)
    return Lane(id, name, holds if own is None else own)


def _number(value: Json) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _asked(condition: Any, env: Mapping[str, Json]) -> Json:
    value = condition.evaluate(env) if condition is not None else None
    return None if value is UNKNOWN else value


def suggest(job: Entry, lanes: Sequence[Lane], that_day: Iterable[Entry]) -> Suggestion | None:
    """The lane that already goes to the same district that day, else the one with the fewest jobs; never a full one."""
    jobs = [one for one in that_day if one.day == job.day and one.lane and one.pk != job.pk]
    counts = {lane.id: sum(1 for one in jobs if one.lane == lane.id) for lane in lanes}
    free = [lane for lane in lanes if lane.holds is None or counts[lane.id] < lane.holds]
    if not free:
        return None
    there = [one.lane for one in jobs if job.area and one.area == job.area]
    near = {lane.id: there.count(lane.id) for lane in free}
    best = max(free, key=lambda lane: (near[lane.id], -counts[lane.id]))
    if near[best.id]:
        n = near[best.id]
        return Suggestion(best, Text(f"当天已去{job.area}（{n} 单）", f"already goes to {job.area} that day ({n})"))
    n = counts[best.id]
    left = None if best.holds is None else best.holds - n
    room = Text("", "") if left is None else Text(f"，还能排 {left} 单", f", room for {left}")
    if not n:
        return Suggestion(best, Text(f"当天还没有安排{room.zh}", f"nothing planned that day{room.en}"))
    return Suggestion(best, Text(f"当天最少，只有 {n} 单{room.zh}", f"fewest jobs that day: {n}{room.en}"))
