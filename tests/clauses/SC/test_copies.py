"""Three copies, each with one holder; the envelope; the demand sheet that goes with the second copy."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.clauses.surface import NEEDS, Promise, end_of, in_days, moment
from tests.showroom import BY_PHONE

ENVELOPE = {"folded": True, "card_slip": True}


@pytest.fixture
def released(order: Promise) -> Promise:
    order.issue()
    order.release()
    return order


@pytest.mark.clause("SC-11")
def test_three_copies_are_listed_with_holder_and_time_until_then_outstanding(released: Promise) -> None:
    copies = released.papers()["sales_contract"]["copies"]
    assert {n: copy["intended"] for n, copy in copies.items()} == {
        "1": "finance",
        "2": "service_manager",
        "3": "customer",
    }
    assert {copy["holder"] for copy in copies.values()} == {"issuer"}
    assert released.outstanding("sales") == {"sales_contract/1", "sales_contract/2", "sales_contract/3"}
    released.fill_demand()
    released.later(hours=1)
    released.complete("sales", "hand_customer_copy", "handed", ENVELOPE)
    released.complete("sales", "hand_finance_copy", "handed")
    released.complete("sales", "hand_service_copy", "handed")
    assert released.outstanding("sales") == {"sales_contract/1", "sales_contract/2", "demand_sheet/1"}
    released.send("finance", "accept", paper="sales_contract/1")
    released.send("service_manager", "accept", paper="sales_contract/2")
    copies = released.papers()["sales_contract"]["copies"]
    assert {n: copy["holder"] for n, copy in copies.items()} == {n: copy["intended"] for n, copy in copies.items()}
    handed = released.seen()["papers"]["sales_contract"]["copies"]
    assert {n: moment(datetime.fromisoformat(copy["at"])) for n, copy in handed.items()} == dict.fromkeys(
        "123", moment(released.now)
    )
    assert not any(one.startswith("sales_contract") for one in released.outstanding("sales"))


@pytest.mark.clause("SC-12")
def test_the_hand_over_stays_open_until_the_copy_is_folded_and_in_the_envelope(released: Promise) -> None:
    released.not_complete(
        "sales", "hand_customer_copy", "handed", {"card_slip": True}, clause="SC-12", says="折好装入信封"
    )
    released.not_complete("sales", "hand_customer_copy", "handed", {"folded": False, "card_slip": True}, clause="SC-12")
    assert released.task("hand_customer_copy")["state"] == "open"
    released.complete("sales", "hand_customer_copy", "handed", ENVELOPE)
    done = released.task("hand_customer_copy")
    assert done["state"] == "done" and done["actor"] == released.house.shop.people["sales"]
    assert done["done_at"] == released.now.isoformat().replace("+00:00", "Z")


@pytest.mark.clause("SC-13")
def test_a_card_slip_goes_into_the_envelope_of_an_order_paid_by_card(released: Promise) -> None:
    released.not_complete(
        "sales", "hand_customer_copy", "handed", {"folded": True}, clause="SC-13", says="刷卡条已装入信封"
    )
    released.complete("sales", "hand_customer_copy", "handed", ENVELOPE)


@pytest.mark.clause("SC-13")
@pytest.mark.parametrize("payment", ["cash", "transfer", "mobile"])
def test_other_orders_have_no_slip_to_tick(order: Promise, payment: str) -> None:
    order.issue(payment=payment)
    order.release()
    order.complete("sales", "hand_customer_copy", "handed", ENVELOPE if payment == "mobile" else {"folded": True})
    assert order.seen()["sheets"]["hand_customer_copy"] == {"folded": True}


@pytest.mark.clause("SC-14", "SC-11")
def test_the_third_copy_waits_with_the_salesperson_until_the_customer_has_it(order: Promise) -> None:
    assert "hand_customer_copy" not in order.my_day("sales")
    order.issue()
    order.stands_with("sales", "hand_customer_copy", end_of(in_days(1)))
    order.release()
    order.complete("sales", "hand_customer_copy", "handed", ENVELOPE)
    assert "hand_customer_copy" not in order.my_day("sales")
    copy = order.seen()["papers"]["sales_contract"]["copies"]["3"]
    assert copy["holder"] == "customer" and not copy["pending"] and copy["at"].startswith("2026-11-21")


@pytest.mark.clause("SC-15")
def test_the_second_copy_does_not_go_without_the_demand_sheet(released: Promise) -> None:
    released.stands_with("sales", "hand_service_copy", end_of(in_days(1)))
    released.not_complete("sales", "hand_service_copy", "handed", clause="SC-15", says="缺维修保养需求单")
    released.fill_demand()
    assert released.papers()["demand_sheet"]["title"]["zh"] == "维修保养需求单"
    released.complete("sales", "hand_service_copy", "handed")
    assert released.receipts("service_manager") == {"sales_contract/2", "demand_sheet/1"}
    for paper in ("sales_contract/2", "demand_sheet/1"):
        released.send("service_manager", "accept", paper=paper)
    papers = released.papers()
    for kind, n in (("sales_contract", "2"), ("demand_sheet", "1")):
        assert papers[kind]["copies"][n]["holder"] == "service_manager" and not papers[kind]["copies"][n]["pending"]
    assert released.receipts("service_manager") == set()


@pytest.mark.clause("SC-15")
def test_the_demand_sheet_lists_what_the_goods_need(released: Promise) -> None:
    released.fill_demand()
    assert set(released.papers()["demand_sheet"]["copies"]) == {"1"}
    assert released.papers()["demand_sheet"]["copies"]["1"]["intended"] == "service_manager"
    assert released.papers()["demand_sheet"]["number"].startswith("XQ20261121-")
    text = released.print("sales", "demand_sheet")
    for need in NEEDS:
        assert need["item"] in text and need["need"] in text


@pytest.mark.clause("SC-16", "SC-11")
def test_finance_receives_the_first_copy_and_the_order_shows_who(order: Promise) -> None:
    assert order.task("hand_finance_copy") == {}
    order.issue()
    order.stands_with("sales", "hand_finance_copy", end_of(in_days(1)))
    order.release()
    assert "sales_contract/1" in order.outstanding("sales")
    assert order.receipts("finance") == set()
    order.complete("sales", "hand_finance_copy", "handed")
    assert order.receipts("finance") == {"sales_contract/1"}
    order.refused("service_manager", "accept", paper="sales_contract/1", says="财务")
    order.send("finance", "accept", paper="sales_contract/1")
    copy = order.seen()["papers"]["sales_contract"]["copies"]["1"]
    assert copy["holder"] == "finance" and copy["by"] == order.house.shop.people["finance"] and not copy["pending"]
    assert order.receipts("finance") == set() and "sales_contract/1" not in order.outstanding("sales")


@pytest.mark.clause("SC-15")
def test_the_second_copy_waits_for_a_contract(order: Promise) -> None:
    assert order.task("hand_service_copy") == {}
    order.issue()
    assert order.task("hand_service_copy")["state"] == "open"


@pytest.mark.clause("SC-10", "SC-15")
def test_marks_by_phone_are_the_customers_own_words(order: Promise) -> None:
    order.issue()
    order.complete("sales", "confirm_contents", "confirmed", marks=BY_PHONE)
    assert order.task("confirm_contents")["marks"]["customer|confirm"]["way"] == "phone"
