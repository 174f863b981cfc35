"""Changes to a customer: fields, phones, addresses, marks, relations, and showing what is masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from aftercare.audit.actions import trace
from aftercare.audit.queries import count_since
from aftercare.customers import bulk, history, queries
from aftercare.customers.entries import (
    NewAddress,
    NewCustomer,
    NewPhone,
    address_row,
    customer_row,
    field_faults,
    one_primary,
    phone_row,
)
from aftercare.customers.models import Address, Customer, Phone, Relation
from aftercare.customers.queries import Duplicate
from aftercare.customers.rows import absent, fault, locked, search_entry, stamp, stop_on
from aftercare.customers.terms import initials_of
from aftercare.errors import Fault, Refused
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.values.pinyin import of_name
from aftercare.values.plain import text_faults

REVEALS = 20
REVEALS_WITHIN = timedelta(minutes=10)
_REVEAL_LOCK = 7_316_002


@dataclass(frozen=True, slots=True)
class Created:
    """`duplicates` are likely the same customer, entered before; merge them or leave them."""

    id: int
    duplicates: tuple[Duplicate, ...]


def create_customer(new: NewCustomer, actor: Actor, now: datetime) -> Created:
    """A new customer. Nothing but a name is needed: what an order needs more, its gates ask for."""
    return create_customers([new], actor, now)[0]


@transaction.atomic
def create_customers(
    news: Sequence[NewCustomer], actor: Actor, now: datetime, *, right: str = "customers.edit"
) -> list[Created]:
    """Many at once, all or none, in a fixed number of statements. Faults name the `row` of each."""
    for store in {new.store for new in news}:
        require(actor, right, store)
    built = [_built(new, actor, now) for new in news]
    stop_on(one for _, _, _, faults in built for one in faults)
    duplicates = queries.likely_duplicates(
        [(row.full_name, [p.e164 for p in phones], [a.text for a in places]) for row, phones, places, _ in built], actor
    )
    _write(built)
    ids = [row.pk for row, *_ in built]
    trace(actor, "customers.create", ("customer", ids[0] if len(ids) == 1 else None), now=now, data={"ids": ids})
    return [Created(number, tuple(found)) for number, found in zip(ids, duplicates, strict=True)]


@transaction.atomic
def change_customer(
    customer: int,
    changes: Mapping[str, Any],
    version: int | None,
    actor: Actor,
    now: datetime,
    source: history.Source | None = None,
) -> int:
    """Change fields seen at `version`; returns the new version. Raises Conflict naming who changed it meanwhile.

    What differs is kept in the history with its `source`."""
    row = locked(customer, actor, "customers.edit", version)
    lunar = {"birthday_lunar": changes.get("birthday_lunar", row.birthday_lunar)} if "birthday" in changes else {}
    stop_on(field_faults({**lunar, **changes}))
    if "birthday_lunar" in changes and "birthday" not in changes:
        stop_on(field_faults({"birthday": row.birthday, "birthday_lunar": changes["birthday_lunar"]}))
    if "store" in changes:
        require(actor, "customers.edit", changes["store"])
    columns = {name: "store_id" if name == "store" else name for name in changes}
    history.note(customer, [(n, getattr(row, columns[n]), v) for n, v in changes.items()], actor, now, source)
    for name, value in changes.items():
        setattr(row, columns[name], value)
    fields = list(changes)
    if "full_name" in changes:
        row.pinyin, row.initials = of_name(row.full_name), initials_of(row.full_name)
        fields += ["pinyin", "initials"]
    stamp(row, actor, now, fields)
    trace(actor, "customers.change", ("customer", customer), now=now, data={"fields": sorted(changes)})
    return row.version


@transaction.atomic
def add_phone(customer: int, new: NewPhone, actor: Actor, now: datetime, source: history.Source | None = None) -> int:
    """Another number; returns its id. The first one, or one marked so, is the one to call."""
    row = locked(customer, actor, "customers.edit")
    phone = phone_row(new)
    if row.phones.filter(e164=phone.e164).exists():
        raise Refused(fault("phone_twice", "该客户已有这个号码。", "The customer has this number already.", "phone"))
    phone.customer = row
    _insert(row, phone, Phone)
    stamp(row, actor, now)
    history.note(customer, [("phone", "", phone.typed)], actor, now, source)
    trace(actor, "customers.phone_add", ("customer", customer), now=now, data={"phone": phone.pk})
    return phone.pk


@transaction.atomic
def remove_phone(phone: int, actor: Actor, now: datetime) -> None:
    """Take a number away; another one becomes the one to call."""
    _remove(Phone, phone, "customers.phone_remove", actor, now)


@transaction.atomic
def add_address(customer: int, new: NewAddress, actor: Actor, now: datetime) -> int:
    """Another address; returns its id."""
    row = locked(customer, actor, "customers.edit")
    place = address_row(new)
    place.customer = row
    _insert(row, place, Address)
    stamp(row, actor, now)
    history.note(customer, [("address", "", place.text)], actor, now)
    trace(actor, "customers.address_add", ("customer", customer), now=now, data={"address": place.pk})
    return place.pk


@transaction.atomic
def remove_address(address: int, actor: Actor, now: datetime) -> None:
    """Take an address away; another one becomes the first."""
    _remove(Address, address, "customers.address_remove", actor, now)


@transaction.atomic
def mark(customer: int, kind: str, reason: str, actor: Actor, now: datetime) -> None:
    """Mark as "vip" or "blacklist" with a reason, or take the mark away with ""."""
    row = locked(customer, actor, "customers.edit")
    faults: list[Fault] = text_faults({"reason": reason})
    if kind not in Customer.MARKS:
        faults.append(fault("choice", "没有这种标记。", "There is no such mark.", "mark"))
    if kind and not reason.strip():
        faults.append(fault("reason", "请写明原因。", "Give a reason.", "reason"))
    stop_on(faults)
    row.mark, row.mark_reason = kind, reason if kind else ""
    stamp(row, actor, now, ["mark", "mark_reason"])
    trace(actor, "customers.mark", ("customer", customer), now=now, data={"mark": kind})


@transaction.atomic
def relate(customer: int, other: int, word: str, actor: Actor, now: datetime) -> int:
    """`other` is the `word` (配偶, employer) of `customer`. Returns the id of the relation."""
    first, second = sorted((customer, other))
    if first == second:
        raise Refused(fault("relation_self", "不能与本人建立关系。", "Nobody is their own relative.", "other"))
    for number in (first, second):
        locked(number, actor, "customers.edit")
    stop_on(text_faults({"word": word}))
    row, _ = Relation.objects.update_or_create(customer_id=customer, other_id=other, defaults={"word": word})
    trace(actor, "customers.relate", ("customer", customer), now=now, data={"other": other})
    return row.pk


@transaction.atomic
def unrelate(relation: int, actor: Actor, now: datetime) -> None:
    row = Relation.objects.filter(pk=relation).first()
    if row is None:
        raise absent()
    locked(row.customer_id, actor, "customers.edit")
    row.delete()
    trace(actor, "customers.unrelate", ("customer", row.customer_id), now=now, data={"other": row.other_id})


def reveal(
    customer: int, what: str, item: int | None, reason: str, actor: Actor, now: datetime, address: str = ""
) -> str:
    """The full text of one masked field: "phone" or "address" (with the id of the row) or "birthday".

    Every reveal leaves a trace with its reason; after twenty within ten minutes the next is refused (status 429).
    """
    stop_on([*text_faults({"reason": reason}), None if reason.strip() else _no_reason()])
    told: dict[str, Any] = {"field": what, "item": item, "reason": reason}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_REVEAL_LOCK, actor.person])
        text = queries.full_text(customer, what, item, actor)
        is_too_many = count_since(actor.person, "customers.reveal", now - REVEALS_WITHIN) >= REVEALS
        result = "refused" if is_too_many else "done"
        trace(actor, "customers.reveal", ("customer", customer), now=now, address=address, data=told, result=result)
    if is_too_many:
        zh = f"十分钟内最多显示 {REVEALS} 次，请稍后再试。"
        en = f"At most {REVEALS} reveals within ten minutes; wait a little."
        raise Refused(fault("reveals", zh, en), status=429)
    return text


def _no_reason() -> Fault:
    return fault("reason", "请写明查看原因。", "Say why you need to see it.", "reason")


def _built(new: NewCustomer, actor: Actor, now: datetime) -> tuple[Customer, list[Phone], list[Address], list[Fault]]:
    faults = field_faults(new.fields())
    phones: dict[str, Phone] = {}
    places: list[Address] = []
    for place, phone in enumerate(new.phones):
        try:
            row = phone_row(phone, "phone" if len(new.phones) == 1 else f"phones.{place}")
            phones.setdefault(row.e164, row)
        except Refused as refusal:
            faults += refusal.faults
    for place, address in enumerate(new.addresses):
        try:
            places.append(address_row(address, "address" if len(new.addresses) == 1 else f"addresses.{place}"))
        except Refused as refusal:
            faults += refusal.faults
    if faults:
        return Customer(), [], [], [replace(one, row=new.row) for one in faults]
    one_primary(phones.values())
    one_primary(places)
    return customer_row(new.fields(), actor, now), list(phones.values()), places, []


def _write(built: Sequence[tuple[Customer, list[Phone], list[Address], list[Fault]]]) -> None:
    bulk.number([row for row, *_ in built])
    for row, phones, places, _ in built:
        for phone in phones:
            phone.customer = row
        for place in places:
            place.customer = row
    all_phones = [phone for _, phones, _, _ in built for phone in phones]
    all_places = [place for _, _, places, _ in built for place in places]
    bulk.number(all_phones)
    bulk.number(all_places)
    bulk.write([row for row, *_ in built])
    bulk.write(all_phones)
    bulk.write(all_places)
    entries = [
        search_entry(row, [p.digits for p in phones], [a.text for a in places]) for row, phones, places, _ in built
    ]
    with bulk.gathered("customers_grams", len(entries)):
        bulk.write(entries)


def _insert(row: Customer, child: Phone | Address, model: type[Phone] | type[Address]) -> None:
    others = model.objects.filter(customer=row, primary=True)
    if child.primary:
        others.update(primary=False)
    else:
        child.primary = not others.exists()
    child.save(force_insert=True)


def _remove(model: type[Phone] | type[Address], number: int, action: str, actor: Actor, now: datetime) -> None:
    child = model.objects.filter(pk=number).first()
    if child is None:
        raise absent()
    row = locked(child.customer_id, actor, "customers.edit")
    model.objects.filter(pk=number, customer=row).delete()
    if child.primary:
        others = model.objects.filter(customer=row).order_by("id").values_list("id", flat=True)
        model.objects.filter(pk__in=list(others[:1])).update(primary=True)
    stamp(row, actor, now)
    gone = ("phone", child.typed, "") if isinstance(child, Phone) else ("address", child.text, "")
    history.note(row.pk, [gone], actor, now)
    trace(actor, action, ("customer", row.pk), now=now, data={"id": number})
