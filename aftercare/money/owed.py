"""Writes of what is owed: noted by the effect `entry` of a case, settled or dropped by finance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from aftercare.audit.actions import trace
from aftercare.cases.registry import EffectContext
from aftercare.cases.world import ZONE
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.money.models import WAYS, Entry, Owed
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults

Json = Any
COMPANY = "company"
SIDES = ("customer", COMPANY, "person", "supplier", "carrier")
MOST = 10**13


def note_owed(context: EffectContext, params: Mapping[str, Json]) -> None:
    """The effect `entry`: {kind, amount, payer, payee, with}. `with` gives `person`, `note` and whatever else matters.

    Nothing is owed where the amount is nothing or not known. An unknown side refuses: the handbook is wrong.
    """
    owed = owed_of(context, params)
    if owed is not None:
        owed.save()


def owed_of(context: EffectContext, params: Mapping[str, Json]) -> Owed | None:
    """The row that `note_owed` writes, not yet written."""
    given = dict(params.get("with") or {})
    amount = params.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        return None
    if amount > MOST:
        raise Refused(Fault("money.amount", "金额太大。", "The amount is too large.", field="amount"))
    person, note = given.pop("person", None), str(given.pop("note", None) or "")
    (payer, payer_id), (payee, payee_id) = (_side(context, params[name], person) for name in ("payer", "payee"))
    subject = context.subject or {}
    return Owed(
        kind=str(params["kind"])[:60], store_id=context.store, case_id=context.case, case_number=context.number,
        order_id=subject.get("id") if subject.get("kind") == "order" else None,
        payer_kind=payer, payer_id=payer_id, payee_kind=payee, payee_id=payee_id, amount=amount, note=note[:2000],
        facts={name: value for name, value in given.items() if value is not None},
        clauses=list(params.get("clauses") or ()), promised_on=context.now.astimezone(ZONE).date(),
        promised_by=context.actor.person, promised_by_name=context.actor.name, at=context.now,
    )  # fmt: skip


def _side(context: EffectContext, word: str, person: Json) -> tuple[str, int | None]:
    if word not in SIDES:
        zh, en = f"不认识的收付方“{word}”。", f"Unknown payer or payee “{word}”."
        raise Refused(Fault("money.who", zh, en, field="payer"))
    if word == "customer":
        return word, context.customer
    if word == "person":
        return word, person.get("id") if isinstance(person, Mapping) else person
    return word, None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How it was paid: in full, on a day."""

    way: str
    happened_on: date
    voucher: str = ""
    reason: str = ""


def settle(actor: Actor, now: datetime, owed: int, paid: Settlement) -> Owed:
    """Paid in full. Where the company pays or is paid, an entry stands in the day book; it belongs to the case alone,
    for it is no payment of the order. Conflict when it was settled or dropped before."""
    faults = text_faults({"voucher": paid.voucher, "reason": paid.reason})
    if paid.way not in WAYS:
        faults.append(Fault("money.way", "请选择付款方式。", f"The way must be one of {', '.join(WAYS)}.", field="way"))
    if len(paid.voucher) > 60:
        faults.append(Fault("money.text", "“voucher”至多 60 字。", "“voucher” has at most 60 signs.", field="voucher"))
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        row = _open(actor, owed)
        row.entry = _entry(actor, now, row, paid)
        _end(row, Owed.SETTLED, paid.happened_on, actor, paid.reason)
        trace(actor, "money.settle", ("owed", row.pk), now=now)
    return row


def drop(actor: Actor, now: datetime, owed: int, reason: str) -> Owed:
    """It is not owed after all; needs a reason."""
    if not reason.strip():
        raise Refused.because("money.reason", "请写明原因。", "A reason is needed.", field="reason")
    with transaction.atomic():
        row = _open(actor, owed)
        _end(row, Owed.DROPPED, now.astimezone(ZONE).date(), actor, reason)
        trace(actor, "money.owed_dropped", ("owed", row.pk), now=now)
    return row


def _open(actor: Actor, owed: int) -> Owed:
    row = Owed.objects.select_for_update().filter(pk=owed).first()
    if row is None or not (actor.may("money.see", row.store_id) or actor.may("money.take", row.store_id)):
        raise NotFound.because("money.absent", "没有这笔账。", "There is no such entry.")
    require(actor, "money.take", row.store_id)
    if row.state != Owed.OPEN:
        raise Conflict.because("money.ended", "这笔款已经结清或撤销。", "This was settled or dropped before.")
    return row


def _entry(actor: Actor, now: datetime, row: Owed, paid: Settlement) -> Entry | None:
    """Paid by the company: money out, below zero. Between others nothing of the company moves."""
    if COMPANY not in (row.payer_kind, row.payee_kind):
        return None
    out = row.payer_kind == COMPANY
    return Entry.objects.create(
        kind=Entry.PAYOUT if out else Entry.PAYMENT, store_id=row.store_id, case_id=row.case_id, charge=row.kind,
        payer_kind=row.payer_kind, payer_id=row.payer_id, payee_kind=row.payee_kind, payee_id=row.payee_id,
        amount=-row.amount if out else row.amount, way=paid.way, happened_on=paid.happened_on, taken_by=actor.person,
        taken_by_name=actor.name, reason=" ".join(one.strip() for one in (paid.voucher, paid.reason) if one.strip()),
        at=now,
    )  # fmt: skip


def _end(row: Owed, state: str, on: date, actor: Actor, reason: str) -> None:
    row.state, row.ended_on, row.ended_by, row.reason = state, on, actor.person, reason.strip()
    row.save(update_fields=["state", "ended_on", "ended_by", "reason", "entry"])
