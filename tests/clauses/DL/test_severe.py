"""The three don'ts and gifts: each breach opens a severe case for the general manager, the penalty comes first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import Going, at_the_door
from tests.clauses.surface import House, Promise, end_of, in_days

Json = Any
THREE_DONTS = ("drank", "took_cigarette", "smoked", "ate")
GIFTS = ("gift_taken", "gift_for_company")
PENALTY = {"amount": 50000, "decision": "罚款并通报批评"}


@pytest.fixture
def delivery(house: House) -> Going:
    made, _ = at_the_door(house)
    made.arrive()
    return made


def begun(delivery: Going, role: str = "service_manager") -> str:
    delivery.send(role, "begin", task="report_conduct")
    return max(one for one in delivery.seen()["tasks"] if one.startswith("report_conduct"))


def register(delivery: Going, what: str, role: str = "service_manager", **more: Json) -> None:
    member = {"kind": "person", "id": delivery.house.shop.people["delivery_crew"]}
    values = {"what": what, "members": [{"member": member}], "item": "茶叶", "worth": 30000, **more}
    delivery.complete(role, begun(delivery, role), "registered", values)


def severe_cases(delivery: Going) -> list[Promise]:
    rows = delivery.house.get("general_manager", "/cases", procedure="severe_breach")["items"]
    return [Promise(delivery.house, row["id"], delivery.order, delivery.customer) for row in rows]


@pytest.mark.clause("DL-53")
@pytest.mark.parametrize("what", THREE_DONTS)
def test_a_breach_of_the_three_donts_stays_with_the_manager_until_a_penalty_is_entered(
    delivery: Going, what: str
) -> None:
    register(delivery, what)
    (severe,) = severe_cases(delivery)
    assert severe.seen()["values"]["what"] == what
    assert [one["member"]["id"] for one in severe.seen()["values"]["members"]] == [
        delivery.house.shop.people["delivery_crew"]
    ]
    severe.stands_with("general_manager", "penalise", end_of(in_days(3)))
    severe.not_complete(
        "general_manager", "conclude", "stays", {"note": "批评教育"}, clause="DL-53", says="还没有作出处罚决定"
    )
    assert severe.seen()["status"] == "open"
    severe.later(days=5)
    assert severe.my_day("general_manager")["penalise"]["overdue"] and severe.seen()["status"] == "open"
    severe.not_complete("general_manager", "penalise", "decided", {"amount": 50000}, says="处罚决定")
    severe.not_complete("general_manager", "penalise", "decided", {"decision": "罚款"}, says="处罚金额")
    severe.complete("general_manager", "penalise", "decided", PENALTY)
    severe.complete("general_manager", "conclude", "stays", {"note": "批评教育"})
    assert severe.seen()["status"] == "closed"
    assert severe.seen()["sheets"]["penalise"] == PENALTY
    (row,) = delivery.house.get("general_manager", "/records/penalty_decision")["items"]
    assert row["case"] == severe.case and row["values"]["decision"] == PENALTY["decision"]


@pytest.mark.clause("DL-53")
@pytest.mark.parametrize("what", ["loud", "no_shoe_covers", "littering"])
def test_what_is_no_severe_breach_opens_no_case(delivery: Going, what: str) -> None:
    register(delivery, what)
    assert severe_cases(delivery) == []


@pytest.mark.clause("DL-53")
@pytest.mark.parametrize("role", ["service_manager", "service", "general_manager"])
def test_a_breach_is_registered_by_those_who_inspect_and_those_who_call(delivery: Going, role: str) -> None:
    assert not any(one.startswith("report_conduct") for one in delivery.seen()["tasks"])
    register(delivery, "drank", role)
    assert len(severe_cases(delivery)) == 1
    for other in ("delivery_crew", "sales", "finance"):
        delivery.refused(other, "begin", task="report_conduct")


@pytest.mark.clause("DL-53")
def test_nobody_has_to_wait_for_a_breach_to_be_registered(house: House) -> None:
    made, trip = at_the_door(house)
    made.deliver()
    begun(made)
    trip.back()
    made.report()
    assert made.seen()["status"] == "closed"


@pytest.mark.clause("DL-53", "DL-56")
def test_the_conclusion_stands_with_the_general_manager_too(delivery: Going) -> None:
    register(delivery, "drank")
    (severe,) = severe_cases(delivery)
    severe.stands_with("general_manager", "conclude", end_of(in_days(10)))
    for task, outcome in (("penalise", "decided"), ("conclude", "dismissed")):
        severe.not_complete("delivery_lead", task, outcome, {**PENALTY, "note": "辞退"})
    severe.complete("general_manager", "penalise", "decided", PENALTY)
    severe.not_complete("general_manager", "conclude", "dismissed", {}, says="结论")


@pytest.mark.clause("DL-53")
def test_the_general_manager_sets_the_time_for_a_penalty(delivery: Going) -> None:
    with pytest.raises(Exception, match="指定岗位"):
        delivery.house.set_figure("service_manager", "penalty_time", "5wd")
    delivery.house.set_figure("general_manager", "penalty_time", "5wd")
    register(delivery, "ate")
    (severe,) = severe_cases(delivery)
    assert severe.my_day("general_manager")["penalise"]["due"] == end_of(in_days(5))


@pytest.mark.clause("DL-56")
@pytest.mark.parametrize("what", GIFTS)
def test_first_the_penalty_then_the_dismissal(delivery: Going, what: str) -> None:
    register(delivery, what)
    (severe,) = severe_cases(delivery)
    severe.not_complete(
        "general_manager", "conclude", "dismissed", {"note": "辞退"}, clause="DL-56", says="还没有作出处罚决定"
    )
    severe.complete("general_manager", "penalise", "decided", PENALTY)
    assert severe.seen()["status"] == "open"
    severe.complete("general_manager", "conclude", "dismissed", {"note": "辞退"})
    assert severe.task("conclude")["outcome"] == "dismissed" and severe.seen()["status"] == "closed"
