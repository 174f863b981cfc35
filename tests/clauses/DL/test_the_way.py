"""A whole delivery, from the fixed date to the report: the way that the other stories leave at one point."""

from __future__ import annotations

from tests.clauses.road import at_the_door
from tests.clauses.surface import House


def test_a_delivery_goes_its_way(house: House) -> None:
    delivery, trip = at_the_door(house)
    delivery.deliver()
    trip.back()
    delivery.report()
    assert delivery.seen()["status"] == "closed"
    assert trip.seen()["status"] == "closed"
    assert delivery.promise.seen()["status"] == "closed"
    money = delivery.house.get("finance", "/entries", order=delivery.order)["items"]
    assert [(row["amount"], row["way"]) for row in money] == [(460000, "mobile")]
