"""Writing new orders, many in a few statements. Internal to orders.actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from aftercare.customers.models import Customer
from aftercare.errors import Conflict, Fault, Refused
from aftercare.orders.changing import new_lines, refresh_find
from aftercare.orders.models import Order, OrderLine
from aftercare.orders.values import checked
from aftercare.people.actor import Actor
from aftercare.people.models import Person, Store

NEEDED = ("customer", "salesperson", "ordered_on", "lines")
_NEXT = """
INSERT INTO orders_orderseries AS s (store_id, day, last) VALUES (%s::bigint, %s::date, 1)
ON CONFLICT (store_id, day) DO UPDATE SET last = s.last + 1 RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to be written. `values` as orders.values.FIELDS; without a number the store's series gives one."""

    store: int
    values: Mapping[str, Any]
    number: str = ""
    issued_at: datetime | None = None
    import_run: int | None = None
    written_by: tuple[int, str] | None = None  # who answers for it when it is not the actor


def judged(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """The checked values of each draft; raises Refused naming `row` (from 1) when there are several drafts."""
    good, faults = [], []
    for row, draft in enumerate(drafts, start=1):
        values, found = checked(draft.values)
        found += [_missing(name) for name in NEEDED if not draft.values.get(name)]
        found += _number_fault(draft.number)
        faults += found if len(drafts) == 1 else [_at(fault, row) for fault in found]
        good.append(values)
    if faults:
        raise Refused(faults)
    _check_known(drafts, good)
    return good


def write(drafts: Sequence[Draft], good: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> list[Order]:
    """Insert orders and their lines: four statements however many, and one per number to be given."""
    orders = [_order(draft, values, actor, now) for draft, values in zip(drafts, good, strict=True)]
    lines: list[OrderLine] = []
    for order, values in zip(orders, good, strict=True):
        own = new_lines(order, values["lines"])
        refresh_find(order, own)
        lines += own
    try:
        with transaction.atomic():
            Order.objects.bulk_create(orders, batch_size=500)
    except IntegrityError as error:
        # Somebody took the number between our look and our write.
        taken = Order.objects.filter(number__in=[order.number for order in orders])
        raise Conflict([number_taken(number) for number in taken.values_list("number", flat=True)]) from error
    for line in lines:
        line.order_id = line.order.pk
    OrderLine.objects.bulk_create(lines, batch_size=1000)
    return orders


def _order(draft: Draft, values: Mapping[str, Any], actor: Actor, now: datetime) -> Order:
    by, by_name = draft.written_by or (actor.person, actor.name)
    return Order(
        number=draft.number or _next_number(draft.store, values["ordered_on"]),
        store_id=draft.store,
        customer_id=values["customer"],
        salesperson_id=values["salesperson"],
        ordered_on=values["ordered_on"],
        delivery_date=values.get("delivery_date"),
        address=values.get("address") or {},
        total=values.get("total", sum(line["amount"] for line in values["lines"])),
        deposit=values.get("deposit", 0),
        payment=values.get("payment", ""),
        note=values.get("note", ""),
        issued_at=draft.issued_at,
        written_by=by,
        written_by_name=by_name,
        created_at=now,
        import_run=draft.import_run,
    )


def _next_number(store: int, day: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [store, day])
        (last,) = cursor.fetchone()
    return f"{day:%Y%m%d}-{store}-{last:03}"


def _check_known(drafts: Sequence[Draft], good: Sequence[Mapping[str, Any]]) -> None:
    """Everything referred to exists, no number is taken. One statement each."""
    _exists(Store, {draft.store for draft in drafts}, "store", "门店", "store")
    _exists(Customer, {values["customer"] for values in good}, "customer", "客户", "customer")
    _exists(Person, {values["salesperson"] for values in good}, "salesperson", "销售", "salesperson")
    numbers = [draft.number for draft in drafts if draft.number]
    twice = {number for number in numbers if numbers.count(number) > 1} if len(set(numbers)) < len(numbers) else set()
    taken = twice | set(Order.objects.filter(number__in=numbers).values_list("number", flat=True) if numbers else ())
    if taken:
        raise Conflict(number_taken(number) for number in sorted(taken))


def number_taken(number: str) -> Fault:
    return Fault(
        "order.number_taken",
        f"订单号“{number}”已经有了。",
        f"There is an order “{number}” already.",
        field="number",
        data={"number": number},
    )


def _exists(model: Any, wanted: set[int], name: str, zh: str, en: str) -> None:
    known = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - known:
        raise Refused.because(f"order.{name}_unknown", f"没有这个{zh}。", f"There is no such {en}.", field=name)


def _number_fault(number: str) -> list[Fault]:
    if len(number) <= 60 and number == number.strip() and number.isprintable():
        return []
    zh, en = "订单号至多 60 个字符，前后不留空格。", "An order number has at most 60 signs and no blanks around it."
    return [Fault("order.number", zh, en, field="number")]


def _missing(name: str) -> Fault:
    zh, en = _NAMES[name]
    return Fault("order.missing", f"缺少{zh}。", f"The {en} is missing.", field=name)


def _at(fault: Fault, row: int) -> Fault:
    return Fault(fault.code, fault.zh, fault.en, field=fault.field, row=row, line=fault.line, data=fault.data)


_NAMES = {
    "customer": ("客户", "customer"),
    "salesperson": ("销售", "salesperson"),
    "ordered_on": ("订货日期", "order date"),
    "lines": ("商品明细", "list of goods"),
}
