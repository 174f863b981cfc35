"""What inputs need besides their form: whom to choose from, where to search, what a chosen reference is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from aftercare.cases.joining import names_of
from aftercare.cases.models import Case
from aftercare.handbook.model import Field
from aftercare.people.actor import Actor
from aftercare.web.choosing import people_at
from aftercare.web.forms_render import Known
from aftercare.web.naming import House
from aftercare.web.words import text_in

Json = Any
PICKERS = {"customer": "pick_customer", "order": "pick_order", "product": "pick_product"}


@dataclass(frozen=True, slots=True)
class OfTask:
    """The task a form belongs to: its handbook says whom a field chooses, and its store which cases."""

    case: Case
    task: str
    now: datetime


def known_for(
    actor: Actor, house: House, fields: Iterable[Field], values: Mapping[str, Json] | None = None,
    of: OfTask | None = None,
) -> Known:  # fmt: skip
    """Only what these fields ask for is read."""
    fields = tuple(fields)
    types = {one.type for field in fields for one in (field, *field.columns)}
    return Known(
        people=house.people if "person" in types else {},
        stores={number: text_in(name) for number, name in house.stores.items()} if "store" in types else {},
        people_at=people_at(of.case, of.task, fields, of.now) if of and "person" in types else {},
        pickers={
            **{kind: url for kind in types & set(PICKERS) if (url := _address(PICKERS[kind]))},
            **(_case_pickers(of.case, fields) if of and "case" in types else {}),
        },
        labels={**_labels(values or {}), **(_case_labels(values or {}, actor) if "case" in types else {})},
        pictures=reverse("file", args=[0]).replace("0", "%d") if types & {"photo", "file", "signature"} else "",
    )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _case_pickers(case: Case, fields: Iterable[Field]) -> dict[str, str]:
    """Cases are chosen of one procedure, for one case."""
    wanted = {one.of for field in fields for one in (field, *field.columns) if one.type == "case"}
    return {f"case:{name}": f"{reverse('pick_case')}?{urlencode({'of': name, 'for': str(case.pk)})}" for name in wanted}


def _case_labels(values: Mapping[str, Json], actor: Actor) -> dict[tuple[str, int], str]:
    return {("case", number): said for number, said in names_of(set(_cases(list(values.values()))), actor).items()}


def _cases(value: Json) -> Iterator[int]:
    if isinstance(value, Mapping):
        if value.get("kind") == "case" and value.get("id"):
            yield int(value["id"])
        else:
            yield from _cases(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _cases(one)


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
