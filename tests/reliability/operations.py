"""The core operations as a program calls them: each makes its subject anew and says what to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aftercare.orders.actions import cancel_order
from aftercare.orders.models import Order
from tests.reliability.stage import Answer, Program, program
from tests.showroom import CONTRACT, NOW, Showroom, Story

Json = Any


@dataclass(frozen=True)
class Request:
    """One unsafe call; sent again with the same key it must change nothing more."""

    by: Program
    path: str
    body: Json

    def send(self, key: str) -> Answer:
        return self.by.post(self.path, self.body, key)


NAMES = (
    "open_case", "complete_and_issue", "reassign", "note", "sign", "cancel", "reopen", "take_money", "create_customer",
    "erase_customer",
)  # fmt: skip


class Operations:
    """Who asks, and a method for every operation of NAMES."""

    def __init__(self, shop: Showroom) -> None:
        self.shop = shop
        self.programs = {
            role: program(shop, role) for role in ("sales", "service_manager", "finance", "general_manager")
        }

    def command(self, role: str, case: int, verb: str, /, **data: Json) -> Request:
        return Request(self.programs[role], f"/cases/{case}/commands", {"verb": verb, "data": data})

    def open_case(self) -> Request:
        customer = self.shop.customer()
        body = {
            "handbook": "showroom", "procedure": "order_promise", "store": self.shop.store, "customer": customer,
            "subject": {"kind": "order", "id": self.shop.order(customer)},
        }  # fmt: skip
        return Request(self.programs["sales"], "/cases", body)

    def complete_and_issue(self) -> Request:
        return self.command(
            "sales", self.shop.open().id, "complete", task="contract", outcome="issued", values=CONTRACT
        )

    def reassign(self) -> Request:
        story = self.shop.open()
        story.issue()
        to = self.shop.people["finance"]
        return self.command("general_manager", story.id, "reassign", task="price_check", person=to)

    def note(self) -> Request:
        return self.command("sales", self.shop.open().id, "note", text="客户来电，改约周六")

    def sign(self) -> Request:
        story = self.shop.open()
        story.issue()
        marks = [{"who": "customer", "must": "confirm", "way": "phone"}]
        story.do("sales", "save", task="agree_date", values={"delivery_date": "2026-12-31"}, marks=marks)
        return self.command(
            "service_manager", story.id, "sign", task="agree_date", who="service_manager", must="confirm"
        )

    def cancel(self) -> Request:
        return self.command("general_manager", self.shop.open().id, "cancel", reason="客户退单")

    def reopen(self) -> Request:
        story = self.shop.open()
        story.issue()
        story.complete("finance", "price_check", "checked", {"prices_agree": True})
        return self.command("general_manager", story.id, "reopen", tasks=["price_check"], reason="价格有误")

    def take_money(self) -> Request:
        body = {"amount": 100000, "way": "card", "happened_on": "2026-11-21", "order": self.shop.order()}
        return Request(self.programs["finance"], "/payments", body)

    def create_customer(self) -> Request:
        body = {"full_name": "李明华", "store": self.shop.store, "phones": [{"typed": "13900139000"}]}
        return Request(self.programs["sales"], "/customers", body)

    def erase_customer(self) -> Request:
        customer = self.ended().customer
        return Request(self.programs["general_manager"], f"/customers/{customer}/erase", {"reason": "客户要求"})

    def ended(self) -> Story:
        """A promise that was made and taken back: order and case are cancelled."""
        story = self.shop.open()
        story.issue()
        order = Order.objects.get(pk=story.order)
        cancel_order(self.shop.actor("general_manager"), NOW, order.pk, order.version, "客户退单")
        if story.case.status == "open":
            story.do("general_manager", "cancel", reason="客户退单")
        return story

    def make(self, name: str) -> Request:
        request: Request = getattr(self, name)()
        return request
