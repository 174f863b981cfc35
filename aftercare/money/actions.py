"""Every write of money. Under the lock of its order or case, so that no two people give the same money back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from aftercare.audit.actions import trace
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.money import received
from aftercare.money.models import WAYS, Entry, Owed
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults

MOST = 10**13
KINDS = ("customer", "company", "person", "supplier", "carrier")


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid: for an order, a case, or both. `amount` in whole fen, above 0; `way` one of WAYS."""

    amount: int
    way: str
    happened_on: date
    order: int | None = None
    case: int | None = None
    store: int | None = None  # only without an order: an order brings its own
    charge: str = ""
    part: str = ""
    voucher: str = ""
    reason: str = ""
    payer: tuple[str, int | None] = ("customer", None)
    payee: tuple[str, int | None] = ("company", None)


def take_payment(actor: Actor, now: datetime, payment: Payment, *, tell: bool = True) -> Entry:
    """Note money received. `tell=False` for what was paid before the case began (imports)."""
    return _enter(actor, now, payment, Entry.PAYMENT, tell=tell)


def take_payments(
    actor: Actor, now: datetime, payments: list[Payment], store: int, *, right: str = "money.take"
) -> list[Entry]:
    """Note many past payments of one store's orders at once (imports): nobody is told, nothing is locked for long."""
    require(actor, right, store)
    faults = [fault for payment in payments for fault in _faults(payment)]
    if faults:
        raise Refused(faults)
    entries = [_entry(actor, now, payment, Entry.PAYMENT, store) for payment in payments]
    with transaction.atomic():
        made = Entry.objects.bulk_create(entries, batch_size=500)
        trace(actor, "money.payments", now=now, data={"entries": len(made)})
    return made


def refund(actor: Actor, now: datetime, back: Payment) -> Entry:
    """Give money back: never more than was paid for the order (or case, or its part). `amount` above 0; needs a reason.

    Race-safe: two refunds of the same order wait for each other.
    """
    if not back.reason.strip():
        raise _needs_reason()
    return _enter(actor, now, back, Entry.REFUND)


def mend(
    actor: Actor, now: datetime, entry_id: int, reason: str, right: Mapping[str, Any] | None = None
) -> list[Entry]:
    """Take back a wrong entry by a reversing one and, with `right` (fields of Payment that differ), enter it anew.

    Both stay visible. Money never comes out below zero by it. Conflict when the entry was mended before.
    """
    if not reason.strip():
        raise _needs_reason()
    with transaction.atomic():
        wrong = Entry.objects.filter(pk=entry_id).first()
        if wrong is None:
            raise _absent()
        _lock_orders(wrong.order_id, right.get("order") if right else None)
        _lock(wrong.order_id, wrong.case_id)
        _require(actor, "money.mend", wrong.store_id)
        _check_mendable(wrong)
        settles = _reopened(wrong, right)
        made = [_save(_reversal(wrong, actor, now, reason.strip()))]
        if right is not None:
            payment = _corrected(wrong, right, reason.strip())
            made.append(_save(_again(wrong, payment, actor, now)))
        _check_covered(wrong.order_id, wrong.case_id, wrong)
        for entry in () if settles else made:
            received.tell(entry, actor, now)
        trace(actor, "money.mend", ("entry", wrong.pk), now=now)
    return made


def _reopened(wrong: Entry, right: Mapping[str, Any] | None) -> bool:
    """What a wrong entry settled is owed again; it is not entered anew here, but settled anew."""
    settled = Owed.objects.filter(entry=wrong)
    if not settled.exists():
        return False
    if right is not None:
        raise Conflict.because(
            "money.settles", "这笔账结清了一笔应付款：只能冲正，再重新结清。",
            "This entry settled what was owed: take it back, then settle anew.",
        )  # fmt: skip
    settled.update(state=Owed.OPEN, entry=None, ended_on=None, ended_by=None, reason="")
    return True


def _enter(actor: Actor, now: datetime, payment: Payment, kind: str, *, tell: bool = True) -> Entry:
    faults = _faults(payment)
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        store = _lock(payment.order, payment.case) or payment.store
        if store is None:
            raise Refused.because("money.store", "请选择门店。", "A store must be chosen.", field="store")
        _require(actor, "money.take", store)
        _check_voucher(payment, kind, store)
        if kind == Entry.REFUND:
            _check_refundable(payment)
        entry = _save(_entry(actor, now, payment, kind, store))
        if tell:
            received.tell(entry, actor, now)
        trace(actor, f"money.{kind}", ("entry", entry.pk), now=now)
    return entry


def _require(actor: Actor, right: str, store: int) -> None:
    """Money of a store one may not even see looks like money that is not there."""
    if not actor.may(right, store) and not actor.may("money.see", store):
        raise _absent()
    require(actor, right, store)


def _lock(order: int | None, case: int | None) -> int | None:
    """Hold the order row, or a lock of the case's number, until commit; the store of the order.

    Orders are a sibling package, so the row is locked by SQL.
    """
    with connection.cursor() as cursor:
        if order is None:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('money of case', %s::bigint))", [case])
            return None
        cursor.execute("SELECT store_id FROM orders_order WHERE id = %s::bigint FOR UPDATE", [order])
        row = cursor.fetchone()
    if row is None:
        raise _absent()
    return int(row[0])


def _lock_orders(*orders: int | None) -> None:
    """Both orders of a moved payment by rising id, so that two people moving crosswise do not block each other."""
    for order in sorted({order for order in orders if isinstance(order, int)}):
        _lock(order, None)


def _entry(actor: Actor, now: datetime, payment: Payment, kind: str, store: int) -> Entry:
    return Entry(
        kind=kind, store_id=store, order_id=payment.order, case_id=payment.case, charge=payment.charge,
        payer_kind=payment.payer[0], payer_id=payment.payer[1],
        payee_kind=payment.payee[0], payee_id=payment.payee[1],
        part=payment.part, amount=-payment.amount if kind == Entry.REFUND else payment.amount, way=payment.way,
        happened_on=payment.happened_on, taken_by=actor.person, taken_by_name=actor.name,
        voucher=payment.voucher.strip(), reason=payment.reason.strip(), at=now,
    )  # fmt: skip


def _reversal(wrong: Entry, actor: Actor, now: datetime, reason: str) -> Entry:
    payment = _payment_of(wrong)
    entry = _entry(actor, now, dataclasses.replace(payment, reason=reason), Entry.REVERSAL, wrong.store_id)
    entry.amount, entry.reverses = -wrong.amount, wrong
    return entry


def _again(wrong: Entry, payment: Payment, actor: Actor, now: datetime) -> Entry:
    """The entry as it should have been; it may belong to another order."""
    store = wrong.store_id
    if (payment.order, payment.case) != (wrong.order_id, wrong.case_id):
        store = _lock(payment.order, payment.case) or store
        _require(actor, "money.mend", store)
    if wrong.kind == Entry.REFUND:
        _check_refundable(payment)
    entry = _entry(actor, now, payment, wrong.kind, store)
    entry.replaces = wrong
    return entry


def _corrected(wrong: Entry, right: Mapping[str, Any], reason: str) -> Payment:
    known = {field.name for field in dataclasses.fields(Payment)} - {"store", "reason"}
    strange = sorted(set(right) - known)
    if strange:
        raise Refused.because(
            "money.field", f"账目没有这一项：{strange[0]}", f"An entry has no field {strange[0]}.", field=strange[0]
        )
    payment = dataclasses.replace(_payment_of(wrong), **right, reason=reason)
    if faults := _faults(payment):
        raise Refused(faults)
    return payment


def _payment_of(entry: Entry) -> Payment:
    return Payment(
        abs(entry.amount), entry.way, entry.happened_on, entry.order_id, entry.case_id, entry.store_id, entry.charge,
        entry.part, entry.voucher, entry.reason, (entry.payer_kind, entry.payer_id),
        (entry.payee_kind, entry.payee_id),
    )  # fmt: skip


def _save(entry: Entry) -> Entry:
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        # The order is locked, so only the voucher can have been used for another order at this moment.
        raise _voucher_used(entry.voucher) from error
    return entry


def _paid(order: int | None, case: int | None, charge: str = "", part: str = "") -> int:
    of = {"order_id": order} if order is not None else {"case_id": case}
    narrower = {name: value for name, value in (("charge", charge), ("part", part)) if value}
    return Entry.objects.filter(**of, **narrower, settles=None).aggregate(paid=Sum("amount"))["paid"] or 0


def _check_refundable(back: Payment) -> None:
    paid = min(_paid(back.order, back.case), _paid(back.order, back.case, back.charge, back.part))
    if back.amount > paid:
        raise Refused.because(
            "money.refund", f"只收到 {_yuan(max(paid, 0))} 元，不能退 {_yuan(back.amount)} 元。",
            f"Only {_yuan(max(paid, 0))} yuan was paid; {_yuan(back.amount)} cannot be given back.",
            field="amount", data={"paid": paid},
        )  # fmt: skip


def _check_covered(order: int | None, case: int | None, wrong: Entry) -> None:
    if wrong.amount > 0 and _paid(order, case) < 0:
        raise Conflict.because(
            "money.refunded", "这笔款已部分退还，更正后退款会多于收款；请先更正退款。",
            "Part of this payment was given back; mend the refund first.",
        )  # fmt: skip


def _check_mendable(wrong: Entry) -> None:
    if wrong.kind == Entry.REVERSAL:
        raise Conflict.because("money.reversal", "冲正分录不能再更正。", "A reversing entry cannot be mended itself.")
    if Entry.objects.filter(reverses=wrong).exists():
        raise Conflict.because("money.mended", "这笔账已经更正过了。", "This entry has been mended already.")


def _check_voucher(payment: Payment, kind: str, store: int) -> None:
    if kind != Entry.PAYMENT or not payment.voucher.strip():
        return
    used = Entry.objects.filter(kind=Entry.PAYMENT, store_id=store, voucher=payment.voucher.strip(), replaces=None)
    if used.exists():
        raise _voucher_used(payment.voucher)


def _voucher_used(voucher: str) -> Conflict:
    return Conflict.because(
        "money.voucher", f"凭证号“{voucher}”已经用过。", f"The voucher number “{voucher}” is used already.",
        field="voucher",
    )  # fmt: skip


def _faults(payment: Payment) -> list[Fault]:
    texts = {name: getattr(payment, name) for name in ("charge", "part", "voucher", "reason")}
    faults = text_faults(texts)
    faults += [_long(name) for name in ("charge", "part", "voucher") if len(texts[name]) > 60]
    amount = payment.amount
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= MOST:
        faults.append(Fault("money.amount", "金额应大于 0。", "The amount must be above 0.", field="amount"))
    if payment.way not in WAYS:
        faults.append(Fault("money.way", "请选择付款方式。", f"The way must be one of {', '.join(WAYS)}.", field="way"))
    if payment.order is None and payment.case is None:
        faults.append(
            Fault("money.what", "款项应属于订单或工单。", "Money belongs to an order or a case.", field="order")
        )
    for name in ("payer", "payee"):
        if getattr(payment, name)[0] not in KINDS:
            faults.append(Fault("money.who", "不认识的收付方。", "Unknown kind of payer or payee.", field=name))
    return faults


def _long(name: str) -> Fault:
    return Fault("money.text", f"“{name}”至多 60 字。", f"“{name}” has at most 60 signs.", field=name)


def _needs_reason() -> Refused:
    return Refused.because("money.reason", "请写明原因。", "A reason is needed.", field="reason")


def _absent() -> NotFound:
    return NotFound.because("money.absent", "没有这笔账或这张订单。", "There is no such entry or order.")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
