"""What is in the database already: looked up once per plan, in a few statements."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aftercare.customers.models import Phone
from aftercare.orders.models import Order, OrderLine, Product
from aftercare.people.models import Membership, Person, Store

_BATCH = 5000
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
    """e164 -> {full name: customer id}; those merged are found as what they were merged into."""
    found: dict[str, dict[str, int]] = {}
    for batch in batches(sorted(set(numbers))):
        rows = Phone.objects.filter(e164__in=batch, customer__erased_at=None).values_list(
            "e164", "customer__full_name", "customer_id", "customer__merged_into_id"
        )
        for e164, name, customer, merged in rows:
            found.setdefault(e164, {})[name] = merged or customer
    return found


def catalogue() -> dict[str, int]:
    """Product code -> list price in fen."""
    return dict(Product.objects.values_list("code", "list_price"))


def orders_by_number(numbers: Iterable[str]) -> dict[str, Signature]:
    found: dict[str, list[tuple[str, str, str, int]]] = {}
    for batch in batches(sorted(set(numbers))):
        found |= {number: [] for number in Order.objects.filter(number__in=batch).values_list("number", flat=True)}
        lines = OrderLine.objects.filter(order__number__in=batch)
        for number, code, name, qty, price in lines.values_list("order__number", "code", "name", "qty", "price"):
            found.setdefault(number, []).append((code, name, f"{qty.normalize():f}", price))
    return {number: tuple(sorted(lines)) for number, lines in found.items()}


def batches(items: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(items), _BATCH):
        yield list(items[at : at + _BATCH])
