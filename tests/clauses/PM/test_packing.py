"""What leaves the house was compared piece by piece, is wrapped and whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import Going, going, promised
from tests.clauses.surface import House, end_of, in_days
from tests.showroom import GOODS

Json = Any
SIX = [{**GOODS[1], "code": f"CZ-{n}", "name": f"{n}号椅", "qty": 1, "amount": 45000} for n in range(1, 7)]
PARTS = [{"code": "CZ-1", "part": part} for part in ("椅脚垫", "螺丝包", "扳手", "说明书")]


@pytest.fixture
def delivery(house: House) -> Going:
    """Six chairs out of the workshop, the first with four accessories."""
    items = [{name: one[name] for name in ("code", "name", "spec", "qty")} for one in SIX]
    order = promised(house, prices={"exception_reason": "展品"}, items=SIX, total=270000, deposit=0)
    made = going(order, items=items, accessories=PARTS, collect=270000)
    made.move()
    made.work()
    made.complete("workshop_manager", "return_sheet", "returned")
    return made


@pytest.fixture
def inspected(delivery: Going) -> Going:
    delivery.inspect()
    return delivery


@pytest.fixture
def checked(inspected: Going) -> Going:
    inspected.complete("delivery_lead", "check_goods", "clean", check(inspected))
    return inspected


def check(delivery: Going, **changed: Json) -> dict[str, Json]:
    rows = delivery.rows("check_goods", "pieces", checked=True, differs=False)
    rows[5].update(changed)
    return {"pieces": rows}


def packing(delivery: Going, **changed: Json) -> dict[str, Json]:
    """The loading sheet, as it should be but for what is said of the sixth piece and the fourth accessory."""
    values: dict[str, Json] = {
        "list_verified": True,
        "pieces": [{"code": one["code"], "name": one["name"], "qty": 1, "wrapped": True} for one in SIX],
        "accessories": [{**one, "present": True} for one in PARTS],
    }
    values["pieces"] = [{k: v for k, v in row.items() if k != "qty"} for row in values["pieces"]]
    values["pieces"][5]["wrapped"] = changed.pop("wrapped", True)
    values["accessories"][3]["present"] = changed.pop("present", True)
    return {**values, **changed}


@pytest.mark.clause("PM-17", "PM-18", "PM-14")
def test_checking_and_loading_begin_when_the_work_has_passed(delivery: Going) -> None:
    assert {"check_goods", "load"}.isdisjoint(delivery.my_day("delivery_lead"))
    delivery.not_complete("delivery_lead", "load", "loaded", packing(delivery))
    delivery.inspect()
    assert "rework" not in delivery.my_day("workshop_manager")
    for task in ("check_goods", "load"):
        delivery.stands_with("delivery_lead", task, end_of(in_days(5)))


@pytest.mark.clause("PM-17")
def test_a_piece_not_compared_is_named(inspected: Going) -> None:
    values = check(inspected, checked=False)
    (fault,) = inspected.not_complete(
        "delivery_lead", "check_goods", "clean", values, clause="PM-17", says="6号椅：尚未核对"
    )
    assert fault["row"] == 6
    inspected.complete("delivery_lead", "check_goods", "clean", check(inspected))


@pytest.mark.clause("PM-17")
def test_a_wrong_model_goes_to_the_service_manager(inspected: Going) -> None:
    values = check(inspected, differs=True)
    inspected.not_complete("delivery_lead", "check_goods", "mismatch", check(inspected), says="请勾选型号不符的商品")
    inspected.not_complete("delivery_lead", "check_goods", "clean", values, clause="PM-17", says="6号椅：型号不符")
    assert "settle_mismatch" not in inspected.my_day("service_manager")
    inspected.complete("delivery_lead", "check_goods", "mismatch", values)
    assert [line for line in inspected.bell("service_manager") if "6号椅 型号不符" in line]
    assert not [line for line in inspected.bell("service_manager") if "5号椅" in line]
    inspected.stands_with("service_manager", "settle_mismatch", end_of(in_days(1)))
    inspected.not_complete("delivery_lead", "load", "loaded", packing(inspected), clause="PM-18")
    inspected.not_complete("service_manager", "settle_mismatch", "settled", {}, says="整改情况")
    inspected.complete("service_manager", "settle_mismatch", "settled", {"how": "换成正确型号"})
    assert "check_goods" in inspected.my_day("delivery_lead")
    inspected.complete("delivery_lead", "check_goods", "clean", check(inspected))
    inspected.complete("delivery_lead", "load", "loaded", packing(inspected))


@pytest.mark.clause("PM-18")
def test_nothing_is_packed_before_it_is_compared(inspected: Going) -> None:
    inspected.not_complete(
        "delivery_lead", "load", "loaded", packing(inspected), clause="PM-18", says="尚未逐件核对无误，不能包装装车"
    )
    inspected.complete("delivery_lead", "check_goods", "clean", check(inspected))
    inspected.complete("delivery_lead", "load", "loaded", packing(inspected))
    assert inspected.task("load")["outcome"] == "loaded"


@pytest.mark.clause("PM-19")
def test_the_piece_without_film_is_named(checked: Going) -> None:
    (fault,) = checked.not_complete(
        "delivery_lead", "load", "loaded", packing(checked, wrapped=False), clause="PM-19", says="6号椅：没有包气泡膜"
    )
    assert fault["row"] == 6
    checked.complete("delivery_lead", "load", "loaded", packing(checked))


@pytest.mark.clause("DL-03")
def test_the_list_is_compared_with_what_the_customer_bought(checked: Going) -> None:
    for unverified in ({"list_verified": False}, {"list_verified": None}):
        checked.not_complete(
            "delivery_lead", "load", "loaded", packing(checked, **unverified), clause="DL-03", says="货物清单尚未"
        )
    checked.later(minutes=20)
    checked.complete("delivery_lead", "load", "loaded", packing(checked))
    assert checked.task("load")["done_at"].startswith(checked.now.isoformat()[:16])
    assert checked.seen()["sheets"]["load"]["list_verified"] is True


@pytest.mark.clause("DL-04")
def test_the_accessory_that_is_missing_is_named(checked: Going) -> None:
    (fault,) = checked.not_complete(
        "delivery_lead", "load", "loaded", packing(checked, present=False), clause="DL-04", says="CZ-1：缺配件 说明书"
    )
    assert fault["row"] == 4
    short = packing(checked)
    short["accessories"] = short["accessories"][:3]
    checked.not_complete("delivery_lead", "load", "loaded", short)
    checked.complete("delivery_lead", "load", "loaded", packing(checked))
