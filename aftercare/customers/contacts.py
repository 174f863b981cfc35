"""Who was in touch with a customer, how and why: lines of the customer's timeline, counted by channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count

from aftercare.customers import greeting
from aftercare.customers.history import Source
from aftercare.customers.models import Contact, Customer
from aftercare.customers.rows import absent, stop_on
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.values.plain import text_faults


def log(
    customer: int, kind: str, said: Mapping[str, str], actor: Actor, now: datetime, source: Source | None = None
) -> int:
    """`said`: {channel, about?, answer?, note?}. The same source is entered once: told again, the line follows."""
    stop_on(text_faults(dict(said)))
    row = Customer.objects.filter(pk=customer, erased_at=None).first()
    if row is None:
        raise absent()
    told = words({**said, "about": greeting.named(str(said.get("about") or ""))})
    known = dict(source or {})
    person = known.pop("person", None) or {"id": actor.person, "name": actor.name}
    fixed = {"store_id": row.store_id, "at": now, "by": person["id"], "by_name": person["name"]}
    if known.get("line"):
        held = Contact.objects.filter(customer=row, kind=kind, source=known).first()
        if held is not None:
            Contact.objects.filter(pk=held.pk).update(**told)
            return held.pk
    return Contact.objects.create(customer=row, kind=kind, source=known, **fixed, **told).pk


def words(said: Mapping[str, str]) -> dict[str, str]:
    """What is kept of a talk."""
    return {name: str(said.get(name) or "") for name in ("channel", "about", "answer", "note")}


def of_customer(customer: int, actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Newest first. One query."""
    seen = visible(Customer.objects.filter(pk=customer), actor, "customers.see")
    rows = Contact.objects.filter(customer__in=seen).order_by("-at", "-id")[:limit]
    return [
        {
            "id": row.pk, "kind": row.kind, "channel": row.channel, "about": row.about, "answer": row.answer,
            "note": row.note, "at": row.at, "by": row.by_name, "source": row.source,
        }
        for row in rows
    ]  # fmt: skip


def counts(
    actor: Actor, *, kind: str = "", since: datetime | None = None, until: datetime | None = None
) -> dict[str, int]:
    """channel -> how often, in the stores the actor may see. One query."""
    wanted = {"kind": kind or None, "at__gte": since, "at__lt": until}
    rows = Contact.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = visible(rows, actor, "customers.see")
    return {row["channel"]: row["n"] for row in rows.values("channel").annotate(n=Count("id")).order_by("channel")}


def counts_of_case(case: int) -> dict[str, int]:
    """channel -> how often, of the talks that one case made. One query."""
    rows = Contact.objects.filter(source__contains={"kind": "case", "id": case})
    return {row["channel"]: row["n"] for row in rows.values("channel").annotate(n=Count("id")).order_by("channel")}


def cases_with(customer: int) -> list[int]:
    """The cases in which somebody was in touch with a customer, their own and lists of many. One query."""
    rows = Contact.objects.filter(customer=customer, source__kind="case")
    return sorted({int(one["id"]) for one in rows.values_list("source", flat=True)})
