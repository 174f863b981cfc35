"""What the goods need before delivery: written down in time, taken over line by line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.surface import House, Promise, Refusal, end_of, in_days, moment
from tests.showroom import NOW

FIVE = [{"item": f"餐椅 {n}", "need": "打蜡"} for n in range(1, 6)]


def taken(*accepted: bool) -> dict[str, list[dict[str, object]]]:
    return {"needs": [{**need, "accepted": yes} for need, yes in zip(FIVE, accepted, strict=True)]}


@pytest.mark.clause("SC-17")
def test_an_empty_demand_sheet_is_overdue_after_the_set_time(order: Promise) -> None:
    order.later(minutes=1)
    assert order.task("demand_sheet") == {}
    order.issue()
    # Saturday 10:01; the shop works until 12:00 and from 13:30: four hours end at 15:31
    due = "2026-11-21T07:31:00+00:00"
    order.stands_with("sales", "demand_sheet", due)
    order.later(hours=3, minutes=59)
    assert order.bell("sales") == []
    order.later(minutes=31)
    assert [line for line in order.bell("sales") if "维修保养需求单即将到期" in line]
    assert not order.my_day("sales")["demand_sheet"]["overdue"]
    order.later(hours=1, minutes=1)
    assert order.my_day("sales")["demand_sheet"]["overdue"]
    order.fill_demand()
    assert "demand_sheet" not in order.my_day("sales")


@pytest.mark.clause("SC-17")
def test_a_sheet_left_for_another_working_day_reaches_the_service_manager(order: Promise) -> None:
    order.issue()
    order.later(hours=29)
    assert not [line for line in order.bell("service_manager") if "需求单" in line]
    order.later(hours=9)
    assert [line for line in order.bell("service_manager") if "需求单" in line and "已超时" in line]


@pytest.mark.clause("SC-17")
def test_the_service_manager_sets_the_time(house: House) -> None:
    for role in ("sales", "finance", "delivery_lead"):
        with pytest.raises(Refusal, match="填写时限"):
            house.set_figure(role, "demand_sheet_time", "1wh")
    house.set_figure("service_manager", "demand_sheet_time", "1wh")
    order = house.promise()
    order.issue()
    order.stands_with("sales", "demand_sheet", moment(NOW + timedelta(hours=1)))


@pytest.mark.clause("SC-18")
def test_the_sheet_is_handed_over_when_the_last_line_is_accepted(order: Promise) -> None:
    order.issue()
    assert order.task("accept_demand") == {}
    order.fill_demand(FIVE)
    order.stands_with("service_manager", "accept_demand", end_of(in_days(1)))
    four = taken(True, True, True, True, False)
    order.send("service_manager", "save", task="accept_demand", values=four)
    (open_line,) = order.not_complete(
        "service_manager", "accept_demand", "accepted", clause="SC-18", says="餐椅 5：尚未接收"
    )
    assert open_line["row"] == 5 and order.task("accept_demand")["state"] == "open"
    order.complete("service_manager", "accept_demand", "accepted", taken(True, True, True, True, True))
    assert order.task("accept_demand")["outcome"] == "accepted"


@pytest.mark.clause("SC-18")
def test_a_line_is_neither_left_out_nor_rewritten(order: Promise) -> None:
    order.issue()
    order.fill_demand(FIVE)
    whole = taken(True, True, True, True, True)["needs"]
    order.not_complete(
        "service_manager", "accept_demand", "accepted", {"needs": whole[:4]}, clause="SC-18", says="缺少应有的一行"
    )
    order.not_complete(
        "service_manager", "accept_demand", "accepted", {"needs": [*whole, whole[0]]}, clause="SC-18", says="没有这一行"
    )
    for column in ("item", "need"):
        changed = [*whole[:4], {**whole[4], column: "别的"}]
        order.not_complete(
            "service_manager", "accept_demand", "accepted", {"needs": changed}, clause="SC-18", says="与原单不符"
        )


@pytest.mark.clause("SC-17")
@pytest.mark.parametrize("needs", [[], [{"item": "", "need": "打蜡"}], [{"item": "餐椅", "need": ""}]])
def test_a_sheet_without_needs_is_not_filled(order: Promise, needs: list[dict[str, str]]) -> None:
    order.issue()
    order.not_complete("sales", "demand_sheet", "filled", {"needs": needs})
