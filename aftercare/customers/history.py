"""What of a customer's file changed, from what to what, by whom, and where that was learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from aftercare.customers.models import Change, Customer
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.values.phones import mask
from aftercare.values.places import parse

# Where something was learnt: {"kind", "id", "number", "name": {zh, en}, "person"?: {"id", "name"}}; {} is the desk.
Source = Mapping[str, Any]
NAMES: Mapping[str, Text] = {
    "full_name": Text("姓名", "Name"), "kind": Text("类型", "Kind"), "store": Text("门店", "Store"),
    "gender": Text("性别", "Gender"), "birthday": Text("生日", "Birthday"),
    "birthday_lunar": Text("农历生日", "Lunar birthday"), "notes": Text("备注", "Notes"),
    "consent": Text("授权", "Consent"), "family_size": Text("家庭人数", "Family size"), "phone": Text("电话", "Phone"),
    "address": Text("地址", "Address"), "special_day": Text("特殊日子", "Special day"),
    "file_number": Text("档案号", "File number"),
}  # fmt: skip


def note(
    customer: int, changed: Iterable[tuple[str, Any, Any]], actor: Actor, now: datetime, source: Source | None = None
) -> None:
    """Keep (field, old, new) of whatever differs. `source.person` is who learnt it, where the house itself writes."""
    told = dict(source or {})
    who = told.pop("person", None) or {"id": actor.person, "name": actor.name}
    Change.objects.bulk_create(
        Change(
            customer_id=customer, field=field, old=_text(old), new=_text(new), at=now, by=who["id"],
            by_name=who["name"], source=told,
        )
        for field, old, new in changed
        if _text(old) != _text(new)
    )  # fmt: skip


def changes(customer: int, actor: Actor, limit: int = 50) -> list[dict[str, Any]]:
    """Newest first: {id, field, name, old, new, at, by, source}; numbers, addresses and birthdays masked. One query."""
    seen = visible(Customer.objects.filter(pk=customer), actor, "customers.see")
    rows = Change.objects.filter(customer__in=seen).order_by("-at", "-id")[:limit]
    return [
        {
            "id": row.pk, "field": row.field, "name": NAMES.get(row.field, Text(row.field, row.field)).as_json(),
            "old": masked(row.field, row.old), "new": masked(row.field, row.new), "at": row.at, "by": row.by_name,
            "source": row.source,
        }
        for row in rows
    ]  # fmt: skip


def masked(field: str, text: str) -> str:
    if not text:
        return ""
    if field == "phone":
        return mask(text)
    if field == "address":
        parts = parse(text)
        return f"{parts.province}{parts.city.removeprefix(parts.province)}{parts.district}***"
    if field == "birthday":
        return f"{text[:-5]}**-**"
    return text


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "、".join(sorted(name for name, given in value.items() if given))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None or value is False else str(value)
