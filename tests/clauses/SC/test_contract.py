"""The contract list: every box filled, a real person at a real door, printed for each order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.clauses.surface import TODAY, Promise, end_of, in_days
from tests.showroom import CONTRACT, GOODS

BOXES = {
    "customer_name": "客户姓名", "customer_phone": "联系电话", "address": "送货地址", "items": "商品明细",
    "total": "合计", "deposit": "定金", "payment": "付款方式",
}  # fmt: skip
COLUMNS = {"code": "货号", "name": "品名", "qty": "数量", "price": "成交单价", "amount": "金额"}


@pytest.mark.clause("SC-03")
@pytest.mark.parametrize("box", BOXES)
def test_one_blank_box_keeps_the_contract_back(order: Promise, box: str) -> None:
    values = {**CONTRACT, box: [] if box == "items" else ""}
    (fault,) = order.not_complete("sales", "contract", "issued", values, clause="SC-03", says=BOXES[box])
    assert fault["field"] == box and fault["code"] == "required"
    order.complete(
        "sales", "contract", "issued", {box: CONTRACT[box]} if box in order.seen()["drafts"] else dict(CONTRACT)
    )
    assert order.task("contract")["outcome"] == "issued"


@pytest.mark.clause("SC-03")
@pytest.mark.parametrize("column", COLUMNS)
def test_one_blank_column_of_the_goods_keeps_the_contract_back(order: Promise, column: str) -> None:
    goods = [GOODS[0], {**GOODS[1], column: None}]
    (fault,) = order.not_complete(
        "sales", "contract", "issued", {**CONTRACT, "items": goods}, clause="SC-03", says=COLUMNS[column]
    )
    assert fault["row"] == 2 and fault["field"] == f"items.2.{column}"


@pytest.mark.clause("SC-03")
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"deposit": -1}, "定金"),
        ({"deposit": "200000"}, "定金"),
        ({"total": "6600.00"}, "合计"),
        ({"payment": "later"}, "付款方式"),
        ({"items": [{**GOODS[0], "qty": 0}]}, "数量"),
        ({"items": [{**GOODS[0], "qty": "1"}]}, "数量"),
        ({"items": [{**GOODS[0], "price": -1}]}, "成交单价"),
        ({"items": [{**GOODS[0], "price": "4800"}]}, "成交单价"),
        ({"items": [{**GOODS[0], "amount": "4800"}]}, "金额"),
        ({"items": [{**GOODS[0], "code": 101}]}, "货号"),
        ({"items": "沙发"}, "商品明细"),
    ],
)  # fmt: skip
def test_a_box_filled_with_something_else_is_not_filled(order: Promise, values: dict[str, Any], says: str) -> None:
    order.not_complete("sales", "contract", "issued", {**CONTRACT, **values}, clause="SC-03", says=says)


@pytest.mark.clause("SC-03")
def test_the_contract_waits_on_the_salesperson_until_it_is_issued(order: Promise) -> None:
    order.stands_with("sales", "contract", end_of(in_days(1)))
    order.issue(note="周末送货")
    assert "contract" not in order.my_day("sales")
    sheet = order.seen()["sheets"]["contract"]
    assert {name: sheet[name] for name in (*BOXES, "note")} == {**CONTRACT, "note": "周末送货"}


@pytest.mark.clause("SC-04")
@pytest.mark.parametrize("name", ["王先生", "李女士", "某先生", "张老板", "Mr Wang"])
def test_a_form_of_address_is_no_name(order: Promise, name: str) -> None:
    (fault,) = order.not_complete("sales", "contract", "issued", {**CONTRACT, "customer_name": name}, clause="SC-04")
    assert fault["field"] == "customer_name" and "全名" in fault["message"]["zh"]


@pytest.mark.clause("SC-04")
def test_a_full_name_is_taken_and_kept_with_the_customer(order: Promise) -> None:
    order.not_complete("sales", "contract", "issued", {**CONTRACT, "customer_name": ""}, clause="SC-04")
    order.issue(customer_name="王建军")
    assert order.seen()["sheets"]["contract"]["customer_name"] == "王建军"
    assert order.house.get("sales", f"/customers/{order.customer}")["name"] == "王建军"


@pytest.mark.clause("SC-05")
@pytest.mark.parametrize("phone", ["", "138001", "12345678901", "电话待补"])
def test_no_contract_without_a_phone_that_rings(order: Promise, phone: str) -> None:
    (fault,) = order.not_complete("sales", "contract", "issued", {**CONTRACT, "customer_phone": phone}, clause="SC-05")
    assert fault["field"] == "customer_phone"


@pytest.mark.clause("SC-05")
@pytest.mark.parametrize("phone", ["13900139000", "0755-26001234"])
def test_a_number_that_rings_is_enough(order: Promise, phone: str) -> None:
    order.issue(customer_phone=phone)
    assert order.task("contract")["state"] == "done"
    assert order.seen()["sheets"]["contract"]["customer_phone"] == phone


@pytest.mark.clause("SC-06")
@pytest.mark.parametrize("address", ["南山区", "深圳市南山区", "深圳市南山区科技园附近"])
def test_a_district_is_no_address(order: Promise, address: str) -> None:
    values = {**CONTRACT, "address": {"text": address}}
    faults = order.not_complete("sales", "contract", "issued", values, clause="SC-06")
    assert all(fault["field"].startswith("address") for fault in faults)
    said = "".join(fault["message"]["zh"] for fault in faults)
    assert all(part in said for part in ("路", "楼", "门")), said


@pytest.mark.clause("SC-06")
def test_street_building_and_door_are_an_address(order: Promise) -> None:
    order.not_complete("sales", "contract", "issued", {**CONTRACT, "address": {}}, clause="SC-06", says="送货地址")
    order.not_complete(
        "sales", "contract", "issued", {**CONTRACT, "address": "科苑路15号"}, clause="SC-06", says="送货地址"
    )
    there = {"text": "深圳市福田区福强路8号6栋1单元902"}
    order.issue(address=there)
    assert order.seen()["sheets"]["contract"]["address"] == there
    assert "福强路8号" in str(order.order_now()["address"])


@pytest.mark.clause("SC-02", "SC-11")
def test_the_contract_is_printed_for_the_order_and_who_printed_it_is_kept(order: Promise) -> None:
    order.agree("2026-12-31")
    assert "sales_contract" not in order.papers()
    order.issue()
    paper = order.papers()["sales_contract"]
    assert paper["title"]["zh"] == "销售合同清单" and paper["number"].startswith("HT20261121-")
    text = order.print("sales", "sales_contract")
    assert "销售合同清单" in text and paper["number"] in text
    for said in (
        "王建国",
        "13800138000",
        "科苑路15号",
        "三人位布艺沙发",
        "实木餐椅",
        "4,800.00",
        "450.00",
        "6,600.00",
        "2,000.00",
    ):
        assert said in text, said
    assert "2026年12月31日" in text or "2026-12-31" in text
    for copy in ("第一联", "第二联", "第三联"):
        assert copy in text
    (printed,) = order.papers()["sales_contract"]["prints"]
    assert printed["person_name"] == "陈晓梅" and datetime.fromisoformat(printed["at"]) == order.now


@pytest.mark.clause("SC-02")
def test_every_order_waits_for_its_contract(order: Promise) -> None:
    order.stands_with("sales", "contract", end_of(TODAY.replace(day=22)))
    order.later(days=2)
    assert order.my_day("sales")["contract"]["overdue"]


@pytest.mark.clause("SC-07")
def test_a_wrong_address_found_later_counts_against_who_issued_it(order: Promise) -> None:
    order.issue()
    before = order.papers()["sales_contract"]["number"]
    assert order.house.mistakes_of("sales") == []
    right = {"text": "深圳市南山区科苑路17号3栋2单元501"}
    order.refused("service_manager", "correct", task="contract", values={"address": right}, reason="", says="原因")
    order.send("service_manager", "correct", task="contract", values={"address": right}, reason="客户来电，楼号写错")
    assert order.house.mistakes_of("sales") == [{"clause": "SC-07", "case": order.case}]
    assert order.house.mistakes_of("service_manager") == []
    (logged,) = [event for event in order.history() if event["kind"] == "corrected"]
    assert logged["reason"] == "客户来电，楼号写错"
    assert logged["changes"]["address"] == {"old": CONTRACT["address"], "new": right}
    assert order.seen()["sheets"]["contract"]["address"] == right
    assert order.papers()["sales_contract"]["number"] != before
    assert order.house.figures("SC-07")["broken"] == 1


@pytest.mark.clause("SC-03")
def test_a_gift_and_a_contract_without_deposit_are_complete(order: Promise) -> None:
    gift = {**GOODS[1], "list_price": 0, "price": 0, "amount": 0}
    order.issue(items=[gift], total=0, deposit=0)
    assert order.task("contract")["outcome"] == "issued"
