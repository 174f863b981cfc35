"""Finding, locking and stamping a customer's row: shared by all actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aftercare.customers.models import Customer, SearchEntry
from aftercare.customers.terms import entry
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.people.access import require
from aftercare.people.actor import Actor


def fault(code: str, zh: str, en: str, field: str = "", **data: Any) -> Fault:
    return Fault(f"customer.{code}", zh, en, field=field, data=data)


def stop_on(faults: Iterable[Fault | None]) -> None:
    """Raises Refused with all of them, if any."""
    found = [one for one in faults if one]
    if found:
        raise Refused(found)


def absent() -> NotFound:
    """Not there, erased, or not yours: the same answer."""
    return NotFound(fault("absent", "没有找到这位客户，或您无权查看。", "No such customer, or not yours to see."))


def locked(customer: int, actor: Actor, action: str, version: int | None = None) -> Customer:
    """The row, locked. NotFound when absent or not visible, NotAllowed without right, Conflict on a newer version."""
    row = Customer.objects.select_for_update().filter(pk=customer).first()
    if row is None or not actor.may("customers.see", row.store_id):
        raise absent()
    require(actor, action, row.store_id)
    if row.erased_at:
        raise Refused(fault("erased", "这位客户的信息已被删除。", "This customer's data has been erased."))
    if row.merged_into_id:
        zh, en = "这位客户已并入另一位客户。", "This customer has been merged into another one."
        raise Conflict(fault("merged", zh, en, merged_into=row.merged_into_id))
    if version is not None and version != row.version:
        raise stale(row)
    return row


def stale(row: Customer, fields: Iterable[str] = ()) -> Conflict:
    """Somebody saved in between: says who and when. `data` holds version, by, at and the fields concerned."""
    at = row.changed_at.isoformat()
    return Conflict(
        fault(
            "stale",
            f"{row.changed_by_name} 刚刚修改过这位客户，请先查看最新内容。",
            f"{row.changed_by_name} changed this customer meanwhile; look at the present state first.",
            version=row.version,
            by={"id": row.changed_by, "name": row.changed_by_name},
            at=at,
            fields=sorted(fields),
        )
    )


def stamp(row: Customer, actor: Actor, now: datetime, fields: Iterable[str] = ()) -> None:
    """Save `fields`, with who and when, as the next version; then what the customer is found by."""
    row.version += 1
    row.changed_at, row.changed_by, row.changed_by_name = now, actor.person, actor.name
    row.save(update_fields=[*fields, "version", "changed_at", "changed_by", "changed_by_name"])
    refresh(row)


def refresh(row: Customer) -> None:
    """Write the search entry anew from what is stored now."""
    phones = row.phones.order_by("id").values_list("digits", flat=True)
    addresses = row.addresses.order_by("id").values_list("text", flat=True)
    made = search_entry(row, phones, addresses)
    SearchEntry.objects.bulk_create(
        [made],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["store_id", "grams", "plain", "coded", "digits"],
    )


def search_entry(row: Customer, phones: Iterable[str], addresses: Iterable[str]) -> SearchEntry:
    found = entry(row.full_name, phones, addresses)
    return SearchEntry(
        customer_id=row.pk,
        store_id=row.store_id,
        grams=found.grams,
        plain=found.plain,
        coded=found.coded,
        digits=found.digits,
    )
