"""Customers: the list, one customer with the timeline, and showing what is masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aftercare.customers import actions, filing, queries
from aftercare.people import queries as people
from aftercare.texts import Text
from aftercare.web import frame, slots
from aftercare.web.access import route
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing

ROOM = "customers"
MARKS = {"vip": Text("VIP", "VIP"), "blacklist": Text("黑名单", "Blacklist")}
REASONS = (
    Text("回电客户", "Call the customer back"),
    Text("核对信息", "Check the details"),
    Text("上门或送货", "Visit or delivery"),
    Text("客户要求", "The customer asked"),
)


def listing(new_url: str) -> Listing:
    return Listing(
        "customers",
        _("Customers"),
        columns=(
            Column(_("Name")),
            Column(_("Phone")),
            Column(_("District")),
            Column(_("Store")),
            Column(_("Last change")),
        ),
        row="customers/row.html",
        filters=(
            Filter("q", _("Name, pinyin, phone, address"), "search"),
            Filter("mark", _("Any mark"), options=tuple(MARKS.items())),
        ),
        nothing=Nothing(
            "users",
            _("No customers yet"),
            _("Everybody who buys, asks or complains stands here: entered at the desk, with an order, or imported."),
            new_url,
            _("New customer"),
        ),
        template="customers/list.html",
    )


def customers(request: Any) -> HttpResponse:
    stores = store_names()

    def source(asked: Asked) -> Sequence[Any]:
        rows = _rows(asked, request.actor)
        return [{**row, "store_name": stores.get(row["store"])} for row in rows]

    page = ListPage(listing(new_url(request.actor)), request, source, _cursor, {"new_url": new_url(request.actor)})
    return page.answer(room=ROOM)


def _rows(asked: Asked, actor: Any) -> list[dict[str, Any]]:
    if text := asked.filters.get("q"):
        rows = queries.search(text, actor, asked.limit - 1)
        return [row for row in rows if _fits(row, asked)]
    mark = asked.filters.get("mark", "")
    return queries.customers_list(actor, asked.limit, _before(asked.after), asked.store, mark)


def _fits(row: dict[str, Any], asked: Asked) -> bool:
    mark = asked.filters.get("mark")
    return (not mark or row["mark"] == mark) and (asked.store is None or row["store"] == asked.store)


def _cursor(row: dict[str, Any]) -> list[Any]:
    return [row["changed_at"].isoformat() if "changed_at" in row else "", row["id"]]


def _before(after: Sequence[Any] | None) -> tuple[datetime, int] | None:
    try:
        moment, number = after or ("", 0)
        at = datetime.fromisoformat(moment)
        return (at, number) if at.tzinfo and isinstance(number, int) else None
    except (TypeError, ValueError):
        return None


def customer(request: Any, customer: int) -> HttpResponse:
    known = queries.panel(customer, request.actor)
    known["store_name"] = store_names().get(known["store"])
    context = {
        "customer": known,
        "parts": parts(known),
        "file": filing.file_of(customer, request.actor),
        "timeline": slots.timeline_of(customer, request.actor, request.now),
        "buttons": slots.caller_buttons,
        "reasons": REASONS,
        "may_merge": request.actor.may("customers.merge", known["store"]),
    }
    return frame.page(request, "customers/customer.html", context, room=ROOM)


def reveal(request: Any, customer: int) -> HttpResponse:
    """The whole of one masked field, in its place; kept with reason and address."""
    posted = request.POST
    item = posted.get("item", "")
    text = actions.reveal(
        customer,
        posted.get("what", ""),
        int(item) if item.isascii() and item.isdigit() and len(item) < 19 else None,
        posted.get("reason", ""),
        request.actor,
        request.now,
        str(request.META.get("REMOTE_ADDR", "")),
    )
    return frame.page(request, "customers/revealed.html", {"text": text, "what": posted.get("what", "")})


def parts(known: dict[str, Any]) -> list[tuple[str, Any]]:
    """(template, data) of what other rooms show beside a customer."""
    return [(slots.customer_parts[name], part) for name, part in known["more"].items() if name in slots.customer_parts]


def store_names() -> dict[int, Any]:
    return {store.pk: store.name for store in people.stores(active_only=False)}


def new_url(actor: Any) -> str:
    return reverse("new_customer") if actor.may_somewhere("customers.edit") else ""


routes = [
    route("customers/", customers, access="customers.see", name="customers"),
    route("customers/<int:customer>/", customer, access="customers.see", name="customer"),
    route("customers/<int:customer>/reveal/", reveal, access="customers.reveal", name="reveal", post=True, get=False),
]
