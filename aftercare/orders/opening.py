"""A new order and the case that keeps its promise begin together, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aftercare.cases.actions import Done, Opening, open_case
from aftercare.cases.refusals import together
from aftercare.orders.actions import attach_case, create_order
from aftercare.orders.models import Order, Product
from aftercare.people.actor import Actor

Json = Any


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What `create_order` takes; `values` are its further fields (delivery_date, address, deposit, payment, note)."""

    store: int
    customer: int
    salesperson: int
    ordered_on: date
    lines: Sequence[Mapping[str, Json]]
    values: Mapping[str, Json] = field(default_factory=dict)


def open_order(actor: Actor, now: datetime, new: NewOrder, handbook: str, procedure: str) -> tuple[Order, Done]:
    """Write the order, open its case, and tie them. Raises Refused of either; then neither exists."""
    with together():
        order = create_order(
            actor,
            now,
            store=new.store,
            customer=new.customer,
            salesperson=new.salesperson,
            ordered_on=new.ordered_on,
            lines=with_list_prices(new.lines),
            **new.values,
        )
        return order, open_case_for(actor, now, order, handbook, procedure)


def open_case_for(actor: Actor, now: datetime, order: Order, handbook: str, procedure: str) -> Done:
    """Open the case of an order that has none yet."""
    with together():
        opening = Opening(handbook, procedure, order.store_id, {"kind": "order", "id": order.pk}, order.customer_id)
        done = open_case(actor, now, opening)
        if order.case_id is None:
            attach_case(order.pk, done.case)
    return done


def with_list_prices(lines: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
    """Lines with what the catalogue knows of their code where nothing was entered. One query."""
    codes = {str(line.get("code")) for line in lines if line.get("code")}
    known = {row["code"]: row for row in Product.objects.filter(code__in=codes).values(*_KNOWN)} if codes else {}
    return [_filled(dict(line), known.get(str(line.get("code")))) for line in lines]


_KNOWN = ("code", "name", "spec", "unit", "list_price")


def _filled(line: dict[str, Json], product: Mapping[str, Json] | None) -> dict[str, Json]:
    if product is None:
        return line
    for name in ("name", "spec", "unit", "list_price"):
        if line.get(name) in (None, ""):
            line[name] = product[name]
    if line.get("price") is None:
        line["price"] = product["list_price"]
    return line
