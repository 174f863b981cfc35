"""A small invented shop for tests of orders, money and imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from aftercare.customers.models import Customer
from aftercare.orders.actions import create_order
from aftercare.orders.models import Order
from aftercare.people.actor import EVERYWHERE, Actor
from aftercare.people.models import Person, Store

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Shop:
    """Two stores, a seller in each, a boss over all, one customer."""

    east: Store
    west: Store
    seller: Person
    other: Person
    customer: Customer

    def clerk(self, *rights: str) -> Actor:
        """The seller of the eastern store with these rights there and nowhere else."""
        stores = frozenset({self.east.pk})
        return Actor(self.seller.pk, self.seller.full_name, rights=dict.fromkeys(rights, stores))

    @property
    def boss(self) -> Actor:
        from aftercare.people.rights import ACTIONS

        return Actor(self.other.pk, "赵立新", rights=dict.fromkeys(ACTIONS, EVERYWHERE))

    def order(self, actor: Actor | None = None, **values: Any) -> Order:
        given = {
            "store": self.east.pk,
            "customer": self.customer.pk,
            "salesperson": self.seller.pk,
            "ordered_on": TODAY,
            "lines": [line("SF-101", 2, 250000), line("DZ-205", 1, 80000)],
            "deposit": 100000,
        }
        return create_order(actor or self.boss, NOW, **(given | values))


def open_shop() -> Shop:
    east = Store.objects.create(code="E", name={"zh": "城东店", "en": "East store"})
    west = Store.objects.create(code="W", name={"zh": "城西店", "en": "West store"})
    seller = Person.objects.create(sign_in="chen", full_name="陈晓梅")
    other = Person.objects.create(sign_in="zhao", full_name="赵立新")
    return Shop(east, west, seller, other, customer("王建国", east))


def customer(name: str, store: Store) -> Customer:
    return Customer.objects.create(full_name=name, store=store, created_at=NOW, changed_at=NOW, changed_by=0)


def line(code: str, qty: float, price: int, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"商品{code}", "qty": qty, "price": price, **more}
