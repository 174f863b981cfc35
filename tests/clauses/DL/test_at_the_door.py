"""At the customer's door: shoe covers, every piece looked at and clean, what is accepted, and a tidy farewell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import TIDY, Going, Van, at_the_door, going, promised, van
from tests.clauses.surface import House, in_days
from tests.showroom import GOODS

Json = Any
FIVE = [{"code": f"YZ-{n}", "name": f"餐椅{n}", "spec": "白", "qty": 1} for n in range(1, 6)]
NO_COVERS, NOT_LOOKED_AT, NOT_CLEAN = "未穿鞋套", "进门前没有检查", "不干净，先清洁再进门"


@pytest.fixture
def door(house: House) -> Going:
    """The crew stands before the door."""
    made, _ = at_the_door(house)
    made.arrive()
    return made


def looked_at(door: Going, **each: Json) -> list[dict[str, Json]]:
    return door.rows("enter", "pieces", **{"inspected": True, "clean": "clean", **each})


def sent_off(delivery: Going, day: str) -> Van:
    """On its way with a van of its own."""
    trip = van(delivery.house)
    trip.plan(delivery, day=day)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    return trip


# --- before the door


@pytest.mark.clause("DL-21", "DL-22")
@pytest.mark.parametrize("role", ["delivery_crew", "delivery_lead"])
def test_nobody_goes_in_without_shoe_covers_and_nothing_is_unloaded(door: Going, role: str) -> None:
    for covers in ({}, {"shoe_covers": False}):
        values = {"pieces": looked_at(door), **covers}
        for clause in ("DL-21", "DL-22"):
            door.not_complete(role, "enter", "entered", values, clause=clause, says=NO_COVERS)
    door.not_complete(role, "place", "complete", {"pieces": []})
    assert "place" not in door.my_day("delivery_crew")
    door.complete(role, "enter", "entered", {"pieces": looked_at(door), "shoe_covers": True})
    assert "place" in door.my_day("delivery_crew")


@pytest.mark.clause("DL-21", "DL-22", "DL-31", "DL-32")
def test_the_door_stands_with_the_people_of_the_trip_once_they_have_arrived(house: House) -> None:
    made, _ = at_the_door(house)
    assert "enter" not in made.my_day("delivery_crew")
    made.arrive()
    made.stands_with("delivery_crew", "enter", None)
    for role in ("sales", "workshop_manager", "service"):
        made.not_complete(role, "enter", "entered", {"pieces": looked_at(made), "shoe_covers": True})


@pytest.mark.clause("DL-31")
def test_five_pieces_with_four_inspected_do_not_go_in(house: House) -> None:
    made = going(promised(house), items=FIVE)
    made.prepare()
    made.load()
    made.call()
    sent_off(made, in_days(5))
    made.arrive()
    pieces = looked_at(made)
    assert len(pieces) == 5
    pieces[4]["inspected"] = False
    values = {"shoe_covers": True, "pieces": pieces}
    faults = made.not_complete("delivery_crew", "enter", "entered", values, clause="DL-31", says=NOT_LOOKED_AT)
    assert [(one["row"], "餐椅5" in one["message"]["zh"]) for one in faults] == [(5, True)]
    made.not_complete("delivery_crew", "enter", "entered", {"shoe_covers": True, "pieces": pieces[:4]})
    assert "place" not in made.my_day("delivery_crew")
    pieces[4]["inspected"] = True
    made.complete("delivery_crew", "enter", "entered", values)


@pytest.mark.clause("DL-32")
def test_a_piece_that_is_not_clean_is_cleaned_first(door: Going) -> None:
    pieces = looked_at(door)
    pieces[1]["clean"] = "dirty"
    values = {"shoe_covers": True, "pieces": pieces}
    (fault,) = door.not_complete("delivery_crew", "enter", "entered", values, clause="DL-32", says=NOT_CLEAN)
    assert fault["row"] == 2 and "实木餐椅" in fault["message"]["zh"]
    pieces[1]["clean"] = "cleaned"
    door.complete("delivery_crew", "enter", "entered", values)


# --- what the customer accepts


@pytest.mark.clause("DL-31")
def test_a_piece_that_is_not_accepted_is_not_a_whole_delivery(door: Going) -> None:
    door.enter()
    pieces = door.rows("place", "pieces")
    door.not_complete("delivery_crew", "place", "partly", {"pieces": pieces}, says="请标出没有收下的商品")
    pieces[1]["fate"] = "damaged"
    (fault,) = door.not_complete("delivery_crew", "place", "complete", {"pieces": pieces}, says="请选“部分收下”")
    assert fault["row"] == 2 and "实木餐椅" in fault["message"]["zh"]
    door.complete("delivery_crew", "place", "partly", {"pieces": pieces})
    assert "part_delivered" in door.flags() and door.seen()["values"]["rest"] == 1
    assert any("有商品未收下" in line for line in door.bell("service_manager"))


@pytest.mark.clause("DL-31")
@pytest.mark.parametrize("role", ["delivery_crew", "delivery_lead"])
def test_everything_accepted_leaves_nothing_behind(door: Going, role: str) -> None:
    door.enter()
    for other in ("workshop_manager", "sales"):
        door.not_complete(other, "place", "complete", {"pieces": door.rows("place", "pieces")})
    door.complete(role, "place", "complete", {"pieces": door.rows("place", "pieces")})
    assert door.seen()["values"]["rest"] == 0 and "part_delivered" not in door.flags()


def test_nobody_home_is_another_date_and_a_second_trip(house: House) -> None:
    made, _ = at_the_door(house)
    made.complete("delivery_crew", "arrive", "nobody_home")
    assert any("家中无人" in line for line in made.bell("service_manager"))
    values = {"new_date": in_days(9), "reason": "客户出差"}
    made.complete("service_manager", "new_date", "dated", values)
    assert made.seen()["values"]["delivery_date"] == in_days(9)
    made.load()
    made.call()
    second = sent_off(made, in_days(9))
    made.deliver()
    second.back()
    made.report()
    assert made.seen()["status"] == "closed" and made.promise.seen()["status"] == "closed"


def test_what_was_refused_as_damaged_comes_again_and_then_the_order_is_done(house: House) -> None:
    made, trip = at_the_door(house)
    made.arrive()
    made.enter()
    made.place(CZ_205="damaged")
    made.collect()
    made.sign_copies()
    made.ask_opinion()
    made.leave()
    trip.back()
    made.report()
    order = made.promise
    assert made.seen()["status"] == "closed" and order.seen()["status"] == "open"
    assert "plan_rest" in order.my_day("service_manager")
    rest = [{name: GOODS[1][name] for name in ("code", "name", "spec", "qty")}]
    again = going(order, "plan_rest", items=rest, collect=0)
    assert again.case != made.case
    again.move()
    again.inspect()
    pieces = again.rows("check_goods", "pieces", checked=True)
    again.complete("delivery_lead", "check_goods", "clean", {"pieces": pieces})
    again.load()
    again.call()
    second = sent_off(again, in_days(5))
    again.deliver()
    second.back()
    again.report()
    assert again.seen()["status"] == "closed" and order.seen()["status"] == "closed"


# --- the farewell


@pytest.fixture
def signed(door: Going) -> Going:
    """Delivered, paid and signed; only the farewell is left."""
    door.enter()
    door.place()
    door.collect()
    door.sign_copies()
    door.ask_opinion()
    return door


@pytest.mark.parametrize(
    ("clause", "check", "says"),
    [
        pytest.param("DL-37", "packed", "东西收拾齐了", marks=pytest.mark.clause("DL-37")),
        pytest.param("DL-38", "rubbish", "垃圾清走了", marks=pytest.mark.clause("DL-38")),
    ],
)
def test_nobody_leaves_before_it_is_tidy(signed: Going, clause: str, check: str, says: str) -> None:
    for answers in ({**TIDY, check: "missed"}, {name: one for name, one in TIDY.items() if name != check}):
        signed.refused(
            "delivery_crew", "complete", clause, says, task="leave", outcome="left", values={"checks": answers}
        )
    signed.leave()
    assert signed.task("leave")["state"] == "done"
    assert signed.house.mistakes_of("delivery_crew") == []


@pytest.mark.parametrize(
    ("clause", "check", "says"),
    [
        pytest.param("DL-39", "farewell", "礼貌告别", marks=pytest.mark.clause("DL-39")),
        pytest.param("DL-33", "one_spot", "用过的材料集中放在一处", marks=pytest.mark.clause("DL-33")),
        pytest.param("DL-34", "film_folded", "气泡膜随拆随折", marks=pytest.mark.clause("DL-34")),
        pytest.param("DL-35", "no_litter", "没有乱丢东西", marks=pytest.mark.clause("DL-35")),
    ],
)
def test_what_was_not_kept_counts_against_the_crew_of_the_trip(
    signed: Going, clause: str, check: str, says: str
) -> None:
    form = signed.house.page("delivery_lead", f"/cases/{signed.case}/do/leave/", part=True)
    assert says in form
    checks = {"checks": {**TIDY, check: "missed"}}
    signed.complete("delivery_lead", "leave", "left", checks)
    assert signed.house.mistakes_of("delivery_crew") == [{"clause": clause, "case": signed.case}]
    assert signed.house.mistakes_of("delivery_lead") == []
    assert signed.house.figures(clause)["broken"] == 1


@pytest.mark.clause("DL-39", "DL-33", "DL-34", "DL-35")
def test_only_the_farewell_must_be_answered_the_rest_is_kept_unless_somebody_says_otherwise(signed: Going) -> None:
    silent = {"packed": "kept", "rubbish": "kept"}
    (fault,) = signed.not_complete(
        "delivery_lead", "leave", "left", {"checks": silent}, clause="DL-39", says="礼貌告别"
    )
    assert fault["clause"] == "DL-39"
    signed.complete("delivery_lead", "leave", "left", {"checks": {**silent, "farewell": "kept"}})
    assert signed.house.mistakes_of("delivery_crew") == []


@pytest.mark.clause("DL-37", "DL-38", "DL-39")
def test_leaving_stands_with_the_crew_after_the_handing_over_and_ends_the_visit(signed: Going) -> None:
    signed.stands_with("delivery_crew", "leave", None)
    signed.not_complete("workshop_manager", "leave", "left", {"checks": TIDY})
    assert "report" not in signed.my_day("delivery_lead")
    signed.leave()
    assert "report" in signed.my_day("delivery_lead")
    assert signed.promise.seen()["values"]["undelivered"] == 0
    visits = signed.house.get("service", "/cases", procedure="return_visits")["items"]
    assert [one["customer"] for one in visits] == [signed.customer]


@pytest.mark.clause("DL-37", "DL-38", "DL-39")
def test_nobody_can_leave_before_the_goods_are_placed(door: Going) -> None:
    assert "leave" not in door.my_day("delivery_crew")
    door.not_complete("delivery_crew", "leave", "left", {"checks": TIDY})
    door.enter()
    door.not_complete("delivery_crew", "leave", "left", {"checks": TIDY})
