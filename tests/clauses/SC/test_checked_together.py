"""Salesperson, finance and customer check the contract; prices above all; then the contents are confirmed."""

from __future__ import annotations

import pytest

from tests.clauses.surface import Promise, end_of, in_days
from tests.showroom import BY_PHONE, GOODS

AGREE = {"prices_agree": True}


@pytest.mark.clause("SC-08")
def test_released_only_when_finance_customer_and_salesperson_have_checked(order: Promise) -> None:
    order.issue()
    order.not_complete("sales", "release", "released", marks=BY_PHONE, clause="SC-08", says="财务尚未核对")
    order.complete("finance", "price_check", "checked", AGREE)
    order.not_complete("sales", "release", "released", clause="SC-08", says="缺客户确认")
    order.not_complete("service_manager", "release", "released", marks=BY_PHONE, clause="SC-08", says="缺销售确认")
    assert order.task("release")["state"] == "open"
    order.complete("sales", "release", "released", marks=BY_PHONE)
    assert order.task("release")["outcome"] == "released"


@pytest.mark.clause("SC-08")
def test_a_contract_sent_back_by_finance_is_issued_and_checked_anew(order: Promise) -> None:
    order.issue()
    order.complete("finance", "price_check", "checked", AGREE)
    order.send("general_manager", "reopen", tasks=["price_check"], reason="标价有误")
    order.complete("finance", "price_check", "wrong", AGREE)
    assert order.my_day("sales")["contract"]["state"] == "open"
    order.refused("sales", "complete", task="release", outcome="released", marks=BY_PHONE)
    order.complete("sales", "contract", "issued")
    order.complete("finance", "price_check", "checked", AGREE)
    order.complete("sales", "release", "released", marks=BY_PHONE)


@pytest.mark.clause("SC-08")
def test_nothing_moves_on_before_the_release(order: Promise) -> None:
    order.issue()
    order.fill_demand()
    order.complete("sales", "confirm_contents", "confirmed", marks=BY_PHONE)
    envelope = {"folded": True, "card_slip": True}
    for task, outcome, values in (
        ("hand_customer_copy", "handed", envelope),
        ("hand_finance_copy", "handed", None),
        ("hand_service_copy", "handed", None),
    ):
        order.not_complete("sales", task, outcome, values, clause="SC-08", says="未经三方核对")


@pytest.mark.clause("SC-08", "SC-09", "SC-10")
def test_each_check_waits_on_its_own_desk_once_there_is_a_contract(order: Promise) -> None:
    tasks = {"price_check": "finance", "release": "sales", "confirm_contents": "sales"}
    assert not any(order.task(task) for task in tasks)
    order.issue()
    for task, role in tasks.items():
        order.stands_with(role, task, end_of(in_days(1)))


@pytest.mark.clause("SC-09", "SC-03")
@pytest.mark.parametrize(
    ("line", "total", "says", "row"),
    [
        ({"price": 44000, "amount": 176000}, 656000, "实木餐椅：成交价与标价不同", 2),
        ({"price": 44000, "list_price": 44000, "amount": 176000}, 656000, "实木餐椅：成交价与标价不同", 2),
        ({"amount": 170000}, 650000, "实木餐椅：单价乘数量与金额不符", 2),
        ({}, 650000, "各行金额之和与合计不符", None),
    ],
)
def test_a_price_that_does_not_agree_is_flagged_and_the_check_cannot_be_ticked(
    order: Promise, line: dict[str, int], total: int, says: str, row: int | None
) -> None:
    order.issue(items=[GOODS[0], {**GOODS[1], **line}], total=total)
    assert "prices_differ" in order.flags()
    (fault,) = order.not_complete("finance", "price_check", "checked", AGREE, clause="SC-09", says=says)
    assert fault.get("row") == row
    order.send("sales", "correct", task="contract", values={"items": GOODS, "total": 660000}, reason="价格录错")
    assert "prices_differ" not in order.flags()
    order.complete("finance", "price_check", "checked", AGREE)


@pytest.mark.clause("SC-09")
def test_prices_that_agree_are_not_flagged_but_somebody_must_have_looked(order: Promise) -> None:
    order.issue()
    assert "prices_differ" not in order.flags()
    order.not_complete("finance", "price_check", "checked", {}, clause="SC-09", says="单价、数量、合计核对无误")
    order.not_complete("sales", "price_check", "checked", AGREE, clause="SC-09", says="财务")
    order.complete("finance", "price_check", "checked", AGREE)
    assert order.task("price_check")["actor"] == order.house.shop.people["finance"]


@pytest.mark.clause("SC-09")
def test_a_price_agreed_on_another_day_needs_its_reason(order: Promise) -> None:
    order.issue(items=[GOODS[0], {**GOODS[1], "price": 44000, "amount": 176000}], total=656000)
    order.complete("finance", "price_check", "checked", {**AGREE, "exception_reason": "店庆价，店长已批"})
    assert order.seen()["sheets"]["price_check"]["exception_reason"] == "店庆价，店长已批"


@pytest.mark.clause("SC-10")
@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("hand_customer_copy", {"folded": True, "card_slip": True}),
        ("hand_finance_copy", None),
        ("hand_service_copy", None),
    ],
)
def test_no_copy_leaves_before_the_customer_has_confirmed_the_contents(
    order: Promise, task: str, values: dict | None
) -> None:
    order.issue()
    order.fill_demand()
    order.complete("finance", "price_check", "checked", AGREE)
    order.complete("sales", "release", "released", marks=BY_PHONE)
    order.not_complete("sales", task, "handed", values, clause="SC-10", says="尚未与客户确认合同内容")
    order.not_complete("sales", "confirm_contents", "confirmed", clause="SC-10", says="缺客户确认")
    order.complete("sales", "confirm_contents", "confirmed", marks=BY_PHONE)
    order.complete("sales", task, "handed", values)
    assert order.task(task)["state"] == "done"
