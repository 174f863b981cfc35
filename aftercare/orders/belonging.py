"""Orders follow their customer: when two are merged, when one is erased, and on the caller's panel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from aftercare.customers import hooks
from aftercare.errors import JSON, Conflict
from aftercare.orders.models import Order, OrderChange, OrderLine
from aftercare.people.access import visible
from aftercare.people.actor import Actor

_ON_PANEL = 20
_PERSONAL = ("address", "note", "customer")


def register() -> None:
    """Called once at start."""
    hooks.on_merge("orders", _merge, _undo_merge)
    hooks.on_erase("orders", _erase)
    hooks.on_panel("orders", _panel)


def _merge(kept: int, dropped: int, actor: Actor, now: datetime) -> JSON:
    ids = sorted(Order.objects.filter(customer_id=dropped).values_list("pk", flat=True))
    Order.objects.filter(pk__in=ids).update(customer_id=kept)
    return {"orders": ids}


def _undo_merge(kept: int, dropped: int, memento: JSON, actor: Actor, now: datetime) -> None:
    ids: Any = memento["orders"] if isinstance(memento, dict) else []
    Order.objects.filter(pk__in=ids, customer_id=kept).update(customer_id=dropped)


def _erase(customer: int, actor: Actor, now: datetime) -> JSON:
    """Goods and sums stay for the books; where it went and what was noted goes. Not while something is still owed."""
    orders = Order.objects.filter(customer_id=customer)
    open_one = orders.filter(status=Order.OPEN).values_list("number", flat=True).first()
    if open_one:
        raise Conflict.because(
            "order.open", f"订单 {open_one} 还没有完成，暂不能删除客户信息。",
            f"Order {open_one} is still open; the customer cannot be erased yet.", data={"order": open_one},
        )  # fmt: skip
    ids = list(orders.values_list("pk", flat=True))
    OrderLine.objects.filter(order_id__in=ids).update(note="")
    personal = Q(field__in=_PERSONAL) | Q(field__startswith="lines.")
    OrderChange.objects.filter(personal, order_id__in=ids).update(old=None, new=None)
    OrderChange.objects.filter(order_id__in=ids).update(reason="")
    orders.update(address={}, note="", cancel_reason="")
    return {"orders": len(ids)}


def _panel(customer: int, actor: Actor) -> JSON:
    """The latest orders: [{id, number, status, ordered_on, delivery_date, total, case_id}]. One query."""
    mine = visible(Order.objects.filter(customer_id=customer), actor, "orders.see", owner_field="salesperson_id")
    columns = ("id", "number", "status", "ordered_on", "delivery_date", "total", "case_id")
    rows = mine.order_by("-ordered_on", "-id").values(*columns)[:_ON_PANEL]
    return [
        {**row, "ordered_on": str(row["ordered_on"]), "delivery_date": str(row["delivery_date"] or "")} for row in rows
    ]
