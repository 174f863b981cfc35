"""A handbook of returns and exchanges: loads and runs as it stands, no program knows its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clauses.surface import Promise, Refusal, end_of
from tests.probes.stage import Trade

HERE = Path(__file__).parent / "returns"
APPLICATION: dict[str, Any] = {
    "order_number": "DD-88", "items": [{"item": "餐椅", "qty": 2, "custom_made": False}], "reason": "not_as_described",
    "contact": "13800138000", "bought_on": "2026-11-14", "proof": "XS-2026-1114-7", "used": False,
    "damaged_by": "nobody",
}  # fmt: skip
GOOD = {"intact": True, "resaleable": True, "unused": True, "packaging": True}


@pytest.fixture
def case(trade: Callable[[Path], Trade]) -> Promise:
    return trade(HERE).begin("agent", "goods_return")


@pytest.mark.parametrize(
    ("values", "clause", "says"),
    [
        ({"bought_on": "2026-11-13"}, "RX-06", "已过七天"),
        ({"proof": ""}, "RX-07", "缺购买凭证"),
        ({"items": [{"item": "衣柜", "qty": 1, "custom_made": True}]}, "RX-09", "衣柜：定制商品不退换"),
        ({"used": True}, "RX-10", "已使用"),
        ({"damaged_by": "customer"}, "RX-11", "客户损坏"),
        ({"order_number": ""}, "RX-13", "订单号"),
        ({"items": []}, "RX-13", "商品"),
        ({"reason": ""}, "RX-13", "原因"),
        ({"contact": ""}, "RX-13", "联系电话"),
    ],
)
def test_an_application_is_refused_for_one_thing_and_names_it(
    case: Promise, values: dict[str, Any], clause: str, says: str
) -> None:
    (fault,) = case.not_complete("agent", "apply", "applied", {**APPLICATION, **values}, clause=clause, says=says)
    assert fault["clause"] == clause
    case.complete("agent", "apply", "applied", APPLICATION)


def allowed(case: Promise) -> None:
    case.complete("agent", "apply", "applied", APPLICATION)
    case.complete("agent", "review", "approved")
    case.complete("agent", "send_back", "sent", {"courier": "顺风速递", "tracking": "SF1001"})


def test_a_return_goes_its_way_and_its_deadlines_count_working_days(case: Promise) -> None:
    with pytest.raises(Refusal):
        case.complete("agent", "send_back", "sent", {"courier": "顺风速递", "tracking": "SF1001"})  # RX-15
    case.complete("agent", "apply", "applied", APPLICATION)
    case.stands_with("agent", "review", end_of("2026-11-23"))  # RX-14: Saturday, so Monday
    case.complete("agent", "review", "approved")
    case.not_complete("agent", "send_back", "sent", {"courier": "顺风速递"}, clause="RX-24", says="运单号")
    case.complete("agent", "send_back", "sent", {"courier": "顺风速递", "tracking": "SF1001"})
    with pytest.raises(Refusal):
        case.complete("agent", "settle", "refund", {"postage": 2500, "old_price": 50000})  # RX-17
    case.complete("inspector", "inspect", "accepted", GOOD)
    assert case.task("inspect")["actor"] == case.house.shop.people["inspector"]
    case.stands_with("agent", "settle", end_of("2026-11-25"))  # RX-18
    values = {"postage": 2500, "old_price": 50000, "new_price": 62000}
    case.not_complete("agent", "settle", "", values, says="退款、换货")  # RX-19
    case.complete("agent", "settle", "exchange", values)
    assert case.seen()["sheets"]["settle"]["difference"] == 12000  # RX-21
    whole = case.house.get("agent", f"/cases/{case.case}")
    assert whole["state"]["charges"]["postage"]["amount"] == 2500  # RX-20
    assert whole["case"]["status"] == "closed"


@pytest.mark.parametrize(
    ("missing", "clause", "says"),
    [
        ("intact", "RX-02", "损坏"),
        ("resaleable", "RX-03", "再销售"),
        ("unused", "RX-04", "已使用"),
        ("packaging", "RX-05", "原包装"),
    ],
)
def test_goods_that_fail_one_condition_are_not_taken(case: Promise, missing: str, clause: str, says: str) -> None:
    allowed(case)
    (fault,) = case.not_complete("inspector", "inspect", "accepted", {**GOOD, missing: False}, clause=clause, says=says)
    assert fault["clause"] == clause
    case.complete("inspector", "inspect", "disputed", {**GOOD, missing: False})
    with pytest.raises(Refusal):
        case.complete("agent", "settle", "refund", {"postage": 0, "old_price": 50000})


def test_the_same_price_costs_the_customer_nothing_more(case: Promise) -> None:
    allowed(case)
    case.complete("inspector", "inspect", "accepted", GOOD)
    case.complete("agent", "settle", "exchange", {"postage": 0, "old_price": 50000, "new_price": 50000})
    assert case.seen()["sheets"]["settle"]["difference"] == 0


def test_a_declined_application_ends_there(case: Promise) -> None:
    case.complete("agent", "apply", "applied", APPLICATION)
    case.complete("agent", "review", "declined")
    assert case.seen()["status"] == "closed"
