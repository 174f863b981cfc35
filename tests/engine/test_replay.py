"""The past followed once more: verdicts are those the clock gave, and a changed world changes only what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftercare.calendar import WorkCalendar
from aftercare.engine.replay import IDLE, Verdict, affected, replay
from tests.engine import simulated_years
from tests.engine.stage import BOSS, CLERK, NOW, Play, outcomes, play, task

SETTINGS = "settings: [{id: lead, name: {zh: 期, en: Lead}, type: duration, value: 4d}]\n"
FORM = "  - {id: f, name: {zh: 表, en: Form}, fields: [{id: day, name: {zh: 日, en: Day}, type: date, required: true}]}"
WAY = (
    "values: {day: date}\nwaive: [boss]\ntasks:\n"
    + task("agree", f"form: f, {outcomes('ok', ok='set: {case.day: form.day}')}")
    + task("check", f"after: [agree.ok], due: {{before: case.day, by: settings.lead}}, {outcomes('ok')}")
    + task(
        "quick", f"after: [agree], due: {{after: opened, by: 1d}}, {outcomes('ok', 'again', again='reopen: [agree]')}"
    )
)


def way(lead: str = "4d") -> Play:
    return play(WAY, FORM, extra=SETTINGS.replace("4d", lead))


def agreed(day: str = "2026-11-20") -> Play:
    story = way()
    story.complete(CLERK, "agree", values={"day": day})
    return story


def told(story: Play, lead: str = "4d", **changed: object) -> dict[str, Verdict]:
    """The last verdict on each deadline when `lead` had been another."""
    new = replace(story.world, settings={**story.world.settings, "lead": lead}, **changed)  # type: ignore[arg-type]
    return {one.element: one for one in replay(story.events, story.world, new, story.now)}


def test_a_longer_lead_makes_what_was_in_time_late() -> None:
    story = agreed()
    story.wind(story.later(days=12))  # the 14th, six days before
    story.complete(CLERK, "check")
    (verdict,) = told(story, "10d").values()
    assert (verdict.late_then, verdict.late_now, verdict.differs) == (False, True, True)
    assert verdict.then and verdict.then.day == date(2026, 11, 16)
    assert verdict.now and verdict.now.day == date(2026, 11, 10)
    assert verdict.done_at == story.now


def test_a_shorter_lead_lifts_what_was_late() -> None:
    story = agreed()
    story.wind(story.later(days=15))
    story.complete(CLERK, "check")
    assert told(story, "2d")["check"].late_then and not told(story, "2d")["check"].late_now
    assert not told(story, "3d")["check"].late_now, "the last day still counts"


def test_what_still_stands_open_is_judged_by_now() -> None:
    story = agreed()
    story.wind(story.later(days=12))
    verdict = told(story, "10d")["check"]
    assert verdict.done_at is None and not verdict.late_then and verdict.late_now
    assert told(story, "5d") == {} or not told(story, "5d")["check"].differs


def test_the_date_that_was_agreed_then_counts_and_not_the_one_of_today() -> None:
    """A case that was put off after the check was done: its check had the old date before it."""
    story = agreed("2026-11-10")
    story.wind(story.later(days=2))
    story.complete(CLERK, "check")
    story.complete(CLERK, "quick", "again")
    story.complete(CLERK, "agree", values={"day": "2026-12-20"})
    first, second = [
        one for one in replay(story.events, story.world, other(story, "7d"), story.now) if one.task == "check"
    ]
    assert first.then and first.then.day == date(2026, 11, 6) and first.late_now and not first.late_then
    assert second.then and second.then.day == date(2026, 12, 16) and not second.late_now


def other(story: Play, lead: str) -> object:
    return replace(story.world, settings={"lead": lead})


def test_only_what_the_change_touches_is_worked_out() -> None:
    story = agreed()
    assert affected(story.world, other(story, "5d")) == {"check"}  # type: ignore[arg-type]
    assert affected(story.world, story.world) == frozenset()
    shorter = way("9d").handbook
    new = replace(story.world, handbook=shorter, procedure=shorter.procedures["p"])
    assert affected(story.world, new) == frozenset(), "a figure is what the world says, not what the handbook says"
    text = WAY.replace("by: 1d", "by: 2d")
    new = replace(story.world, procedure=play(text, FORM, extra=SETTINGS).world.procedure)
    assert affected(story.world, new) == {"quick"}


def test_another_calendar_touches_everything() -> None:
    text = "tasks:\n" + task("quick", f"due: {{after: opened, by: 1wd}}, {outcomes('ok')}")
    story = play(text)
    story.wind(story.later(days=2))
    story.complete(CLERK, "quick")
    days = [{"day": "2026-11-03", "why": {"zh": "停业", "en": "closed"}}]
    new = replace(story.world, calendar=WorkCalendar.from_json({"closed": days}, story.world.calendar))
    (verdict,) = replay(story.events, story.world, new, story.now)
    assert verdict.late_then and not verdict.late_now


def test_what_was_waived_or_dropped_is_not_late_for_ever() -> None:
    story = agreed()
    story.do(BOSS, "waive", task="check", reason="Moved abroad")
    story.wind(story.later(days=60))
    assert not told(story, "10d")["check"].differs
    gone = WAY.replace("due: {before: case.day, by: settings.lead}, ", "")
    story = agreed()
    story.wind(story.later(days=30))
    new = replace(story.world, procedure=play(gone, FORM).world.procedure)
    (verdict,) = replay(story.events, story.world, new, story.now)
    assert verdict.now is None and verdict.late_then and verdict.differs


def test_a_pause_holds_back_the_end() -> None:
    story = agreed()
    story.do(BOSS, "pause", reason="Abroad")
    story.wind(story.later(days=30))
    assert not told(story, "10d")["check"].late_now


@pytest.mark.parametrize("seed", range(20_000, 20_040))
def test_without_a_change_the_verdicts_are_those_the_clock_gave(seed: int) -> None:
    """Random handbooks and people: whatever was done late or in time is told the same, and nothing differs."""
    for year in simulated_years.run(seed):
        world = year.world
        everything = {*world.procedure.tasks, *(one.id for one in world.procedure.deadlines)}
        events = [one for one in year.events if one.kind not in IDLE]
        verdicts = replay(events, world, world, year.now, everything)
        assert not any(one.differs for one in verdicts)
        late = [
            (one.element, one.late_then)
            for one in verdicts
            if one.done_at and one.task == one.element.split("[")[0].split("#")[0]
        ]
        done = [event.data for event in year.events if event.kind == "task_done"]
        assert [(name, True) for name, was in late if was] == [(one["key"], True) for one in done if one["late"]]


def test_a_thousand_years_do_not_take_long() -> None:
    from time import perf_counter

    story = agreed()
    story.wind(story.later(days=12))
    story.complete(CLERK, "check")
    new, begun = other(story, "10d"), perf_counter()
    for _ in range(500):
        replay(story.events, story.world, new, story.now, {"check"})  # type: ignore[arg-type]
    assert perf_counter() - begun < 2.0
    assert story.now - NOW == timedelta(days=12)
