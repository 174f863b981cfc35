"""Orders as cases see them: read in conditions, saved from forms, and a change of an order reaches its case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.cases.actions import act
from aftercare.cases.of_customers import move_case
from aftercare.cases.registry import EffectContext, effect, entity
from aftercare.engine import Command
from aftercare.orders import actions, listeners
from aftercare.orders.facts import order_facts
from aftercare.orders.listeners import Changes
from aftercare.orders.models import Order
from aftercare.people.actor import SYSTEM, Actor

Json = Any


def _order_of(context: EffectContext) -> int | None:
    subject = context.subject or {}
    return int(subject["id"]) if subject.get("kind") == "order" and subject.get("id") else None


@effect("save")
def save_order(context: EffectContext, params: Mapping[str, Json]) -> None:
    order = _order_of(context)
    if params.get("entity") != "order" or order is None:
        return
    values = {name: value for name, value in (params.get("with") or {}).items() if value is not None}
    if values:
        actions.save_fields(order, values, context.actor, context.now)


@effect("value")
def follow_value(context: EffectContext, params: Mapping[str, Json]) -> None:
    """A case value that an order has too, such as the delivery date, is shown on the order."""
    order = _order_of(context)
    if order is not None and params["name"] in SHARED:
        actions.save_fields(order, {params["name"]: params["value"]}, context.actor, context.now)


SHARED = frozenset({"delivery_date"})


@effect("issue")
def issued(context: EffectContext, params: Mapping[str, Json]) -> None:
    order = _order_of(context)
    if order is not None:
        actions.mark_issued(order, context.now)


def on_changed(order: Order, changes: Changes, actor: Actor, now: datetime) -> None:
    """The case looks at its conditions again, in the same transaction."""
    if order.case_id and "customer" in changes:
        move_case(order.case_id, order.customer_id, now)
    if order.case_id:
        act(SYSTEM, now, order.case_id, Command("signal", {"name": "order"}))


def register() -> None:
    entity("order", order_facts)
    listeners.on_changed(on_changed)
