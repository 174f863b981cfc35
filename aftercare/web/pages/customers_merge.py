"""Two entries of one customer: side by side, field by field, merged, and taken apart again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.customers import actions, queries
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.once import once
from aftercare.web.pages.customers import MARKS, ROOM, store_names


def choose(request: Any, customer: int) -> HttpResponse:
    """Who is the same? Likely ones first, and a search."""
    known = queries.panel(customer, request.actor)
    text = request.GET.get("q", "").strip()
    found = [row for row in queries.search(text or known["name"], request.actor, 10) if row["id"] != customer]
    return frame.page(
        request, "customers/merge_choose.html", {"customer": known, "found": found, "text": text}, room=ROOM
    )


def merge(request: Any, kept: int, other: int) -> HttpResponse:
    if request.method == "POST":
        return once(request, lambda: _merge(request, kept, other), _("Merged; it can be undone from this page."))
    context = {
        "kept": queries.panel(kept, request.actor),
        "other": queries.panel(other, request.actor),
        "differences": actions.merge_preview(kept, other, request.actor),
        "names": {"store": store_names(), "mark": MARKS},
    }
    return frame.page(request, "customers/merge.html", context, room=ROOM)


def _merge(request: Any, kept: int, other: int) -> str:
    choices = {key.removeprefix("choose."): value for key, value in request.POST.items() if key.startswith("choose.")}
    record = actions.merge(kept, other, choices, request.actor, request.now)
    return reverse("merged", args=[kept, record])


def merged(request: Any, customer: int, record: int) -> HttpResponse:
    """What was done, with the way back."""
    if request.method == "POST":
        return once(request, lambda: _undo(request, customer, record), _("The merge is undone."))
    context = {"customer": queries.panel(customer, request.actor), "record": record}
    return frame.page(request, "customers/merged.html", context, room=ROOM)


def _undo(request: Any, customer: int, record: int) -> str:
    actions.undo_merge(record, request.actor, request.now)
    return reverse("customer", args=[customer])


routes = [
    route("customers/<int:customer>/same/", choose, access="customers.merge", name="merge_choose"),
    route("customers/<int:kept>/merge/<int:other>/", merge, access="customers.merge", name="merge", post=True),
    route("customers/<int:customer>/merged/<int:record>/", merged, access="customers.merge", name="merged", post=True),
]
