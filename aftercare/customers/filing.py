"""The file of a customer: made once, from then on it lists by itself what belongs to it. And days that matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from aftercare.audit.actions import trace
from aftercare.customers import history
from aftercare.customers.birthdays import birthday_fault
from aftercare.customers.entries import NewAddress, address_row
from aftercare.customers.models import Address, Customer, SpecialDay
from aftercare.customers.rows import absent, fault, locked, stamp, stop_on
from aftercare.errors import JSON
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults

ZONE = ZoneInfo("Asia/Shanghai")
# What a package puts into the file: (customer, actor) -> [{kind, title: {zh, en}, number, at, url?, ...}], few queries.
Filed = Callable[[int, Actor], list[dict[str, JSON]]]
_filed: dict[str, Filed] = {}


def on_file(name: str, listing: Filed) -> None:
    _filed[name] = listing


@transaction.atomic
def make_file(customer: int, actor: Actor, now: datetime, source: history.Source | None = None) -> str:
    """Make the customer's file; returns its number. One that is there stays as it is."""
    row = locked(customer, actor, "customers.edit")
    if row.filed_on is None:
        row.filed_on = now.astimezone(ZONE).date()
        row.file_number = f"DA{row.pk:06d}"
        stamp(row, actor, now, ["filed_on", "file_number"])
        history.note(row.pk, [("file_number", "", row.file_number)], actor, now, source)
        trace(actor, "customers.file", ("customer", row.pk), now=now)
    return row.file_number


def file_of(customer: int, actor: Actor) -> dict[str, Any]:
    """{number, filed_on, items}: what belongs to the customer, newest first; no number while there is no file."""
    row = visible(Customer.objects.filter(pk=customer), actor, "customers.see").first()
    if row is None:
        raise absent()
    found = [one for name in sorted(_filed) for one in _filed[name](customer, actor)] if row.filed_on else []
    items = sorted(found, key=lambda one: str(one["at"]), reverse=True)
    return {"number": row.file_number, "filed_on": row.filed_on, "items": items}


@transaction.atomic
def add_special_day(
    customer: int, name: str, day: str, lunar: bool, actor: Actor, now: datetime, source: history.Source | None = None
) -> int:
    """A day of the year to be greeted on, "10-01"; the same name again moves it. Returns its id."""
    row = locked(customer, actor, "customers.edit")
    stop_on([*text_faults({"name": name}), _day_fault(day, lunar)])
    if not name.strip():
        stop_on([fault("special_day", "请写明是什么日子。", "Say what day it is.", "name")])
    old = SpecialDay.objects.filter(customer=row, name=name).first()
    made, _ = SpecialDay.objects.update_or_create(customer=row, name=name, defaults={"day": day, "lunar": lunar})
    stamp(row, actor, now)
    history.note(row.pk, [("special_day", f"{name} {old.day}" if old else "", f"{name} {day}")], actor, now, source)
    trace(actor, "customers.special_day_add", ("customer", row.pk), now=now, data={"day": made.pk})
    return made.pk


@transaction.atomic
def remove_special_day(day: int, actor: Actor, now: datetime) -> None:
    found = SpecialDay.objects.filter(pk=day).first()
    if found is None:
        raise absent()
    row = locked(found.customer_id, actor, "customers.edit")
    found.delete()
    stamp(row, actor, now)
    history.note(row.pk, [("special_day", f"{found.name} {found.day}", "")], actor, now)
    trace(actor, "customers.special_day_remove", ("customer", row.pk), now=now, data={"day": day})


@transaction.atomic
def move_house(
    customer: int, new: NewAddress, actor: Actor, now: datetime, source: history.Source | None = None
) -> None:
    """The address to use from now on; the one before stays in the history. Nothing happens when it is the same."""
    row = locked(customer, actor, "customers.edit")
    place = address_row(new)
    first = Address.objects.filter(customer=row, primary=True).first()
    if first is not None and first.text == place.text:
        return
    place.customer, place.primary, place.label = row, True, first.label if first else ""
    place.pk = first.pk if first else None
    place.save()
    stamp(row, actor, now)
    history.note(row.pk, [("address", first.text if first else "", place.text)], actor, now, source)
    trace(actor, "customers.address_change", ("customer", row.pk), now=now, data={"address": place.pk})


def special_days(customer: int) -> list[Mapping[str, Any]]:
    rows = SpecialDay.objects.filter(customer=customer).order_by("day", "id")
    return [{"id": one.pk, "name": one.name, "day": one.day, "lunar": one.lunar} for one in rows]


def _day_fault(day: str, lunar: bool) -> Any:
    if len(day) == 5 and birthday_fault(day, lunar) is None:
        return None
    zh, en = f"“{day}”不是日期，请写成 10-01。", f"“{day}” is not a day of the year; write 10-01."
    return fault("day", zh, en, "day")
