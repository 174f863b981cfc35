"""Orders: the list, one order, a new one with its case, changes, cancelling with what is given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.cases.models import Case
from aftercare.errors import Refused
from aftercare.money import actions as money
from aftercare.money.actions import Payment
from aftercare.money.queries import balances
from aftercare.orders import actions, queries
from aftercare.texts import Text
from aftercare.web import form_page, frame
from aftercare.web.access import route
from aftercare.web.known import known_for
from aftercare.web.naming import House
from aftercare.web.once import once
from aftercare.web.order_forms import CHANGE, CUSTOMER, WIDTHS, given
from aftercare.web.pages.cases import live_procedures
from aftercare.web.shown.order import STATUS, OrderPage
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing
from aftercare.web.words import local

ROOM = "orders"
SORTS = ("ordered_on", "delivery_date", "number", "total")


def listing(request: Any, house: House) -> Listing:
    flags = {
        flag.id: flag.name
        for _handbook, one in live_procedures()
        if one.subject == "order"
        for flag in one.flags.values()
    }
    return Listing(
        "orders",
        gettext_lazy("Orders"),
        columns=(
            Column(gettext_lazy("Order"), "number"),
            Column(gettext_lazy("Customer")),
            Column(gettext_lazy("Status")),
            Column(gettext_lazy("Delivery"), "delivery_date"),
            Column(gettext_lazy("Total"), "total", number=True),
            Column(gettext_lazy("To be paid"), number=True),
            Column(gettext_lazy("Salesperson")),
            Column(gettext_lazy("Store")),
            Column(gettext_lazy("Ordered on"), "ordered_on"),
        ),
        row="orders/row.html",
        filters=(
            Filter("q", gettext_lazy("Number, goods or code"), "search"),
            Filter(
                "status", gettext_lazy("Any status"), options=[(name, said) for name, (tone, said) in STATUS.items()]
            ),
            Filter(
                "store",
                gettext_lazy("Any store"),
                options=[(str(one.id), one.name) for one in frame.my_stores(request)],
            ),
            Filter(
                "salesperson",
                gettext_lazy("Any salesperson"),
                options=[(str(n), name) for n, name in house.people.items()],
            ),
            Filter(
                "late",
                gettext_lazy("In time and late"),
                options=[("1", Text("过了送货日期", "Past the delivery date"))],
            ),
            Filter("flag", gettext_lazy("Any flag"), options=list(flags.items())),
            Filter("since", gettext_lazy("Ordered since"), "date"),
            Filter("until", gettext_lazy("Ordered until"), "date"),
        ),
        nothing=Nothing(
            "receipt",
            gettext_lazy("No orders yet"),
            gettext_lazy(
                "Orders come from the desk: pick the customer, choose a new order, save. Or import the order book."
            ),
        ),
        sorts=SORTS,
        default_sort="-ordered_on",
        template="orders/list.html",
    )


def orders(request: Any) -> HttpResponse:
    house = House()

    def source(asked: Asked) -> Sequence[Any]:
        after = "~".join(map(str, asked.after)) if asked.after else ""
        found = queries.orders(request.actor, _filter(asked, request), asked.sort, after, asked.limit).rows
        paid = balances(row["id"] for row in found)
        return [{**row, "status_said": STATUS[row["status"]], "rest": paid[row["id"]].outstanding} for row in found]

    page = ListPage(listing(request, house), request, source, lambda row: _cursor(row, page))
    return page.answer(room=ROOM)


def _cursor(row: dict[str, Any], page: ListPage) -> list[Any]:
    value = row[page.sort.removeprefix("-")]
    return [value if isinstance(value, int) else str(value), row["id"]]


def _filter(asked: Asked, request: Any) -> queries.OrderFilter:
    wanted = asked.filters
    store, seller = wanted.get("store"), wanted.get("salesperson")
    return queries.OrderFilter(
        text=wanted.get("q", ""),
        store=int(store) if store else asked.store,
        status=wanted.get("status", ""),
        salesperson=int(seller) if seller else None,
        ordered_from=_day(wanted.get("since")),
        ordered_to=_day(wanted.get("until")),
        overdue_on=local(request.now).date() if wanted.get("late") else None,
        cases=_flagged(wanted.get("flag", "")),
    )


def _flagged(flag: str) -> frozenset[int] | None:
    if not flag:
        return None
    return frozenset(Case.objects.filter(flags__contains=[flag]).values_list("pk", flat=True)[:5000])


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def order(request: Any, order: int) -> HttpResponse:
    return frame.page(request, "orders/order.html", {"page": OrderPage(request, order)}, room=ROOM)


def change(request: Any, order: int) -> HttpResponse:
    """Goods, date, address, deposit, note; once issued with a reason."""
    found = queries.order_page(request.actor, order)

    def save(values: dict[str, Any]) -> str:
        reason = values.pop("reason", "")
        version = form_page.asked_version(request)
        actions.change_order(request.actor, request.now, order, version, given(values, CHANGE), reason)
        return reverse("order", args=[order])

    def present() -> tuple[dict[str, Any], int]:
        fresh = queries.order_page(request.actor, order)
        return _values(fresh), fresh["version"]

    house, values = House(), _values(found)
    page = form_page.PageForm(
        f"order-{order}",
        _("Change order %(number)s") % {"number": found["number"]},
        CHANGE,
        reverse("order", args=[order]),
        lead=_("The contract has been issued: say why it changes.") if found["issued_at"] else "",
        done=_("Order changed; the old values stay in its history."),
        known=known_for(request.actor, house, CHANGE, values),
        widths=WIDTHS,
        version=found["version"],
        present=present,
    )
    return form_page.form_page(request, page, values, save, room=ROOM)


def _values(found: dict[str, Any]) -> dict[str, Any]:
    day = found["delivery_date"]
    seller = {"kind": "person", "id": found["salesperson_id"]}
    return {**found, "delivery_date": day.isoformat() if day else None, "salesperson": seller}


def change_customer(request: Any, order: int) -> HttpResponse:
    """The order was written for somebody else: it and its case move to the right customer."""
    found = queries.order_page(request.actor, order)

    def save(values: dict[str, Any]) -> str:
        changed = {"customer": values["customer"]["id"]}
        version, reason = form_page.asked_version(request), values.get("reason", "")
        actions.change_order(request.actor, request.now, order, version, changed, reason)
        return reverse("order", args=[order])

    values = {"customer": {"kind": "customer", "id": found["customer_id"]}}
    page = form_page.PageForm(
        f"order-customer-{order}",
        _("Order %(number)s belongs to another customer") % {"number": found["number"]},
        CUSTOMER,
        reverse("order", args=[order]),
        done=_("The order and its case belong to the right customer now; the record shows both."),
        known=known_for(request.actor, House(), CUSTOMER, values),
        version=found["version"],
    )
    return form_page.form_page(request, page, values, save, room=ROOM)


def cancel(request: Any, order: int) -> HttpResponse:
    """Cancels the order and, when asked, gives back what was paid: both or neither."""
    queries.order_page(request.actor, order)
    back = reverse("order", args=[order])
    posted = request.POST

    def save() -> str:
        with transaction.atomic():
            reason = posted.get("reason", "")
            actions.cancel_order(request.actor, request.now, order, form_page.asked_version(request), reason)
            paid = balances([order])[order].paid
            if posted.get("refund") == "1" and paid > 0:
                on = local(request.now).date()
                way = posted.get("f.way", "")
                money.refund(request.actor, request.now, Payment(paid, way, on, order=order, reason=reason))
        return back

    return once(request, save, _("Order cancelled."))


def open_case(request: Any, order: int) -> HttpResponse:
    """A case for an order that is there already: a question, a repair, or its promise taken up late."""
    from aftercare.orders.models import Order
    from aftercare.orders.opening import open_case_for

    queries.order_page(request.actor, order)
    handbook, _sep, procedure = request.POST.get("what", "").partition("/")
    if not procedure:
        raise Refused.because("order.what", "请选择流程。", "Choose a procedure.", field="what")

    def save() -> str:
        done = open_case_for(request.actor, request.now, Order.objects.get(pk=order), handbook, procedure)
        return reverse("case", args=[done.case])

    return once(request, save, _("Case opened."))


routes = [
    route("orders/", orders, access="orders.see", name="orders"),
    route("orders/<int:order>/", order, access="orders.see", name="order"),
    route("orders/<int:order>/change/", change, access="orders.edit", name="change_order", post=True),
    route("orders/<int:order>/customer/", change_customer, access="orders.edit", name="order_customer", post=True),
    route("orders/<int:order>/cancel/", cancel, access="orders.cancel", name="cancel_order", post=True, get=False),
    route("orders/<int:order>/cases/", open_case, access="cases.open", name="open_order_case", post=True, get=False),
]
