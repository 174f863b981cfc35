"""Every write of orders and of the catalogue. Each action takes who acts and when; it is done whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from aftercare.audit.actions import trace
from aftercare.customers.models import Customer
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.orders import changing, listeners
from aftercare.orders.catalogue import load_price_list, save_product
from aftercare.orders.creating import Draft, judged, write
from aftercare.orders.models import Order
from aftercare.orders.values import checked
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.people.models import Person

__all__ = [
    "Draft", "attach_case", "cancel_order", "change_order", "create_order", "create_orders", "load_price_list",
    "mark_issued", "record_delivery", "save_fields", "save_product",
]  # fmt: skip


def create_order(
    actor: Actor,
    now: datetime,
    *,
    store: int,
    customer: int,
    salesperson: int,
    ordered_on: date,
    lines: Sequence[Mapping[str, Any]],
    number: str = "",
    **values: Any,
) -> Order:
    """Write a new order. `lines` and `values` (delivery_date, address, total, deposit, payment, note) as in values.py.

    Money in fen. Without `number` the series of store and day gives one. Raises Refused with every fault, Conflict
    when the number is taken.
    """
    all_values = {
        "customer": customer, "salesperson": salesperson, "ordered_on": ordered_on, "lines": lines, **values
    }  # fmt: skip
    return create_orders([Draft(store, all_values, number)], actor, now)[0]


def create_orders(drafts: Sequence[Draft], actor: Actor, now: datetime, *, right: str = "orders.edit") -> list[Order]:
    """Write many orders, all or none, in a constant number of statements."""
    for draft in drafts:
        require(actor, right, draft.store, _owner(draft))
    with transaction.atomic():
        good = judged(drafts)
        orders = write(drafts, good, actor, now)
        if len(orders) == 1:
            trace(actor, "orders.create", ("order", orders[0].pk), now=now)
        else:
            trace(actor, "orders.create", now=now, data={"orders": len(orders)})
    return orders


def change_order(
    actor: Actor, now: datetime, order_id: int, version: int, values: Mapping[str, Any], reason: str = ""
) -> Order:
    """Change fields (values.FIELDS; `lines` as a whole, matched by key). Old values stay in the history.

    `version` is what the person saw: Conflict when somebody was faster. Once issued a reason is needed.
    """
    with transaction.atomic():
        order = _locked(order_id, actor, "orders.edit")
        _check_open(order)
        _check_version(order, version)
        if order.issued_at and not reason.strip():
            raise Refused.because(
                "order.reason", "合同已出单，修改要写明原因。",
                "The contract has been issued; a change needs a reason.", field="reason",
            )  # fmt: skip
        changes = _change(order, values, actor, now, reason.strip())
        if changes:
            listeners.tell(order, changes, actor, now)
            trace(actor, "orders.change", ("order", order.pk), now=now, data={"fields": sorted(changes)})
    return order


def save_fields(order_id: int, values: Mapping[str, Any], actor: Actor, now: datetime, *, reason: str = "") -> Order:
    """What the effect `save: order` of a case calls, inside its transaction: the case has judged right and time.

    Nobody is told: it is the case that speaks. Raises Refused for values an order cannot hold.
    """
    with transaction.atomic(savepoint=False):
        order = _locked(order_id)
        _check_open(order)
        _change(order, values, actor, now, reason.strip())
    return order


def cancel_order(actor: Actor, now: datetime, order_id: int, version: int, reason: str) -> Order:
    """Cancel an open order of which nothing was delivered. What was paid is given back by money.actions.refund."""
    if not reason.strip():
        raise Refused.because(
            "order.reason", "取消订单要写明原因。", "Cancelling an order needs a reason.", field="reason"
        )
    with transaction.atomic():
        order = _locked(order_id, actor, "orders.cancel")
        _check_open(order)
        _check_version(order, version)
        if order.lines.filter(delivered_qty__gt=0).exists():
            raise Refused.because(
                "order.delivered_in_part", "已有商品送达，不能取消，请办理退货。",
                "Some goods were delivered; return them instead of cancelling.",
            )  # fmt: skip
        order.status, order.cancel_reason = Order.CANCELLED, reason.strip()
        changes: changing.Changes = {"status": (Order.OPEN, Order.CANCELLED)}
        _save(order, changes, actor, now, reason.strip())
        listeners.tell(order, changes, actor, now)
        trace(actor, "orders.cancel", ("order", order.pk), now=now)
    return order


def mark_issued(order_id: int, now: datetime) -> None:
    """The contract went out (its case issued it): from now on changes need a reason. Twice does nothing."""
    Order.objects.filter(pk=order_id, issued_at=None).update(issued_at=now)


def attach_case(order_id: int, case_id: int) -> None:
    """Remember which case runs the order; Conflict when another one does."""
    with transaction.atomic():
        order = _locked(order_id)
        if order.case_id not in (None, case_id):
            raise Conflict.because(
                "order.case", "这张订单已有工单在办理。", "Another case runs this order already.",
                data={"case": order.case_id},
            )  # fmt: skip
        Order.objects.filter(pk=order_id).update(case_id=case_id)


def record_delivery(
    order_id: int, delivered: Mapping[str, int | float | str], actor: Actor, now: datetime, *, reason: str = ""
) -> Order:
    """Add delivered quantities by line key; the order is delivered when nothing is open. Called by a case's effect."""
    with transaction.atomic():
        order = _locked(order_id)
        _check_open(order)
        lines = {line.key: line for line in order.lines.all()}
        changes: changing.Changes = {}
        for key, more in delivered.items():
            line, qty = lines.get(key), Decimal(str(more))
            if line is None or not 0 < qty <= line.qty - line.delivered_qty:
                raise _cannot_deliver(key, more)
            was, line.delivered_qty = line.delivered_qty, line.delivered_qty + qty
            changes[f"lines.{key}.delivered_qty"] = (changing.as_json(was), changing.as_json(line.delivered_qty))
        order.lines.bulk_update(lines.values(), ["delivered_qty"])
        if all(line.delivered_qty == line.qty for line in lines.values()):
            order.status = Order.DELIVERED
            changes["status"] = (Order.OPEN, Order.DELIVERED)
        _save(order, changes, actor, now, reason)
    return order


def _change(order: Order, values: Mapping[str, Any], actor: Actor, now: datetime, reason: str) -> changing.Changes:
    good, faults = checked(_completed(order, values))
    if faults:
        raise Refused(faults)
    good = {field: value for field, value in good.items() if field in values}
    for field, model in (("customer", Customer), ("salesperson", Person)):
        if field in good and not model.objects.filter(pk=good[field]).exists():
            raise Refused.because("order.unknown", "没有这个人。", "There is no such person.", field=field)
    changes = changing.apply_plain(order, good)
    if "lines" in good:
        line_changes, lines = changing.apply_lines(order, good["lines"])
        changes |= line_changes
        if line_changes:
            changing.refresh_find(order, lines)
        if line_changes and "total" not in good:
            changes |= changing.apply_plain(order, {"total": sum(line.amount for line in lines)})
    if changes:
        _save(order, changes, actor, now, reason)
    return changes


def _completed(order: Order, values: Mapping[str, Any]) -> dict[str, Any]:
    """With the other half of the pairs that must fit: dates, total and deposit."""
    pairs = (("ordered_on", "delivery_date"), ("total", "deposit"))
    needed = {name for pair in pairs if set(pair) & set(values) for name in pair}
    if "lines" in values:
        needed.discard("total")
    return {name: getattr(order, name) for name in needed} | dict(values)


def _save(order: Order, changes: changing.Changes, actor: Actor, now: datetime, reason: str) -> None:
    changing.keep_history(order, changes, actor, now, reason)
    order.version += 1
    order.save()


def _locked(order_id: int, actor: Actor | None = None, right: str = "") -> Order:
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise _absent()
    if actor is not None and not actor.may(right, order.store_id, order.salesperson_id):
        if not actor.may("orders.see", order.store_id, order.salesperson_id):
            raise _absent()
        require(actor, right, order.store_id, order.salesperson_id)
    return order


def _absent() -> NotFound:
    return NotFound.because("order.absent", "没有这张订单。", "There is no such order.")


def _check_open(order: Order) -> None:
    if order.status != Order.OPEN:
        raise Conflict.because(
            "order.closed", f"订单 {order.number} 已完成或已取消，不能再改。",
            f"Order {order.number} is delivered or cancelled and cannot change.",
        )  # fmt: skip


def _check_version(order: Order, version: int) -> None:
    if order.version != version:
        raise Conflict.because(
            "order.version", "这张订单刚被别人改过，请看过新内容再改。",
            "Somebody has just changed this order; look at it again.", data={"version": order.version},
        )  # fmt: skip


def _cannot_deliver(key: str, more: object) -> Refused:
    return Refused.because(
        "order.delivery", f"商品行 {key} 不能再送 {more} 件。",
        f"{more} more of line {key} cannot be delivered.", field=f"lines.{key}",
    )  # fmt: skip


def _owner(draft: Draft) -> int | None:
    salesperson = draft.values.get("salesperson")
    return salesperson if isinstance(salesperson, int) else None
