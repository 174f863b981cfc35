"""A register is a list of the sheets of one form: filtered, sorted, totalled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from aftercare.handbook.model import Form
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.records.models import Record

SUMMED = ("money", "number")


def register(
    actor: Actor,
    form: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    store: int | None = None,
    text: str = "",
    person: int | None = None,
    chosen: Mapping[str, str] | None = None,
) -> QuerySet[Record]:
    """Rows of a register the actor may see, newest first. `chosen`: choice field -> option."""
    rows = visible(Record.objects.filter(form=form), actor, "cases.see").order_by("-at", "-id")
    wanted = {"at__gte": since, "at__lt": until, "store_id": store, "person_id": person}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.filter(values__contains=dict(chosen)) if chosen else rows
    return (
        rows.filter(Q(number__icontains=text) | Q(values__icontains=text) | Q(personal__icontains=text))
        if text
        else rows
    )


def totals(rows: QuerySet[Record], form: Form) -> dict[str, float]:
    """Sums of the money and number columns over a filtered register. One statement."""
    names = [one.id for one in form.fields if one.type in SUMMED]
    if not names:
        return {}
    inner, values = rows.order_by().values("values").query.sql_with_params()
    sums = ", ".join(
        "sum((r.values ->> %s)::numeric) filter (where jsonb_typeof(r.values -> %s) = 'number')" for _ in names
    )
    arguments: list[Any] = [name for one in names for name in (one, one)]
    with connection.cursor() as cursor:
        cursor.execute(f"select {sums} from ({inner}) r", [*arguments, *values])
        row = cursor.fetchone()
    return {name: float(value or 0) for name, value in zip(names, row, strict=True)}


def counts(actor: Actor) -> Mapping[str, int]:
    """form -> rows: the contents page of the registers."""
    from django.db.models import Count

    rows = visible(Record.objects.all(), actor, "cases.see").values("form").annotate(n=Count("id"))
    return {row["form"]: row["n"] for row in rows}
