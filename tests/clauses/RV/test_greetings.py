"""Festivals, birthdays and days of their own: every customer is greeted, and what they wish is followed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercare.cases.clock import run_due
from aftercare.cases.starts import run_starts
from tests.clauses.surface import ZONE, House, Promise, Refusal, end_of

Json = Any
Row = dict[str, Json]


@dataclass
class Desk:
    """The greetings of the store, day by day."""

    house: House

    def until(self, clock: str) -> None:
        """Time passes; the worker opens what the calendar asks for and fires what is due."""
        self.house.now = datetime.fromisoformat(clock).replace(tzinfo=ZONE)
        run_starts(self.house.now, 1000)
        run_due(self.house.now)

    def customer(self, name: str, phone: str, **fields: Json) -> int:
        body = {"full_name": name, "store": self.house.shop.store, "phones": [{"typed": phone}], **fields}
        number: int = self.house.send("service", "POST", "/customers", body)["id"]
        return number

    def cases(self) -> list[Row]:
        """Every greeting case there ever was, the oldest first."""
        rows = self.house.get("general_manager", "/cases", procedure="greetings")["items"]
        return sorted(rows, key=lambda row: int(row["id"]))

    def days(self) -> dict[str, Row]:
        """The day each case was for -> the case."""
        rows = self.cases()
        return {self.house.get("service", f"/cases/{row['id']}")["state"]["period"]: row for row in rows}

    def today(self) -> Promise:
        """The greeting case on the list of service now."""
        day = self.house.get("service", "/day")
        found = [one for part in ("today", "next") for one in day[part] if one["procedure"] == "greetings"]
        assert len(found) == 1, found
        return Promise(self.house, found[0]["case"], 0, 0)

    def lines(self, case: int, **query: Json) -> dict[int, Row]:
        rows = self.house.get("service", f"/cases/{case}/tasks/greet/rows", **query)["items"]
        return {row["customer"]: row for row in rows}

    def greet(self, case: int, customer: int, role: str = "service", **values: Json) -> None:
        rows = {"greetings": {str(customer): values}}
        body = {"verb": "save", "data": {"task": "greet", "rows": rows}}
        self.house.send(role, "POST", f"/cases/{case}/commands", body)

    def not_greeted(self, case: int, customer: int, **values: Json) -> Row:
        with pytest.raises(Refusal) as refused:
            self.greet(case, customer, **values)
        fault: Row = refused.value.faults[0]
        return fault

    def page(self, case: int) -> str:
        return self.house.page("service", f"/cases/{case}/rows/greet/")


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


# --- whom, and when


@pytest.mark.clause("RV-17")
def test_on_a_festival_every_customer_is_on_one_list(desk: Desk) -> None:
    known = {desk.customer(name, f"1390000000{n}") for n, name in enumerate(("王小明", "李小红", "赵一平"))}
    desk.until("2027-10-01 09:00")  # only the festival: no day before it opened a case
    case = desk.today()
    case.stands_with("service", "greet", end_of("2027-10-01"))
    assert set(desk.lines(case.case)) == known
    assert {row["what"] for row in desk.lines(case.case).values()} == {"国庆节"}
    assert len(desk.cases()) == 1


@pytest.mark.clause("RV-17")
def test_the_days_of_the_year_are_a_figure_lunar_ones_too(desk: Desk) -> None:
    desk.house.set_figure("service_manager", "festivals", ["2027-03-08 会员日", "农历 08-15 中秋节"])
    with pytest.raises(Exception, match="指定岗位"):
        desk.house.set_figure("service", "festivals", [])
    customer = desk.customer("王小明", "13900000001")
    for day in ("2027-03-07", "2027-03-08", "2027-09-15", "2027-10-01", "2028-03-08"):
        desk.until(f"{day} 09:00")
    found = {day: desk.lines(case["id"])[customer]["what"] for day, case in desk.days().items()}
    assert found == {"2027-03-08": "会员日", "2027-09-15": "中秋节"}


@pytest.mark.clause("RV-17", "RV-21")
def test_whoever_was_not_greeted_on_the_day_shows_as_missed(desk: Desk) -> None:
    first, second = desk.customer("王小明", "13900000001"), desk.customer("李小红", "13900000002")
    desk.until("2027-10-01 09:00")
    case = desk.today().case
    desk.greet(case, first, channel="sms")
    assert [row["state"] for row in desk.lines(case).values()] == ["done", "open"]
    desk.until("2027-10-02 00:10")
    assert [row["state"] for row in desk.lines(case).values()] == ["done", "missed"]
    assert set(desk.lines(case, state="missed")) == {second}
    assert "未问候" in desk.page(case)
    assert desk.house.figures("RV-17")["broken"] == desk.house.figures("RV-21")["broken"] == 1
    assert desk.house.get("service", "/day")["overdue"]
    for clock, told in (("2027-10-02 00:59", False), ("2027-10-02 01:00", True)):
        desk.until(clock)
        lines = [one["text"]["zh"] for one in desk.house.get("service_manager", "/notices")["items"]]
        assert any("今日问候已超时" in line for line in lines) is told
    for clock, status in (("2027-10-03 23:50", "open"), ("2027-10-04 00:10", "closed")):
        desk.until(clock)
        assert desk.house.get("service", f"/cases/{case}")["case"]["status"] == status
    assert [row["state"] for row in desk.lines(case).values()] == ["done", "missed"]


@pytest.mark.clause("RV-17")
def test_how_long_a_list_stays_open_is_a_figure(desk: Desk) -> None:
    desk.house.set_figure("service_manager", "greeting_late", "4d")
    with pytest.raises(Exception, match="指定岗位"):
        desk.house.set_figure("service", "greeting_late", "9d")
    customer = desk.customer("王小明", "13900000001")
    desk.until("2027-10-01 09:00")
    case = desk.today().case
    desk.until("2027-10-05 23:50")
    desk.greet(case, customer, channel="sms")  # late, and still entered


@pytest.mark.clause("RV-17")
def test_a_list_is_ended_by_those_who_manage_only(desk: Desk) -> None:
    desk.customer("王小明", "13900000001")
    desk.until("2027-10-01 09:00")
    case = desk.today()
    with pytest.raises(Refusal):
        case.send("service", "cancel", reason="今天不问候")
    case.send("service_manager", "cancel", reason="系统演练")


@pytest.mark.clause("RV-18")
def test_a_birthday_is_greeted_each_year(desk: Desk) -> None:
    customer = desk.customer("王小明", "13900000001", birthday="1985-05-06")
    desk.customer("李小红", "13900000002", birthday="05-07")
    lunar = desk.customer("赵一平", "13900000003", birthday="1970-04-01", birthday_lunar=True)
    for year in (2027, 2028):
        for day in ("05-05", "05-06"):
            desk.until(f"{year}-{day} 09:00")
    seen = {day: set(desk.lines(case["id"])) for day, case in desk.days().items()}
    assert seen == {"2027-05-06": {customer, lunar}, "2028-04-25": {lunar}, "2028-05-06": {customer}}
    row = desk.lines(desk.cases()[0]["id"])[customer]
    assert row["occasion"] == "birthday" and "王小明，生日快乐" in row["text"] and row["phone"] == "13900000001"


@pytest.mark.clause("RV-18")
def test_without_a_birthday_the_customer_stands_in_the_list_of_missing_ones(desk: Desk) -> None:
    first = desk.customer("王小明", "13900000001", birthday="05-06")
    second = desk.customer("李小红", "13900000002")
    rows = desk.house.get("service", "/customers/birthday-missing")["items"]
    assert [row["id"] for row in rows] == [second] and first != second
    page = desk.house.page("service", "/customers/birthday-missing/")
    assert "李小红" in page and "王小明" not in page


@pytest.mark.clause("RV-19", "RV-21")
def test_a_day_of_their_own_is_greeted_alike(desk: Desk) -> None:
    customer = desk.customer("王小明", "13900000001")
    other = desk.customer("李小红", "13900000002")
    day = {"name": "结婚纪念日", "day": "11-23"}
    desk.house.send("service", "POST", f"/customers/{customer}/special-days", day)
    for clock in ("2026-11-22 09:00", "2026-11-24 09:00"):
        desk.until(clock)
    (case,) = desk.cases()
    assert case["opened_at"].startswith("2026-11-24")  # made up for after the machine was off on the day itself
    assert Promise(desk.house, case["id"], 0, 0).my_day("service")["greet"]["due"] == end_of("2026-11-23")
    (row,) = desk.lines(case["id"]).values()
    assert row["customer"] == customer != other and row["what"] == "结婚纪念日" and "结婚纪念日" in row["text"]
    assert "结婚纪念日" in desk.page(case["id"]) and "结婚纪念日" in desk.house.page(
        "service", f"/customers/{customer}/"
    )
    events = desk.house.get("service", f"/cases/{case['id']}")["events"]
    assert "结婚纪念日" not in str(events) and "王小明" not in str(events)


@pytest.mark.clause("RV-17", "RV-18", "RV-19")
@pytest.mark.parametrize(("clause", "day"), [("RV-17", "2027-10-01"), ("RV-18", "2027-05-06"), ("RV-19", "2027-11-23")])
def test_a_day_that_passed_counts_for_its_own_kind_only(desk: Desk, clause: str, day: str) -> None:
    """Missed on the one day, greeted a year later; figures tell of a year."""
    customer = desk.customer("王小明", "13900000001", birthday="05-06")
    special = {"name": "结婚纪念日", "day": "11-23"}
    desk.house.send("service", "POST", f"/customers/{customer}/special-days", special)
    counted = {"RV-17": (0, 0), "RV-18": (0, 0), "RV-19": (0, 0)}
    for year, kept, broken in (("2027", 0, 1), ("2028", 1, 0)):
        desk.until(f"{year}{day[4:]} 09:00")
        if kept:
            desk.greet(desk.today().case, customer, channel="sms")
        run_due(desk.house.now + timedelta(days=1))
        counted[clause] = (kept, broken)
        for other, figures in counted.items():
            found = desk.house.figures(other)
            assert (found["kept"], found["broken"]) == figures, (other, year)


@pytest.mark.clause("RV-17", "RV-18", "RV-19")
def test_nobody_to_greet_no_case_and_never_two_for_one_day(desk: Desk) -> None:
    desk.customer("王小明", "13900000001", birthday="11-25")
    for clock in ("2026-11-24 08:00", "2026-11-24 20:00", "2026-11-25 00:01", "2026-11-25 09:00", "2026-11-25 20:00"):
        desk.until(clock)
    assert [row["opened_at"][:16] for row in desk.cases()] == ["2026-11-24T16:01"]


# --- how it is written down


@pytest.mark.clause("RV-20")
def test_the_way_must_be_chosen_and_is_counted(desk: Desk) -> None:
    people = [desk.customer(f"王小{n}", f"1390000000{i}") for i, n in enumerate("明红华")]
    desk.until("2027-10-01 09:00")
    case = desk.today().case
    fault = desk.not_greeted(case, people[0], response="thanks")
    assert "方式" in fault["message"]["zh"] and fault["clause"] == "RV-20"
    desk.not_greeted(case, people[0], channel="fax")
    assert desk.lines(case)[people[0]]["state"] == "open"
    for customer, channel in zip(people, ("sms", "wechat", "phone"), strict=True):
        desk.greet(case, customer, channel=channel)
    assert desk.house.get("service", "/contacts/counts", kind="greeting") == {"phone": 1, "sms": 1, "wechat": 1}
    row = desk.lines(case)[people[1]]
    assert "王小红" in row["text"] and "国庆节" in row["text"]
    assert row["values"]["channel"] == "wechat" and row["person"] == desk.house.shop.people["service"]
    page = desk.page(case)
    assert "短信 1" in page and "微信 1" in page and "电话 1" in page


@pytest.mark.clause("RV-21")
def test_the_greeting_stands_on_the_customers_timeline(desk: Desk) -> None:
    customer = desk.customer("王小明", "13900000001", birthday="05-06")
    desk.until("2027-05-06 09:00")
    case = desk.today()
    desk.greet(case.case, customer, channel="phone", response="thanks", note="老人身体好")
    (talk,) = desk.house.get("service", f"/customers/{customer}")["contacts"]
    assert (talk["kind"], talk["channel"], talk["about"], talk["answer"]) == ("greeting", "phone", "生日", "thanks")
    assert talk["note"] == "老人身体好" and talk["by"] == "王芳" and talk["source"]["id"] == case.case
    page = desk.house.page("service", f"/customers/{customer}/")
    assert "问候" in page and "老人身体好" in page
    assert desk.house.get("service", f"/cases/{case.case}")["case"]["status"] == "closed"  # the last one ends the list
    assert case.task("greet")["outcome"] == "all_greeted"


@pytest.mark.clause("RV-21")
def test_service_is_reminded_before_the_day_ends(desk: Desk) -> None:
    desk.customer("王小明", "13900000001", birthday="05-06")
    desk.until("2027-05-06 09:00")
    case = desk.today()
    for clock, reminded in (("2027-05-06 16:59", False), ("2027-05-06 17:00", True)):
        desk.until(clock)
        assert bool([line for line in case.bell("service") if "今日问候即将到期" in line]) is reminded
    desk.house.set_figure("service_manager", "greeting_reminder", "8h")
    with pytest.raises(Exception, match="指定岗位"):
        desk.house.set_figure("service", "greeting_reminder", "1h")


@pytest.mark.clause("RV-21")
def test_nobody_is_reminded_of_what_is_done(desk: Desk) -> None:
    customer = desk.customer("王小明", "13900000001", birthday="05-06")
    desk.until("2027-05-06 09:00")
    case = desk.today()
    desk.greet(case.case, customer, channel="sms")
    desk.until("2027-05-07 09:00")
    assert case.bell("service") == [] and desk.house.figures("RV-21")["kept"] == 1


# --- what comes of it


@pytest.mark.clause("RV-22")
def test_a_wish_is_followed_up_until_something_came_of_it(desk: Desk) -> None:
    customer, other = desk.customer("王小明", "13900000001"), desk.customer("李小红", "13900000002")
    desk.until("2027-10-01 09:00")
    case = desk.today().case
    assert "需要什么" in desk.not_greeted(case, customer, channel="wechat", response="wants")["message"]["zh"]
    desk.greet(case, customer, channel="wechat", response="wants", wish="一张新餐桌")
    desk.greet(case, other, channel="sms", response="thanks")
    (found,) = desk.house.get("service", "/cases", procedure="follow_up")["items"]
    follow = Promise(desk.house, found["id"], 0, customer)
    assert found["customer"] == customer and found["subject"] == {"kind": "customer", "id": customer}
    follow.stands_with("service", "follow", end_of("2027-10-04"))
    assert "一张新餐桌" in desk.house.page("service", f"/cases/{follow.case}/do/follow/", part=True)
    for clock, told in (("2027-10-05 17:59", False), ("2027-10-06 09:00", True)):
        desk.until(clock)
        assert bool([line for line in follow.bell("service_manager") if "跟进客户需求已超时" in line]) is told
    assert follow.my_day("service")["follow"]["overdue"] and desk.house.figures("RV-22")["broken"] == 1
    follow.not_complete("service", "follow", "ordered", {"wish": "一张新餐桌"}, clause="RV-22", says="“跟进结果”未填")
    follow.complete("service", "follow", "ordered", {"wish": "一张新餐桌", "answer": "周末来店选样"})
    assert follow.my_day("service") == {} and follow.seen()["status"] == "closed"


@pytest.mark.clause("RV-22")
@pytest.mark.parametrize("outcome", ["ordered", "settled", "no_more"])
def test_what_is_followed_up_ends_with_an_outcome_only(desk: Desk, outcome: str) -> None:
    customer = desk.customer("王小明", "13900000001")
    body = {
        "handbook": "showroom", "procedure": "follow_up", "store": desk.house.shop.store, "customer": customer,
        "subject": {"kind": "customer", "id": customer}, "data": {"values": {"wish": "新沙发"}},
    }  # fmt: skip
    follow = Promise(desk.house, desk.house.send("service", "POST", "/cases", body)["case"], 0, customer)
    follow.not_complete("service", "follow", "", {"answer": "再联系"}, says="请选择结果")
    follow.complete("service", "follow", outcome, {"answer": "再联系"})
    assert follow.seen()["status"] == "closed"


@pytest.mark.clause("RV-22")
def test_a_wish_that_comes_later_is_followed_up_once(desk: Desk) -> None:
    customer, _ = desk.customer("王小明", "13900000001"), desk.customer("李小红", "13900000002")
    desk.until("2027-10-01 09:00")
    case = desk.today().case
    desk.greet(case, customer, channel="wechat")
    for wish in ("新餐桌", "新餐桌和四把椅子"):
        desk.greet(case, customer, response="wants", wish=wish)
    assert len(desk.house.get("service", "/cases", procedure="follow_up")["items"]) == 1
    (talk,) = desk.house.get("service", f"/customers/{customer}")["contacts"]
    assert (talk["channel"], talk["answer"]) == ("wechat", "wants")


@pytest.mark.clause("RV-22")
def test_the_time_to_follow_up_is_a_figure(desk: Desk) -> None:
    desk.house.set_figure("service_manager", "follow_up_time", "1d")
    with pytest.raises(Exception, match="指定岗位"):
        desk.house.set_figure("service", "follow_up_time", "9d")
    customer, _ = desk.customer("王小明", "13900000001"), desk.customer("李小红", "13900000002")
    desk.until("2027-10-01 09:00")
    desk.greet(desk.today().case, customer, channel="phone", response="wants", wish="换布套")
    (found,) = desk.house.get("service", "/cases", procedure="follow_up")["items"]
    Promise(desk.house, found["id"], 0, customer).stands_with("service", "follow", end_of("2027-10-02"))
