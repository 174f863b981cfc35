"""When tasks open, wait, are skipped or not called for (LANGUAGE ground rules 5 to 7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from aftercare.engine import Accepted
from tests.engine.stage import BOSS, CLERK, NOW, SYSTEM, Play, outcomes, play, task

DATE_FORM = "  - {id: f, name: {zh: 表, en: Form}, fields: [{id: day, name: {zh: 日, en: Day}, type: date}]}\n"
ENDS = ("ok", "bad", "skipped", "uncalled")


def reach(story: Play, name: str, end: str) -> None:
    if end in ("ok", "bad"):
        story.complete(CLERK, name, end)


def three(a: str, b: str, after: str) -> Play:
    """a and b end as told; `c` follows by `after`."""
    text = "tasks:\n" + task("x", outcomes("go", "stop"))
    for name, end in (("a", a), ("b", b)):
        how = {"skipped": "if: 1 > 2, ", "uncalled": "after: [x.stop], "}.get(end, "")
        text += task(name, how + outcomes("ok", "bad"))
    story = play(text + task("c", f"after: [{after}]"))
    story.complete(CLERK, "x", "go")
    return story


@pytest.mark.parametrize(("a", "b"), list(product(ENDS, ENDS)))
@pytest.mark.parametrize("after", ["a", "a.ok", "a, b", "a, b.ok", "a.ok, b.ok", "a.ok, a.bad", "a.ok, a.bad, b"])
def test_after_opens_by_ground_rule_five(a: str, b: str, after: str) -> None:
    story = three(a, b, after)
    reach(story, "a", a)
    reach(story, "b", b)
    ends = {"a": a, "b": b}
    wanted: dict[str, set[str]] = {}
    for name in after.split(", "):
        one, _, outcome = name.partition(".")
        wanted.setdefault(one, set()).update({outcome} if outcome else set())
    named = all(ends[one] in some for one, some in wanted.items() if some)
    bare = [ends[one] in ("ok", "bad", "skipped") for one, some in wanted.items() if not some]
    assert story.status("c") == ("open" if named and (not bare or any(bare)) else "uncalled")


def test_a_task_waits_until_all_it_waits_for_have_ended() -> None:
    story = three("bad", "ok", "a.ok, b")
    reach(story, "a", "bad")
    assert story.status("c") == "-"
    reach(story, "b", "ok")
    assert story.status("c") == "uncalled"


def test_if_is_judged_once() -> None:
    story = play("values: {day: date}\ntasks:\n" + task("a", "if: 'case.day > today'"))
    assert story.status("a") == "-"  # unknown is not false: it waits
    story.do(BOSS, "set", values={"day": "2026-12-01"})
    assert story.status("a") == "open"
    story.do(BOSS, "set", values={"day": "2026-10-01"})
    assert story.status("a") == "open"


def test_skipped_and_uncalled_followers_revive_in_a_new_round() -> None:
    text = "values: {big: check}\ntasks:\n" + task("a", outcomes("ok", "bad"))
    text += task("b", "after: [a.ok], if: case.big") + task("c", "after: [a.bad]")
    story = play(text)
    story.do(BOSS, "set", values={"big": False})
    story.complete(CLERK, "a", "ok")
    assert story.statuses("b", "c") == ["skipped", "uncalled"]
    story.do(BOSS, "set", values={"big": True})
    story.do(BOSS, "reopen", tasks=["a"], reason="wrong")
    assert story.statuses("a", "b", "c") == ["open", "pending", "pending"]
    story.complete(CLERK, "a", "ok")
    assert story.statuses("b", "c") == ["open", "uncalled"]
    story.do(BOSS, "reopen", tasks=["a"], reason="wrong")
    story.complete(CLERK, "a", "bad")
    assert story.statuses("b", "c") == ["uncalled", "open"]


def test_when_opens_once_and_again_after_it_was_false() -> None:
    story = play("values: {size: number}\ntasks:\n" + task("a", "opens: {when: case.size > 3}"))
    states = []
    for n in (1, 5, 6):
        story.do(BOSS, "set", values={"size": n})
        states.append(story.status("a"))
    assert states == ["-", "open", "open"]
    story.complete(CLERK, "a")
    story.do(BOSS, "set", values={"size": 7})
    assert story.status("a") == "done"  # still true: nothing new
    story.do(BOSS, "set", values={"size": 1})
    story.do(BOSS, "set", values={"size": 9})
    assert story.status("a") == "open" and story.state is not None and story.state["tasks"]["a"]["round"] == 2


def test_wait_counts_from_the_end_of_what_it_waits_for() -> None:
    story = play("tasks:\n" + task("a") + task("b", "opens: {after: [a], wait: 3d}"))
    story.complete(CLERK, "a")
    assert story.status("b") == "planned"
    assert story.refused(CLERK, "complete", task="b").code == "too_early"
    story.wind(datetime(2026, 11, 4, 15, 59, 59, tzinfo=UTC))
    assert story.status("b") == "planned"
    story.wind(datetime(2026, 11, 4, 16, 0, tzinfo=UTC))  # midnight of the fifth in Shanghai
    assert story.status("b") == "open"


def test_a_plan_follows_its_date_and_waits_for_a_lost_one() -> None:
    text = "values: {day: date}\ntasks:\n" + task("a", "opens: {before: case.day, by: 10d}")
    story = play(text)
    assert story.status("a") == "-"
    story.do(BOSS, "set", values={"day": "2026-12-31"})
    assert story.status("a") == "planned" and story.deadline("a|opens") == datetime(2026, 12, 20, 16, tzinfo=UTC)
    story.do(BOSS, "set", values={"day": "2027-01-31"})
    assert story.deadline("a|opens") == datetime(2027, 1, 20, 16, tzinfo=UTC)
    story.do(BOSS, "set", values={"day": "2026-11-05"})
    assert story.status("a") == "open"


def test_a_planned_task_whose_if_is_false_is_skipped_at_its_time_and_not_lost() -> None:
    text = "values: {day: date, big: check}\ntasks:\n" + task("a", "opens: {before: case.day, by: 10d}, if: case.big")
    story = play(text + task("b", "after: [a]") + "closes: {after: [b]}")
    story.do(BOSS, "set", values={"day": "2026-12-31", "big": False})
    assert story.state is not None and story.state["tasks"]["a"]["quiet"] is True
    story.wind(datetime(2026, 12, 21, tzinfo=UTC))
    assert story.statuses("a", "b") == ["skipped", "open"]


def test_a_planned_task_whose_if_is_unknown_waits_and_opens_when_it_is_known() -> None:
    text = "values: {day: date, big: check}\ntasks:\n" + task("a", "opens: {before: case.day, by: 10d}, if: case.big")
    story = play(text)
    story.do(BOSS, "set", values={"day": "2026-12-31"})
    story.wind(datetime(2026, 12, 21, tzinfo=UTC))
    assert story.status("a") == "planned"
    story.do(BOSS, "set", values={"big": True})
    assert story.status("a") == "open"


def test_every_keeps_its_slots_and_makes_up_for_missed_ones_once() -> None:
    story = play("tasks:\n" + task("a", "opens: {every: 1w, until: b}") + task("b"))
    assert story.status("a#1") == "planned"
    story.wind(NOW + timedelta(days=7, hours=1))
    assert story.statuses("a#1", "a#2") == ["open", "planned"]
    story.now = NOW + timedelta(days=40)  # the machine was off
    story.tick({**story.state["deadlines"]["a#2|opens"]})  # type: ignore[index]
    assert story.statuses("a#2", "a#3", "a#4") == ["open", "open", "planned"]
    assert story.deadline("a#4|opens") > story.now  # three slots passed unseen, one instance makes up for them
    story.complete(CLERK, "b")
    assert story.statuses("a#1", "a#2", "a#3", "a#4", "a#5") == ["withdrawn"] * 4 + ["-"]


def test_a_month_is_counted_from_the_start() -> None:
    story = play("tasks:\n" + task("a", "opens: {every: 1mo}"), now=datetime(2026, 1, 31, 2, tzinfo=UTC))
    days = []
    for _ in range(3):
        key = next(key for key, held in story.state["tasks"].items() if held["state"] == "planned")  # type: ignore[index]
        at = story.deadline(f"{key}|opens")
        days.append((at + timedelta(hours=8)).date().isoformat())
        story.wind(at)
    assert days == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_demand_opens_by_hand_as_often_as_wanted_between_its_limits() -> None:
    text = "tasks:\n" + task("a") + task("b") + task("talk", "opens: {demand: true, from: a, until: b}")
    story = play(text)
    assert story.refused(CLERK, "begin", task="talk").code == "not_now"
    story.complete(CLERK, "a")
    story.do(CLERK, "begin", task="talk")
    story.do(CLERK, "begin", task="talk")
    assert story.statuses("talk", "talk#2") == ["open", "open"]
    assert story.refused(CLERK, "begin", task="a").code == "not_on_demand"
    story.complete(CLERK, "b")
    assert story.refused(CLERK, "begin", task="talk").code == "not_now"


APPROVERS = "settings: [{id: names, name: {zh: 名, en: Names}, type: list, value: [%s]}]\n"


def chain(names: str, order: str = "one_by_one") -> Play:
    each = f"for_each: {{in: settings.names, as: one, order: {order}}}, " + outcomes("agreed", "denied")
    text = "tasks:\n" + task("c", "after: [a.agreed]") + task("a", each)
    return play(text, extra=APPROVERS % names)


def test_for_each_opens_one_by_one_and_the_follower_waits_for_all() -> None:
    story = chain("east, west")
    assert story.statuses("a[east]", "a[west]", "c") == ["open", "-", "-"]
    story.complete(CLERK, "a[east]", "agreed")
    assert story.statuses("a[east]", "a[west]", "c") == ["done", "open", "-"]
    story.complete(CLERK, "a[west]", "agreed")
    assert story.status("c") == "open"


def test_for_each_opens_all_at_once_and_one_no_stops_the_follower() -> None:
    story = chain("east, west", "any")
    assert story.statuses("a[east]", "a[west]") == ["open", "open"]
    story.complete(CLERK, "a[west]", "denied")
    story.complete(CLERK, "a[east]", "agreed")
    assert story.status("c") == "uncalled"


def test_for_each_over_nothing_holds_nobody() -> None:
    assert chain("").statuses("a", "c") == ["skipped", "open"]


def test_an_element_that_is_gone_takes_its_task_along() -> None:
    story = chain("east, west", "any")
    story.settings["names"] = ["east"]
    story.do(SYSTEM, "signal", name="setting:names")
    assert story.statuses("a[east]", "a[west]") == ["open", "withdrawn"]
    story.complete(CLERK, "a[east]", "agreed")
    assert story.status("c") == "open"


def test_conditions_of_a_task_for_each_read_their_element() -> None:
    gate = "requires: [{that: \"one == 'east'\"}], for_each: {in: settings.names, as: one}"
    story = play("tasks:\n" + task("a", gate), extra=APPROVERS % "east, west")
    story.complete(CLERK, "a[east]")
    assert story.refused(CLERK, "complete", task="a[west]").code == "gate"


def test_stages_open_in_order_and_a_new_round_goes_back() -> None:
    text = "stages: [one, two]\ntasks:\n" + task("a", "stage: one") + task("b", "stage: two", "boss")
    text += task("loose", "stage: one, optional: true")
    story = play(text)
    assert story.statuses("a", "b") == ["open", "-"]
    story.complete(CLERK, "a")
    assert story.status("b") == "open"
    story.do(BOSS, "reopen", tasks=["a"], reason="again")
    assert story.state is not None and story.state["stage"] == "one"
    assert story.statuses("a", "b") == ["open", "pending"]
    story.complete(CLERK, "a")
    assert story.status("b") == "open" and story.state["stage"] == "two"


def test_deciding_twice_gives_the_same_events() -> None:
    story = three("ok", "bad", "a, b")
    first, second = (
        story.judge(CLERK, "complete", task="a", outcome="ok"),
        story.judge(CLERK, "complete", task="a", outcome="ok"),
    )
    assert isinstance(first, Accepted) and isinstance(second, Accepted) and first.events == second.events
