"""race-7: many take what there is once: the next number, the rest of a refund."""

from __future__ import annotations

from aftercare.cases.models import Case
from aftercare.documents.models import Document
from aftercare.money.models import Entry
from tests.reliability.stage import at_once, ills, program
from tests.showroom import CONTRACT, Showroom

CLIENTS = 20
PAYMENT = {"way": "card", "happened_on": "2026-11-21"}


def test_race_7_numbers_of_cases_are_unique_without_gaps(shop: Showroom) -> None:
    sales = program(shop, "sales")
    where = {"handbook": "showroom", "procedure": "order_promise", "store": shop.store}
    subjects = [{"kind": "order", "id": shop.order()} for _ in range(CLIENTS)]
    answers = at_once([lambda s=s: sales.post("/cases", {**where, "subject": s}) for s in subjects])
    assert {answer.status for answer in answers} == {201}
    assert sorted(Case.objects.values_list("number", flat=True)) == [
        f"DD20261121-{shop.store}-{n:03}" for n in range(1, CLIENTS + 1)
    ]
    assert ills() == []


def test_race_7_numbers_of_papers_are_unique_without_gaps(shop: Showroom) -> None:
    sales = program(shop, "sales")
    cases = [shop.open().id for _ in range(CLIENTS)]
    issue = {"task": "contract", "outcome": "issued", "values": CONTRACT}
    answers = at_once([lambda case=case: sales.command(case, "complete", **issue) for case in cases])
    assert {answer.status for answer in answers} == {200}, [answer.body for answer in answers if not answer.good][:1]
    numbers = sorted(Document.objects.values_list("serial", flat=True))
    assert numbers == list(range(1, CLIENTS + 1))
    assert Document.objects.values("number").distinct().count() == CLIENTS
    assert ills() == []


def test_race_7_the_rest_of_a_refund_is_given_once(shop: Showroom) -> None:
    finance = program(shop, "finance")
    order = shop.order()
    paid = finance.post("/payments", {"amount": 100000, "order": order, **PAYMENT})
    assert paid.good, paid
    back = {"amount": 60000, "order": order, "reason": "退货", **PAYMENT, "way": "cash"}
    answers = at_once([lambda: finance.post("/refunds", back) for _ in range(CLIENTS)])
    assert sorted(answer.status for answer in answers) == [201] + [422] * (CLIENTS - 1)
    assert sum(Entry.objects.values_list("amount", flat=True)) == 40000
    assert ills() == []
