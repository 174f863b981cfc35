"""Back at base: the lead reports, with what was learned about the customer, and service files it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import Going, Van, at_the_door, loaded, van
from tests.clauses.surface import House, end_of, in_days, moment

Json = Any
MISSING, TO_FILE = (f"/registers/lists/showroom/{one}/" for one in ("reports_missing", "to_file"))
PHONE = "13922229123"
HERE = {"text": "深圳市福田区福强路8号6栋1单元902"}


@pytest.fixture
def gone(house: House) -> tuple[Going, Van]:
    """Delivered; the van is still on its way back."""
    made, trip = at_the_door(house)
    made.deliver()
    return made, trip


@pytest.fixture
def back(gone: tuple[Going, Van]) -> Going:
    made, trip = gone
    trip.back()
    return made


def number(delivery: Going) -> str:
    found: str = delivery.house.get("service_manager", f"/cases/{delivery.case}")["case"]["number"]
    return found


# --- the report


@pytest.mark.clause("DL-62")
def test_a_report_that_does_not_come_reminds_the_lead_and_shows_to_the_manager(gone: tuple[Going, Van]) -> None:
    made, trip = gone
    made.later(hours=4)
    made.stands_with("delivery_lead", "report", None)
    trip.stands_with("delivery_lead", "return_base", end_of(in_days(5)))
    trip.not_complete("sales", "return_base", "returned")
    trip.back()
    made.stands_with("delivery_lead", "report", moment(made.now.replace(hour=made.now.hour + 2)))
    made.later(hours=1, minutes=29, seconds=30)
    assert not [line for line in made.bell("delivery_lead") if "汇报送货情况" in line]
    made.later(minutes=1)
    assert [line for line in made.bell("delivery_lead") if "汇报送货情况即将到期" in line]
    page = made.house.page("service_manager", MISSING)
    assert number(made) in page and "王建国" in page and "今天 16:00" in page
    assert listed(made, "reports_missing")["late"] is False
    made.later(minutes=29, seconds=30)
    assert not [line for line in made.bell("service_manager") if "汇报送货情况已超时" in line]
    made.later(minutes=1)
    assert [line for line in made.bell("service_manager") if "汇报送货情况已超时" in line]
    assert made.my_day("delivery_lead")["report"]["overdue"]
    late = made.house.get("service_manager", "/cases", procedure="delivery", late=True)["items"]
    assert [one["id"] for one in late] == [made.case]
    assert listed(made, "reports_missing")["late"] is True
    assert made.house.figures("DL-62")["broken"] == 1
    made.report()
    assert number(made) not in made.house.page("service_manager", MISSING)


@pytest.mark.clause("DL-62")
def test_nobody_comes_back_or_reports_who_has_not_left(house: House) -> None:
    made, trip = loaded(house), van(house)
    trip.plan(made)
    trip.not_complete("delivery_lead", "return_base", "returned")
    assert not trip.task("return_base") and not made.task("report")


@pytest.mark.clause("DL-62")
def test_the_service_manager_sets_the_time_for_the_report(gone: tuple[Going, Van]) -> None:
    made, _ = gone
    with pytest.raises(Exception, match="指定岗位"):
        made.house.set_figure("service", "report_time", "5h")
    made.house.set_figure("service_manager", "report_time", "5h")


@pytest.mark.clause("DL-62", "DL-63")
def test_the_report_needs_its_words(back: Going) -> None:
    back.not_complete("delivery_lead", "report", "reported", {"nothing_new": True}, says="送货情况")
    back.not_complete("sales", "report", "reported", {"summary": "顺利", "nothing_new": True})
    back.report()
    assert back.task("report")["outcome"] == "reported" and back.seen()["status"] == "closed"


# --- what was learned


@pytest.mark.clause("DL-63", "DL-64")
@pytest.mark.parametrize(
    "learned", [{"new_phone": PHONE}, {"new_address": HERE}, {"learned": "家里添了小孩"}, {"nothing_new": True}]
)
def test_the_customers_part_is_filled_or_said_to_be_empty(back: Going, learned: dict[str, Json]) -> None:
    values = {"summary": "顺利送达"}
    for empty in ({}, {"nothing_new": False}):
        given = {**values, **empty}
        back.not_complete("delivery_lead", "report", "reported", given, clause="DL-63", says="新了解到的客户信息")
    back.complete("delivery_lead", "report", "reported", {**values, **learned})
    to_file = "file_information" in back.my_day("service")
    assert to_file is ("nothing_new" not in learned)
    assert (number(back) in back.house.page("service", TO_FILE)) is to_file


@pytest.mark.clause("DL-63", "DL-64")
def test_a_new_phone_stands_to_file_with_service_until_it_is_filed(back: Going) -> None:
    back.report(nothing_new=False, new_phone=PHONE)
    assert {role for role in back.house.shop.people if "file_information" in back.my_day(role)} == {
        "service", "service_manager"
    }  # fmt: skip
    assert back.my_day("service")["file_information"]["due"] == end_of(in_days(2))
    page = back.house.page("service", TO_FILE)
    assert number(back) in page and "王建国" in page and "11月24日" in page
    assert back.house.get("service", f"/cases/{back.case}/tasks/file_information/known")["phone"] == PHONE
    back.not_complete("sales", "file_information", "filed", {"phone": PHONE})
    assert not learnt(back, "phone")
    back.complete("service", "file_information", "filed", {"phone": PHONE})
    change = learnt(back, "phone")
    assert change["new"].endswith("9123") and change["source"]["number"] == number(back)
    assert number(back) in back.house.page("service", f"/customers/{back.customer}/")
    assert number(back) not in back.house.page("service", TO_FILE)
    assert back.seen()["status"] == "closed"


@pytest.mark.clause("DL-64")
def test_a_new_address_is_filed_by_the_service_manager_too(back: Going) -> None:
    back.report(nothing_new=False, new_address=HERE)
    back.complete("service_manager", "file_information", "filed", {"address": HERE})
    change = learnt(back, "address")
    assert change["new"].startswith("深圳市福田区") and change["source"]["number"] == number(back)


@pytest.mark.clause("DL-64")
def test_what_is_known_already_need_not_be_filed(back: Going) -> None:
    back.report(nothing_new=False, new_phone=PHONE)
    back.complete("service", "file_information", "known", {"note": "客户档案里已有"})
    assert not learnt(back, "phone") and back.seen()["status"] == "closed"


@pytest.mark.clause("DL-64")
def test_nothing_can_be_filed_before_the_report(gone: tuple[Going, Van]) -> None:
    made, _ = gone
    made.not_complete("service", "file_information", "filed", {"phone": PHONE})
    assert not made.task("file_information")
    with pytest.raises(Exception, match="指定岗位"):
        made.house.set_figure("service", "file_time", "9wd")
    made.house.set_figure("service_manager", "file_time", "9wd")


def listed(delivery: Going, name: str) -> dict[str, Json]:
    """The row of this delivery on a list of the handbook."""
    rows = delivery.house.get("service_manager", f"/lists/{name}")["items"]
    return next(row["values"] for row in rows if row["case"] == delivery.case)


def learnt(delivery: Going, field: str) -> dict[str, Json]:
    """The newest change of a field on the customer's card."""
    changes = delivery.house.get("service", f"/customers/{delivery.customer}")["changes"]
    return next((one for one in changes if one["field"] == field), {})
