"""Reading customers: search, the caller's panel, lists, duplicates. What is personal comes masked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import Prefetch

from aftercare.customers import contacts as talks
from aftercare.customers import filing, history, hooks
from aftercare.customers import search as finding
from aftercare.customers.entries import PART_NAMES
from aftercare.customers.models import Address, Customer, Phone, Relation
from aftercare.customers.rows import absent, fault
from aftercare.customers.terms import fold
from aftercare.errors import Fault
from aftercare.people.access import require, require_somewhere, visible
from aftercare.people.actor import Actor
from aftercare.values.names import full_name_fault
from aftercare.values.phones import mask
from aftercare.values.places import Parts, missing_fault
from aftercare.values.plain import keepable


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A customer who is likely the same: `why` is "phone" or "name_address"."""

    id: int
    name: str
    why: str


def search(text: str, actor: Actor, limit: int = 20) -> list[dict[str, Any]]:
    """Customers by a piece of name, pinyin, initials, number or address; words are combined. Best first, one statement.

    Each: id, name, kind, store, mark, phones [{id, masked, label}], place (city and district), exact (the name itself).
    """
    require_somewhere(actor, "customers.see")
    found = finding.rows(keepable(text), actor.stores_for("customers.see"), min(limit, 200))
    return [
        {
            "id": number,
            "name": name,
            "kind": kind,
            "store": store,
            "mark": mark,
            "phones": [{"id": p["id"], "masked": mask(p["digits"]), "label": p["label"]} for p in json.loads(phones)],
            "place": place or "",
            "exact": rank == 0,
        }
        for number, name, kind, store, mark, rank, phones, place in found
    ]


def panel(customer: int, actor: Actor) -> dict[str, Any]:
    """Who is calling: fields, masked phones and addresses, relations, what is missing; `more` is from other packages.

    Seven queries besides those of the other packages. NotFound when absent or not visible.
    """
    row = _visible_row(customer, actor)
    phones, places = list(row.phones.all()), list(row.addresses.all())
    return {
        "id": row.pk,
        "name": row.full_name,
        "pinyin": row.pinyin,
        "kind": row.kind,
        "store": row.store_id,
        "gender": row.gender,
        "birthday": _masked_birthday(row.birthday),
        "birthday_lunar": row.birthday_lunar,
        "mark": row.mark,
        "mark_reason": row.mark_reason,
        "notes": row.notes,
        "consent": row.consent,
        "family_size": row.family_size,
        "filed_on": row.filed_on,
        "file_number": row.file_number,
        "special_days": filing.special_days(row.pk),
        "changes": history.changes(row.pk, actor),
        "contacts": talks.of_customer(row.pk, actor),
        "version": row.version,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by_name,
        "merged_into": row.merged_into_id,
        "erased_at": row.erased_at,
        "phones": [{"id": p.pk, "masked": mask(p.digits), "label": p.label, "primary": p.primary} for p in phones],
        "addresses": [_masked_address(place) for place in places],
        "relations": _relations(row.pk, actor),
        "missing": [one.as_json() for one in missing(row.full_name, row.kind, phones, places)],
        "may_reveal": actor.may("customers.reveal", row.store_id),
        "may_edit": actor.may("customers.edit", row.store_id),
        "more": hooks.panels(row.pk, actor),
    }


def reach(customer: int, actor: Actor) -> dict[str, Any]:
    """Who is to be called or driven to: id, name, mark, phones [{id, masked, label}], address (masked), may_reveal.

    Three queries. NotFound when absent or not visible."""
    row = _visible_row(customer, actor)
    places = [_masked_address(place) for place in row.addresses.all()]
    return {
        "id": row.pk,
        "name": row.full_name,
        "mark": row.mark,
        "phones": [{"id": one.pk, "masked": mask(one.digits), "label": one.label} for one in row.phones.all()],
        "address": places[0]["masked"] if places else "",
        "may_reveal": actor.may("customers.reveal", row.store_id),
    }


def customers_list(
    actor: Actor, limit: int = 50, before: tuple[Any, int] | None = None, store: int | None = None, mark: str = ""
) -> list[dict[str, Any]]:
    """Newest change first; `before` is (changed_at, id) of the last row seen. Three queries at any size."""
    require_somewhere(actor, "customers.see")
    found = visible(Customer.objects.filter(merged_into=None, erased_at=None), actor, "customers.see")
    if store is not None:
        found = found.filter(store_id=store)
    if mark:
        found = found.filter(mark=mark)
    if before:
        found = found.filter(changed_at__lte=before[0]).exclude(changed_at=before[0], pk__gte=before[1])
    listed = found.order_by("-changed_at", "-id").prefetch_related(*_children())[: min(limit, 200)]
    return [
        {
            "id": row.pk,
            "name": row.full_name,
            "kind": row.kind,
            "store": row.store_id,
            "mark": row.mark,
            "changed_at": row.changed_at,
            "phones": [mask(phone.digits) for phone in row.phones.all()],
            "place": next((f"{a.city}{a.district}" for a in row.addresses.all()), ""),
        }
        for row in listed
    ]


def likely_duplicates(news: Sequence[tuple[str, Sequence[str], Sequence[str]]], actor: Actor) -> list[list[Duplicate]]:
    """For each (name, E.164 numbers, address texts) who is likely the same among those visible. Two queries in all."""
    numbers = {e164 for _, phones, _ in news for e164 in phones}
    names = {name for name, _, places in news if places}
    known = visible(Customer.objects.filter(merged_into=None, erased_at=None), actor, "customers.see")
    by_phone: dict[str, list[tuple[int, str]]] = {}
    rows = Phone.objects.filter(e164__in=numbers, customer__in=known) if numbers else Phone.objects.none()
    for e164, number, name in rows.values_list("e164", "customer_id", "customer__full_name"):
        by_phone.setdefault(e164, []).append((number, name))
    by_place: dict[tuple[str, str], list[tuple[int, str]]] = {}
    if names:
        places_known = Address.objects.filter(customer__full_name__in=names, customer__in=known)
        for text, number, name in places_known.values_list("text", "customer_id", "customer__full_name"):
            by_place.setdefault((name, fold(text)), []).append((number, name))
    return [
        _found(
            [("phone", hit) for e164 in phones for hit in by_phone.get(e164, [])]
            + [("name_address", hit) for text in places for hit in by_place.get((name, fold(text)), [])]
        )
        for name, phones, places in news
    ]


def missing(name: str, kind: str, phones: Sequence[Phone], places: Sequence[Address]) -> list[Fault]:
    """What an order would still ask for: a full name, a number to call, an address where the door can be found."""
    found: list[Fault | None] = [full_name_fault(name) if kind == Customer.PERSON else None]
    if not phones:
        found.append(fault("no_phone", "没有联系电话。", "There is no phone number.", "phone"))
    if not places:
        found.append(fault("no_address", "没有地址。", "There is no address.", "address"))
    elif not any(place.is_findable for place in places):
        parts = Parts(**{part: getattr(places[0], part) for part in PART_NAMES})
        found.append(missing_fault(parts))
    return [one for one in found if one]


def contacts(customers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Unmasked fields for papers, messages and conditions, by id. Never for a page. Three queries at any size."""
    rows = Customer.objects.filter(pk__in=customers).prefetch_related(*_children())
    return {row.pk: _contact(row) for row in rows}


_FACTS = """
select json_build_object(
    'id', c.id, 'name', c.full_name, 'kind', c.kind, 'store', c.store_id, 'gender', c.gender, 'birthday', c.birthday,
    'birthday_lunar', c.birthday_lunar, 'family_size', c.family_size, 'filed_on', c.filed_on,
    'file_number', nullif(c.file_number, ''), 'mark', c.mark, 'vip', c.mark = 'vip', 'consent', c.consent,
    'phone', coalesce(p.all ->> 0, ''), 'phones', p.all, 'address', coalesce(a.all -> 0 ->> 'text', ''),
    'is_findable', coalesce((a.all -> 0 ->> 'is_findable')::bool, false), 'addresses', a.all)::text
from customers_customer c
cross join lateral (select coalesce(json_agg(x.digits order by x.primary desc, x.id), '[]') as all
    from customers_phone x where x.customer_id = c.id) p
cross join lateral (select coalesce(json_agg(json_build_object('id', x.id, 'text', x.text, 'is_findable', x.is_findable)
    order by x.primary desc, x.id), '[]') as all from customers_address x where x.customer_id = c.id) a
where c.id = %s
"""


def facts(customer: int) -> dict[str, Any]:
    """What conditions, papers and messages read of a customer, unmasked; empty when there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [customer])
        row = cursor.fetchone()
    found: dict[str, Any] = orjson.loads(row[0]) if row else {}
    return found


def full_text(customer: int, what: str, item: int | None, actor: Actor) -> str:
    """One field unmasked; only `actions.reveal` calls this, for it leaves the trace."""
    row = _visible_row(customer, actor)
    require(actor, "customers.reveal", row.store_id)
    if what == "birthday":
        return row.birthday
    texts = {
        "phone": {phone.pk: phone.typed for phone in row.phones.all()},
        "address": {place.pk: place.text for place in row.addresses.all()},
    }
    if item not in texts.get(what, {}):
        raise absent()
    return texts[what][item]


def current(customer: int) -> int:
    """The customer this one was merged into, through any number of merges; itself when it was not."""
    seen = {customer}
    while (
        onward := Customer.objects.filter(pk=customer).values_list("merged_into", flat=True).first()
    ) and onward not in seen:
        seen.add(onward)
        customer = onward
    return customer


def _children() -> tuple[Any, Any]:
    order = ("-primary", "id")
    return (
        Prefetch("phones", Phone.objects.order_by(*order)),
        Prefetch("addresses", Address.objects.order_by(*order)),
    )


def _visible_row(customer: int, actor: Actor) -> Customer:
    rows = visible(Customer.objects.filter(pk=customer), actor, "customers.see").prefetch_related(*_children())
    row = rows.first()
    if row is None:
        raise absent()
    return row


def _relations(customer: int, actor: Actor) -> list[dict[str, Any]]:
    rows = Relation.objects.filter(customer=customer).select_related("other").order_by("id")
    return [
        {"id": row.pk, "word": row.word, "customer": row.other_id, "name": row.other.full_name}
        for row in rows
        if actor.may("customers.see", row.other.store_id) and not row.other.erased_at
    ]


def _masked_address(place: Address) -> dict[str, Any]:
    seen = place.province + place.city.removeprefix(place.province) + place.district
    return {
        "id": place.pk,
        "masked": f"{seen}***",
        "is_findable": place.is_findable,
        "label": place.label,
        "primary": place.primary,
    }


def _masked_birthday(birthday: str) -> str:
    return f"{birthday[:-5]}**-**" if birthday else ""


def _contact(row: Customer) -> dict[str, Any]:
    phones, places = list(row.phones.all()), list(row.addresses.all())
    return {
        "id": row.pk,
        "name": row.full_name,
        "kind": row.kind,
        "store": row.store_id,
        "gender": row.gender,
        "birthday": row.birthday,
        "birthday_lunar": row.birthday_lunar,
        "family_size": row.family_size,
        "filed_on": row.filed_on.isoformat() if row.filed_on else None,
        "file_number": row.file_number or None,
        "mark": row.mark,
        "consent": row.consent,
        "phone": phones[0].digits if phones else "",
        "phones": [phone.digits for phone in phones],
        "address": places[0].text if places else "",
        "is_findable": bool(places) and places[0].is_findable,
        "addresses": [{"id": place.pk, "text": place.text, "is_findable": place.is_findable} for place in places],
    }


def _found(hits: list[tuple[str, tuple[int, str]]]) -> list[Duplicate]:
    found: dict[int, Duplicate] = {}
    for why, (number, name) in hits:
        found.setdefault(number, Duplicate(number, name, why))
    return list(found.values())
