"""Before the van leaves: the customer is called, everybody knows, and what is needed is on board."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import READY, Going, Van, going, promised, van
from tests.clauses.surface import House, Refusal, end_of, in_days

Json = Any
CALL = {"reached": True, "slot": "morning", "details": "地下车库限高2.1米"}


@pytest.fixture
def delivery(house: House) -> Going:
    """Planned for the 26th."""
    return going(promised(house))


def hire(house: House, *names: str) -> tuple[str, ...]:
    """More people of the crew, by the name they sign in with."""
    for name in names:
        body = {
            "sign_in": name,
            "full_name": f"送货员{name}",
            "roles": [{"role": "delivery_crew", "store": house.shop.store}],
        }
        house.shop.people[name] = house.send("general_manager", "POST", "/people", body)["id"]
    return names


def ready(house: House, *crew: str) -> tuple[Going, Van]:
    """Loaded and planned on a van; nothing checked yet."""
    delivery = going(promised(house))
    delivery.prepare()
    delivery.load()
    delivery.call()
    trip = van(house)
    trip.plan(delivery, crew=crew or ("delivery_crew",))
    return delivery, trip


@pytest.mark.clause("DL-01")
def test_the_customer_is_called_the_day_before(delivery: Going) -> None:
    delivery.stands_with("delivery_lead", "call_customer", end_of(in_days(4)))
    delivery.until("2026-11-24 23:59")
    assert delivery.my_day("delivery_lead")["call_customer"]["state"] == "planned"
    delivery.until("2026-11-25 00:00")
    assert delivery.my_day("delivery_lead")["call_customer"]["state"] == "open"
    delivery.until("2026-11-26 00:00:59")
    assert delivery.my_day("delivery_lead")["call_customer"]["overdue"]
    assert not [line for line in delivery.bell("service_manager") if "联系客户已超时" in line]
    delivery.until("2026-11-26 00:01")
    assert [line for line in delivery.bell("service_manager") if "联系客户已超时" in line]
    assert not [line for line in delivery.bell("service") if "联系客户" in line]
    assert delivery.house.figures("DL-01")["broken"] == 1


@pytest.mark.clause("DL-01")
def test_nobody_leaves_before_the_customer_is_called(house: House) -> None:
    delivery = going(promised(house))
    delivery.prepare()
    delivery.load()
    trip = van(house)
    trip.plan(delivery)
    trip.dress()
    delivery.not_complete("delivery_lead", "depart", "departed", clause="DL-01", says="还没有和客户约好送货细节")
    trip.not_complete("delivery_lead", "depart", "departed", READY, clause="DL-01", says="还没有和客户约好送货细节")
    delivery.not_complete("delivery_lead", "call_customer", "agreed", {}, says="约定到达时间")
    delivery.call()
    trip.depart()
    assert delivery.task("depart")["outcome"] == "departed"


@pytest.mark.clause("DL-01")
def test_the_general_manager_sets_when_the_customer_is_called(house: House) -> None:
    house.set_figure("general_manager", "call_lead", "2d")
    with pytest.raises(Refusal, match="指定岗位"):
        house.set_figure("service_manager", "call_lead", "1d")
    going(promised(house)).stands_with("delivery_lead", "call_customer", end_of(in_days(3)))


@pytest.mark.clause("DL-02")
def test_the_crew_of_the_trip_know_the_time_and_it_shows_who_has_read_it(house: House, delivery: Going) -> None:
    hire(house, "er", "san", "si")
    crew = ("delivery_crew", "er", "san")
    van(house).plan(delivery, crew=crew)
    delivery.complete("delivery_lead", "call_customer", "agreed", CALL)
    assert delivery.seen()["values"]["slot"] == "morning"
    for role in crew:
        (said,) = [line for line in delivery.bell(role) if "送货时间" in line]
        assert "上午" in said and "地下车库限高2.1米" in said
    assert not [line for line in delivery.bell("si") if "送货时间" in line]
    notice = next(row for row in house.get("er", "/notices")["items"] if "送货时间" in row["text"]["zh"])
    assert notice["read_by"]
    delivery.later(minutes=5)
    house.send("er", "POST", "/notices/read", {"notices": [notice["id"]]})
    told = [
        row
        for row in house.get("delivery_lead", f"/cases/{delivery.case}/notices")["items"]
        if "送货时间" in row["text"]["zh"]
    ]
    read = {row["person"]: row["read_at"] for row in told}
    assert set(read) == {house.shop.people[role] for role in crew}
    assert [person for person, at in read.items() if at] == [house.shop.people["er"]]
    assert read[house.shop.people["er"]].startswith(house.now.isoformat()[:16])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"tool_box": False}, "维修工具箱没有上车", marks=pytest.mark.clause("DL-06")),
        pytest.param({"shoe_covers": False}, "鞋套没有上车", marks=pytest.mark.clause("DL-07")),
        pytest.param({"towels": 1}, "干净毛巾需要 2 条", marks=pytest.mark.clause("DL-08")),
        pytest.param({"towels": None}, "干净毛巾需要 2 条", marks=pytest.mark.clause("DL-08")),
        pytest.param({"blankets": False}, "干净软毯没有上车", marks=pytest.mark.clause("DL-09")),
        pytest.param({"own_water": False}, "没有自备饮用水", marks=pytest.mark.clause("DL-48")),
    ],
)
def test_what_is_not_on_board_is_named(
    house: House, request: pytest.FixtureRequest, changed: dict[str, Json], says: str
) -> None:
    (marker,) = request.node.iter_markers("clause")
    delivery, trip = ready(house)
    trip.dress()
    (fault,) = trip.not_complete(
        "delivery_lead", "depart", "departed", {**READY, **changed}, clause=marker.args[0], says=says
    )
    assert fault["clause"] == marker.args[0]
    trip.depart()
    assert trip.task("depart")["outcome"] == delivery.task("depart")["outcome"] == "departed"


@pytest.mark.clause("DL-10")
def test_the_service_manager_adds_to_the_departure_list(house: House) -> None:
    with pytest.raises(Refusal):
        house.set_figure("service", "departure_items", ["胶带"])
    house.set_figure("service_manager", "departure_items", ["补漆蜡", "备用螺丝"])
    _, trip = ready(house)
    trip.dress()
    form = house.page("delivery_lead", f"/cases/{trip.case}/do/depart/", part=True)
    assert "补漆蜡" in form and "备用螺丝" in form
    trip.not_complete("delivery_lead", "depart", "departed", READY)
    for answers in ({"补漆蜡": "missed", "备用螺丝": "kept"}, {"备用螺丝": "kept"}):
        trip.not_complete(
            "delivery_lead", "depart", "departed", {**READY, "checks": answers}, clause="DL-10", says="补漆蜡"
        )
    trip.depart(checks={"补漆蜡": "kept", "备用螺丝": "kept"})
    assert trip.task("depart")["outcome"] == "departed"
