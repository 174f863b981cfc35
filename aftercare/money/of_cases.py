"""Money reaches the case it was paid for, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.cases.actions import act
from aftercare.cases.models import Case
from aftercare.cases.registry import EffectContext, effect
from aftercare.cases.world import ZONE
from aftercare.engine import Command
from aftercare.engine.linked import links_of
from aftercare.money import received
from aftercare.money.actions import Payment, take_payment
from aftercare.money.models import Entry
from aftercare.money.owed import note_owed
from aftercare.people.actor import SYSTEM, Actor

Json = Any


def on_received(entry: Entry, actor: Actor, now: datetime) -> None:
    """The charge named on the entry, else the first charge of the case."""
    case = entry.case_id or _case_of_order(entry.order_id, entry.charge)
    if case is None:
        return
    charge = entry.charge or _first_charge(case)
    if charge:
        signal = {"name": "money", "charge": charge, "amount": entry.amount, "entry": entry.pk}
        act(SYSTEM, now, case, Command("signal", signal))


def _case_of_order(order: int | None, charge: str) -> int | None:
    """The latest case of the order that asks for this money; a delivery or a visit of the same order does not."""
    if not order:
        return None
    rows = Case.objects.filter(subject_kind="order", subject_id=order).order_by("-id")
    return next((row.pk for row in rows if (charge in _charges(row) if charge else _charges(row))), None)


def _charges(row: Case) -> list[str]:
    """What its procedure asks for, also before the sum is known: a deposit may come first."""
    from aftercare.cases.queries import definition

    return list(definition(row)[1].charges)


def _first_charge(case: int) -> str:
    row = Case.objects.filter(pk=case).first()
    return next(iter(_charges(row)), "") if row else ""


def receive(context: EffectContext, params: Mapping[str, Json]) -> None:
    """Money taken while a task was done, such as the balance at the door, for the case whose charge it is."""
    subject = context.subject or {}
    payment = Payment(
        amount=int(params["amount"] or 0),
        way=str(params.get("way") or "cash"),
        happened_on=context.now.astimezone(ZONE).date(),
        order=int(subject["id"]) if subject.get("kind") == "order" else None,
        case=links_of(context.state, context.procedure).get(params["in"]) if params["in"] else context.case,
        charge=params["charge"],
    )
    take_payment(context.actor, context.now, payment)


def register() -> None:
    effect("receive")(receive)
    received.on_received(on_received)
    effect("entry")(note_owed)
