"""clock-1: the worker was away over many deadlines; two workers fire each once, in due order, and say how late."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from aftercare.cases.models import Deadline, Event
from aftercare.config import paths
from aftercare.engine.types import instant
from aftercare.messages.models import Notice
from tests.reliability.stage import ills, set_clock
from tests.showroom import NOW, Showroom

BACK = NOW + timedelta(hours=30)  # the clock when the workers come back
FIRED = ("deadline_missed", "warned", "escalated")
WORKER = """
import django; django.setup()
from aftercare import clock
from aftercare.cases.clock import run_due
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
while run_due(clock.now()).fired: pass
"""


def crowd(shop: Showroom, timers: int) -> list[int]:
    """Cases opened minute by minute until so many deadlines lie within the outage; their timers."""
    for n in range(timers):
        story = shop.open(NOW + timedelta(minutes=n % 300))
        story.issue()
        if n % 10 == 9 and Deadline.objects.filter(fired_at=None, at__lte=BACK).count() >= timers:
            break
    return list(Deadline.objects.filter(fired_at=None, at__lte=BACK).values_list("pk", flat=True))


def work(count: int) -> float:
    """Seconds that so many worker processes need until nothing is due any more."""
    program = WORKER.format(name=str(connection.settings_dict["NAME"]))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(paths.ROOT)}
    begun = time.monotonic()
    running = [subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(count)]
    assert [process.wait(600) for process in running] == [0] * count
    return time.monotonic() - begun


def test_clock_1_each_fires_once_in_due_order_and_says_how_late(shop: Showroom, clock: Path, full: bool) -> None:
    timers = crowd(shop, 10_000 if full else 1000)
    set_clock(clock, BACK)
    assert work(2) < 300
    assert not Deadline.objects.filter(fired_at=None, at__lte=BACK).exists(), "nothing is left behind"
    assert set(Deadline.objects.filter(pk__in=timers).values_list("fired_at", flat=True)) == {BACK}
    events = Event.objects.filter(kind__in=FIRED).order_by("case_id", "seq")
    judge_events(list(events.values_list("case_id", "data", "entered_at")))
    told = Counter(Notice.objects.exclude(once="").values_list("person_id", "once"))
    assert told and max(told.values()) == 1
    assert ills(BACK) == []


def judge_events(events: list[tuple[int, dict[str, str | int], datetime]]) -> None:
    once = Counter((case, data["element"], data["level"], data["round"]) for case, data, _ in events)
    assert once and max(once.values()) == 1
    stored = (
        Deadline.objects.exclude(fired_at=None)
        .exclude(kind="opens")
        .values_list("case_id", "element", "level", "round")
    )
    assert set(once) == set(stored), "each timer left one event, each event had a timer"
    for case, data, entered in events:
        assert entered == BACK and data["late"] == int((BACK - instant(str(data["due"]))).total_seconds()), (case, data)
    for case in {case for case, _, _ in events}:
        dues = [data["due"] for one, data, _ in events if one == case]
        assert dues == sorted(dues), f"case {case} fired out of order"


def test_clock_1_how_late_is_said_to_people(shop: Showroom, clock: Path) -> None:
    from aftercare.cases import queries

    story = shop.open()
    story.issue()
    due = Deadline.objects.get(case_id=story.id, element="demand_sheet", level="due").at
    story.tick(due + timedelta(hours=3, minutes=12))
    event = Event.objects.get(case_id=story.id, kind="deadline_missed", data__element="demand_sheet")
    assert event.data["late"] == 3 * 3600 + 12 * 60
    assert event.pk in {row.pk for row, _ in queries.timeline(story.id)}
