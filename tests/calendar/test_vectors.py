"""Every hand-made row of vectors.yaml, whatever zone the machine thinks it is in."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from aftercare import calendar as c
from aftercare.calendar import timeline
from aftercare.handbook.duration import parse_duration

BEIJING = dt.timezone(dt.timedelta(hours=8))
DAY = len("2026-11-16")
VECTORS = YAML(typ="safe").load((Path(__file__).parent / "vectors.yaml").read_text(encoding="utf-8"))
CALENDARS = {name: c.WorkCalendar.from_json(data) for name, data in VECTORS["calendars"].items()}
ROWS = [(group["calendar"], row) for group in VECTORS["groups"] for row in group["rows"]]
MACHINE_ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata")


@pytest.fixture(params=MACHINE_ZONES)
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    timeline._timelines.clear()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


def test_there_are_at_least_300_rows() -> None:
    assert len(set(ROWS)) == len(ROWS) >= 300


def test_every_row_holds_in_every_zone_of_the_machine(machine_zone: str) -> None:
    wrong = [f"{name}: {row}: got {said}" for name, row in ROWS if (said := judged(CALENDARS[name], row)) is not None]
    assert not wrong, "\n".join(wrong)


def test_a_wrong_expectation_is_noticed() -> None:
    for row in ("after 2026-11-16 3d = 2026-11-20", "after 2026-11-16 3d = 2026-11-19~", "status 2026-11-16 = holiday"):
        assert judged(CALENDARS["office"], row) is not None


def judged(calendar: c.WorkCalendar, row: str) -> str | None:
    """None when the row holds, else what came out instead."""
    asked, _, expected = row.partition(" = ")
    verb, *words = asked.split()
    if verb in ("late", "intime"):
        late = c.is_late(moment(words[0]), due_of(words[1]))
        return None if late == (verb == "late") else str(late)
    said = answer(calendar, verb, words)
    if isinstance(said, c.Due):
        return None if agrees(said, expected) else f"{said.at.astimezone(BEIJING)} {said}"
    return None if said == expected else said


def answer(calendar: c.WorkCalendar, verb: str, words: list[str]) -> c.Due | str:
    if verb == "status":
        return calendar.status_of(dt.date.fromisoformat(words[0])).kind
    if verb == "between":
        return str(c.working_minutes_between(calendar, moment(words[0]), moment(words[1])))
    anchor = anchor_of(words[0])
    if verb in ("at", "ahead"):
        return c.at_day(calendar, " ".join(words[1:]), anchor, exclusive=verb == "ahead")
    if verb == "closing":
        return c.closing(calendar, anchor)
    if verb == "next":
        return c.next_working_moment(calendar, moment(words[0]))
    duration = parse_duration(words[1])
    pauses = tuple(tuple(moment(end) for end in word.split("/")) for word in words[3:])
    if verb in ("after", "opens_after"):
        return getattr(c, verb)(calendar, anchor, duration, pauses=pauses)
    return getattr(c, verb)(calendar, anchor, duration)


def agrees(said: c.Due, expected: str) -> bool:
    if said.provisional != expected.endswith("~"):
        return False
    plain = expected.rstrip("~")
    if plain.endswith("Z"):
        return said.at == moment(plain)
    return (said.at, said.day) == (due_of(plain).at, due_of(plain).day)


@cache
def moment(text: str) -> dt.datetime:
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=BEIJING)


def anchor_of(text: str) -> dt.datetime | dt.date:
    return dt.date.fromisoformat(text) if len(text) == DAY else moment(text)


def due_of(text: str) -> c.Due:
    """A day ends at the next midnight of UTC+8, which is 16:00 UTC of the day itself."""
    if len(text) > DAY:
        return c.Due(moment(text))
    day = dt.date.fromisoformat(text)
    return c.Due(dt.datetime(day.year, day.month, day.day, 16, tzinfo=dt.UTC), day=day)
