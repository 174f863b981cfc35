"""For whom and for which order a case is, and the id of its cards: what lists and cards share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aftercare.cases.models import Case
from aftercare.customers.models import Customer
from aftercare.orders.models import Order


@dataclass(frozen=True, slots=True)
class About:
    """For whom a case is: read for all cards of a page at once."""

    customer: str = ""
    order: str = ""


NOTHING = About()


def card_id(case: int, key: str) -> str:
    """The id of a card's element: letters, digits and hyphens only."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else f"-{ord(sign):x}-" for sign in key)
    return f"task-{case}-{plain}"


def abouts(cases: Iterable[Case]) -> dict[int, About]:
    """Customer and order of each case: two statements, however many."""
    cases = list(cases)
    customers = {one.customer_id for one in cases if one.customer_id}
    orders = {one.subject_id for one in cases if one.subject_kind == "order" and one.subject_id}
    names = dict(Customer.objects.filter(pk__in=customers).values_list("pk", "full_name"))
    numbers = dict(Order.objects.filter(pk__in=orders).values_list("pk", "number"))
    return {
        one.pk: About(
            names.get(one.customer_id or 0, ""),
            numbers.get(one.subject_id or 0, "") if one.subject_kind == "order" else "",
        )
        for one in cases
    }
