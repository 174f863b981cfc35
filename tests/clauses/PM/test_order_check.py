"""The service manager looks at what the salespeople wrote, and takes no order that is not complete."""

from __future__ import annotations

import pytest

from tests.clauses.surface import Promise, end_of, in_days

ACCEPT, RETURN = "合格，接收", "不合格，退回销售"


def colleague(order: Promise) -> None:
    """Another salesperson of the same store."""
    house = order.house
    body = {
        "sign_in": "wuhao", "full_name": "吴浩", "phone": "13900139000",
        "roles": [{"role": "sales", "store": house.shop.store}],
    }  # fmt: skip
    house.shop.people["colleague"] = house.send("general_manager", "POST", "/people", body)["id"]


@pytest.mark.clause("PM-06")
def test_the_service_manager_can_pass_or_fail_any_order(order: Promise) -> None:
    colleague(order)
    assert "order_check" not in order.my_day("service_manager")
    order.issue()
    order.stands_with("service_manager", "order_check", end_of(in_days(1)))
    page = order.house.page("service_manager", f"/cases/{order.case}/do/order_check/", part=True)
    assert ACCEPT in page and RETURN in page
    assert f"/cases/{order.case}/do/order_check/" in order.house.page("service_manager", f"/cases/{order.case}/")
    for other in ("colleague", "sales"):
        form = order.house.page(other, f"/cases/{order.case}/do/order_check/", part=True)
        assert ACCEPT not in form and RETURN not in form
        order.not_complete(other, "order_check", "accepted")
    order.complete("service_manager", "order_check", "accepted")
    assert order.task("order_check")["outcome"] == "accepted"


@pytest.mark.clause("PM-07")
@pytest.mark.parametrize(("missing", "says"), [("phone", "缺客户电话"), ("address", "缺送货地址")])
def test_an_order_with_a_gap_is_not_taken_but_sent_back(order: Promise, missing: str, says: str) -> None:
    order.issue()
    forget(order, missing)
    order.not_complete("service_manager", "order_check", "accepted", clause="PM-07", says=says)
    order.not_complete("service_manager", "order_check", "returned", {}, says="请写明退回原因")
    order.complete("service_manager", "order_check", "returned", {"reason": says})
    assert any(f"订单被退回：{says}" in line for line in order.bell("sales"))
    order.stands_with("sales", "contract", end_of(in_days(1)))
    assert order.task("order_check")["state"] != "open"
    order.issue()
    order.complete("service_manager", "order_check", "accepted")


def forget(order: Promise, missing: str) -> None:
    """What the contract said is taken off the file again."""
    house = order.house
    if missing == "phone":
        for phone in house.get("general_manager", f"/customers/{order.customer}")["phones"]:
            house.send("general_manager", "DELETE", f"/phones/{phone['id']}", {})
    else:
        found = order.order_now()
        changes = {"version": found["version"], "values": {"address": {"text": ""}}, "reason": "客户要改地址"}
        house.send("general_manager", "PATCH", f"/orders/{order.order}", changes)
