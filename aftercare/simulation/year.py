"""A year of orders for one store: customers who come again, more of them in some months than in others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.simulation.orderbook import Buyer, SoldOrder, buyers, goods, line, words
from aftercare.simulation.plan import Plan
from aftercare.values.places import PARTS, parse

Json = Any
RETURNING = 0.7  # customers per order: some come again


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as it is given in the shop. `customer`: which buyer of the store, counted from 0."""

    at: datetime
    customer: int
    order: SoldOrder


def sales(plan: Plan, store: int) -> tuple[tuple[Buyer, ...], tuple[Sale, ...]]:
    """The buyers and the sales of store number `store` (from 0), in the order of time."""
    count = plan.orders // plan.stores + (store < plan.orders % plan.stores)
    random = Random(f"{plan.seed}|sales|{store}")
    known = buyers(random, max(1, round(count * RETURNING)), range(store * 3000 + 1, store * 3000 + 3000))
    days = sorted(_days(plan, random, count))
    products = goods()
    made = []
    for n, day in enumerate(days):
        who = n if n < len(known) else random.randrange(len(known))
        at = datetime.combine(day, time(9), ZoneInfo("Asia/Shanghai")) + timedelta(minutes=random.randrange(5, 500))
        lines = tuple(line(random, one) for one in random.sample(products, random.choice((1, 1, 2, 2, 3, 4))))
        total = sum(one.amount for one in lines)
        lead = random.choice((random.randint(5, 20), random.randint(15, 45), random.randint(30, 75)))
        order = SoldOrder(
            f"{store + 1}{day:%y%m}-{n + 1:04}", "", "", known[who], day, day + timedelta(days=lead), lines,
            total * random.choice((20, 30, 50)) // 10_000 * 100, random.choice(list(words()["payments"])),
            random.choice(words()["notes"]),
        )  # fmt: skip
        made.append(Sale(at.astimezone(UTC), who, order))
    return known, tuple(sorted(made, key=lambda one: one.at))


def _days(plan: Plan, random: Random, count: int) -> Iterator[date]:
    days = [plan.begin + timedelta(days=n) for n in range(plan.days)]
    weights = [plan.season[day.month - 1] * (1.6 if day.weekday() >= 5 else 1.0) for day in days]
    yield from random.choices(days, weights, k=count)


def order_facts(sale: Sale, order: int, store: int, seller: int, customer: int) -> dict[str, Json]:
    """As conditions read it: the shape of `orders.facts.order_facts`."""
    sold = sale.order
    lines = [
        {
            "key": f"k{n}", "code": one.product.code, "name": one.product.name, "spec": one.product.spec,
            "unit": one.product.unit, "note": "", "qty": one.qty, "list_price": one.product.price, "price": one.price,
            "amount": one.amount, "delivered_qty": 0,
        }
        for n, one in enumerate(sold.lines, 1)
    ]  # fmt: skip
    return {
        "id": order, "number": sold.number, "status": "open", "version": 1, "case": None,
        "ordered_on": sold.ordered_on.isoformat(), "delivery_date": sold.delivery_date.isoformat(),
        "address": place(sold.buyer.address), "total": sold.total, "deposit": sold.deposit, "payment": sold.payment,
        "note": sold.note, "paid": 0, "balance": sold.total, "store": {"kind": "store", "id": store},
        "salesperson": {"kind": "person", "id": seller}, "customer": {"kind": "customer", "id": customer},
        "lines": lines,
    }  # fmt: skip


def customer_facts(buyer: Buyer, customer: int, store: int) -> dict[str, Json]:
    """As conditions read it: the shape of `customers.queries.facts`."""
    place_ = {"id": customer, "text": buyer.address, "is_findable": True}
    return {
        "id": customer, "name": buyer.name, "kind": "person", "store": store, "gender": "",
        "birthday": buyer.birthday.isoformat(), "birthday_lunar": False, "family_size": None, "filed_on": None,
        "mark": "", "vip": False, "consent": {},
        "phone": buyer.phone, "phones": [buyer.phone], "address": buyer.address, "is_findable": True,
        "addresses": [place_],
    }  # fmt: skip


def place(text: str) -> dict[str, str]:
    """A written address in its parts, as an order keeps it."""
    parts = parse(text)
    return {**{name: part for name in PARTS if (part := getattr(parts, name))}, "text": text}
