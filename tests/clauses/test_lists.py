"""What the saved lists of the handbook show, and which rows stand in those that look ahead."""

from __future__ import annotations

import pytest

from tests.clauses.surface import House, Promise, in_days

LISTS = {
    "late_orders": (["SC-01", "DP-01"], "number customer subject store due delivery_date tasks"),
    "deliveries_ahead": (["DP-01"], "number customer subject store delivery_date due tasks"),
    "rechecks_open": (["DP-01", "DP-02"], "number customer subject store delivery_date due"),
    "copies_outstanding": (["SC-11"], "number customer subject store opened tasks"),
    "storage_exceptions": (["DP-05", "DP-06"], "number customer subject store delivery_date due"),
    "price_exceptions": (["SC-09"], "number customer code name qty list_price price amount person at"),
    "order_mistakes": (["SC-07"], "number customer total deposit person at"),
    "breaches": (["DL-19"], "number member what item source person at"),
    "damages_unreported": (["DL-45"], "number customer piece member promised_amount due late"),
    "reports_missing": (["DL-62"], "number customer due late"),
    "to_file": (["DL-63", "DL-64"], "number customer due"),
    "needs": (["RV-11", "RV-15"], "product need customer number at"),
}


@pytest.mark.parametrize(
    ("name", "columns"),
    [pytest.param(name, columns, marks=pytest.mark.clause(*ids), id=name) for name, (ids, columns) in LISTS.items()],
)
def test_a_list_shows_what_is_asked_of_it(house: House, name: str, columns: str) -> None:
    known = {one["id"]: one for one in house.get("general_manager", "/lists")["items"]}
    assert [one["name"] for one in known[name]["columns"]] == columns.split()


def listed(order: Promise, name: str) -> bool:
    rows = order.house.get("general_manager", f"/lists/{name}")["items"]
    return order.case in [row["case"] for row in rows]


@pytest.mark.clause("DP-01")
def test_deliveries_ahead_are_those_of_the_coming_fortnight(house: House) -> None:
    near, far = house.promise(), house.promise()
    for order, days in ((near, 14), (far, 15)):
        order.issue()
        order.agree(in_days(days))
    assert (listed(near, "deliveries_ahead"), listed(far, "deliveries_ahead")) == (True, False)
    near.later(days=14)
    assert (listed(near, "deliveries_ahead"), listed(far, "deliveries_ahead")) == (True, True)
    near.later(days=1)
    assert (listed(near, "deliveries_ahead"), listed(far, "deliveries_ahead")) == (False, True)
