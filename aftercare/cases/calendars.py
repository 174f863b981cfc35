"""The working time of a store: its own hours over the company's over the handbook's, with the closing days entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from aftercare.calendar import WorkCalendar
from aftercare.people.models import ClosingDay, Company, Store

Json = Any


def calendar_of(store: int | None, handbook_calendar: Mapping[str, Json] | None) -> WorkCalendar:
    """Assembled from the rows; the callers cache it."""
    company = Company.objects.filter(pk=1).values_list("settings", flat=True).first() or {}
    whole = dict(company.get("calendar") or handbook_calendar or {})
    whole["closed"] = [*whole.get("closed", []), *_closed(None)]
    base = WorkCalendar.from_json(whole)
    if store is None:
        return base
    own: dict[str, Json] = dict(Store.objects.filter(pk=store).values_list("calendar", flat=True).first() or {})
    days = _closed(store)
    if not own and not days:
        return base
    own["closed"] = [*own.get("closed", []), *days]
    return WorkCalendar.from_json(own, base)


def _closed(store: int | None) -> list[dict[str, Json]]:
    rows = ClosingDay.objects.filter(Q(store_id=store)).order_by("day").values_list("day", "reason")
    return [{"day": day.isoformat(), "why": {"zh": reason, "en": reason}} for day, reason in rows]
