"""What was found against whom: one's own for everybody, those of the stores one manages for managers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from aftercare.cases.models import EventPersonal, FindingRow
from aftercare.errors import NotFound
from aftercare.people.actor import Actor, Everywhere

Json = Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: `month` is "YYYY-MM"; days both included; empty means all."""

    person: int | None = None
    month: str = ""
    since: date | None = None
    until: date | None = None
    clause: str = ""
    finding: str = ""
    kind: str = ""
    state: str = ""
    store: int | None = None
    severe: bool = False


def found(actor: Actor, wanted: Wanted | None = None, *, own: bool = False) -> QuerySet[FindingRow]:
    """Rows with their case, in no order. `own`: only what concerns the actor, whatever else they may see."""
    rows = FindingRow.objects.select_related("case").defer("case__state")
    stores = actor.stores_for("cases.manage")
    if own:
        rows = rows.filter(person_id=actor.person)
    elif not isinstance(stores, Everywhere):
        rows = rows.filter(Q(store_id__in=sorted(stores)) | Q(person_id=actor.person))
    return _narrowed(rows, wanted or Wanted())


def _narrowed(rows: QuerySet[FindingRow], wanted: Wanted) -> QuerySet[FindingRow]:
    given = {
        "person_id": wanted.person, "finding": wanted.finding, "kind": wanted.kind, "state": wanted.state,
        "store_id": wanted.store, "day__gte": wanted.since, "day__lte": wanted.until,
        "severe": wanted.severe or None,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in given.items() if value not in (None, "")})
    if wanted.clause:
        rows = rows.filter(clauses__contains=[wanted.clause])
    if days := days_of(wanted.month):
        rows = rows.filter(day__gte=days[0], day__lt=days[1])
    return rows


def days_of(month: str) -> tuple[date, date] | None:
    """The first day of a month and of the one after it; None for what is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        return None


def totals(rows: QuerySet[FindingRow]) -> list[dict[str, Json]]:
    """{person, findings, severe, amount (fen)} per person, most first; dropped ones do not count. One query."""
    counted = rows.exclude(state="dropped").order_by().values("person_id")
    summed = counted.annotate(
        findings=Count("id"), serious=Count("id", filter=Q(severe=True)), amount=Sum("amount")
    ).order_by("-findings", "person_id")
    return [
        {
            "person": one["person_id"],
            "findings": one["findings"],
            "severe": one["serious"],
            "amount": one["amount"] or 0,
        }
        for one in summed
    ]


def facts_of(rows: Iterable[FindingRow]) -> dict[tuple[int, int], dict[str, Json]]:
    """(case, seq) -> what people wrote and pictures, where it has not been erased. One query."""
    keys = {(row.case_id, row.seq) for row in rows}
    if not keys:
        return {}
    asked = EventPersonal.objects.filter(case_id__in={case for case, _ in keys}, seq__in={seq for _, seq in keys})
    told = asked.values_list("case_id", "seq", "data")
    return {(case, seq): data.get("facts") or {} for case, seq, data in told if (case, seq) in keys}


def one(actor: Actor, finding: int) -> FindingRow:
    """A finding the actor may see; another's looks as if it did not exist."""
    row = found(actor).filter(pk=finding).first()
    if row is None:
        raise NotFound.because("no_finding", "没有这条记录。", "There is no such finding.")
    return row
