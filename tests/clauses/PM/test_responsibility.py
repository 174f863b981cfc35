"""A problem with the goods is traced to the people who had them in hand, and to who answers for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.clauses.road import Going, Van, at_the_door, going, promised, van
from tests.clauses.surface import House, in_days
from tests.showroom import GOODS

Json = Any
SEVEN = [{**GOODS[1], "code": f"CZ-{n}", "name": f"{n}号椅", "qty": 1, "amount": 45000} for n in range(1, 8)]


def register(delivery: Going, by: str = "service_manager", **changed: Json) -> None:
    delivery.send(by, "begin", task="report_problem")
    key = max(one for one in delivery.seen()["tasks"] if one.startswith("report_problem"))
    values = {
        "item": "SF-101", "what": "scratch", "found_at": delivery.now.isoformat(), "cause": "unknown", "cost": 30000,
        **changed,
    }  # fmt: skip
    delivery.complete(by, key, "registered", values)


def findings(delivery: Going, **wanted: Json) -> list[dict[str, Json]]:
    rows: list[dict[str, Json]] = delivery.house.get("general_manager", "/findings", **wanted)["items"]
    return [row for row in rows if row["case"] == delivery.case]


def person(house: House, role: str) -> int:
    return house.shop.people[role]


def on_the_way(house: House, **contract: Json) -> tuple[Going, Van]:
    made, trip = at_the_door(house, **contract)
    made.later(hours=1)
    return made, trip


@pytest.mark.clause("PM-11")
def test_a_scratch_on_the_seventh_piece_shows_everybody_who_had_it(house: House) -> None:
    items = [{name: one[name] for name in ("code", "name", "spec", "qty")} for one in SEVEN]
    order = promised(house, prices={"exception_reason": "展品"}, items=SEVEN, total=315000, deposit=0)
    delivery = going(order, items=items, collect=315000)
    delivery.prepare()
    delivery.load()
    delivery.later(hours=1)
    before = (delivery.now - timedelta(hours=2)).isoformat()
    photo = house.file("service_manager", delivery.case)
    register(delivery, item="CZ-7", found_at=before, note="左前脚一道划痕", photo=photo)
    (event,) = [one for one in delivery.history() if one["kind"] == "finding"]
    handled = [one["id"] for one in event["facts"]["handled"]]
    for role in ("warehouse", "service_manager", "delivery_lead"):
        assert person(house, role) in handled, role
    assert person(house, "finance") not in handled and len(handled) == len(set(handled))
    assert event["facts"]["item"] == "CZ-7" and event["facts"]["photo"]
    assert event["person"] == person(house, "workshop_manager")
    (row,) = findings(delivery, person=person(house, "workshop_manager"))
    assert row["person"] == person(house, "workshop_manager") and row["amount"] == 30000
    assert findings(delivery, person=person(house, "warehouse")) == []


@pytest.mark.clause("PM-11")
@pytest.mark.parametrize("role", ["service_manager", "workshop_manager", "warehouse", "delivery_lead"])
def test_whoever_has_the_goods_in_hand_may_register_a_problem(house: House, role: str) -> None:
    delivery = going(promised(house))
    assert not [one for one in delivery.seen()["tasks"] if one.startswith("report_problem")]
    delivery.refused("service", "begin", task="report_problem")
    delivery.work()
    delivery.refused(role, "complete", task="report_problem", outcome="registered", values={})
    register(delivery, role)
    assert len(findings(delivery)) == 1
    register(delivery, role, what="dirt")
    assert len(findings(delivery)) == 2


@pytest.mark.clause("PM-11", "PM-14", "DL-42", "DL-43", "DL-44", "DL-52", "DL-53", "DL-55", "DL-58")
def test_a_delivery_without_a_problem_comes_to_its_end(house: House) -> None:
    delivery, trip = at_the_door(house)
    delivery.send("service_manager", "begin", task="report_problem")  # a sheet begun and left is no problem yet
    delivery.deliver()
    trip.back()
    delivery.report()
    assert delivery.seen()["status"] == "closed"


@pytest.mark.clause("PM-11")
def test_a_problem_is_described_whole(house: House) -> None:
    delivery = going(promised(house))
    delivery.send("service_manager", "begin", task="report_problem")
    key = next(one for one in delivery.seen()["tasks"] if one.startswith("report_problem"))
    for said in ("货号", "问题", "原因", "损失金额"):
        delivery.not_complete("service_manager", key, "registered", {}, says=said)


@pytest.mark.clause("PM-15")
def test_before_loading_the_workshop_manager_answers(house: House) -> None:
    delivery, _ = on_the_way(house)
    for cause in ("unknown", "crew_negligence", "not_the_crew"):
        register(delivery, cause=cause, found_at=(delivery.now - timedelta(hours=2)).isoformat())
    rows = findings(delivery)
    assert [row["person"] for row in rows] == [person(house, "workshop_manager")] * 3
    assert [row["clauses"] for row in rows] == [["PM-15"]] * 3 and {row["amount"] for row in rows} == {30000}


@pytest.mark.clause("PM-15")
def test_what_is_found_before_anything_is_loaded_is_the_workshops_too(house: House) -> None:
    delivery = going(promised(house))
    delivery.work()
    register(delivery)
    assert [row["person"] for row in findings(delivery)] == [person(house, "workshop_manager")]


@pytest.mark.clause("PM-15", "PM-16")
def test_after_loading_the_crew_of_the_delivery_answers(house: House) -> None:
    delivery, _ = on_the_way(house)
    register(delivery)
    (row,) = findings(delivery)
    assert row["person"] == person(house, "delivery_crew") and row["clauses"] == ["PM-16"] and row["amount"] == 0
    assert house.mistakes_of("delivery_crew") == [{"clause": "PM-16", "case": delivery.case}]


@pytest.mark.clause("DL-05", "PM-16")
def test_what_the_crew_lost_or_mixed_up_is_charged_to_them(house: House) -> None:
    delivery, _ = on_the_way(house)
    register(delivery, what="accessory_missing", cause="crew_negligence", cost=5000)
    register(delivery, what="wrong_item", cause="crew_negligence", cost=80000)
    register(delivery, what="scratch", cause="not_the_crew", cost=90000)
    rows = findings(delivery, person=person(house, "delivery_crew"))
    charged = [row for row in rows if "DL-05" in row["clauses"]]
    assert sorted(row["amount"] for row in charged) == [5000, 80000]
    assert all(set(row["clauses"]) == {"DL-05", "PM-16"} for row in charged)
    assert [row["amount"] for row in rows if row not in charged] == [0]
    totals = house.get("general_manager", "/findings/totals", person=person(house, "delivery_crew"))["items"]
    assert [row["amount"] for row in totals] == [85000]
    assert in_days(0) == charged[0]["day"]


@pytest.mark.clause("DL-05")
def test_a_crew_of_two_bears_it_together(house: House) -> None:
    shop = house.shop
    body = {"sign_in": "tangwei", "full_name": "唐伟", "roles": [{"role": "delivery_crew", "store": shop.store}]}
    shop.people["second"] = house.send("general_manager", "POST", "/people", body)["id"]
    delivery = going(promised(house))
    delivery.prepare()
    delivery.load()
    trip = van(house)
    trip.plan(delivery, crew=("delivery_crew", "second"))
    delivery.later(hours=1)
    register(delivery, what="accessory_missing", cause="crew_negligence", cost=5001)
    rows = findings(delivery)
    assert {row["person"] for row in rows} == {person(house, "delivery_crew"), person(house, "second")}
    assert sorted(row["amount"] for row in rows) == [2500, 2501]
