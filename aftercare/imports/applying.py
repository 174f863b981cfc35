"""Puts a plan into effect, in batches, through the actions of each package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.customers.actions import create_customers
from aftercare.errors import JSON, Refused
from aftercare.imports.known import customers_by_phone, orders_by_number
from aftercare.imports.plan import Plan, PlannedCustomer, PlannedOrder
from aftercare.money.actions import Payment, take_payments
from aftercare.orders.actions import Draft, create_orders, load_price_list
from aftercare.people.actor import Actor

CUSTOMERS_AT_ONCE, ORDERS_AT_ONCE, WITH_CASES_AT_ONCE = 2000, 100, 20
# (order id, what a half-finished order has behind it or None, actor, now): opens or adopts the case of an order
OpenCase = Callable[[int, Mapping[str, JSON] | None, Actor, datetime], object]
Progress = Callable[[int, int], None]  # (done, of)
Cancelled = Callable[[], bool]


@dataclass(slots=True)
class Applied:
    """What came of it. `cancelled`: stopped between two batches; what was done stays, the rest can be done later."""

    customers: int = 0
    orders: int = 0
    products: int = 0
    payments: int = 0
    cases: int = 0
    known: int = 0
    cancelled: bool = False

    @property
    def added(self) -> int:
        return self.customers + self.orders + self.products


@dataclass(frozen=True, slots=True)
class How:
    """`whole`: all or nothing (one transaction, refused when any row is bad); else the good rows, batch by batch."""

    whole: bool = False
    open_case: OpenCase | None = None
    progress: Progress = lambda done, of: None
    cancelled: Cancelled = lambda: False
    run: int | None = None


def apply(plan: Plan, actor: Actor, now: datetime, how: How = How()) -> Applied:
    """Add what the plan holds. Applying it again, or another plan of the same rows, adds nothing."""
    if how.whole and plan.bad:
        raise not_whole(len(plan.bad))
    done = Applied(known=plan.known)
    with transaction.atomic() if how.whole else nullcontext():
        if plan.kind == "prices":
            _apply_prices(plan, actor, now, done)
        else:
            _apply_parts(plan, actor, now, how, done)
        if how.whole and done.cancelled:
            transaction.set_rollback(True)
            return Applied(cancelled=True)
    return done


def not_whole(bad: int) -> Refused:
    """What is said when all or nothing was asked for and rows are bad."""
    return Refused.because(
        "import.not_whole", f"有 {bad} 行没有改好，按“全部或不导入”没有导入任何内容。",
        f"{bad} rows are not in order; all or nothing was asked for, so nothing was imported.",
        field="whole", data={"bad": bad},
    )  # fmt: skip


def _apply_prices(plan: Plan, actor: Actor, now: datetime, done: Applied) -> None:
    if not plan.products:
        return
    loaded = load_price_list(actor, now, plan.name, plan.digest, plan.products)
    done.products = loaded.added + loaded.changed
    done.known += loaded.same + (len(plan.products) if loaded.known else 0)


def _apply_parts(plan: Plan, actor: Actor, now: datetime, how: How, done: Applied) -> None:
    """Customers on their own; those of an order book together with their orders, so that a stop leaves none without."""
    of = len(plan.customers) + len(plan.orders)
    if plan.kind == "customers":
        for customers in _batches(plan.customers, CUSTOMERS_AT_ONCE):
            if how.cancelled():
                done.cancelled = True
                return
            with transaction.atomic():
                _add_customers(customers, actor, now, done)
            how.progress(done.customers, of)
        return
    buyers = {(planned.e164, planned.new.full_name): planned for planned in plan.customers}
    at_once = min(ORDERS_AT_ONCE, WITH_CASES_AT_ONCE) if how.open_case else ORDERS_AT_ONCE
    for orders in _batches(plan.orders, at_once):
        if how.cancelled():
            done.cancelled = True
            return
        with transaction.atomic():
            _add_orders(orders, buyers, actor, now, how, done)
        how.progress(done.orders + done.customers, of)


def _add_customers(
    planned: Sequence[PlannedCustomer], actor: Actor, now: datetime, done: Applied
) -> dict[tuple[str, str], int]:
    """Ids by (number, name); those somebody else has added meanwhile are taken as they are."""
    there = customers_by_phone(one.e164 for one in planned if one.e164.startswith("+"))
    ids = {
        (one.e164, one.new.full_name): there[one.e164][one.new.full_name]
        for one in planned
        if one.new.full_name in there.get(one.e164, {})
    }
    fresh = [one for one in planned if (one.e164, one.new.full_name) not in ids]
    made = create_customers([one.new for one in fresh], actor, now, right="imports.run") if fresh else []
    done.customers += len(made)
    done.known += len(planned) - len(fresh)
    return ids | {(one.e164, one.new.full_name): new.id for one, new in zip(fresh, made, strict=True)}


def _add_orders(
    planned: Sequence[PlannedOrder],
    buyers: Mapping[tuple[str, str], PlannedCustomer],
    actor: Actor,
    now: datetime,
    how: How,
    done: Applied,
) -> None:
    there = orders_by_number(order.number for order in planned)
    fresh = [order for order in planned if order.number not in there]
    done.known += sum(order.rows for order in planned if order.number in there)
    if not fresh:
        return
    wanted = {order.new_customer: buyers[order.new_customer] for order in fresh if order.new_customer}
    ids = _add_customers(list(wanted.values()), actor, now, done)
    drafts = [_draft(order, ids, now, how.run) for order in fresh]
    orders = create_orders(drafts, actor, now, right="imports.run")
    done.orders += len(orders)
    _add_payments(fresh, [order.pk for order in orders], actor, now, done)
    if how.open_case:
        for order, row in zip(fresh, orders, strict=True):
            how.open_case(row.pk, order.adopt, actor, now)
            done.cases += 1


def _draft(order: PlannedOrder, ids: Mapping[tuple[str, str], int], now: datetime, run: int | None) -> Draft:
    customer = order.customer or (ids[order.new_customer] if order.new_customer else 0)
    values: dict[str, Any] = {**order.values, "customer": customer}
    issued = now if order.adopt and order.adopt.get("issued") else None
    return Draft(order.store, values, order.number, issued_at=issued, import_run=run)


def _add_payments(
    planned: Sequence[PlannedOrder], ids: Sequence[int], actor: Actor, now: datetime, done: Applied
) -> None:
    """Deposits paid before: of the day of the order, in the way the order names (cash when it names none)."""
    by_store: dict[int, list[Payment]] = {}
    for order, number in zip(planned, ids, strict=True):
        if order.paid:
            way, day = order.values["payment"] or "cash", order.values["ordered_on"]
            payment = Payment(order.paid, way, day, order=number, reason="导入 import")
            by_store.setdefault(order.store, []).append(payment)
    for store, payments in by_store.items():
        done.payments += len(take_payments(actor, now, payments, store, right="imports.run"))


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
