"""Deadlines: levels, edges, moves, pauses, rounds, entries made later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.engine.stage import BOSS, CLERK, NOW, SYSTEM, Play, outcomes, play, task

MOMENT = "  - {id: f, name: {zh: 表, en: F}, fields: [{id: called_at, name: {zh: 时, en: At}, type: moment}]}\n"
EXACT = "tasks:\n" + task("a", "due: {after: opened, by: 15min}")
DAYS = "tasks:\n" + task("a", "due: {after: opened, by: 1d}")
MINUTE = timedelta(minutes=15)


def late(story: Play) -> int:
    assert story.state is not None
    return int(story.state["tasks"]["a"]["late"])


@pytest.mark.parametrize(
    ("procedure", "due"), [(EXACT, NOW + MINUTE), (DAYS, datetime(2026, 11, 3, 16, tzinfo=UTC))], ids=["exact", "day"]
)
@pytest.mark.parametrize("tick_first", [True, False])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_clock_and_completion_agree_on_the_edge(procedure: str, due: datetime, tick_first: bool, seconds: int) -> None:
    """A moment is itself in time; the midnight that ends a day is late; whoever comes first."""
    story = play(procedure)
    story.now = due + timedelta(seconds=seconds)
    if tick_first:
        story.do(SYSTEM, "tick", element="a", level="due", round=1)
    story.complete(CLERK, "a")
    missed = seconds > 0 or (seconds == 0 and procedure == DAYS)
    assert (late(story) > 0, story.count("deadline_missed")) == (missed, int(missed))


def test_levels_fire_in_order_and_once() -> None:
    levels = "warn: [{before: due, by: 2h}], escalate: [{after: due, by: 1d, to: boss}]"
    story = play("tasks:\n" + task("a", f"due: {{after: opened, by: 2d, {levels}}}"))
    story.wind(NOW + timedelta(days=9))
    assert [kind for kind in story.kinds() if kind in ("warned", "deadline_missed", "escalated")] == [
        "warned", "deadline_missed", "escalated",
    ]  # fmt: skip
    for level in ("due", "warn1", "escalate1"):
        story.do(SYSTEM, "tick", element="a", level=level, round=1)
    assert story.count("deadline_missed") == story.count("warned") == story.count("escalated") == 1


def test_a_tick_that_is_early_stale_or_unknown_does_nothing() -> None:
    story = play(EXACT)
    for data in ({"round": 1}, {"round": 9}, {"element": "zz", "round": 1}, {"level": "zz", "round": 1}):
        assert story.do(SYSTEM, "tick", **{"element": "a", "level": "due", **data}).events == ()


def test_a_deadline_moves_with_its_date_and_is_armed_again_after_it_fired() -> None:
    story = play("values: {day: date}\ntasks:\n" + task("a", "due: {before: case.day, by: 14d}"))
    story.do(BOSS, "set", values={"day": "2026-11-20"})
    assert story.deadline("a|due") == datetime(2026, 11, 6, 16, tzinfo=UTC)  # the sixth included
    story.wind(datetime(2026, 11, 10, tzinfo=UTC))
    story.do(BOSS, "set", values={"day": "2026-12-31"})
    assert story.deadline("a|due") == datetime(2026, 12, 17, 16, tzinfo=UTC)
    story.wind(datetime(2026, 12, 20, tzinfo=UTC))
    missed = [event.data["round"] for event in story.events if event.kind == "deadline_missed"]
    assert missed == [1, 2]  # each arming fires once


def test_day_of_the_month_excludes_before_and_includes_at() -> None:
    story = play("tasks:\n" + task("a", "due: {before: day 25}") + task("b", "due: {at: 12-20}"))
    assert story.deadline("a|due") == datetime(2026, 11, 24, 16, tzinfo=UTC)  # late on the 25th
    assert story.deadline("b|due") == datetime(2026, 12, 20, 16, tzinfo=UTC)  # late on the 21st


def test_counts_judges_the_time_written_and_lifts_a_miss() -> None:
    text = "tasks:\n" + task("a", "form: f, due: {after: opened, by: 15min, counts: form.called_at}")
    story = play(text, MOMENT)
    story.wind(NOW + timedelta(hours=1))
    assert story.count("deadline_missed") == 1
    story.complete(CLERK, "a", values={"called_at": (NOW + timedelta(minutes=5)).isoformat()})
    lifted = next(event for event in story.events if event.kind == "miss_lifted")
    assert late(story) == 0 and story.events[lifted.data["missed"] - 1].kind == "deadline_missed"


def test_a_miss_counts_against_whom_the_handbook_names() -> None:
    story = play("tasks:\n" + task("a", "due: {after: opened, by: 15min, against: case.opener}"))
    story.wind(NOW + timedelta(hours=1))
    missed = next(event for event in story.events if event.kind == "deadline_missed")
    assert missed.data["by"] == story.state["opener"]["id"]


def test_counts_notes_a_miss_the_clock_has_not_seen() -> None:
    text = "tasks:\n" + task("a", "form: f, due: {after: opened, by: 15min, counts: form.called_at}")
    story = play(text, MOMENT)
    story.now = NOW + timedelta(minutes=40)
    story.complete(CLERK, "a", values={"called_at": (NOW + timedelta(minutes=30)).isoformat()})
    assert late(story) == 900 and story.count("deadline_missed") == 1


def test_an_entry_made_later_is_judged_by_when_it_happened() -> None:
    story = play(EXACT)
    story.wind(NOW + timedelta(hours=2))
    story.complete(CLERK, "a", at=NOW + timedelta(minutes=10))
    assert late(story) == 0 and story.count("miss_lifted") == 1


def test_a_pause_stops_the_clock_and_moves_what_is_due() -> None:
    story = play(DAYS)
    story.do(BOSS, "pause", reason="customer away")
    story.wind(NOW + timedelta(days=5))
    story.do(SYSTEM, "tick", element="a", level="due", round=1)
    assert story.count("deadline_missed") == 0
    story.do(BOSS, "resume")
    assert story.deadline("a|due") == datetime(2026, 11, 8, 16, tzinfo=UTC)
    story.wind(NOW + timedelta(days=9))
    assert story.count("deadline_missed") == 1


def test_a_deadline_that_no_pause_stops() -> None:
    story = play("tasks:\n" + task("a", "due: {after: opened, by: 1d, pauses: false}"))
    story.do(BOSS, "pause", reason="customer away")
    story.wind(NOW + timedelta(days=5))
    assert story.count("deadline_missed") == 1


def test_a_named_deadline_spans_tasks_and_is_missed_by_a_late_entry_too() -> None:
    text = "deadlines: [{id: whole, until: b.ok, after: case.opened, by: 2d}]\ntasks:\n"
    text += task("a") + task("b", "after: [a], " + outcomes("ok", "bad"))
    story = play(text)
    story.complete(CLERK, "a")
    story.now = NOW + timedelta(days=4)  # the worker was away
    story.complete(CLERK, "b", "ok")
    assert story.count("deadline_missed") == 1 and story.state is not None
    assert "whole|due" not in story.state["deadlines"] or story.state["deadlines"]["whole|due"]["fired"]


def test_what_follows_a_miss_follows_whoever_notes_it() -> None:
    text = "tasks:\n" + task("a", "due: {after: opened, by: 15min, missed: [{mark: was_late}]}")
    for by_clock in (True, False):
        story = play(text)
        story.now = NOW + timedelta(hours=1)
        if by_clock:
            story.do(SYSTEM, "tick", element="a", level="due", round=1)
        story.complete(CLERK, "a")
        assert [event.data["name"] for event in story.events if event.kind == "effect"] == ["mark"]


def test_a_new_round_has_a_deadline_of_its_own() -> None:
    story = play(DAYS)
    story.wind(NOW + timedelta(days=3))
    story.complete(CLERK, "a")
    story.do(BOSS, "reopen", tasks=["a"], reason="again")
    story.wind(NOW + timedelta(days=9))
    assert [event.data["round"] for event in story.events if event.kind == "deadline_missed"] == [1, 2]


def test_parts_of_a_price_fall_due() -> None:
    text = "charges:\n  - id: goods\n    name: {zh: 款, en: Goods}\n    payer: customer\n    of: case.total\n"
    text += "    parts: [{id: first, share: 65, due: {after: a, by: 1d}}, {id: last}]\nvalues: {total: money}\ntasks:\n"
    story = play(text + task("a") + task("b"))
    story.do(BOSS, "set", values={"total": 99_99})
    story.complete(CLERK, "a")
    assert story.state is not None and story.state["charges"]["goods"]["parts"] == {"first": 6499, "last": 3500}
    story.do(SYSTEM, "signal", name="money", charge="goods", amount=6498)
    story.wind(NOW + timedelta(days=3))
    assert [event.data["element"] for event in story.events if event.kind == "deadline_missed"] == ["goods.first"]
    story.do(SYSTEM, "signal", name="money", charge="goods", amount=1)
    assert story.state["charges"]["goods"]["received"] == 6499


def test_a_case_closes_by_the_clock() -> None:
    story = play("values: {last: date}\ntasks:\n" + task("a", "optional: true") + "closes: {at: case.last}")
    story.do(BOSS, "set", values={"last": "2026-11-10"})
    story.wind(datetime(2026, 11, 10, 15, 59, tzinfo=UTC))
    assert story.state is not None and story.state["status"] == "open"
    story.wind(datetime(2026, 11, 10, 16, 0, tzinfo=UTC))
    assert story.state["status"] == "closed" and story.status("a") == "missed"
