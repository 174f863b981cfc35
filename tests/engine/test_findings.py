"""What is found against whom: several people, tables of violations, checks of a crew, appeals, who had it in hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aftercare.engine import Who
from tests.engine.stage import BOSS, CLERK, FINANCE, OTHER_CLERK, Play, outcomes, play, task

Json = Any
FORM = """
  - id: crew
    name: {zh: 班组, en: Crew}
    fields:
      - id: who
        name: {zh: 人, en: Who}
        type: lines
        columns: [{id: person, name: {zh: 人, en: Person}, type: person}]
  - id: seen
    name: {zh: 现场, en: Seen}
    fields:
      - id: kind
        name: {zh: 类, en: Kind}
        type: choice
        options:
          - {id: loud, name: {zh: 喧哗, en: Loud}}
          - {id: gift, name: {zh: 收礼, en: Gift}}
          - {id: mop, name: {zh: 拖布, en: Mop}}
          - {id: odd, name: {zh: 怪, en: Odd}}
      - {id: asked, name: {zh: 客户要求, en: Asked}, type: check}
      - {id: amount, name: {zh: 额, en: Amount}, type: money}
      - {id: note, name: {zh: 注, en: Note}, type: long_text}
      - {id: picture, name: {zh: 照片, en: Picture}, type: photo}
  - id: goods
    name: {zh: 货, en: Goods}
    fields:
      - id: items
        name: {zh: 件, en: Items}
        type: lines
        key: code
        columns:
          - {id: code, name: {zh: 号, en: Code}, type: text}
          - {id: by, name: {zh: 人, en: By}, type: person}
"""
RULES = {
    "rules/r.yaml": """
rules:
  - id: violations
    name: {zh: 违规, en: Violations}
    appeal: {within: 3d}
    rows:
      - {if: "finding.kind == 'mop' && finding.asked", then: none}
      - {if: "finding.kind == 'loud'", then: violation, amount: settings.fine, clause: T-01}
      - if: finding.kind == 'gift'
        then: violation
        amount: settings.fine
        severe: true
        person: people.head
        clauses: [T-02, T-03]
      - if: finding.kind == 'mop'
        then: violation
        people: people.crew
        amount: finding.amount
        shares: {person: 20%, company: 80%}
        clause: T-04
  - id: weekly
    name: {zh: 每周, en: Weekly}
    once_per: [person, week]
    rows: [{then: violation, amount: finding.amount, clause: T-05}]
"""
}
SETTINGS = "settings: [{id: fine, name: {zh: 罚款, en: Fine}, type: money, value: 100}]\n"
PEOPLE = (
    "people: [{id: crew, role: clerk, chosen_by: team.who.person, many: true}, {id: head, role: boss, same_as: lead}]\n"
)
GIVEN = "kind: form.kind, asked: form.asked, amount: form.amount, note: form.note, picture: form.picture"


def ref(n: int) -> Json:
    return {"kind": "person", "id": n}


def visit(rule: str = "violations", people: str = "people: people.crew, ") -> Play:
    effect = f"do: [{{finding: {rule}, with: {{{people}{GIVEN}}}, clauses: [T-05]}}]"
    body = (
        task("lead", role="boss")
        + task("team", "form: crew")
        + task("a", "form: seen, opens: {demand: true}, " + outcomes("ok", ok=effect))
    )
    story = play(PEOPLE + "tasks:\n" + body + task("z"), FORM, RULES, SETTINGS)
    story.complete(BOSS, "lead")
    story.complete(CLERK, "team", values={"who": [{"person": ref(1)}, {"person": ref(4)}, {"person": ref(7)}]})
    return story


def report(story: Play, **values: Json) -> list[Json]:
    """The findings of one report."""
    before = len(story.events)
    story.do(CLERK, "begin", task="a")
    assert story.state is not None
    key = next(one for one, held in story.state["tasks"].items() if held["task"] == "a" and held["state"] == "open")
    story.complete(CLERK, key, values={"asked": False, **values})
    return [event for event in story.events[before:] if event.kind == "finding"]


def test_one_finding_per_person_and_the_amount_split_to_the_fen() -> None:
    found = report(visit(), kind="loud", note="shouted", picture={"id": 9})
    assert [(one.data["person"], one.data["amount"]) for one in found] == [(1, 3334), (4, 3333), (7, 3333)]
    assert {one.data["clause"] for one in found} == {"T-01"} and found[0].data["answer"] == "violation"


def test_every_given_fact_stays_and_what_people_wrote_can_be_erased() -> None:
    found = report(visit(), kind="loud", note="shouted", picture={"id": 9})[0]
    assert found.data["facts"] == {"kind": "loud", "asked": False}
    assert found.personal is not None and found.personal["facts"]["note"] == "shouted"
    assert "shouted" not in str([event.data for event in visit().events])


def test_the_row_names_the_person_says_severe_and_its_clauses() -> None:
    found = report(visit(), kind="gift")
    assert [(one.data["person"], one.data["severe"], one.data["clause"]) for one in found] == [(2, True, "T-02,T-03")]
    assert found[0].data["amount"] == 10000


def test_a_row_that_says_none_finds_nothing_and_shares_say_what_the_person_bears() -> None:
    assert report(visit(), kind="mop", asked=True, amount=900) == []
    found = report(visit(people=""), kind="mop", amount=1000)
    assert [(one.data["amount"], one.data["bears"]) for one in found] == [(334, 67), (333, 67), (333, 67)]


def test_without_a_row_the_finding_stands_open_with_the_clause_of_the_effect() -> None:
    found = report(visit(), kind="odd")
    assert len(found) == 3 and found[0].data["open"] and found[0].data["clause"] == "T-05"


def test_once_per_person_and_week_counts_once() -> None:
    story = visit("weekly")
    assert len(report(story, kind="loud", amount=300)) == 3
    assert report(story, kind="loud", amount=300) == []
    story.now += timedelta(days=7)
    assert len(report(story, kind="loud", amount=300)) == 3


@pytest.mark.parametrize(
    ("written", "people"),
    [
        (
            "{list: [T-01, {id: own, clause: T-02, against: people.head}], against: people.crew}",
            [(1, "T-01"), (4, "T-01"), (7, "T-01"), (2, "T-02")],
        ),
        ("[T-01, {id: own, clause: T-02, against: people.head}]", [(3, "T-01"), (2, "T-02")]),
        ("{from: settings.asked, against: people.crew}", [(1, ""), (4, ""), (7, "")]),
    ],
)
def test_a_missed_check_counts_against_whom_the_handbook_names(written: str, people: list[tuple[int, str]]) -> None:
    body = task("lead", role="boss") + task("team", "form: crew") + task("b", f"checks: {written}", "finance")
    more = "settings: [{id: asked, name: {zh: 问, en: Asked}, type: list, value: [净]}]\n"
    story = play(PEOPLE + "tasks:\n" + body, FORM, extra=more)
    story.complete(BOSS, "lead")
    story.complete(CLERK, "team", values={"who": [{"person": ref(1)}, {"person": ref(4)}, {"person": ref(7)}]})
    asked = {"净": "missed"} if "from" in written else {"t_01": "missed", "own": "missed"}
    story.complete(FINANCE, "b", values={"checks": asked})
    found = [event.data for event in story.events if event.kind == "finding"]
    assert [(one["person"], one["clause"]) for one in found] == people


# --- appeals


def test_the_person_concerned_appeals_in_time_and_a_manager_answers() -> None:
    story = visit()
    n = report(story, kind="loud")[0].data["n"]
    assert story.refused(OTHER_CLERK, "appeal", finding=n, reason="not me").code == "no_such_finding"
    assert story.refused(CLERK, "appeal", finding=n, reason=" ").code == "reason"
    assert story.refused(BOSS, "answer_appeal", finding=n, decision="upheld", reason="x").code == "no_appeal"
    story.do(CLERK, "appeal", finding=n, reason="not me")
    assert story.events[-1].personal == {"reason": "not me"}
    assert story.refused(CLERK, "appeal", finding=n, reason="again").code == "appealed"
    assert story.refused(CLERK, "answer_appeal", finding=n, decision="dropped", reason="x").code == "not_allowed"
    story.do(BOSS, "answer_appeal", finding=n, decision="dropped", reason="it was the neighbour")
    assert story.state is not None and story.state["findings"][0]["state"] == "dropped"
    assert story.refused(BOSS, "answer_appeal", finding=n, decision="upheld", reason="x").code == "no_appeal"


def test_an_appeal_too_late_is_refused_and_nobody_decides_on_themselves() -> None:
    story = visit()
    n = report(story, kind="loud")[0].data["n"]
    story.now += timedelta(days=5)
    assert story.refused(CLERK, "appeal", finding=n, reason="late").code == "appeal_late"
    own = report(story, kind="gift")[0].data["n"]
    assert story.refused(BOSS, "answer_appeal", finding=own, decision="dropped", reason="x").code == "not_allowed"


def test_a_manager_notes_a_breach_by_hand() -> None:
    story = visit()
    told: Json = {"clause": "T-01", "people": [ref(1), ref(4)], "amount": 101, "note": "saw it", "kind": "loud"}
    assert story.refused(CLERK, "find", **told).code == "not_allowed"
    assert story.refused(BOSS, "find", clause="X-1", person=ref(1)).faults[0].field == "clause"
    assert story.refused(BOSS, "find", clause="T-01").faults[0].field == "person"
    story.do(BOSS, "find", **told)
    found = [event for event in story.events if event.kind == "finding"]
    assert [(one.data["person"], one.data["amount"], one.data["clause"]) for one in found] == [
        (1, 51, "T-01"),
        (4, 50, "T-01"),
    ]
    assert found[0].personal == {"facts": {"note": "saw it"}} and found[0].data["facts"] == {"kind": "loud"}
    story.now += timedelta(days=60)
    story.do(CLERK, "appeal", finding=found[0].data["n"], reason="I was away")
    story.do(BOSS, "find", rule="violations", kind="gift", person=ref(1))
    assert story.events[-2].data["person"] == 2 and story.events[-2].data["appeal_until"]


# --- who had it in hand


def test_handled_names_everybody_who_had_the_row() -> None:
    gate = "{that: \"size(handled('B')) == 3 && handled('B').exists(p, p == people.head)\"}"
    body = (
        task("lead", role="boss") + task("pack", "form: goods") + task("load", "form: goods, after: [pack]", "finance")
        + task("each", "for_each: {in: sheets.pack.items, as: item, key: code}, after: [load]")
        + task("z", f"requires: [{gate}]")
    )  # fmt: skip
    story = play(
        PEOPLE.replace("{id: crew, role: clerk, chosen_by: team.who.person, many: true}, ", "") + "tasks:\n" + body,
        FORM,
    )
    story.complete(BOSS, "lead")
    story.complete(CLERK, "pack", values={"items": [{"code": "A"}, {"code": "B", "by": ref(2)}]})
    assert story.refused(CLERK, "complete", task="z").code == "gate"
    story.complete(Who(3, "孙", frozenset({"finance"})), "load", values={"items": [{"code": "B"}]})
    story.complete(OTHER_CLERK, "each[A]")
    story.complete(CLERK, "z")
