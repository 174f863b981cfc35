"""Findings on the real database: rows, marks, appeals through commands, what may be seen, and money that is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from aftercare.cases import doctor, finding_queries
from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.finding_queries import Wanted
from aftercare.cases.handbooks import load_handbook
from aftercare.cases.models import Case, FindingRow, Mark
from aftercare.cases.rebuild import rebuild_case
from aftercare.engine import Command
from aftercare.errors import Refused
from aftercare.money import owed, queries
from aftercare.money.models import Entry, Owed
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Person
from tests import shop as shops
from tests.engine.stage import CLAUSES, FRAME
from tests.shop import NOW
from tests.showroom import forget

Json = Any
FORMS = """
forms:
  - id: seen
    name: {zh: 现场, en: Seen}
    fields:
      - {id: kind, name: {zh: 类, en: Kind}, type: choice, options: [{id: loud, name: {zh: 喧哗, en: Loud}}]}
      - {id: who, name: {zh: 人, en: Who}, type: lines, columns: [{id: person, name: {zh: 人, en: P}, type: person}]}
      - {id: note, name: {zh: 注, en: Note}, type: long_text}
      - {id: promised, name: {zh: 答应赔偿, en: Promised}, type: money}
"""
PROCEDURES = """
procedures:
  - id: visit
    name: {zh: 上门, en: Visit}
    subject: none
    tasks:
      - task: look
        name: {zh: 查看, en: Look}
        role: clerk
        form: seen
        outcomes:
          seen:
            name: {zh: 已看, en: Seen}
            do:
              - {finding: violations, with: {people: form.who, kind: form.kind, note: form.note}}
              - {entry: compensation, amount: form.promised, payer: company, payee: customer, with: {note: form.note}, clauses: [T-03]}
    closes: {after: [look]}
"""  # noqa: E501
RULES = """
rules:
  - id: violations
    name: {zh: 违规, en: Violations}
    appeal: {within: 3d}
    rows: [{if: "finding.kind == 'loud'", then: violation, amount: yuan(101), clause: T-01}]
"""


@dataclass
class Floor:
    """A shop whose people hold rights in the store without any role."""

    shop: shops.Shop
    third: Person

    @property
    def store(self) -> int:
        return int(self.shop.east.pk)

    def actor(self, role: str) -> Actor:
        """sales and warehouse work on cases, finance takes money, the general manager may everything."""
        if role == "general_manager":
            return self.shop.boss
        person = {"sales": self.shop.seller, "finance": self.third, "warehouse": self.shop.other}[role]
        rights = ("money.see", "money.take", "cases.see") if role == "finance" else ("cases.see", "cases.act")
        return Actor(person.pk, person.full_name, rights=dict.fromkeys(rights, frozenset({self.store})))


@pytest.fixture
def visit(db: None) -> tuple[Floor, int, list[int]]:
    """A visit on which two people were loud, and money was promised."""
    forget()
    shop = Floor(shops.open_shop(), Person.objects.create(sign_in="sun", full_name="孙丽"))
    files = {"handbook.yaml": FRAME, "clauses.yaml": CLAUSES, "forms/f.yaml": FORMS}
    files |= {"procedures/p.yaml": PROCEDURES, "rules/r.yaml": RULES}
    load_handbook(SYSTEM, NOW, files)
    people = [shop.shop.seller.pk, shop.third.pk]
    case = open_case(SYSTEM, NOW, Opening("tiny", "visit", shop.store)).case
    who = [{"person": {"kind": "person", "id": one}} for one in people]
    values = {"kind": "loud", "note": "很大声", "promised": 50000, "who": who}
    act(SYSTEM, NOW, case, Command("complete", {"task": "look", "values": values}))
    return shop, case, people


def test_one_row_and_one_mark_per_person(visit: tuple[Floor, int, list[int]]) -> None:
    _, case, people = visit
    rows = list(FindingRow.objects.order_by("seq"))
    assert [(row.person_id, row.amount, row.clauses, row.kind) for row in rows] == [
        (people[0], 5050, ["T-01"], "loud"),
        (people[1], 5050, ["T-01"], "loud"),
    ]
    marks = Mark.objects.filter(case_id=case, kind="broken", clause="T-01").values_list("person_id", flat=True)
    assert set(marks) == set(people)
    assert finding_queries.facts_of(rows)[case, rows[0].seq]["note"] == "很大声"
    rebuild_case(case)
    assert list(doctor.check_case(Case.objects.get(pk=case))) == [] and FindingRow.objects.count() == 2


def test_each_sees_their_own_and_managers_their_store(visit: tuple[Floor, int, list[int]]) -> None:
    shop, _, people = visit
    own = finding_queries.found(shop.actor("sales"))
    assert [row.person_id for row in own] == [people[0]]
    boss = shop.actor("general_manager")
    assert finding_queries.found(boss).count() == 2 and not finding_queries.found(boss, own=True)
    assert not finding_queries.found(shop.actor("warehouse"))
    with pytest.raises(Refused):
        finding_queries.one(shop.actor("warehouse"), own[0].pk)


def test_findings_are_filtered_and_counted(visit: tuple[Floor, int, list[int]], django_assert_num_queries: Any) -> None:
    shop, _, people = visit
    boss, month = shop.actor("general_manager"), NOW.strftime("%Y-%m")
    shown = [
        (Wanted(person=people[0]), 1), (Wanted(month=month), 2), (Wanted(month="2020-01"), 0),
        (Wanted(clause="T-01"), 2), (Wanted(clause="T-02"), 0),
        (Wanted(kind="loud", store=shop.store), 2), (Wanted(state="appealed"), 0),
        (Wanted(since=date(2020, 1, 1), until=date(2020, 2, 1)), 0), (Wanted(severe=True), 0), (Wanted(month="x"), 2),
    ]  # fmt: skip
    assert [(wanted, finding_queries.found(boss, wanted).count()) for wanted, _ in shown] == shown
    with django_assert_num_queries(1):
        totals = finding_queries.totals(finding_queries.found(boss))
    assert totals == [{"person": one, "findings": 1, "severe": 0, "amount": 5050} for one in sorted(people)]


def test_an_appeal_without_any_right_and_a_dropped_finding_counts_no_more(
    visit: tuple[Floor, int, list[int]],
) -> None:
    shop, case, people = visit
    row = FindingRow.objects.get(person_id=people[0])
    sales, boss = shop.actor("sales"), shop.actor("general_manager")
    stranger = Actor(sales.person, sales.name)
    with pytest.raises(Refused) as refused:
        act(shop.actor("warehouse"), NOW, case, Command("appeal", {"finding": row.seq, "reason": "x"}))
    assert refused.value.status == 404
    act(stranger, NOW, case, Command("appeal", {"finding": row.seq, "reason": "不是我"}))
    assert FindingRow.objects.get(pk=row.pk).state == "appealed"
    act(boss, NOW, case, Command("answer_appeal", {"finding": row.seq, "decision": "dropped", "reason": "查明属实"}))
    assert FindingRow.objects.get(pk=row.pk).state == "dropped"
    assert list(Mark.objects.filter(kind="broken").values_list("person_id", flat=True)) == [people[1]]
    assert [one["person"] for one in finding_queries.totals(finding_queries.found(boss))] == [people[1]]
    rebuild_case(case)
    assert FindingRow.objects.get(case_id=case, seq=row.seq).state == "dropped"


def test_a_manager_notes_a_breach_by_hand_on_an_ended_case(visit: tuple[Floor, int, list[int]]) -> None:
    shop, case, people = visit
    told = {"clause": "T-02", "person": {"kind": "person", "id": people[0]}, "note": "客户来电"}
    with pytest.raises(Refused) as refused:
        act(shop.actor("sales"), NOW, case, Command("find", told))
    assert refused.value.status == 403
    act(shop.actor("general_manager"), NOW, case, Command("find", told))
    row = FindingRow.objects.get(finding="by_hand")
    assert row.clauses == ["T-02"] and Mark.objects.filter(clause="T-02", person_id=people[0]).count() == 1


# --- money that a case promises


def test_what_is_promised_is_owed_and_settled_once_by_finance(visit: tuple[Floor, int, list[int]]) -> None:
    shop, case, _ = visit
    row = Owed.objects.get()
    assert (row.kind, row.amount, row.state) == ("compensation", 50000, "open")
    assert (row.payer_kind, row.payee_kind) == ("company", "customer")
    assert row.case_id == case and row.note == "很大声" and row.clauses == ["T-03"] and not Entry.objects.exists()
    finance = shop.actor("finance")
    with pytest.raises(Refused):
        owed.settle(shop.actor("sales"), NOW, row.pk, owed.Settlement("cash", date(2026, 11, 21)))
    with pytest.raises(Refused):
        owed.settle(finance, NOW, row.pk, owed.Settlement("shells", date(2026, 11, 21)))
    owed.settle(finance, NOW, row.pk, owed.Settlement("transfer", date(2026, 11, 21)))
    entry = Entry.objects.get()
    assert (entry.kind, entry.amount, entry.case_id, entry.order_id) == ("payout", -50000, case, None)
    assert queries.paid_for_case(case) == 0
    with pytest.raises(Refused) as refused:
        owed.drop(finance, NOW, row.pk, "x")
    assert refused.value.status == 409


def test_a_wrong_settlement_is_taken_back_and_owed_again(visit: tuple[Floor, int, list[int]]) -> None:
    from aftercare.money.actions import mend

    shop, _, _ = visit
    row = Owed.objects.get()
    boss, finance = shop.actor("general_manager"), shop.actor("finance")
    owed.settle(finance, NOW, row.pk, owed.Settlement("cash", date(2026, 11, 21)))
    with pytest.raises(Refused):
        mend(boss, NOW, Entry.objects.get().pk, "错", {"amount": 1})
    mend(boss, NOW, Entry.objects.get().pk, "错")
    assert Owed.objects.get().state == "open" and sum(Entry.objects.values_list("amount", flat=True)) == 0
    owed.drop(finance, NOW, row.pk, "客户放弃")
    assert Owed.objects.get().state == "dropped"
