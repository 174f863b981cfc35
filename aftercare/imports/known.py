"""What is in the database already: looked up once per plan, in a few statements."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from aftercare.orders.models import Product
from aftercare.people.models import Membership, Person, Store

_BY_PHONE = """
SELECT p.e164, c.full_name, coalesce(c.merged_into_id, c.id) FROM customers_phone p
JOIN customers_customer c ON c.id = p.customer_id
WHERE p.e164 = ANY(%s::text[]) AND c.erased_at IS NULL ORDER BY c.id
"""
_BY_NUMBER = """
SELECT o.number, l.code, l.name, l.qty, l.price FROM orders_order o
LEFT JOIN orders_orderline l ON l.order_id = o.id WHERE o.number = ANY(%s::text[])
"""
# (code, name, qty, price) of each line, sorted: equal when an order is the same
Signature = tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Stores and people by the names written in tables."""

    stores: dict[str, int]
    people: dict[str, list[int]]
    places: dict[int, set[int | None]] = field(default_factory=dict)  # person -> stores

    def store(self, name: str) -> int | None:
        return self.stores.get(folded(name))

    def person(self, name: str, store: int | None) -> int | None:
        """The person of this name; of several, the one who works in the store. None when none or not clear."""
        found = self.people.get(folded(name), [])
        if len(found) > 1:
            found = [one for one in found if store in self.places.get(one, set())]
        return found[0] if len(found) == 1 else None


def folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def staff() -> Staff:
    """Everybody, leavers too: old orders name them. Three statements."""
    stores: dict[str, int] = {}
    for pk, code, name in Store.objects.values_list("pk", "code", "name"):
        for word in (code, *name.values()):
            stores.setdefault(folded(word), pk)
    people: dict[str, list[int]] = {}
    for pk, name in Person.objects.order_by("pk").values_list("pk", "full_name"):
        people.setdefault(folded(name), []).append(pk)
    places: dict[int, set[int | None]] = {}
    for person, store in Membership.objects.values_list("person_id", "store_id"):
        places.setdefault(person, set()).add(store)
    return Staff(stores, people, places)


def customers_by_phone(numbers: Iterable[str]) -> dict[str, dict[str, int]]:
    """e164 -> {full name: customer id}; those merged are found as what they were merged into. One statement."""
    found: dict[str, dict[str, int]] = {}
    for e164, name, customer in _rows(_BY_PHONE, numbers):
        found.setdefault(e164, {})[name] = customer
    return found


def catalogue() -> dict[str, int]:
    """Product code -> list price in fen."""
    return dict(Product.objects.values_list("code", "list_price"))


def orders_by_number(numbers: Iterable[str]) -> dict[str, Signature]:
    """Number -> its lines, for those that exist. One statement."""
    found: dict[str, list[tuple[str, str, str, int]]] = {}
    for number, code, name, qty, price in _rows(_BY_NUMBER, numbers):
        lines = found.setdefault(number, [])
        if qty is not None:
            lines.append((code, name, f"{qty.normalize():f}", price))
    return {number: tuple(sorted(lines)) for number, lines in found.items()}


def _rows(statement: str, keys: Iterable[str]) -> list[tuple[Any, ...]]:
    """Keys travel as one array: thousands of single parameters would cost more than the answer."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(set(keys))])
        return cursor.fetchall()
