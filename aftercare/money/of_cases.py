"""Money reaches the case it was paid for, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from aftercare.cases.actions import act
from aftercare.cases.models import Case
from aftercare.engine import Command
from aftercare.money import received
from aftercare.money.models import Entry
from aftercare.people.actor import SYSTEM, Actor


def on_received(entry: Entry, actor: Actor, now: datetime) -> None:
    """The charge named on the entry, else the first charge of the case."""
    case = entry.case_id or _case_of_order(entry.order_id)
    if case is None:
        return
    charge = entry.charge or _first_charge(case)
    if charge:
        signal = {"name": "money", "charge": charge, "amount": entry.amount, "entry": entry.pk}
        act(SYSTEM, now, case, Command("signal", signal))


def _case_of_order(order: int | None) -> int | None:
    rows = Case.objects.filter(subject_kind="order", subject_id=order).order_by("-id")
    return rows.values_list("pk", flat=True).first() if order else None


def _first_charge(case: int) -> str:
    from aftercare.cases.queries import definition

    row = Case.objects.filter(pk=case).first()
    return next(iter(definition(row)[1].charges), "") if row else ""


def register() -> None:
    received.on_received(on_received)
