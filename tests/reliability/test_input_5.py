"""input-5: every text is kept code point by code point, or refused by the name of its field; it never breaks anything.

White space at both ends is not content: where a field cuts it off, the rest is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aftercare.cases.models import Case, EventPersonal
from aftercare.customers.models import Address, Customer
from aftercare.orders.models import Order
from aftercare.people.models import Person
from tests.reliability.naughty import BROKEN, LARGE, texts
from tests.reliability.stage import Answer, Program, ills, program
from tests.showroom import GOODS, Showroom

Json = Any
Field = Callable[[str], tuple[Answer, Callable[[], str]]]


class Fields:
    """Each text field: send a text, and where to read what was kept."""

    def __init__(self, shop: Showroom) -> None:
        self.shop, self.sales, self.customer, self.case = shop, program(shop, "sales"), shop.customer(), shop.open()
        self.case.issue()

    def customer_name(self, text: str) -> tuple[Answer, Callable[[], str]]:
        answer = self.sales.post("/customers", {"full_name": text, "store": self.shop.store})
        return answer, lambda: Customer.objects.get(pk=answer.body["id"]).full_name

    def customer_notes(self, text: str) -> tuple[Answer, Callable[[], str]]:
        answer = self.sales.post("/customers", {"full_name": "李明华", "store": self.shop.store, "notes": text})
        return answer, lambda: Customer.objects.get(pk=answer.body["id"]).notes

    def customer_address(self, text: str) -> tuple[Answer, Callable[[], str]]:
        body = {"full_name": "李明华", "store": self.shop.store, "addresses": [{"text": text}]}
        answer = self.sales.post("/customers", body)
        return answer, lambda: Address.objects.get(customer=answer.body["id"]).text

    def order_note(self, text: str) -> tuple[Answer, Callable[[], str]]:
        line = {name: GOODS[0][name] for name in ("code", "name", "qty", "price")}
        body = {
            "store": self.shop.store, "customer": self.customer, "salesperson": self.shop.people["sales"],
            "ordered_on": "2026-11-21", "lines": [line], "note": text,
        }  # fmt: skip
        answer = self.sales.post("/orders", body)
        return answer, lambda: Order.objects.get(pk=answer.body["id"]).note

    def case_note(self, text: str) -> tuple[Answer, Callable[[], str]]:
        answer = self.sales.command(self.case.id, "note", text=text)
        seq = answer.body.get("seq")
        return answer, lambda: EventPersonal.objects.get(case_id=self.case.id, seq=seq).data["text"]

    def sheet(self, text: str) -> tuple[Answer, Callable[[], str]]:
        values = {"needs": [{"item": "沙发", "need": text}]}
        answer = self.sales.command(self.case.id, "save", task="demand_sheet", values=values)
        return answer, lambda: Case.objects.get(pk=self.case.id).state["drafts"]["demand_sheet"]["needs"][0]["need"]


NAMES = ("customer_name", "customer_notes", "customer_address", "order_note", "case_note", "sheet")


def judge(text: str, answer: Answer, kept: Callable[[], str]) -> None:
    said = f"{text[:60]!r}: {answer}"
    if answer.good:
        assert kept().strip() == text.strip(), said
        return
    assert 400 <= answer.status < 500, said
    fault = answer.body["errors"][0]
    assert fault.get("field") or fault["code"] in ("request.json_invalid", "request.large"), said
    assert fault["message"]["zh"] and fault["message"]["en"]


@pytest.mark.parametrize("name", NAMES)
def test_input_5_kept_exactly_or_refused(shop: Showroom, name: str, full: bool) -> None:
    field: Field = getattr(Fields(shop), name)
    for text in texts(full):
        judge(text, *field(text))
    for text in BROKEN:
        answer, _ = field(text)
        assert answer.status in (400, 422), (text, answer)
    answer, kept = field(LARGE)
    judge(LARGE, answer, kept)
    assert ills() == []


def test_input_5_by_the_form_of_a_page(shop: Showroom, full: bool) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(Person.objects.get(pk=shop.people["sales"]), backend="django.contrib.auth.backends.ModelBackend")
    for n, text in enumerate([*texts(full), *BROKEN]):
        form = {"f.full_name": "李明华", "f.kind": "person", "f.store": str(shop.store), "f.notes": text}
        try:
            answer = client.post("/customers/new/", {**form, "form_token": f"{n:032x}"})
        except UnicodeEncodeError:
            continue  # no browser can send half of a surrogate pair
        assert answer.status_code in (303, 422), (text, answer.status_code)
        if answer.status_code == 303:
            kept = Customer.objects.latest("pk").notes
            assert kept.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip(), text
    assert ills() == []


def test_input_5_what_is_kept_is_given_back_and_found(shop: Showroom) -> None:
    fields = Fields(shop)
    for name in ("𠮷田", "王𬱖", "欧阳\U0002a6d6"):
        answer, _ = fields.customer_name(name)
        assert answer.good, answer
        assert fields.sales.get(f"/customers/{answer.body['id']}").body["name"] == name
        found = find(fields.sales, name)
        assert answer.body["id"] in found, (name, found)


def find(sales: Program, name: str) -> list[int]:
    from urllib.parse import quote

    answer = sales.get(f"/customers/search?q={quote(name)}")
    assert answer.good, answer
    return [one["id"] for one in answer.body["items"]]
