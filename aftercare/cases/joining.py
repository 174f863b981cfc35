"""Cases that another may take along: deliveries that no van has yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from aftercare.cases.models import Case
from aftercare.cases.queries import definition
from aftercare.cases.world import handbook_of
from aftercare.customers.models import Customer
from aftercare.people.access import visible
from aftercare.people.actor import Actor

Json = Any
MOST = 300
RUNNING = ("open", "paused")


@dataclass(frozen=True, slots=True)
class Free:
    """A case that can be chosen. `day` "2026-11-26" or "": the first date it has agreed."""

    case: int
    number: str
    customer: str
    day: str


def free_cases(actor: Actor, asking: Case, procedure: str, text: str = "", limit: int = 30) -> list[Free]:
    """Open cases of a procedure in the store of `asking` that no other running case of its kind has taken along.

    By day, then number. Three statements."""
    rows = visible(Case.objects.filter(handbook=asking.handbook, procedure=procedure), actor, "cases.see")
    rows = rows.filter(store_id=asking.store_id, status="open")
    if text:
        names = Customer.objects.filter(full_name__icontains=text).values("pk")
        rows = rows.filter(Q(number__icontains=text) | Q(customer_id__in=names))
    columns = ("pk", "number", "customer_id", "state__links", "state__values")
    found = list(rows.order_by("pk").values_list(*columns)[:MOST])
    taken = _taken(asking, {int(link["case"]) for row in found for link in (row[3] or {}).values()})
    free = [row for row in found if not any(int(link["case"]) in taken for link in (row[3] or {}).values())]
    people = dict(Customer.objects.filter(pk__in={row[2] for row in free}).values_list("pk", "full_name"))
    made = [Free(row[0], row[1], people.get(row[2] or 0, ""), _day(asking, procedure, row[4] or {})) for row in free]
    return sorted(made, key=lambda one: (one.day or "9", one.number))[:limit]


def names_of(cases: set[int], actor: Actor) -> dict[int, str]:
    """What cases are called where they are chosen: number and customer. Two statements."""
    rows = visible(Case.objects.filter(pk__in=cases), actor, "cases.see").values_list("pk", "number", "customer_id")
    people = dict(Customer.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "full_name"))
    named = ((pk, (number, people.get(customer or 0, ""))) for pk, number, customer in rows)
    return {pk: " · ".join(one for one in parts if one) for pk, parts in named}


def _taken(asking: Case, links: set[int]) -> set[int]:
    """Of these, the running cases of the same kind, but for the asking one itself."""
    running = Case.objects.filter(pk__in=links, procedure=asking.procedure, status__in=RUNNING).exclude(pk=asking.pk)
    return set(running.values_list("pk", flat=True))


def _day(asking: Case, procedure: str, values: dict[str, Json]) -> str:
    definition_of = handbook_of(asking.version).procedures.get(procedure) or definition(asking)[1]
    dates = [name for name, kind in definition_of.values.items() if kind == "date"]
    return next((str(values[name]) for name in dates if values.get(name)), "")
