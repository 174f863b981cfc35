"""A delivery date stands when three have said yes to the same date."""

from __future__ import annotations

import pytest

from tests.clauses.surface import TODAY, Promise, end_of, in_days
from tests.showroom import BY_PHONE

DAY = in_days(40)
pytestmark = pytest.mark.clause("SC-01")


def test_two_agreements_are_not_enough_and_the_missing_one_is_named(order: Promise) -> None:
    values = {"delivery_date": DAY}
    order.not_complete("sales", "agree_date", "agreed", values, clause="SC-01", says="缺客户确认")
    order.send("sales", "save", task="agree_date", values=values, marks=BY_PHONE)
    (missing,) = order.not_complete("sales", "agree_date", "agreed", values, clause="SC-01", says="缺客服主管确认")
    assert missing["data"] == {"who": "service_manager", "must": "confirm"}
    assert "delivery_date" not in order.seen()["values"]
    order.sign("service_manager", "agree_date")
    order.complete("sales", "agree_date", "agreed", values)
    assert order.seen()["values"]["delivery_date"] == DAY
    assert order.order_now()["delivery_date"] == DAY


def test_the_salesperson_too_must_agree(order: Promise) -> None:
    values = {"delivery_date": DAY}
    order.send("service_manager", "save", task="agree_date", values=values, marks=BY_PHONE)
    order.not_complete("service_manager", "agree_date", "agreed", values, clause="SC-01", says="缺销售确认")


def test_nobody_agrees_for_the_service_manager(order: Promise) -> None:
    order.send("sales", "save", task="agree_date", values={"delivery_date": DAY})
    order.refused("sales", "sign", task="agree_date", who="service_manager", must="confirm", says="客服主管")


def test_who_agreed_to_another_date_has_not_agreed(order: Promise) -> None:
    order.send("sales", "save", task="agree_date", values={"delivery_date": in_days(30)}, marks=BY_PHONE)
    order.sign("service_manager", "agree_date")
    missing = order.not_complete("sales", "agree_date", "agreed", {"delivery_date": DAY}, clause="SC-01")
    assert {one["data"]["who"] for one in missing} == {"customer", "service_manager"}


def test_the_agreement_waits_on_the_salesperson_and_asks_the_service_manager(order: Promise) -> None:
    order.stands_with("sales", "agree_date", end_of(in_days(1)))
    order.not_complete("sales", "agree_date", "agreed", {}, says="送货日期")
    assert "agree_date" not in order.my_day("service_manager")
    order.send("sales", "save", task="agree_date", values={"delivery_date": DAY})
    assert order.my_day("service_manager")["agree_date"]["asked"]
    assert TODAY.isoformat() < DAY
