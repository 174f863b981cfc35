"""A new order from the caller's panel: goods, save, and its case is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.customers import queries as customers
from aftercare.errors import Refused
from aftercare.orders.opening import NewOrder, open_order
from aftercare.people.actor import Actor
from aftercare.values import places
from aftercare.web import form_page, frame, slots
from aftercare.web.access import route
from aftercare.web.known import known_for
from aftercare.web.naming import House
from aftercare.web.order_forms import NEW, WIDTHS, given
from aftercare.web.pages.cases import live_procedures
from aftercare.web.words import local

Json = Any


def procedures_to_open(actor: Actor, store: int, subject: str) -> list[tuple[Any, Any]]:
    """(handbook, procedure) about this kind of subject that the actor's roles in the store may open by hand."""
    roles = actor.roles_in(store)
    return [
        (handbook, one)
        for handbook, one in live_procedures()
        if one.subject == subject and any(set(start.by) & roles for start in one.starts)
    ]


def new_order(request: Any, customer: int) -> HttpResponse:
    known = customers.panel(customer, request.actor)
    store = _store(request, known)
    handbook, procedure = _procedure(request, store)

    def save(values: dict[str, Json]) -> str:
        rest = given(values, NEW)
        seller, lines = rest.pop("salesperson")["id"], rest.pop("lines")
        new = NewOrder(store, customer, seller, local(request.now).date(), lines, rest)
        _order, done = open_order(request.actor, request.now, new, handbook.id, procedure.id)
        return reverse("case", args=[done.case])

    house = House()
    values = {
        "salesperson": {"kind": "person", "id": request.actor.person},
        "address": _address(customer, request.actor, store),
    }
    page = form_page.PageForm(
        f"new-order-{customer}-{store}",
        _("New order for %(name)s") % {"name": known["name"]},
        NEW,
        reverse("customer", args=[customer]),
        lead=_("%(store)s · %(procedure)s begins when you save.")
        % {"store": house.store(store), "procedure": _name(procedure)},
        submit=_("Save and open"),
        done=_("Order written, case opened."),
        known=known_for(request.actor, house, NEW, values),
        widths=WIDTHS,
    )
    return form_page.form_page(request, page, values, save, room="desk")


def _name(procedure: Any) -> str:
    from aftercare.web.words import text_in

    return text_in(procedure.name)


def _store(request: Any, known: dict[str, Json]) -> int:
    """The store chosen at the top, else the customer's where the actor may open cases, else the first such one."""
    actor = request.actor
    mine = [one.id for one in frame.my_stores(request) if actor.may("cases.open", one.id)]
    chosen = frame.Frame(request, "").store
    for store in (chosen.id if chosen else None, known["store"]):
        if store in mine:
            return int(store)
    if not mine:
        raise Refused.because("order.store", "您没有可开单的门店。", "There is no store where you may open orders.")
    return mine[0]


def _procedure(request: Any, store: int) -> tuple[Any, Any]:
    found = procedures_to_open(request.actor, store, "order")
    wanted = request.GET.get("procedure", "")
    chosen = next((one for one in found if one[1].id == wanted), found[0] if found else None)
    if chosen is None:
        raise Refused.because(
            "order.procedure",
            "手册里没有您的岗位可以开立的订单流程。",
            "The handbook has no procedure of an order that your role may open.",
        )
    return chosen


def _address(customer: int, actor: Actor, store: int) -> dict[str, str]:
    """Where the customer lives, for those who may see it in full."""
    if not actor.may("customers.reveal", store):
        return {}
    text = customers.contacts([customer]).get(customer, {}).get("address") or ""
    parts = places.parse(text)
    return {**{part: said for part in places.PARTS if (said := getattr(parts, part))}, "text": text} if text else {}


slots.caller_buttons.append("orders/caller_button.html")

routes = [
    route("customers/<int:customer>/orders/new/", new_order, access="orders.edit", name="new_order", post=True),
]
