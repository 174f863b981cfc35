"""The desk: one box for everything, and the panel of whoever calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from aftercare.customers import queries
from aftercare.people.actor import Actor
from aftercare.web import frame, hx, slots
from aftercare.web.access import route
from aftercare.web.pages.customers import REASONS, new_url, parts, store_names

ROOM = "desk"
MOST = 12
# More groups of results (cases, orders, plates): (title, template of one row, search). They come before customers.
groups: list[tuple[Any, str, Callable[[str, Actor, int], list[Any]]]] = []


def desk(request: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    context = {"text": text, "new_url": new_url(request.actor), **_found(text, request.actor)}
    if hx.asks(request):
        return frame.page(request, "desk/found.html", context)
    return frame.page(request, "desk/desk.html", context, room=ROOM)


def _found(text: str, actor: Actor) -> dict[str, Any]:
    if not text:
        return {"groups": [], "customers": []}
    found = [(title, row, search(text, actor, MOST)) for title, row, search in groups]
    stores = store_names()
    rows = [{**row, "store_name": stores.get(row["store"])} for row in queries.search(text, actor, MOST)]
    return {"groups": [group for group in found if group[2]], "customers": rows}


def caller(request: Any, customer: int) -> HttpResponse:
    """Who is calling, beside the results."""
    known = queries.panel(customer, request.actor)
    known["store_name"] = store_names().get(known["store"])
    context = {"customer": known, "parts": parts(known), "buttons": slots.caller_buttons, "reasons": REASONS}
    return frame.part_or_page(request, "desk/caller.html", "desk/caller_page.html", context, room=ROOM)


routes = [
    route("desk/", desk, access="customers.see", name="desk"),
    route("desk/<int:customer>/", caller, access="customers.see", name="caller"),
]
