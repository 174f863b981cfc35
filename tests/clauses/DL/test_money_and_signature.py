"""Delivered, then paid, then signed on both copies; the opinion is asked before the crew leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import TIDY, Going, at_the_door, going, loaded, promised, van
from tests.clauses.surface import House, end_of, in_days
from tests.showroom import GOODS

Json = Any
SIGNED = {"second_signed": True, "third": "signed"}
DEARER = [{**GOODS[0], "price": 820000, "amount": 820000}, GOODS[1]]  # 10,000 yuan in all
BALANCE_FIRST, NOT_COLLECTED = "先收尾款，再签字", "尾款没有收齐"


@pytest.fixture
def placed(house: House) -> Going:
    """The goods stand where the customer wants them; nothing is paid or signed yet."""
    made, _ = at_the_door(house)
    made.arrive()
    made.enter()
    made.place()
    return made


def not_left(delivery: Going, clause: str, says: str) -> None:
    delivery.not_complete("delivery_crew", "leave", "left", {"checks": TIDY}, clause=clause, says=says)


def receipts_due(delivery: Going) -> set[str]:
    """Copies of the receipt that are not yet with the one they are for."""
    return {one for one in delivery.outstanding("service_manager") if one.startswith("delivery_receipt")}


# --- the balance


@pytest.mark.clause("DL-57")
def test_ten_thousand_with_a_deposit_of_three_leaves_seven_to_collect(house: House) -> None:
    contract = {"items": DEARER, "total": 1_000_000, "deposit": 300_000}
    order = promised(house, prices={"exception_reason": "定制加价"}, **contract)
    plan = house.get("service_manager", f"/cases/{order.case}/tasks/plan_delivery/known")
    assert plan["collect"] == 700_000
    made = going(order, collect=plan["collect"])
    made.prepare()
    made.load()
    made.call()
    trip = van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    made.arrive()
    made.enter()
    assert not made.task("collect")
    made.place()
    made.stands_with("delivery_lead", "collect", None)
    known = made.known("collect", "delivery_lead")
    assert (known["due"], known["received"]) == (700_000, 700_000)
    page = house.page("delivery_lead", f"/cases/{made.case}/do/collect/", part=True)
    assert "应收" in page and page.count("7000.00") == 2
    for received in (0, 699_999):
        given = {"received": received, "way": "cash"}
        made.not_complete("delivery_lead", "collect", "collected", given, clause="DL-57", says=NOT_COLLECTED)
    made.not_complete("delivery_lead", "collect", "collected", {"received": 700_000, "way": "later"})
    made.not_complete("workshop_manager", "collect", "collected", {"received": 700_000, "way": "cash"})
    not_left(made, "DL-57", "尾款还没有收")
    assert house.get("finance", "/entries", order=order.order)["items"] == []
    made.complete("delivery_lead", "collect", "collected", {"received": 700_000, "way": "cash"})
    (entry,) = house.get("finance", "/entries", order=order.order)["items"]
    assert (entry["amount"], entry["way"]) == (700_000, "cash")


@pytest.mark.clause("DL-57")
def test_nothing_due_is_nothing_booked(house: House) -> None:
    made = going(promised(house, deposit=660_000), collect=0)
    made.prepare()
    made.load()
    made.call()
    trip = van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    made.deliver()
    assert made.task("collect")["outcome"] == "collected"
    assert house.get("finance", "/entries", order=made.order)["items"] == []


# --- delivered, paid, signed: in this order


@pytest.mark.clause("DL-60", "DL-59")
def test_no_signature_before_the_balance(placed: Going) -> None:
    values = {"signature": placed.signature(), **SIGNED}
    placed.stands_with("delivery_lead", "sign", None)
    placed.not_complete("delivery_lead", "sign", "signed", values, clause="DL-60", says=BALANCE_FIRST)
    placed.collect()
    placed.not_complete("workshop_manager", "sign", "signed", values)
    placed.complete("delivery_lead", "sign", "signed", values)
    assert placed.task("sign")["outcome"] == "signed"


@pytest.mark.clause("DL-60", "DL-59", "DL-57", "DL-61")
def test_neither_money_nor_signature_nor_opinion_before_the_delivery(house: House) -> None:
    made, _ = at_the_door(house)
    made.arrive()
    made.enter()
    for task in ("collect", "sign", "opinion"):
        assert not made.task(task), task
    made.not_complete("delivery_lead", "collect", "collected", {"received": 460_000, "way": "cash"})
    made.not_complete("delivery_lead", "sign", "signed", {"signature": made.signature(), **SIGNED})
    made.not_complete("delivery_crew", "opinion", "done", {"declined": True})
    made.place()
    for task in ("collect", "sign", "opinion"):
        assert made.task(task)["state"] == "open", task


# --- both copies bear the signature


@pytest.mark.clause("DL-59")
def test_the_second_and_the_third_copy_must_both_be_signed(placed: Going) -> None:
    placed.collect()
    placed.ask_opinion()
    hand = {"signature": placed.signature()}
    for second in ({}, {"second_signed": False}):
        values = {**hand, "third": "signed", **second}
        placed.not_complete("delivery_lead", "sign", "signed", values, clause="DL-59", says="第二联没有签字")
    for third in ("unsigned", "lost"):
        values = {**hand, "second_signed": True, "third": third}
        placed.not_complete("delivery_lead", "sign", "signed", values, clause="DL-59", says="第三联没有签字")
    placed.not_complete("delivery_lead", "sign", "signed", {**hand, "second_signed": True}, says="第三联")
    placed.not_complete("delivery_lead", "sign", "signed", SIGNED, says="客户签字")
    not_left(placed, "DL-59", "客户还没有签收")
    placed.complete("delivery_lead", "sign", "signed", {**hand, **SIGNED})
    placed.leave()
    assert placed.task("leave")["state"] == "done"


@pytest.mark.clause("DL-59", "DL-60")
def test_the_receipt_says_what_was_taken_paid_and_signed(house: House) -> None:
    made, _ = at_the_door(house, address={"text": "深圳市福田区福强路8号6栋1单元902"})
    made.arrive()
    made.enter()
    pieces = made.rows("place", "pieces")
    photo = made.house.file("delivery_crew", made.case)
    made.complete("delivery_crew", "place", "complete", {"pieces": pieces, "photo": [photo], "note": "沙发靠窗摆放"})
    made.later(minutes=15)
    made.collect()
    assert "delivery_receipt" not in made.papers()
    made.sign_copies()
    paper = made.papers()["delivery_receipt"]
    assert set(paper["copies"]) == {"1", "2"}
    assert receipts_due(made) == {"delivery_receipt/2"}
    made.later(minutes=10)
    text = made.print("delivery_lead", "delivery_receipt")
    for said in ("三人位布艺沙发", "实木餐椅", "收下", "4,600.00", "微信/支付宝", "沙发靠窗摆放", "已签",
                 "福强路8号", "客户联", "客服联", "10:00", "10:15", "交付现场照片"):  # fmt: skip
        assert said in text, said
    assert text.count("2026-11-2110:15") == 4  # when it was made, and the hand below it, on each of the two copies


@pytest.mark.clause("DL-59")
def test_the_receipt_of_the_company_comes_back_with_the_report(house: House) -> None:
    made, trip = at_the_door(house)
    made.deliver()
    trip.back()
    assert receipts_due(made) == {"delivery_receipt/2"}
    made.report()
    assert receipts_due(made) == set()


# --- the second copy goes along; the third may be lost


@pytest.mark.clause("DL-58")
def test_no_departure_without_the_second_copy_in_the_hands_of_the_lead(house: House) -> None:
    made = going(promised(house), taken=("delivery_note/1",))
    made.prepare()
    made.load()
    made.call()
    trip = van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    made.refused("delivery_lead", "complete", "DL-58", "合同清单第二联还没有领出", task="depart", outcome="departed")
    with pytest.raises(Exception, match="合同清单第二联还没有领出"):
        trip.depart()
    assert trip.task("depart")["state"] == "open" and not made.task("arrive")
    made.promise.send("delivery_lead", "accept", paper="sales_contract/2")
    trip.depart()
    assert made.task("depart")["outcome"] == "departed" and made.task("arrive")["state"] == "open"


@pytest.mark.clause("DL-58")
def test_the_departure_stands_with_the_lead_once_loaded(house: House) -> None:
    made = going(promised(house))
    made.prepare()
    made.call()
    assert not made.task("depart")
    made.not_complete("delivery_lead", "depart", "departed")
    made.load()
    made.stands_with("delivery_lead", "depart", None)
    made.not_complete("sales", "depart", "departed")
    made.complete("delivery_lead", "depart", "departed")


@pytest.mark.clause("DL-58")
@pytest.mark.parametrize("role", ["delivery_lead", "delivery_crew"])
def test_a_lost_third_copy_opens_a_reprint_and_is_in_the_history(placed: Going, role: str) -> None:
    order, now = placed.promise, placed.now
    assert not order.task("reprint_copy") and not placed.task("third_copy_lost")
    placed.refused("sales", "begin", task="third_copy_lost")
    placed.send(role, "begin", task="third_copy_lost")
    key = next(one for one in placed.seen()["tasks"] if one.startswith("third_copy_lost"))
    placed.complete(role, key, "asked")
    assert any(one["kind"] == "task_done" and one["key"] == key for one in placed.history())
    order.stands_with("service_manager", "reprint_copy", end_of(in_days(1)))
    assert any(one["kind"] == "task_opened" and one["key"] == "reprint_copy" for one in order.history())
    old = order.papers()["sales_contract"]
    order.not_complete("sales", "reprint_copy", "reprinted")
    order.complete("service_manager", "reprint_copy", "reprinted")
    new = order.papers()["sales_contract"]
    assert new["id"] != old["id"] or new["copies"]["3"] != old["copies"]["3"], (old, new)
    assert order.seen()["values"]["copy_lost"] is False and "reprint_copy" not in order.my_day("service_manager")
    assert placed.now == now
    placed.collect()
    placed.sign_copies(third="lost")
    assert placed.task("sign")["outcome"] == "signed"


@pytest.mark.clause("DL-58")
def test_a_lost_copy_can_be_noted_only_on_the_way_and_holds_nobody_up(house: House) -> None:
    made = loaded(house)
    made.refused("delivery_lead", "begin", task="third_copy_lost")
    trip = van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    made.send("delivery_lead", "begin", task="third_copy_lost")
    made.deliver()
    trip.back()
    made.report()
    assert made.seen()["status"] == "closed"


# --- the opinion


@pytest.mark.clause("DL-61")
def test_the_opinion_is_filled_or_declined_before_the_crew_leaves(placed: Going) -> None:
    placed.collect()
    placed.sign_copies()
    not_left(placed, "DL-61", "还没有征询客户意见")
    placed.stands_with("delivery_crew", "opinion", None)
    for values in ({}, {"rating": 5}, {"declined": False, "rating": 4}):
        placed.not_complete("delivery_crew", "opinion", "done", values, clause="DL-61", says="请客户填写意见")
    placed.not_complete("workshop_manager", "opinion", "done", {"declined": True})
    placed.complete("delivery_crew", "opinion", "done", {"declined": True})
    placed.leave()


@pytest.mark.clause("DL-61")
@pytest.mark.parametrize("role", ["delivery_lead", "delivery_crew"])
def test_what_the_customer_wrote_is_found_by_its_words(placed: Going, role: str) -> None:
    placed.complete(role, "opinion", "done", {"rating": 4, "comments": "希望周末也能送货"})
    found = placed.house.get("service_manager", "/records/opinion", q="周末")["items"]
    assert [row["case"] for row in found] == [placed.case]
    assert placed.house.get("service_manager", "/records/opinion", q="工作日")["items"] == []
    page = placed.house.page("service_manager", "/registers/showroom/opinion/?q=周末")
    assert placed.house.get("service_manager", f"/cases/{placed.case}")["case"]["number"] in page
