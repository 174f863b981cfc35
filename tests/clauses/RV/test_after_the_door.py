"""A delivery that is complete opens its return visits by itself; nobody creates anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.road import at_the_door
from tests.clauses.surface import TODAY, House, Promise, end_of


def months_later(months: int) -> str:
    month = TODAY.month - 1 + months
    return TODAY.replace(year=TODAY.year + month // 12, month=month % 12 + 1).isoformat()


@pytest.mark.clause("RV-01", "RV-02", "RV-04", "RV-05", "RV-09", "RV-13")
def test_the_visits_of_a_delivery_are_there_and_its_file_lists_everything(house: House) -> None:
    delivery, _ = at_the_door(house)
    assert house.get("service", "/cases", procedure="return_visits")["items"] == []
    delivery.deliver()
    (found,) = house.get("service", "/cases", procedure="return_visits")["items"]
    visits = Promise(house, found["id"], delivery.order, delivery.customer)
    assert visits.my_day("service")["first"]["due"] == end_of(TODAY + timedelta(days=3))
    for task, months in (("month_1", 1), ("month_3", 3), ("month_6", 6)):
        assert visits.my_day("service")[task]["due"] == end_of(months_later(months))
    values = {"rating": 4}
    visits.not_complete("service", "first", "visited", values, clause="RV-04", says="客户档案还没有建立")
    house.send("service", "POST", f"/customers/{delivery.customer}/file", {})
    visits.complete("service", "first", "visited", values)
    items = house.get("service", f"/customers/{delivery.customer}/file")["items"]
    listed = {(one["kind"], one["title"]["zh"]) for one in items}
    assert {("paper", "销售合同清单"), ("case", "送货"), ("sheet", "首次回访记录")} <= listed
    crews = house.get("service_manager", "/measures/delivery_rating")["parts"]["items"]
    lead = next(one["values"] for one in crews if one["by"] == "lead")
    assert [(one["key"], one["value"]) for one in lead] == [(str(house.shop.people["delivery_lead"]), 4.0)]
    crew = next(one["values"] for one in crews if one["by"] == "people.crew")
    assert [(one["key"], one["value"]) for one in crew] == [(str(house.shop.people["delivery_crew"]), 4.0)]
