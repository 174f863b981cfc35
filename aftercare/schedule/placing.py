"""From a case to its rows on the calendar: what the handbook's `calendar:` says, asked of the state. No writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.cases import projection
from aftercare.cases.models import Case
from aftercare.cases.sheets import world_of
from aftercare.engine.env import environment
from aftercare.engine.linked import links_of
from aftercare.engine.types import State, World
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.duration import parse_duration
from aftercare.handbook.model import CalendarEntry
from aftercare.schedule.models import Entry
from aftercare.values import phones, places

Json = Any
Row = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": HOUR, "d": timedelta(days=1)}
_NAME = re.compile(r"\{([^{}]*)\}")


def placed(case: Case, now: datetime) -> list[Row]:
    """The rows of `schedule.models.Entry` this case should have now; [] once it is cancelled."""
    if case.state["status"] == "cancelled":
        return []
    return placed_in(case, world_of(case, now), now)


def placed_in(case: Case, world: World, now: datetime) -> list[Row]:
    """The same in a world that is known; the case need not be stored."""
    if case.state["status"] == "cancelled":
        return []
    env = environment(case.state, world, now)
    return [row for entry in world.procedure.calendar for row in _rows(case, world, env, entry)]


def _rows(case: Case, world: World, env: Mapping[str, Json], entry: CalendarEntry) -> Iterator[Row]:
    whole = _whole(case, world, env, entry)
    if entry.day is None:
        for task, due, people, done in _of_tasks(case.state, world, entry):
            yield {**whole, "key": f"{entry.id}:{task}", "task": task, "day": due, "people": people, "done": done}
        return
    day = _day(_ask(entry.day, env))
    if day is None:
        return
    starts, ends = _hours(entry, env, day)
    yield {**whole, "key": entry.id, "day": starts.date() if starts else day, "starts": starts, "ends": ends}


def _whole(case: Case, world: World, env: Mapping[str, Json], entry: CalendarEntry) -> Row:
    """What all rows of an entry have in common."""
    lane, people = lane_of(_ask(entry.lane, env)), _people(case.state, entry)
    if lane.startswith("person:"):
        people = sorted({*people, int(lane.removeprefix("person:"))})
    open_tasks = projection.tasks(case.state, world.procedure).values()
    return {
        "number": case.number, "handbook": case.handbook, "procedure": case.procedure, "entry": entry.id, "task": "",
        "store_id": case.store_id, "customer_id": case.customer_id, "starts": None, "ends": None, "lane": lane,
        "people": people, "roles": sorted({role for row in open_tasks for role in row["roles"]}),
        "title_zh": worded(entry.title.zh, {**env, **_named(world, env, "zh-hans")})[:300],
        "title_en": worded(entry.title.en, {**env, **_named(world, env, "en")})[:300],
        "address": address_in(entry.title.zh, env)[:200],
        "area": area_of(_ask(entry.area, env)), "done": case.state["status"] == "closed",
        "reads": sorted(set(links_of(case.state, world.procedure).values())),
    }  # fmt: skip


def _of_tasks(state: State, world: World, entry: CalendarEntry) -> Iterator[tuple[str, date, list[int], bool]]:
    """(key, day, people, done) of the tasks an entry names: open ones on the day they are due, done ones when done."""
    for key, row in projection.tasks(state, world.procedure).items():
        if row["task"] in entry.tasks and row["due_at"]:
            last = _local(row["due_at"]) - timedelta(microseconds=1)
            yield key, last.date(), [row["assignee_id"]] if row["assignee_id"] else [], False
    for key, held in state["tasks"].items():
        if held["task"] in entry.tasks and held.get("state") == "done":
            yield key, _local(held["done_at"]).date(), [held["actor"]] if held.get("actor") else [], True


def _ask(condition: Condition | None, env: Mapping[str, Json]) -> Json:
    value = condition.evaluate(env) if condition is not None else None
    return None if value is UNKNOWN else value


def _local(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(ZONE)


def _day(value: Json) -> date | None:
    if not value:
        return None
    return _local(value).date() if "T" in str(value) else date.fromisoformat(str(value))


def _hours(entry: CalendarEntry, env: Mapping[str, Json], day: date) -> tuple[datetime | None, datetime | None]:
    """When it begins and ends; (None, None) for the whole day. A job whose length nobody knows takes an hour."""
    at = _ask(entry.at, env)
    moment = _ask(entry.day, env)
    if at is None and "T" in str(moment):
        at = moment
    if at is None:
        return None, None
    starts = _local(at) if "T" in str(at) else datetime.combine(day, time.fromisoformat(str(at)), ZONE)
    return starts, starts + _length(_ask(entry.lasts, env))


def _length(value: Json) -> timedelta:
    length = parse_duration(str(value)) if value else None
    return max(length.n * UNITS.get(length.unit, HOUR), timedelta(minutes=1)) if length else HOUR


def lane_of(value: Json) -> str:
    """The lane as it is kept: a text as it is, a person by id."""
    if isinstance(value, Mapping):
        return f"person:{value['id']}" if value.get("id") else ""
    return str(value or "").strip()[:120]


def area_of(value: Json) -> str:
    """The district of a place, else of a written address, else the text itself."""
    if isinstance(value, Mapping):
        district = str(value.get("district") or "")
        value = district or value.get("text")
        if district:
            return district[:64]
    text = str(value or "").strip()
    return (places.parse(text).district or ("" if len(text) > 16 else text))[:64] if text else ""


def _people(state: State, entry: CalendarEntry) -> list[int]:
    held = [state["people"].get(name) for name in entry.people]
    flat = [one for group in held for one in (group if isinstance(group, list) else [group]) if one]
    return sorted({int(one["id"]) for one in flat})


def _named(world: World, env: Mapping[str, Json], language: str) -> dict[str, Json]:
    """`case` with its chosen options by name: a title says afternoon, not the id of the option."""
    values = dict(env.get("case") or {})
    for form in world.handbook.forms.values():
        for field in form.fields:
            chosen = values.get(field.id) if field.type == "choice" else None
            named = next((one.name for one in field.options if one.id == chosen), None)
            values |= {field.id: named.in_(language)} if named else {}
    return {"case": values}


def worded(text: str, env: Mapping[str, Json]) -> str:
    """Fill `{customer.name}`; what is missing leaves nothing behind."""
    filled = _NAME.sub(lambda found: _said(found[1].strip(), env), text)
    return re.sub(r"\s{2,}", " ", filled).strip(" ·,，") or "—"


def address_in(text: str, env: Mapping[str, Json]) -> str:
    """The address a title names, so that it can be shortened for who may not see it whole."""
    paths = [found.strip() for found in _NAME.findall(text)]
    return next((said for path in paths if path.endswith("address") and (said := _said(path, env))), "")


def shown_title(row: Entry, language: str, *, whole: bool) -> str:
    """The title in a language; without `whole` an address ends at its district."""
    title = row.title_en if language.startswith("en") else row.title_zh
    if whole or not row.address:
        return title
    parts = places.parse(row.address)
    return title.replace(row.address, f"{parts.city or parts.province}{parts.district}***")


def _said(path: str, env: Mapping[str, Json]) -> str:
    """A value as a title shows it; of a phone no more than its first and last digits."""
    value: Json = env
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("text") or value.get("name") or value.get("instead") or ""
    if value is None or isinstance(value, list | Mapping):
        return ""
    return phones.mask(str(value)) if path.endswith("phone") else str(value)
