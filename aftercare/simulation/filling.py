"""Fills the demo: price list, order book, half-finished orders, and a month of work up to now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.config import paths
from aftercare.imports.actions import How, apply, plan
from aftercare.money.actions import Payment, take_payment
from aftercare.orders.adopting import open_imported
from aftercare.orders.models import Order
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.queries import actor_for
from aftercare.simulation.month import Month, Progress
from aftercare.simulation.orderbook import order_book
from aftercare.simulation.workbooks import files

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
MONTH = timedelta(days=30)
DONE = {"issued": True, "agreed": True, "copies": {"1": True, "2": True, "3": True}}


def fill(seed: int, now: datetime, orders: int = 520, progress: Progress = lambda done, of: None) -> int:
    """Import the order book as of a month ago and work through it until `now`. Returns how many things happened."""
    made, _ = files(order_book(seed, now.astimezone(ZONE).date(), orders), seed)
    begin, random = now - MONTH, Random(seed)
    month = Month(random, now)
    today = now.astimezone(ZONE).date()
    later: list[tuple[int, Mapping[str, Json] | None]] = []
    how = How(open_case=lambda order, adopt, actor, at: later.append((order, adopt)))
    for name in ("price-list.xlsx", "order-book.xlsx", "half-finished-200.xlsx"):
        apply(plan(made[name], name, SYSTEM, today), SYSTEM, begin, how)
    for order, adopt in later:
        _begin(month, order, adopt, begin, random)
    return month.run(progress)


def _begin(month: Month, order_id: int, adopt: Mapping[str, Json] | None, begin: datetime, random: Random) -> None:
    """New orders open on their day; older ones that are still to be delivered are taken over as they stand."""
    order = Order.objects.get(pk=order_id)
    day = datetime.combine(order.ordered_on, time(9, random.randint(0, 59)), ZONE) + timedelta(
        minutes=random.randint(0, 480)
    )
    if adopt is None and day < begin:
        if order.delivery_date is None or order.delivery_date <= begin.date():
            return
        adopt = {**DONE, "delivery_date": order.delivery_date.isoformat(), "deposit_paid": order.deposit}
    month.at(max(day, begin), lambda when: _open(month, order, adopt, when))


def _open(month: Month, order: Order, adopt: Mapping[str, Json] | None, now: datetime) -> None:
    seller: Actor = actor_for(order.salesperson_id, now) if adopt is None else SYSTEM
    done = open_imported(order.pk, adopt, seller, now)
    if adopt is None and order.deposit:
        payment = Payment(
            order.deposit, order.payment or "cash", now.astimezone(ZONE).date(), order=order.pk, part="deposit"
        )
        month.at(now + timedelta(minutes=30), lambda when: _pay(payment, when))
    month.look(done.case, now)


def _pay(payment: Payment, now: datetime) -> None:
    take_payment(SYSTEM, now, payment)


# --- progress, for the terminal and the pages

FILE = "filling.json"


def note(done: int, of: int, ended: bool = False) -> None:
    (paths.var() / FILE).write_text(json.dumps({"done": done, "of": of, "ended": ended}), encoding="utf-8")


def noted() -> dict[str, Json] | None:
    """{done, of, ended} of a filling under way or over; None where there was none."""
    file = paths.var() / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
