"""The shipped handbook on the calendar: return visits by their deadlines, vans as lanes, deliveries that can move."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare.cases.actions import Opening, open_case
from aftercare.schedule import queries
from aftercare.schedule.models import Entry
from tests.showroom import NOW, Showroom, open_showroom


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()


def test_deliveries_trips_and_visits_have_their_kind_and_the_vans_their_lanes(shop: Showroom) -> None:
    assert {"delivery.entry", "van_trip.entry", "return_visits.entry"} <= set(queries.kinds())
    assert "delivery.entry" in queries.movable_kinds()
    lanes = queries.lanes([shop.store])
    assert lanes["delivery.entry"] == lanes["van_trip.entry"] != []


def test_return_visits_stand_on_the_day_they_are_due(shop: Showroom) -> None:
    customer = shop.customer()
    subject = {"kind": "order", "id": shop.order(customer)}
    opening = Opening("showroom", "return_visits", shop.store, subject, customer)
    done = open_case(shop.actor("service_manager"), NOW, opening, {"values": {"delivered_on": "2026-11-20"}})
    rows = list(Entry.objects.filter(case_id=done.case).order_by("day").values_list("task", "day"))
    assert dict(rows)["first"] > date(2026, 11, 20) and rows[0][0] == "first"
    assert set(Entry.objects.values_list("title_zh", flat=True)) == {"回访 王建国"}
