"""Papers in the list: kind, state, where the copies are."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from aftercare.cases.rule_queries import live
from aftercare.documents.models import Copy, Document
from aftercare.texts import Text
from aftercare.web.shown.register import day_start

STATES = {
    "valid": Text("有效", "Valid"),
    "void": Text("已作废", "Void"),
    "replaced": Text("已取代", "Replaced"),
    "open": Text("有联未交到", "A copy has not arrived"),
}
PAPER_NAMES = {
    "a4": Text("A4 纸", "A4"),
    "a5": Text("A5 横放", "A5, landscape"),
    "continuous_241": Text("241 × 140 毫米连续纸（三联二等分）", "Continuous 241 × 140 mm, three parts"),
    "continuous_241_tall": Text("241 × 280 毫米连续纸（三联）", "Continuous 241 × 280 mm, three parts"),
    "80mm": Text("80 毫米小票", "80 mm slip"),
    "58mm": Text("58 毫米小票", "58 mm slip"),
}


def kinds() -> dict[str, Text]:
    """Papers of the handbooks in force."""
    return {one.id: one.name for handbook in live() for one in handbook.documents.values()}


def filtered(rows: QuerySet[Document], wanted: Any, store: int | None) -> QuerySet[Document]:
    """By number, kind, state and days of issue; unreadable dates do not filter."""
    exact = {"kind": wanted.get("kind"), "store_id": store}
    since, until = day_start(wanted.get("since", "")), day_start(wanted.get("until", ""), 1)
    ranges = {"issued_at__gte": since, "issued_at__lt": until, "number__icontains": wanted.get("q")}
    rows = rows.filter(**{name: value for name, value in {**exact, **ranges}.items() if value not in (None, "")})
    match wanted.get("state"):
        case "valid":
            return rows.filter(voided_at=None, superseded_by=None)
        case "void":
            return rows.exclude(voided_at=None)
        case "replaced":
            return rows.exclude(superseded_by=None)
        case "open":
            waiting = rows.filter(voided_at=None, superseded_by=None)
            return waiting.filter(copies__in=_on_their_way()).distinct()
    return rows


def _on_their_way() -> QuerySet[Copy]:
    return Copy.objects.filter(lost_at=None).exclude(holder=F("intended"))


def state_of(row: Document) -> tuple[str, str]:
    """(tone, words) of a paper."""
    if row.voided_at:
        return "broken", _("void")
    if getattr(row, "superseded_by", None):
        return "planned", _("replaced")
    return "kept", _("valid")
