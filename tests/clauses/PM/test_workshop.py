"""The workshop does what the customer asked for, in time; two people look at it before it may go out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import Going, going, promised, van
from tests.clauses.surface import House, Refusal, end_of, in_days, moment
from tests.showroom import NOW

Json = Any
NEEDS = [
    {"item": "三人位布艺沙发", "need": "拆洗布套"}, {"item": "三人位布艺沙发", "need": "换左后脚"},
    {"item": "实木餐椅", "need": "打蜡"}, {"item": "实木餐椅", "need": "补漆"},
]  # fmt: skip


@pytest.fixture
def delivery(house: House) -> Going:
    """Planned for the 26th, with four lines to work off."""
    return going(promised(house, needs=NEEDS))


@pytest.fixture
def worked(delivery: Going) -> Going:
    """The work is done and the sheet is back."""
    delivery.move()
    delivery.work()
    delivery.complete("workshop_manager", "return_sheet", "returned")
    return delivery


def work(delivery: Going, *changed: tuple[int, str, Json]) -> list[dict[str, Json]]:
    worker = {"kind": "person", "id": delivery.house.shop.people["workshop_manager"]}
    rows = delivery.rows("workshop", "work", done=True, worker=worker, done_at=delivery.now.isoformat())
    for n, column, value in changed:
        rows[n][column] = value
    return rows


@pytest.mark.clause("PM-08")
def test_the_workshop_gets_the_lines_and_the_day_ahead_of_time(delivery: Going) -> None:
    delivery.stands_with("workshop_manager", "workshop", end_of(in_days(3)))
    rows = delivery.known("workshop", "workshop_manager")["work"]
    assert [(row["item"], row["need"]) for row in rows] == [(one["item"], one["need"]) for one in NEEDS]
    form = delivery.house.page("workshop_manager", f"/cases/{delivery.case}/do/workshop/", part=True)
    assert all(one["need"] in form for one in NEEDS)


@pytest.mark.clause("PM-09")
def test_the_work_is_due_two_days_before_and_the_service_manager_answers_for_it(delivery: Going) -> None:
    delivery.stands_with("workshop_manager", "workshop", end_of("2026-11-24"))
    delivery.until("2026-11-23 08:59")
    assert not [line for line in delivery.bell("workshop_manager") if "即将到期" in line]
    delivery.until("2026-11-24 09:00")
    assert [line for line in delivery.bell("workshop_manager") if "维修保养即将到期" in line]
    delivery.until("2026-11-24 23:59")
    assert not delivery.my_day("workshop_manager")["workshop"]["overdue"]
    assert delivery.house.mistakes_of("service_manager") == []
    delivery.until("2026-11-25 00:00:59")
    assert delivery.my_day("workshop_manager")["workshop"]["overdue"]
    assert not [line for line in delivery.bell("service_manager") if "已超时" in line]
    delivery.until("2026-11-25 00:01")
    assert [line for line in delivery.bell("service_manager") if "维修保养已超时" in line]
    assert not [line for line in delivery.bell("service") if "已超时" in line]
    assert delivery.house.mistakes_of("service_manager") == [{"clause": "PM-09", "case": delivery.case}]
    assert delivery.house.mistakes_of("workshop_manager") == []
    assert "按需求单维修保养" in delivery.house.day_page("workshop_manager")["overdue"]
    page = delivery.house.page("service_manager", f"/cases/{delivery.case}/")
    assert "due due-broken" in page


@pytest.mark.clause("PM-09")
def test_the_warning_comes_a_working_day_ahead(delivery: Going) -> None:
    delivery.until("2026-11-24 08:59")
    assert not [line for line in delivery.bell("workshop_manager") if "即将到期" in line]
    delivery.until("2026-11-24 09:00")
    assert [line for line in delivery.bell("workshop_manager") if "即将到期" in line]


@pytest.mark.clause("PM-09")
def test_the_general_manager_sets_how_long_before_delivery_the_work_is_done(house: House) -> None:
    house.set_figure("general_manager", "workshop_lead", "3d")
    with pytest.raises(Refusal, match="指定岗位"):
        house.set_figure("service_manager", "workshop_lead", "1d")
    going(promised(house)).stands_with("workshop_manager", "workshop", end_of(in_days(2)))


@pytest.mark.clause("PM-10")
def test_a_line_not_worked_off_keeps_the_sheet_open(delivery: Going) -> None:
    rows = work(delivery, (3, "done", False))
    (fault,) = delivery.not_complete(
        "workshop_manager", "workshop", "finished", {"work": rows}, clause="PM-10", says="实木餐椅：补漆 尚未完成"
    )
    assert "打蜡" not in fault["message"]["zh"]
    delivery.complete("workshop_manager", "workshop", "finished", {"work": work(delivery)})
    assert delivery.task("workshop")["state"] == "done"


@pytest.mark.clause("PM-10")
def test_the_sheet_says_who_did_what_and_when(delivery: Going) -> None:
    delivery.work()
    (copy,) = delivery.papers("workshop_manager")["maintenance_sheet"]["copies"].values()
    assert copy["intended"] == "service_manager"
    words = delivery.print("workshop_manager", "maintenance_sheet")
    for said in ("维修保养需求单", "王建国", "拆洗布套", "补漆", "高强"):
        assert said in words, said
    assert any(day in words for day in ("2026-11-26", "2026年11月26日"))


@pytest.mark.clause("PM-12", "PM-13")
def test_the_sheet_goes_back_to_the_service_manager_in_four_hours(delivery: Going) -> None:
    delivery.move()
    assert "return_sheet" not in delivery.my_day("workshop_manager")
    delivery.work()
    delivery.stands_with("workshop_manager", "return_sheet", moment(NOW.replace(hour=7, minute=30)))
    assert "inspect" not in delivery.my_day("service_manager")
    delivery.until("2026-11-21 14:29")
    assert not [line for line in delivery.bell("workshop_manager") if "即将到期" in line]
    delivery.until("2026-11-21 14:30")
    assert [line for line in delivery.bell("workshop_manager") if "需求单交回客服主管即将到期" in line]
    delivery.until("2026-11-21 15:31")
    assert delivery.my_day("workshop_manager")["return_sheet"]["overdue"]
    assert delivery.house.figures("PM-12")["broken"] == 1
    delivery.complete("workshop_manager", "return_sheet", "returned")
    copy = delivery.seen()["papers"]["maintenance_sheet"]["copies"]["1"]
    assert copy["holder"] == "service_manager"
    delivery.stands_with("service_manager", "inspect", end_of(in_days(1)))


@pytest.mark.clause("PM-12")
def test_the_service_manager_sets_the_time_to_return_it(house: House) -> None:
    house.set_figure("service_manager", "return_time", "6wh")
    with pytest.raises(Refusal):
        house.set_figure("service", "return_time", "7wh")
    delivery = going(promised(house))
    delivery.work()
    delivery.stands_with("workshop_manager", "return_sheet", moment(NOW.replace(hour=9, minute=30)))


@pytest.mark.clause("PM-13")
@pytest.mark.parametrize(("signs", "missing"), [("service_manager", "缺销售"), ("sales", "缺客服主管")])
def test_one_signature_does_not_pass_the_work(worked: Going, signs: str, missing: str) -> None:
    values = {"items": worked.rows("inspect", "items", result="passed")}
    worked.send("service_manager", "save", task="inspect", values=values)
    others = {"service_manager": "sales", "sales": "service_manager"}
    sign(worked, signs)
    worked.not_complete("service_manager", "inspect", "passed", values, clause="PM-13", says=missing)
    assert worked.task("inspect")["state"] == "open"
    sign(worked, others[signs])
    worked.complete("service_manager", "inspect", "passed", values)
    assert worked.task("inspect")["outcome"] == "passed"


def sign(delivery: Going, role: str) -> None:
    delivery.send(role, "sign", task="inspect", who="seller" if role == "sales" else role, must="sign")


@pytest.mark.clause("PM-14")
def test_failed_work_goes_back_with_the_reason_and_cannot_be_loaded(worked: Going) -> None:
    assert "rework" not in worked.my_day("workshop_manager")
    rows = worked.rows("inspect", "items", result="passed")
    rows[1]["result"] = "failed"
    values: dict[str, Json] = {"items": rows}
    for role in ("service_manager", "sales"):
        worked.send("service_manager", "save", task="inspect", values=values)
        sign(worked, role)
    worked.not_complete("service_manager", "inspect", "passed", values, clause="PM-14", says="实木餐椅：验收不合格")
    worked.not_complete("service_manager", "inspect", "failed", values, says="实木餐椅：请写明不合格原因")
    rows[1]["reason"] = "漆面有气泡"
    worked.complete("service_manager", "inspect", "failed", values)
    assert [line for line in worked.bell("workshop_manager") if "实木餐椅 验收不合格：漆面有气泡" in line]
    assert not [line for line in worked.bell("workshop_manager") if "三人位布艺沙发 验收不合格" in line]
    assert {"rework"} <= set(worked.my_day("workshop_manager"))
    assert worked.task("inspect")["state"] != "open"
    loading = {"list_verified": True, "pieces": [{**row, "wrapped": True} for row in worked.seen()["values"]["items"]]}
    worked.not_complete("delivery_lead", "load", "loaded", loading)
    worked.not_complete("delivery_lead", "check_goods", "clean", {"pieces": []})
    worked.not_complete("workshop_manager", "rework", "redone", {}, says="整改情况")
    worked.complete("workshop_manager", "rework", "redone", {"how": "重新打磨上漆"})
    worked.work()
    worked.complete("workshop_manager", "return_sheet", "returned")
    worked.inspect()
    assert worked.task("inspect")["outcome"] == "passed" and "rework" not in worked.my_day("workshop_manager")
    assert "load" in worked.my_day("delivery_lead")


@pytest.mark.clause("PM-14")
def test_rework_that_nobody_wrote_up_does_not_hold_the_delivery_up(worked: Going) -> None:
    rows = [{**row, "reason": "漆面有气泡"} for row in worked.rows("inspect", "items", result="failed")]
    worked.complete("service_manager", "inspect", "failed", {"items": rows})
    worked.work()
    worked.complete("workshop_manager", "return_sheet", "returned")
    worked.inspect()
    pieces = worked.rows("check_goods", "pieces", checked=True)
    worked.complete("delivery_lead", "check_goods", "clean", {"pieces": pieces})
    worked.load()
    worked.call()
    trip = van(worked.house)
    trip.plan(worked)
    trip.dress()
    trip.depart()
    worked.deliver()
    trip.back()
    worked.report()
    assert worked.task("rework")["state"] != "done" and worked.seen()["status"] == "closed"
