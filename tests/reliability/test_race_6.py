"""race-6: a step done in the second its deadline falls, while the clock fires: in time, or overdue and told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from aftercare.cases.clock import run_due
from aftercare.cases.models import Deadline, Event
from tests.reliability.stage import Answer, Program, at_once, ills, program, set_clock
from tests.showroom import Showroom, Story

SHEETS: dict[str, dict[str, object]] = {
    "price_check": {"outcome": "checked", "values": {"prices_agree": True}},
    "demand_sheet": {"values": {"needs": [{"item": "沙发", "need": "打蜡"}]}},
}


def prepared(story: Story, n: int) -> str:
    """A deadline of a day (midnight is late) and one of working hours (the moment itself is in time), by turns."""
    story.issue()
    return "demand_sheet" if n % 2 else "price_check"


def story_due(case: int, task: str) -> datetime:
    return Deadline.objects.get(case_id=case, element=task, level="due").at


def test_race_6_in_time_or_overdue_never_both_never_neither(shop: Showroom, full: bool, clock: Path) -> None:
    people = {"price_check": program(shop, "finance"), "demand_sheet": program(shop, "sales")}
    late = 0
    times = 1000 if full else 25
    for n in range(times):
        story = shop.open()
        task = prepared(story, n)
        due = story_due(story.id, task)
        now = due + timedelta(seconds=n % 3 - 1)  # a second before, the very second, a second after
        set_clock(clock, now)
        results = at_once([lambda s=story, t=task: finish(people, s.id, t), lambda at=now: run_due(at)])
        assert results[0].status == 200, results[0]
        late += judged(story.id, task)
    assert ills() == []
    assert 0 < late < times, "both sides of the moment were tried"


def finish(people: dict[str, Program], case: int, task: str) -> Answer:
    return people[task].command(case, "complete", task=task, **SHEETS[task])


def judged(case: int, task: str) -> bool:
    events = Event.objects.filter(case_id=case)
    done = events.get(kind="task_done", data__key=task)
    missed = events.filter(kind="deadline_missed", data__element=task).count()
    assert missed == (1 if done.data["late"] else 0), (missed, done.data)
    moments = list(events.order_by("seq").values_list("entered_at", flat=True))
    assert moments == sorted(moments), "in a case time does not run backwards"
    return bool(missed)
