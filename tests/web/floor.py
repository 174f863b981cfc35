"""The showroom with its handbook in force, as pages see it: one case that has gone some way."""

from __future__ import annotations

from dataclasses import dataclass

from aftercare.people.models import Person
from tests.showroom import Showroom, Story, open_showroom


@dataclass
class Floor:
    """`person("sales")` signs in; `story` is an order whose contract is issued and whose date is agreed."""

    shop: Showroom
    story: Story

    def person(self, role: str) -> Person:
        return Person.objects.get(pk=self.shop.people[role])


def open_floor(dial: str = "refuse") -> Floor:
    shop = open_showroom(dial)
    story = shop.open()
    return Floor(shop, story)


def far_along(floor: Floor) -> None:
    """Contract out, date agreed, copies on their way, the deposit paid."""
    from datetime import date

    from aftercare.money.actions import Payment, take_payment

    story = floor.story
    story.issue()
    story.agree("2026-12-31")
    story.release()
    needs = {"needs": [{"item": "三人位布艺沙发", "need": "每年打蜡一次"}]}
    story.complete("sales", "demand_sheet", values=needs)
    story.complete("sales", "hand_customer_copy", values={"folded": True, "card_slip": True})
    story.complete("sales", "hand_finance_copy")
    finance = floor.shop.actor("finance")
    take_payment(finance, story.now, Payment(200000, "card", date(2026, 11, 21), order=story.order, voucher="POS-0017"))
