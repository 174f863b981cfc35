"""The showroom on the day its van goes out, as pages see it: three deliveries on one trip, gone from the yard."""

from __future__ import annotations

from dataclasses import dataclass

from aftercare.people.models import Person
from tests.clauses.road import Going, Van, going, promised, van
from tests.clauses.surface import House, in_days

CUSTOMERS = (("王建国", "13800138000"), ("张丽华", "13905718888"), ("林晓东", "13612345678"))


@dataclass
class Yard:
    house: House
    stops: list[Going]
    trip: Van

    def person(self, role: str) -> Person:
        return Person.objects.get(pk=self.house.shop.people[role])


def promise_of(house: House, name: str, phone: str) -> Going:
    """A delivery of this customer, planned for in five days."""
    shop, known = house.shop, house.shop.customer(name, phone)
    original = shop.customer
    shop.customer = lambda *given, **more: known  # type: ignore[method-assign]
    try:
        return going(promised(house, customer_name=name, customer_phone=phone))
    finally:
        shop.customer = original  # type: ignore[method-assign]


def ready(house: House, n: int = 3) -> list[Going]:
    """Deliveries that are checked, packed and loaded, with the customers told."""
    made = [promise_of(house, *one) for one in CUSTOMERS[:n]]
    for one in made:
        one.prepare()
        one.load()
        one.call()
    return made


def on_the_road(house: House, n: int = 3) -> Yard:
    """The van is on its way; it is the morning of the delivery."""
    stops, trip = ready(house, n), van(house)
    trip.plan(*stops)
    trip.until(f"{in_days(5)} 08:30")
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    return Yard(house, stops, trip)
