"""A date far ahead is asked about once more, in time, with the address; a change is agreed with the delivery lead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.surface import House, Promise, end_of, in_days
from tests.showroom import NOW

BOTH = {"date_confirmed": True, "address_confirmed": True}
ELSEWHERE = {"text": "深圳市福田区福强路8号6栋1单元902"}


@pytest.fixture
def far(order: Promise) -> Promise:
    """Delivery in forty days."""
    order.issue()
    order.agree(in_days(40))
    return order


@pytest.mark.clause("DP-01")
def test_the_recheck_is_due_fourteen_days_before_delivery_and_overdue_the_day_after(far: Promise) -> None:
    far.stands_with("service_manager", "recheck", end_of(in_days(26)))
    assert far.my_day("service_manager")["recheck"]["state"] == "planned"
    far.later(days=18, hours=13)  # the end of day 18
    assert far.my_day("service_manager")["recheck"]["state"] == "planned"
    far.later(hours=2)
    assert far.my_day("service_manager")["recheck"]["state"] == "open"
    far.later(days=7)  # day 26
    assert not far.my_day("service_manager")["recheck"]["overdue"]
    far.later(days=1)
    assert far.my_day("service_manager")["recheck"]["overdue"]
    assert far.house.figures("DP-01")["broken"] == 1


@pytest.mark.clause("DP-01")
def test_the_service_manager_is_warned_and_the_general_manager_told(far: Promise) -> None:
    for role, before, clock, said in (
        ("service_manager", "2026-12-16 08:59", "2026-12-16 09:00", "复核送货日期和地址即将到期"),
        ("general_manager", "2026-12-18 23:59", "2026-12-19 00:00", "复核送货日期和地址已超时"),
    ):
        far.until(before)
        assert not [line for line in far.bell(role) if "复核" in line]
        far.until(clock)
        assert [line for line in far.bell(role) if said in line]
    assert not [line for line in far.bell("sales") if "复核" in line]


@pytest.mark.clause("DP-01")
def test_the_recheck_moves_with_the_delivery_date(far: Promise) -> None:
    far.send("general_manager", "set", values={"delivery_date": in_days(50)})
    far.stands_with("service_manager", "recheck", end_of(in_days(36)))


@pytest.mark.clause("DP-01", "DP-03")
def test_the_general_manager_sets_lead_and_window(house: House) -> None:
    house.set_figure("general_manager", "recheck_lead", "10d")
    house.set_figure("general_manager", "near_term_window", 20)
    for name, value in (("recheck_lead", "9d"), ("near_term_window", 3)):
        with pytest.raises(Exception, match="指定岗位"):
            house.set_figure("service_manager", name, value)
    near, far = house.promise(), house.promise()
    near.agree(in_days(20))
    far.agree(in_days(21))
    assert near.task("recheck")["state"] == "skipped"
    far.stands_with("service_manager", "recheck", end_of(in_days(11)))


@pytest.mark.clause("DP-02")
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"date_confirmed": True}, "送货地址未核对"),
        ({"date_confirmed": True, "address_confirmed": False}, "送货地址未核对"),
        ({"address_confirmed": True}, "送货日期未核对"),
        ({"address_confirmed": True, "date_confirmed": False}, "送货日期未核对"),
    ],
)
def test_one_of_date_and_address_is_not_enough(far: Promise, values: dict[str, bool], says: str) -> None:
    far.later(days=20)
    (fault,) = far.not_complete("service_manager", "recheck", "confirmed", values, clause="DP-02", says=says)
    assert far.task("recheck")["state"] == "open"
    far.complete("service_manager", "recheck", "confirmed", {**values, **BOTH, "note": "客户在家"})
    closed = far.task("recheck")
    assert closed["outcome"] == "confirmed" and closed["actor"] == far.house.shop.people["service_manager"]
    assert closed["done_at"].startswith((NOW + timedelta(days=20)).date().isoformat())
    assert far.seen()["sheets"]["recheck"] == {**BOTH, "note": "客户在家"}
    assert fault["clause"] == "DP-02"


@pytest.mark.clause("DP-02")
def test_a_change_must_say_what_changed(far: Promise) -> None:
    far.not_complete("service_manager", "recheck", "changed", BOTH, says="请填写新的日期或地址")


@pytest.mark.clause("DP-03")
@pytest.mark.parametrize(("days", "rechecked"), [(10, False), (14, False), (15, True), (30, True)])
def test_only_an_order_more_than_two_weeks_away_is_rechecked(order: Promise, days: int, rechecked: bool) -> None:
    assert "recheck" not in order.my_day("service_manager")
    order.agree(in_days(days))
    assert ("recheck" in order.my_day("service_manager")) is rechecked


@pytest.mark.clause("DP-04")
def test_a_new_date_waits_for_the_delivery_lead(far: Promise) -> None:
    assert far.task("reagree") == {}
    far.complete("service_manager", "recheck", "changed", {"new_date": in_days(45)})
    far.stands_with("service_manager", "reagree", end_of(in_days(1)))
    assert "pending_reagreement" in far.flags()
    assert far.my_day("delivery_lead")["reagree"]["asked"]
    far.not_complete("service_manager", "reagree", "agreed", clause="DP-04", says="缺送货负责人确认")
    assert far.seen()["values"]["delivery_date"] == in_days(40)
    far.sign("delivery_lead", "reagree")
    far.complete("service_manager", "reagree", "agreed")
    assert far.seen()["values"]["delivery_date"] == far.order_now()["delivery_date"] == in_days(45)
    assert "pending_reagreement" not in far.flags()
    changes = [event for event in far.history() if event["kind"] == "value_set"]
    assert (changes[-1]["old"], changes[-1]["value"]) == (in_days(40), in_days(45))


@pytest.mark.clause("DP-04")
def test_a_new_address_waits_for_the_delivery_lead(far: Promise) -> None:
    here = far.order_now()["address"]
    far.not_complete("service_manager", "recheck", "changed", {"new_address": {"text": "福田区"}}, says="找不到门")
    far.complete("service_manager", "recheck", "changed", {"new_address": ELSEWHERE})
    assert far.order_now()["address"] == here and "pending_reagreement" in far.flags()
    far.sign("delivery_lead", "reagree")
    far.complete("service_manager", "reagree", "agreed")
    assert "福强路8号" in str(far.order_now()["address"])
    assert far.seen()["values"]["delivery_date"] == in_days(40)


@pytest.mark.clause("DP-04")
def test_nothing_is_re_agreed_where_nothing_changed(far: Promise) -> None:
    far.complete("service_manager", "recheck", "confirmed", BOTH)
    assert far.flags() == set() and "reagree" not in far.my_day("service_manager")
