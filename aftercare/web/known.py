"""What inputs need besides their form: whom to choose from, where to search, what a chosen reference is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse

from aftercare.handbook.model import Field
from aftercare.people.actor import Actor
from aftercare.web.forms_render import Known
from aftercare.web.naming import House
from aftercare.web.words import text_in

Json = Any
PICKERS = {"customer": "pick_customer", "order": "pick_order", "product": "pick_product"}


def known_for(actor: Actor, house: House, fields: Iterable[Field], values: Mapping[str, Json] | None = None) -> Known:
    """Only what these fields ask for is read."""
    types = {one.type for field in fields for one in (field, *field.columns)}
    return Known(
        people=house.people if "person" in types else {},
        stores={number: text_in(name) for number, name in house.stores.items()} if "store" in types else {},
        pickers={kind: url for kind in types & set(PICKERS) if (url := _address(PICKERS[kind]))},
        labels=_labels(values or {}),
        pictures=reverse("file", args=[0]).replace("0", "%d") if types & {"photo", "file", "signature"} else "",
    )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _labels(values: Mapping[str, Json]) -> dict[tuple[str, int], str]:
    """Names of chosen customers and orders: one statement per kind that occurs."""
    from aftercare.customers.models import Customer
    from aftercare.orders.models import Order

    ids: dict[str, set[int]] = {}
    for value in values.values():
        if isinstance(value, Mapping) and value.get("kind") in ("customer", "order"):
            ids.setdefault(str(value["kind"]), set()).add(int(value["id"]))
    found: dict[tuple[str, int], str] = {}
    if numbers := ids.get("customer"):
        rows = Customer.objects.filter(pk__in=numbers).values_list("pk", "full_name")
        found |= {("customer", number): name for number, name in rows}
    if numbers := ids.get("order"):
        found |= {
            ("order", number): name for number, name in Order.objects.filter(pk__in=numbers).values_list("pk", "number")
        }
    return found
