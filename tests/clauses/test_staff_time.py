"""What one order costs the staff, from the contract to the half-year visit: docs/staff-time.md says it, this counts it.

The budget only goes down: who adds a field to the handbook sees here what it costs, and says so on the page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.clauses.effort import CountedHouse, Effort
from tests.clauses.road import TIDY, Going, Van, at_the_door
from tests.clauses.surface import Promise
from tests.showroom import open_showroom

PAGE = Path(__file__).resolve().parents[2] / "docs" / "staff-time.md"
VISITS = (
    ("first", "+1d", {"rating": 5}),
    ("month_1", "2026-12-26 10:00", {"greeted": True, "use": "很好用"}),
    ("month_3", "2027-02-26 10:00", {"greeted": True, "no_needs": True}),
    ("month_6", "2027-05-26 10:00", {"greeted": True, "no_needs": True}),
)


def whole_way(house: CountedHouse) -> tuple[Going, Van]:
    """One order, one van, four visits; nothing goes wrong."""
    delivery, trip = at_the_door(house)
    delivery.deliver()
    trip.back()
    delivery.report()
    linked = house.get("service", f"/cases/{delivery.case}")["state"]["children"]["visits"]["case"]
    visits = Promise(house, linked, delivery.order, delivery.customer)
    house.send("service", "POST", f"/customers/{delivery.customer}/file", {})
    for task, when, values in VISITS:
        if when.startswith("+"):
            visits.later(days=1)
        else:
            visits.until(when)
        visits.complete("service", task, "visited", values)
    assert visits.seen()["status"] == "closed"
    return delivery, trip


@pytest.fixture
def counted(db: None, monkeypatch: pytest.MonkeyPatch) -> CountedHouse:
    house = CountedHouse(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: house.now)
    return house


def rows(text: str, heading: str) -> dict[str, tuple[int, ...]]:
    """First column -> whole numbers of the others, of the table under a heading."""
    table = text.split(f"## {heading}")[1].split("\n## ")[0]
    found = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| ")
    ][1:]
    return {
        cells[0]: tuple(int(re.sub(r"[^0-9]", "", cell)) for cell in cells[1:]) for cells in found if len(cells) > 1
    }


def told(one: Effort) -> tuple[int, int, int, int, int]:
    return (one.tasks, one.clicks, one.fields, one.keys, round(one.seconds))


def test_the_page_tells_what_an_order_costs(counted: CountedHouse) -> None:
    whole_way(counted)
    said = rows(PAGE.read_text(encoding="utf-8"), "The whole way")
    assert said["as it is"] == told(counted.total)
    assert said["every form empty"] == told(counted.blank)
    assert counted.total.seconds < 0.6 * counted.blank.seconds, "what is known is not asked again"


def test_what_the_handbook_takes_as_kept_costs_no_press(counted: CountedHouse) -> None:
    whole_way(counted)
    assert counted.spent["leave"].clicks == 2 + len(TIDY) - 3
