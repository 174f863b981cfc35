"""What the proofs ask people to see on a page."""

from __future__ import annotations

import pytest

from tests.clauses.surface import Promise

SLIP = "刷卡条已装入信封"
ENVELOPE = {"folded": True, "card_slip": True}


@pytest.mark.clause("SC-13")
@pytest.mark.parametrize(("payment", "asked"), [("card", True), ("cash", False)])
def test_the_slip_is_on_the_form_of_an_order_paid_by_card_only(order: Promise, payment: str, asked: bool) -> None:
    order.issue(payment=payment)
    form = order.house.page("sales", f"/cases/{order.case}/do/hand_customer_copy/", part=True)
    assert "第三联已折好装入信封" in form
    assert (SLIP in form) is asked


@pytest.mark.clause("SC-14", "SC-16")
def test_copies_not_yet_handed_over_are_on_the_salespersons_day(order: Promise) -> None:
    order.issue()
    order.release()
    day = "".join(order.house.day_page("sales").values())
    assert "第三联装袋交客户" in day and "第一联交财务" in day
    order.complete("sales", "hand_customer_copy", "handed", ENVELOPE)
    order.complete("sales", "hand_finance_copy", "handed")
    day = "".join(order.house.day_page("sales").values())
    assert "第三联装袋交客户" not in day and "第一联交财务" not in day
    assert "销售合同清单" in "".join(order.house.day_page("finance").values())


@pytest.mark.clause("SC-17")
def test_an_overdue_demand_sheet_stands_among_the_overdue_until_it_is_filled(order: Promise) -> None:
    order.issue()
    assert "填写维修保养需求单" in order.house.day_page("sales")["today"]
    order.later(hours=6)
    assert "填写维修保养需求单" in order.house.day_page("sales")["overdue"]
    order.fill_demand()
    assert "填写维修保养需求单" not in "".join(order.house.day_page("sales").values())


@pytest.mark.clause("SC-09")
def test_a_price_that_does_not_agree_shows_on_the_case(order: Promise) -> None:
    order.issue(total=650000)
    assert "价格对不上" in order.house.page("finance", f"/cases/{order.case}/")
