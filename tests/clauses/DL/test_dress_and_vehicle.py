"""Everybody is looked at before the van leaves, and so is the van."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.DL.test_before_leaving import hire, ready
from tests.clauses.road import READY, Van, van
from tests.clauses.surface import House, end_of, in_days

Json = Any
CREW = ("delivery_crew", "er", "san")
DRESS = [("DL-12", "dirty"), ("DL-13", "draped"), ("DL-14", "untidy"), ("DL-15", "other")]
FAULTS = [
    ("DL-23", "exterior"), ("DL-24", "load_order"), ("DL-25", "folded"), ("DL-26", "cab"), ("DL-27", "box_dust"),
    ("DL-28", "strewn"), ("DL-29", "pads_clean"), ("DL-30", "film_clean"),
]  # fmt: skip
FOLLOWS = {"DL-23": "recheck_vehicle", "DL-29": "clean_pads", "DL-30": "replace_film"}


@pytest.fixture
def trip(house: House) -> Van:
    """A van with a crew of three."""
    hire(house, "er", "san")
    return ready(house, *CREW)[1]


def findings(trip: Van) -> list[dict[str, Json]]:
    rows: list[dict[str, Json]] = trip.house.get("general_manager", "/findings")["items"]
    return [row for row in rows if row["case"] == trip.case]


def check(trip: Van, role: str, **seen: Json) -> dict[str, Json]:
    """The dress sheet, all in order but for what is seen on one of them."""
    rows = trip.members()
    for row in rows:
        if row["member"]["id"] == trip.house.shop.people[role]:
            row.update(seen)
    return {"members": rows}


def not_departing(trip: Van, clause: str, says: str) -> list[dict[str, Json]]:
    return trip.not_complete("delivery_lead", "depart", "departed", READY, clause=clause, says=says)


@pytest.mark.clause("DL-11")
def test_without_work_clothes_nobody_departs(trip: Van) -> None:
    trip.complete("service_manager", "dress_check", "checked", check(trip, "er", no_uniform=True))
    (row,) = findings(trip)
    assert (row["person"], row["clauses"]) == (trip.house.shop.people["er"], ["DL-11"])
    assert trip.house.mistakes_of("er") == [{"clause": "DL-11", "case": trip.case}]
    (fault,) = not_departing(trip, "DL-11", "送货员er：未穿工作服，不能出车")
    assert fault["row"] == 2
    trip.complete("service_manager", "dress_again", "again")
    trip.complete("service_manager", "dress_check", "checked", check(trip, "er", no_uniform=False))
    trip.depart()


@pytest.mark.parametrize(("clause", "seen"), [pytest.param(*one, marks=pytest.mark.clause(one[0])) for one in DRESS])
def test_what_is_seen_on_one_counts_against_that_person(trip: Van, clause: str, seen: str) -> None:
    trip.complete("service_manager", "dress_check", "checked", check(trip, "san", **{seen: True}))
    (row,) = findings(trip)
    assert (row["person"], row["clauses"]) == (trip.house.shop.people["san"], [clause])
    assert trip.house.mistakes_of("san") == [{"clause": clause, "case": trip.case}]
    assert trip.house.mistakes_of("er") == [] and trip.house.figures(clause)["broken"] == 1
    trip.depart()


@pytest.mark.clause("DL-11", *(clause for clause, _ in DRESS))
def test_each_thing_seen_on_one_counts_once_under_its_own_clause(trip: Van) -> None:
    seen = {"no_uniform": True, **{name: True for _, name in DRESS}}
    trip.complete("service_manager", "dress_check", "checked", check(trip, "san", **seen))
    assert sorted(row["clauses"] for row in findings(trip)) == [["DL-11"], ["DL-12"], ["DL-13"], ["DL-14"], ["DL-15"]]


@pytest.mark.clause(*(clause for clause, _ in FAULTS))
def test_each_fault_of_the_van_counts_once_under_its_own_clause(trip: Van) -> None:
    trip.check_vehicle(*(point for _, point in FAULTS))
    assert sorted(row["clauses"] for row in findings(trip)) == sorted([clause] for clause, _ in FAULTS for _ in CREW)


@pytest.mark.clause("DL-16")
def test_the_third_of_a_crew_who_was_not_looked_at_is_named(trip: Van) -> None:
    trip.stands_with("service_manager", "dress_check", end_of(in_days(5)))
    trip.not_complete("delivery_lead", "depart", "departed", READY)
    trip.not_complete("delivery_lead", "dress_check", "checked", check(trip, "er"))
    two = check(trip, "san")
    two["members"] = two["members"][:2]
    trip.not_complete("service_manager", "dress_check", "checked", two)
    trip.complete("service_manager", "dress_check", "checked", check(trip, "san", inspected=False))
    (fault,) = not_departing(trip, "DL-16", "送货员san：仪容没有检查")
    assert fault["row"] == 3
    trip.send("service_manager", "correct", task="dress_check", values=check(trip, "san"), reason="补查")
    trip.stands_with("delivery_lead", "depart", end_of(in_days(5)))
    trip.depart()
    assert findings(trip) == []


@pytest.mark.clause("DL-16")
def test_a_trip_that_is_not_planned_has_nobody_to_look_at(house: House) -> None:
    trip = van(house)
    for task in ("dress_check", "vehicle_check", "depart"):
        assert task not in trip.my_day("service_manager") and task not in trip.my_day("delivery_lead")


@pytest.mark.parametrize(("clause", "point"), [pytest.param(*one, marks=pytest.mark.clause(one[0])) for one in FAULTS])
def test_what_is_wrong_with_the_van_counts_against_its_crew(trip: Van, clause: str, point: str) -> None:
    stands_with_both(trip)
    form = trip.house.page("service_manager", f"/cases/{trip.case}/do/vehicle_check/", part=True)
    assert "照片" in form
    trip.check_vehicle(point, note="雨后没有冲洗")
    rows = findings(trip)
    assert {row["person"] for row in rows} == {trip.house.shop.people[role] for role in CREW}
    assert all(row["clauses"] == [clause] for row in rows) and len(rows) == 3
    assert trip.house.figures(clause)["broken"] == 3
    for other, task in FOLLOWS.items():
        assert (task in trip.my_day("delivery_lead")) is (other == clause)
    if clause in FOLLOWS:
        put_right(trip, FOLLOWS[clause])
    trip.dress()
    trip.depart()
    trip.back()
    assert trip.seen()["status"] == "closed"


def stands_with_both(trip: Van) -> None:
    assert set(FOLLOWS.values()).isdisjoint(trip.my_day("delivery_lead"))
    for role in trip.house.shop.people:
        here = trip.my_day(role).get("vehicle_check")
        assert (here is not None) is (role in ("delivery_lead", "service_manager")), role
        assert here is None or here["due"] == end_of(in_days(5))


def put_right(trip: Van, task: str) -> None:
    trip.stands_with("delivery_lead", task, end_of(in_days(1)))
    trip.not_complete("delivery_lead", task, "done", {}, says="整改情况")
    trip.complete(
        "delivery_lead", task, "done", {"how": "已清洗", "photo": trip.house.file("delivery_lead", trip.case)}
    )


@pytest.mark.clause("DL-26")
def test_a_picture_of_the_cab_stays_with_the_check(trip: Van) -> None:
    picture = trip.house.file("delivery_lead", trip.case)
    rows = trip.house.get("delivery_lead", f"/cases/{trip.case}/tasks/vehicle_check/known")["points"]
    values = {"points": [{**row, "failed": row["id"] == "cab"} for row in rows], "photo": picture}
    trip.complete("delivery_lead", "vehicle_check", "checked", values)
    facts = [one["facts"] for one in trip.history() if one["kind"] == "finding"]
    assert len(facts) == 3 and all(one["photo"] == picture for one in facts)
