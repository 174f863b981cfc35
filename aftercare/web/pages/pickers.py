"""Searches behind the inputs of forms: a customer, an order, a product."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from aftercare.cases.joining import free_cases
from aftercare.cases.queries import case_of
from aftercare.customers import queries as customers
from aftercare.orders import queries as orders
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.words import day_said, local, money_said, yuan

MOST = 8


def _options(request: Any, options: list[dict[str, Any]]) -> HttpResponse:
    list_id = "".join(sign for sign in request.GET.get("list", "") if sign.isalnum() or sign in "-_")[:80]
    return frame.page(request, "web/fields/options.html", {"options": options, "list_id": list_id})


def customer(request: Any) -> HttpResponse:
    found = customers.search(request.GET.get("q", "")[:100], request.actor, MOST)
    return _options(
        request, [{"id": one["id"], "label": one["name"], "note": _phone(one), "fills": {}} for one in found]
    )


def _phone(one: dict[str, Any]) -> str:
    return " ".join([*(phone["masked"] for phone in one["phones"][:1]), one["place"]])


def order(request: Any) -> HttpResponse:
    wanted = orders.OrderFilter(text=request.GET.get("q", "")[:100])
    found = orders.orders(request.actor, wanted, limit=MOST).rows
    return _options(
        request, [{"id": one["id"], "label": one["number"], "note": one["customer_name"], "fills": {}} for one in found]
    )


def product(request: Any) -> HttpResponse:
    """Taking one fills in name, spec and price of its line."""
    found = orders.products(request.actor, request.GET.get("q", "")[:100], limit=MOST).rows
    return _options(request, [_product(one) for one in found])


def _product(one: dict[str, Any]) -> dict[str, Any]:
    price = yuan(one["list_price"])
    fills = {"name": one["name"], "spec": one["spec"], "unit": one["unit"], "list_price": price, "price": price}
    note = f"{one['name']} {one['spec']} {money_said(one['list_price'])}"
    return {"id": one["code"], "label": one["code"], "note": note, "fills": fills}


def case(request: Any) -> HttpResponse:
    """Open cases of one procedure that the asking case may take along; `many`: to tick several."""
    asking = request.GET.get("for", "")
    asked = case_of(request.actor, int(asking) if asking.isascii() and asking.isdigit() and len(asking) < 19 else 0)
    found = free_cases(request.actor, asked, request.GET.get("of", "")[:64], request.GET.get("q", "").strip()[:100])
    today = local(request.now).date()
    options = [
        {
            "id": one.case,
            "label": " · ".join(name for name in (one.number, one.customer) if name),
            "note": day_said(one.day, today) if one.day else "",
            "fills": {},
        }
        for one in found
    ]
    if "many" in request.GET:
        return frame.page(request, "web/fields/many.html", {"options": options})
    return _options(request, options)


routes = [
    route("pick/customer/", customer, access="customers.see", name="pick_customer"),
    route("pick/order/", order, access="orders.see", name="pick_order"),
    route("pick/case/", case, access="cases.see", name="pick_case"),
    route("pick/product/", product, access="orders.see", name="pick_product"),
]
