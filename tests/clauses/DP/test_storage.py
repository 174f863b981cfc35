"""Goods stay in the transit store for three months; what stays longer is talked over, told, and settled in writing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import at_the_door
from tests.clauses.surface import House, Promise, Refusal, end_of, in_days

STORED = {"stored_on": "2027-03-01"}
SETTLED: dict[str, Any] = {
    "sales_talk": "与陈晓梅商定：客户装修延期，先存着", "told_by": "phone", "told_at": "2026-11-21T01:30:00Z",
    "handling": "longer",
}  # fmt: skip


def stored(order: Promise, delivery: str) -> Promise:
    """The contract is issued, delivery agreed, the goods lie in the transit store since 1 March."""
    order.issue()
    order.agree(delivery)
    order.complete("warehouse", "goods_arrival", "stored", STORED)
    return order


@pytest.fixture
def over(order: Promise) -> Promise:
    return stored(order, "2027-06-15")


@pytest.mark.clause("DP-05")
@pytest.mark.parametrize(
    ("delivery", "flagged"), [("2027-06-15", True), ("2027-06-02", True), ("2027-06-01", False), ("2027-05-20", False)]
)
def test_a_delivery_after_three_months_in_store_is_flagged(order: Promise, delivery: str, flagged: bool) -> None:
    stored(order, delivery)
    assert ("over_storage" in order.flags()) is flagged
    listed = order.house.get("service_manager", "/cases", flag="over_storage")["items"]
    assert (order.case in {one["id"] for one in listed}) is flagged
    assert ("over_limit" in order.my_day("service_manager")) is flagged


@pytest.mark.clause("DP-05")
def test_the_warehouse_says_when_the_goods_came(order: Promise) -> None:
    assert order.task("goods_arrival") == {}
    order.issue()
    for role in ("warehouse", "service_manager"):
        assert order.my_day(role)["goods_arrival"]["state"] == "open"
    assert "goods_arrival" not in order.my_day("finance") and "goods_arrival" not in order.my_day("sales")
    order.not_complete("warehouse", "goods_arrival", "stored", {}, says="入库日期")
    order.not_complete("warehouse", "goods_arrival", "stored", {"stored_on": "三月一日"}, says="入库日期")
    order.complete("warehouse", "goods_arrival", "stored", {**STORED, "note": "A 区 3 架"})
    assert order.seen()["sheets"]["goods_arrival"] == {**STORED, "note": "A 区 3 架"}


@pytest.mark.clause("DP-05")
def test_goods_that_never_came_hold_nothing_up(house: House) -> None:
    delivery, trip = at_the_door(house)
    delivery.deliver()
    trip.back()
    delivery.report()
    assert delivery.promise.seen()["status"] == "closed"
    assert delivery.promise.task("goods_arrival")["state"] == "missed"


@pytest.mark.clause("DP-05", "DP-06")
def test_flags_are_worked_out_anew_when_the_limit_changes(house: House) -> None:
    order = stored(house.promise(), "2027-05-20")
    for role in ("service_manager", "sales", "warehouse", "finance"):
        with pytest.raises(Refusal, match="暂存时限"):
            house.set_figure(role, "storage_limit", "2mo")
    assert order.flags() == set()
    house.set_figure("general_manager", "storage_limit", "2mo")
    assert "over_storage" in order.flags()
    house.set_figure("general_manager", "storage_limit", "3mo")
    assert order.flags() == set()


@pytest.mark.clause("DP-06")
def test_an_exception_is_the_general_managers_and_has_a_reason(over: Promise) -> None:
    over.not_complete("service_manager", "over_limit", "exception", SETTLED, clause="DP-06", says="例外要写理由")
    reasoned = {**SETTLED, "exception_reason": "样板间客户，总经理同意存到六月底"}
    over.not_complete("service_manager", "over_limit", "exception", reasoned, clause="DP-06", says="缺总经理批准")
    over.send("service_manager", "save", task="over_limit", values=reasoned)
    over.refused("service_manager", "sign", task="over_limit", who="general_manager", must="decide", says="总经理")
    over.sign("general_manager", "over_limit", "decide")
    over.refused("service_manager", "complete", task="over_limit", outcome="exception",
                 values={"exception_reason": "  "}, clause="DP-06", says="例外要写理由")  # fmt: skip
    assert "storage_exception" not in over.flags()
    over.complete("service_manager", "over_limit", "exception", {})
    assert over.flags() == {"over_storage", "storage_exception"}
    assert over.seen()["sheets"]["over_limit"]["exception_reason"] == reasoned["exception_reason"]


@pytest.mark.clause("DP-06")
def test_without_an_exception_none_is_shown(over: Promise) -> None:
    over.complete("service_manager", "over_limit", "settled", SETTLED)
    assert over.flags() == {"over_storage"}


@pytest.mark.clause("DP-07", "DP-08", "DP-09")
@pytest.mark.parametrize(
    ("empty", "clause", "says"),
    [
        ("sales_talk", "DP-07", "未与销售商量"),
        ("told_by", "DP-08", "未告知客户"),
        ("told_at", "DP-08", "未告知客户"),
        ("handling", "DP-09", "未写处理结果"),
    ],
)
def test_nothing_is_closed_without_the_talk_the_notice_and_the_outcome(
    over: Promise, empty: str, clause: str, says: str
) -> None:
    left = {name: value for name, value in SETTLED.items() if name != empty}
    for outcome in ("settled", "redated", "exception"):
        (fault,) = over.not_complete("service_manager", "over_limit", outcome, left, clause=clause, says=says)
        assert fault["clause"] == clause
    assert "over_limit" in over.my_day("service_manager")
    over.complete("service_manager", "over_limit", "settled", SETTLED)
    assert over.seen()["sheets"]["over_limit"] == SETTLED


@pytest.mark.clause("DP-07", "DP-08")
@pytest.mark.parametrize("values", [{"told_by": "pigeon"}, {"told_at": "上午"}, {"handling": "unknown"}])
def test_what_is_written_down_is_what_is_asked(over: Promise, values: dict[str, str]) -> None:
    over.not_complete("service_manager", "over_limit", "settled", {**SETTLED, **values})


@pytest.mark.clause("DP-07", "DP-01")
def test_after_the_talk_a_new_date_is_agreed_by_all_three(over: Promise) -> None:
    redated = {**SETTLED, "handling": "early", "new_date": "2027-05-25"}
    over.not_complete(
        "service_manager", "over_limit", "redated", {**SETTLED, "handling": "early"}, says="拟改的送货日期"
    )
    over.complete("service_manager", "over_limit", "redated", redated)
    assert over.my_day("sales")["agree_date"]["state"] == "open"
    assert over.seen()["values"]["delivery_date"] == "2027-06-15"
    assert "recheck" not in over.my_day("service_manager")  # nothing to ask about until there is a date again
    over.agree("2027-05-25")
    over.stands_with("service_manager", "recheck", end_of("2027-05-11"))
    assert over.flags() == set()


@pytest.mark.clause("DP-09", "DP-07", "DP-08")
def test_an_order_over_the_limit_stays_on_the_list_until_it_is_dealt_with(over: Promise) -> None:
    over.stands_with("service_manager", "over_limit", end_of(in_days(2)))
    over.later(days=3)
    assert over.my_day("service_manager")["over_limit"]["overdue"]
    over.complete("service_manager", "over_limit", "settled", SETTLED)
    assert "over_limit" not in over.my_day("service_manager")
    task = over.task("over_limit")
    assert task["outcome"] == "settled" and over.seen()["sheets"]["over_limit"]["handling"] == "longer"


@pytest.mark.clause("DP-09", "DP-07", "DP-08")
def test_an_order_that_goes_over_the_limit_again_is_dealt_with_again(over: Promise) -> None:
    over.complete("service_manager", "over_limit", "settled", SETTLED)
    over.send("general_manager", "set", values={"delivery_date": "2027-05-01"})
    assert over.flags() == set() and "over_limit" not in over.my_day("service_manager")
    over.send("general_manager", "set", values={"delivery_date": "2027-07-01"})
    assert over.my_day("service_manager")["over_limit"]["state"] == "open"
