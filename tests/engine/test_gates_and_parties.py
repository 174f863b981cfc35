"""What must hold and who must agree before something counts; corrections, rounds, custody, findings."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.engine import Event, Refusal, rebuild
from tests.engine.stage import BOSS, CLERK, FINANCE, OTHER_CLERK, SYSTEM, Play, outcomes, play, task

FORM = """
  - id: f
    name: {zh: 表, en: F}
    corrections: {name: {zh: 写错, en: Slip}, clauses: [T-02]}
    fields:
      - {id: total, name: {zh: 合计, en: Total}, type: money}
      - {id: note, name: {zh: 注, en: Note}, type: text}
      - {id: day, name: {zh: 日, en: Day}, type: date}
      - {id: double, name: {zh: 倍, en: Double}, type: money, compute: form.total * 2}
      - id: items
        name: {zh: 行, en: Items}
        type: lines
        columns:
          - {id: price, name: {zh: 价, en: Price}, type: money}
          - {id: remark, name: {zh: 注, en: Remark}, type: text}
"""
GATE = "requires: [{that: form.total > yuan(1), %selse: {zh: 太少, en: Too little}, clause: T-01}]"


def gated(way: str = "", dial: str = "refuse") -> Play:
    return play("tasks:\n" + task("a", "form: f, " + GATE % way), FORM, dial=lambda clause: dial)


@pytest.mark.parametrize(("dial", "done", "breaches"), [("observe", True, 1), ("warn", True, 1), ("refuse", False, 0)])
def test_the_dial_decides_what_a_breach_means(dial: str, done: bool, breaches: int) -> None:
    story = gated(dial=dial)
    decision = story.judge(CLERK, "complete", task="a", values={"total": 50})
    assert isinstance(decision, Refusal) is not done
    if not isinstance(decision, Refusal):
        assert [event.kind for event in decision.events].count("breach") == breaches
        assert bool(decision.warnings) is (dial == "warn")


def test_a_gate_over_something_empty_refuses_and_names_the_field() -> None:
    fault = gated().refused(CLERK, "complete", task="a", values={}).faults[0]
    assert fault.field == "total" and fault.clause == "T-01"


def test_or_reason_or_release_or_flag() -> None:
    fault = gated("or: reason, ").refused(CLERK, "complete", task="a", values={"total": 50}).faults[0]
    story = gated("or: reason, ")
    story.complete(CLERK, "a", values={"total": 50}, reasons={fault.data["gate"]: "old customer"})
    assert story.count("excused") == 1
    released = gated("or: release boss, ")
    released.refused(CLERK, "complete", task="a", values={"total": 50})
    released.complete(BOSS, "a", values={"total": 50})
    assert released.count("excused") == 1
    flagged = gated("or: flag, ")
    flagged.complete(CLERK, "a", values={"total": 50})
    assert flagged.count("breach") == 1


def test_each_names_the_failing_row() -> None:
    gate = "requires: [{each: form.items as one, that: filled(one.remark), clause: T-01}]"
    story = play("tasks:\n" + task("a", f"form: f, {gate}"), FORM)
    rows = [{"price": 1, "remark": "x"}, {"price": 2}]
    assert [fault.row for fault in story.refused(CLERK, "complete", task="a", values={"items": rows}).faults] == [2]


# --- parties

SIGNED = "parties: [{who: [customer], must: sign, covers: [items.price, double], clauses: [T-03]}]"


def test_consent_lapses_when_what_it_covers_changes_and_only_then() -> None:
    story = play("tasks:\n" + task("a", f"form: f, {SIGNED}"), FORM)
    sheet: dict[str, Any] = {"total": 100, "items": [{"price": 5, "remark": "a"}]}
    mark = [{"who": "customer", "must": "sign", "way": "paper"}]
    story.do(CLERK, "save", task="a", values=sheet, marks=mark)
    story.do(CLERK, "save", task="a", values={"items": [{"price": 5, "remark": "b"}], "note": "x"})
    assert story.count("mark_lapsed") == 0
    story.do(CLERK, "save", task="a", values={"items": [{"price": 6}]})
    assert story.count("mark_lapsed") == 1
    fault = story.refused(CLERK, "complete", task="a").faults[0]
    assert (fault.code, fault.clause, fault.data["who"]) == ("party", "T-03", "customer")
    story.complete(CLERK, "a", marks=mark)
    story.do(CLERK, "correct", task="a", values={"total": 300}, reason="slip")
    assert story.count("mark_lapsed") == 2  # `double` was worked out anew


def test_within_lets_a_covered_number_move_a_little() -> None:
    party = "parties: [{who: [customer], must: confirm, covers: [total], within: {total: 10%}}]"
    story = play("tasks:\n" + task("a", f"form: f, {party}"), FORM)
    story.do(CLERK, "save", task="a", values={"total": 1000}, marks=[{"who": "customer", "must": "confirm"}])
    story.do(CLERK, "save", task="a", values={"total": 1100})
    assert story.count("mark_lapsed") == 0
    story.do(CLERK, "save", task="a", values={"total": 1101})
    assert story.count("mark_lapsed") == 1


def test_four_eyes() -> None:
    story = play("tasks:\n" + task("a", "parties: [{who: [clerk], must: decide, not: [case.opener], reason: true}]"))
    mark = {"task": "a", "who": "clerk", "must": "decide"}
    assert story.refused(CLERK, "sign", **mark, reason="fine").code == "four_eyes"
    assert story.refused(OTHER_CLERK, "sign", **mark).code == "reason"
    assert story.refused(FINANCE, "sign", **mark, reason="fine").code == "not_yours"
    story.refused(CLERK, "complete", task="a")
    story.do(OTHER_CLERK, "sign", **mark, reason="fine")
    story.complete(CLERK, "a")


def test_who_completes_has_attended_and_confirmed_but_not_signed() -> None:
    story = play(
        "tasks:\n" + task("a", "parties: [{who: [clerk], must: attend + confirm}, {who: [clerk], must: sign}]")
    )
    missing = [fault.data["must"] for fault in story.refused(CLERK, "complete", task="a").faults]
    assert missing == ["sign"]


def test_the_customer_speaks_through_who_has_the_task_and_in_the_way_agreed() -> None:
    story = play("tasks:\n" + task("a", "parties: [{who: [customer], must: confirm, ways: [phone]}]"))
    mark = {"task": "a", "who": "customer", "must": "confirm"}
    assert story.refused(FINANCE, "sign", **mark, way="phone").code == "not_yours"
    assert story.refused(CLERK, "sign", **mark, way="paper").code == "way"
    story.do(CLERK, "sign", **mark, way="phone")
    story.complete(CLERK, "a")


# --- rounds


def test_rounds_end_after_as_many_as_the_handbook_allows() -> None:
    again = "reopen: {tasks: [a], in: 2h, at_most: 2, then: boss_looks}"
    text = "tasks:\n" + task("a") + task("b", "after: [a], " + outcomes("ok", "bad", bad=again))
    story = play(text + task("boss_looks", "opens: {demand: true}", "boss"))
    story.complete(CLERK, "a")
    story.complete(CLERK, "b", "bad")
    assert story.statuses("a", "b") == ["planned", "pending"]  # the follower waits for the task, not for the clock
    assert story.refused(CLERK, "complete", task="a").code == "too_early"
    story.wind(story.later(hours=2))
    story.complete(CLERK, "a")
    story.complete(CLERK, "b", "bad")
    assert story.statuses("a", "boss_looks") == ["done", "open"]


def test_without_a_then_the_outcome_is_refused() -> None:
    text = (
        "tasks:\n"
        + task("a")
        + task("b", "after: [a], " + outcomes("ok", "bad", bad="reopen: {tasks: [a], at_most: 1}"))
    )
    story = play(text)
    story.complete(CLERK, "a")
    assert story.refused(CLERK, "complete", task="b", outcome="bad").code == "at_most"


def test_a_case_does_not_close_over_an_open_required_task() -> None:
    text = "tasks:\n" + task("a") + task("b") + task("c", "optional: true") + "closes: {after: [a]}"
    story = play(text)
    story.complete(CLERK, "a")
    assert story.state is not None and story.state["status"] == "open"
    story.complete(CLERK, "b")
    assert story.state["status"] == "closed" and story.status("c") == "missed"
    assert story.refused(CLERK, "complete", task="c").code == "ended"
    story.do(BOSS, "reopen", tasks=["b"], reason="not finished")
    assert story.state["status"] == "open" and story.statuses("b", "c") == ["open", "open"]


# --- corrections, checks, findings


def test_a_correction_keeps_the_old_value_and_follows_through() -> None:
    text = "values: {day: date}\ntasks:\n"
    story = play(text + task("a", "form: f, " + outcomes("ok", ok="set: {case.day: form.day}")), FORM)
    story.complete(CLERK, "a", values={"total": 10, "day": "2026-12-01"})
    assert story.refused(CLERK, "correct", task="a", values={"total": 11}).code == "reason"
    assert story.refused(FINANCE, "correct", task="a", values={"total": 11}, reason="x").code == "not_yours"
    story.do(OTHER_CLERK, "correct", task="a", values={"day": "2026-12-05"}, reason="misheard")
    assert story.state is not None and story.state["values"]["day"] == "2026-12-05"
    corrected = next(event for event in story.events if event.kind == "corrected")
    assert corrected.data["changes"]["day"] == {"old": "2026-12-01", "new": "2026-12-05"}
    assert story.state["findings"] == [
        {"n": 7, "finding": "correction", "person": 1, "clause": "T-02", "at": corrected.data["at"]}
    ]


def test_words_among_the_values_of_a_case_can_be_erased() -> None:
    form = "{id: f, name: {zh: 表, en: F}, fields: [{id: wish, name: {zh: 愿, en: Wish}, type: long_text}]}"
    text = "values: {wish: long_text}\ntasks:\n"
    story = play(text + task("a", "form: f, " + outcomes("ok", ok="set: {case.wish: form.wish}")), f"  - {form}\n")
    story.complete(CLERK, "a", values={"wish": "a white cupboard"})
    assert story.state is not None and story.state["values"]["wish"] == "a white cupboard"
    (told,) = (event for event in story.events if event.kind == "words_set")
    assert told.data["path"] == "wish"
    assert "cupboard" not in str([event.data for event in story.events])
    erased = [Event(one.kind, one.data, None) for one in story.events]
    assert rebuild(erased)["values"]["wish"] is None


CHECKS = (
    "checks: [{id: clean, ask: {zh: 干净, en: Clean}, miss: %s, clause: T-04}, "
    "{id: polite, ask: {zh: 礼貌, en: Polite}, kept_by_default: true}]"
)


@pytest.mark.parametrize("miss", ["refuse", "show", "count"])
def test_attested_checks(miss: str) -> None:
    story = play("tasks:\n" + task("a", CHECKS % miss))
    assert story.refused(CLERK, "complete", task="a").faults[0].code == "check_unanswered"
    assert story.refused(CLERK, "complete", task="a", values={"checks": {"clean": "perhaps"}}).code == "checks"
    decision = story.judge(CLERK, "complete", task="a", values={"checks": {"clean": "missed"}})
    if miss == "refuse":
        assert isinstance(decision, Refusal) and decision.faults[0].clause == "T-04"
        return
    assert not isinstance(decision, Refusal) and bool(decision.warnings) is (miss == "show")
    story.do(CLERK, "complete", task="a", values={"checks": {"clean": "missed"}})
    assert story.state is not None and story.state["tasks"]["a"]["checks"] == {"polite": "kept", "clean": "missed"}
    assert story.state["findings"][0]["clause"] == "T-04" and story.state["findings"][0]["person"] == 1


RULE = {
    "rules/r.yaml": """
rules:
  - id: penalty
    name: {zh: 处罚, en: Penalty}
    once_per: [thing]
    rows:
      - {if: "finding.loss > 100", amount: finding.loss, shares: {person: 50%, company: 50%}, clauses: [T-05]}
      - {if: "true", amount: 10}
"""
}


def test_a_finding_asks_its_table_and_counts_once() -> None:
    effect = "do: [{finding: penalty, with: {thing: form.note, loss: form.total}}]"
    form = "form: f, opens: {demand: true}, " + outcomes("ok", ok=effect)
    story = play("tasks:\n" + task("a", form) + task("z"), FORM, RULE)
    for key, note in (("a", "vase"), ("a#2", "vase"), ("a#3", "lamp")):
        story.do(CLERK, "begin", task="a")
        story.complete(CLERK, key, values={"note": note, "total": 500})
    assert story.state is not None and len(story.state["findings"]) == 2
    found = next(event.data for event in story.events if event.kind == "finding")
    assert (found["amount"], found["shares"], found["clause"]) == (500, {"person": 50, "company": 50}, "T-05")


# --- custody, adoption, leavers, limits


def test_things_go_from_hand_to_hand_with_a_receipt() -> None:
    text = "tasks:\n" + task("a", outcomes("ok", ok="do: [{hand: [car, key], to: boss, receipt: sign}]"))
    story = play(text + task("b", "requires: [{that: \"held('car', 'boss')\"}]"))
    story.complete(CLERK, "a", "ok")
    assert story.refused(CLERK, "complete", task="b").code == "gate"
    assert story.refused(CLERK, "accept", paper="car").code == "not_yours"
    story.do(BOSS, "accept", paper="car")
    assert story.refused(BOSS, "accept", paper="car").code == "nothing_to_receive"
    assert story.refused(CLERK, "hand", things=["car"], to="clerk").code == "not_yours"
    story.complete(CLERK, "b")


def test_adoption_begins_in_the_middle() -> None:
    from tests.engine.stage import handbook_of

    text = "tasks:\n" + task("a", "form: f, " + outcomes("ok")) + task("b", "after: [a.ok]")
    story = Play(handbook_of(text, FORM))
    done = {"a": {"outcome": "ok", "at": "2026-10-01T02:00:00Z", "values": {"total": 5}}}
    story.do(BOSS, "adopt", store={"kind": "store", "id": 1}, opened_at="2026-09-30T02:00:00Z", tasks=done)
    assert story.statuses("a", "b") == ["done", "open"] and story.state is not None
    assert story.state["adopted_at"] and story.state["sheets"]["a"]["total"] == 5
    bad = Play(handbook_of(text, FORM))
    assert bad.refused(CLERK, "adopt", store=None).code == "not_allowed"
    assert bad.refused(BOSS, "adopt", store=None, tasks={"zz": {"outcome": "ok"}}).code == "adopt"


def test_a_leaver_hands_everything_over() -> None:
    text = (
        "people: {seller: {role: clerk, is: opener}}\ntasks:\n"
        + task("a", role="seller")
        + task("b", "after: [a]", "seller")
    )
    story = play(text)
    assert story.state is not None and story.state["tasks"]["a"]["assignee"] == 1
    story.do(BOSS, "reassign", **{"from": 1, "to": 4})
    story.complete(OTHER_CLERK, "a")
    assert story.state["tasks"]["b"]["assignee"] == 4
    story.do(BOSS, "reassign", **{"from": 4, "to": None})
    assert story.state["tasks"]["b"]["assignee"] is None


def test_when_it_happened_has_limits() -> None:
    story = play("tasks:\n" + task("a"))
    for delta, code in (({"minutes": 6}, "future"), ({"days": -400}, "too_old"), ({"days": -1}, "before_case")):
        decision = story.judge(CLERK, "complete", story.later(**delta), task="a")
        assert isinstance(decision, Refusal) and decision.code == code


def test_waiving_needs_the_handbook_and_a_reason() -> None:
    story = play("waive: [boss]\ntasks:\n" + task("a") + task("b", "after: [a]"))
    assert story.refused(CLERK, "waive", task="a", reason="x").code == "not_allowed"
    assert story.refused(BOSS, "waive", task="a").code == "reason"
    story.do(BOSS, "waive", task="a", reason="not needed here")
    assert story.statuses("a", "b") == ["skipped", "open"]


def test_a_case_waits_for_its_related_case() -> None:
    effect = "do: [{open: q, as: claim, wait: true}]"
    other = "procedures:\n  - id: q\n    name: {zh: 乙, en: Q}\n    subject: none\n    tasks:\n    " + task("z")
    text = "tasks:\n" + task("a", outcomes("ok", ok=effect)) + "closes: {after: [a]}"
    story = play(text, more={"procedures/q.yaml": other})
    story.complete(CLERK, "a", "ok")
    story.do(SYSTEM, "signal", name="child_linked", child="claim", case=7)
    assert story.state is not None and story.state["status"] == "open"
    story.do(SYSTEM, "signal", name="child_closed", child="claim", outcome="ok")
    assert story.state["status"] == "closed" and story.state["children"]["claim"]["case"] == 7


def test_a_frozen_field_stays() -> None:
    text = "tasks:\n" + task("a", "form: f, " + outcomes("ok", ok="do: [{freeze: form.note}]"))
    story = play(text, FORM)
    story.complete(CLERK, "a", "ok", values={"note": "x", "total": 1})
    assert story.refused(CLERK, "correct", task="a", values={"note": "y"}, reason="z").code == "frozen"
    story.do(CLERK, "correct", task="a", values={"total": 2}, reason="z")


def test_the_file_and_the_status_of_a_case() -> None:
    text = "dossier: [{sheet: a}]\nstatus: [{is: filed, when: dossier.complete}, {is: thin, when: 1 < 2}]\ntasks:\n"
    story = play(text + task("a", "form: f"), FORM)
    assert story.state is not None and story.state["shown_status"] == "thin"
    story.complete(CLERK, "a", values={"total": 1})
    assert story.state["shown_status"] == "filed"


def test_a_gate_over_what_nobody_can_tell_yet_refuses() -> None:
    """Bookings are not kept yet: “not booked” is unknown, never true by default."""
    gate = "requires: [{that: \"!booked('locker')\", else: {zh: 柜未清, en: Locker in use}, clause: T-01}]"
    story = play("tasks:\n" + task("a", gate), dial=lambda clause: "refuse")
    assert isinstance(story.judge(CLERK, "complete", task="a"), Refusal)
