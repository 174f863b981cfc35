"""A customer's personal data is erased: rows stay for the figures, nothing in them tells who it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from aftercare.audit.actions import trace
from aftercare.customers import hooks
from aftercare.customers.actions_merge import family
from aftercare.customers.models import (
    Address,
    Change,
    Contact,
    Customer,
    MergeRecord,
    Phone,
    Relation,
    SearchEntry,
    SpecialDay,
)
from aftercare.customers.rows import fault, locked, stop_on
from aftercare.errors import JSON
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults


@transaction.atomic
def erase(customer: int, reason: str, actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """Erase the customer and every entry merged into it. Returns what the packages report, by customer and name.

    A package that must keep the data (legal hold) raises Refused from its `on_erase` callback: then nothing is erased.
    `reason` is kept in the trace: no personal data there.
    """
    locked(customer, actor, "customers.erase")
    stop_on(text_faults({"reason": reason}))
    if not reason.strip():
        stop_on([fault("reason", "请写明删除原因。", "Give the reason.", "reason")])
    ids = family(customer)
    reports: dict[str, JSON] = {str(number): hooks.erased(number, actor, now) for number in ids}
    for model in (Phone, Address, SearchEntry, SpecialDay, Change):
        model.objects.filter(customer__in=ids).delete()
    Contact.objects.filter(customer__in=ids).update(about="", answer="", note="")  # how often stays for the figures
    Relation.objects.filter(Q(customer__in=ids) | Q(other__in=ids)).delete()
    MergeRecord.objects.filter(Q(kept__in=ids) | Q(dropped__in=ids)).update(before={}, after={}, undone_at=now)
    Customer.objects.filter(pk__in=ids).update(
        full_name="", pinyin="", initials="", gender="", birthday="", birthday_lunar=False, mark="", mark_reason="",
        notes="", consent={}, family_size=None, erased_at=now,
        changed_at=now, changed_by=actor.person, changed_by_name=actor.name,
    )  # fmt: skip
    trace(actor, "customers.erase", ("customer", customer), now=now, data={"reason": reason, "ids": ids})
    return reports
