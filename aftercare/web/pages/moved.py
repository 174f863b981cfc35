"""What a change of people or calendar set in motion: which cases, whose tasks, which promises, which customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from aftercare.customers.models import Customer
from aftercare.people.models import Person
from aftercare.web import frame
from aftercare.web.access import SIGNED_IN, route

KEY = "moved"


def keep(request: Any, result: Mapping[str, Any], back: str) -> str:
    """Keeps what the packages report for the next page; straight back when nothing moved."""
    rows = [row for part in result.values() if isinstance(part, dict) for row in part.get("moved", [])]
    if not rows:
        return back
    request.session[KEY] = {"rows": rows, "back": back}
    return reverse("moved_cases")


def moved_cases(request: Any) -> HttpResponse:
    kept = request.session.get(KEY) or {"rows": [], "back": "/"}
    customers = _names(Customer, [row.get("customer") for row in kept["rows"]])
    people = _names(Person, [row.get("to") for row in kept["rows"]])
    rows = [
        {
            **row,
            "url": _case_url(row["case"]),
            "customer_name": customers.get(row.get("customer")),
            "to_name": people.get(row.get("to")),
        }
        for row in kept["rows"]
    ]
    return frame.page(request, "people/moved.html", {"rows": rows, "back": kept["back"]}, room="people")


def _names(model: Any, ids: list[Any]) -> dict[Any, str]:
    return dict(model.objects.filter(pk__in=[id for id in ids if id]).values_list("pk", "full_name"))


def _case_url(case: int) -> str:
    try:
        return reverse("case", args=[case])
    except NoReverseMatch:
        return ""


routes = [route("moved/", moved_cases, access=SIGNED_IN, name="moved_cases")]
