"""After a delivery service calls: within days, then after one, three and six months; what it learns is filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clauses.surface import ZONE, House, Promise, end_of

Json = Any
Row = dict[str, Json]
DELIVERED = "2027-03-10"
VISITS = (("month_1", "2027-04-10"), ("month_3", "2027-06-10"), ("month_6", "2027-09-10"))
HERE = {"text": "深圳市福田区福强路8号6栋1单元902"}
NEEDS = [{"product": "CZ-205", "need": "再配两把餐椅"}]
ANSWERS: dict[str, Row] = {
    "first": {"rating": 5},
    "month_1": {"greeted": True, "use": "每天用，很稳"},
    "month_3": {"greeted": True, "needs": NEEDS},
    "month_6": {"greeted": True, "needs": NEEDS},
}

CLAUSE = {"first": "RV-03", "month_1": "RV-08", "month_3": "RV-12", "month_6": "RV-16"}  # of what is learnt on the way


class Visits(Promise):
    """The return visits of one delivered order."""

    def visit(self, task: str, **changed: Json) -> None:
        self.complete("service", task, "visited", {**ANSWERS[task], **changed})

    def not_visited(self, task: str, clause: str, says: str, **changed: Json) -> None:
        values = {name: value for name, value in {**ANSWERS[task], **changed}.items() if value is not None}
        self.not_complete("service", task, "visited", values, clause=clause, says=says)

    def make_file(self) -> str:
        number: str = self.house.send("service", "POST", f"/customers/{self.customer}/file", {})["number"]
        return number

    def card(self) -> Row:
        found: Row = self.house.get("service", f"/customers/{self.customer}")
        return found

    def learnt(self, field: str) -> Row:
        """The newest change of a field on the customer's card."""
        return next((one for one in self.card()["changes"] if one["field"] == field), {})

    def card_page(self) -> str:
        return self.house.page("service", f"/customers/{self.customer}/")

    def form(self, task: str) -> str:
        return self.house.page("service", f"/cases/{self.case}/do/{task}/", part=True)

    @property
    def number(self) -> str:
        number: str = self.house.get("service", f"/cases/{self.case}")["case"]["number"]
        return number


Delivered = Callable[..., Visits]


@pytest.fixture
def delivered(house: House) -> Delivered:
    """A furniture delivery completed on a day; service has its return visits."""

    def begin(day: str = DELIVERED, clock: str = "10:00", **values: Json) -> Visits:
        house.now = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZONE)
        customer = house.shop.customer()
        order = house.shop.order(customer, house.now)
        body = {
            "handbook": "showroom", "procedure": "return_visits", "store": house.shop.store, "customer": customer,
            "subject": {"kind": "order", "id": order}, "data": {"values": {"delivered_on": day, **values}},
        }  # fmt: skip
        return Visits(house, house.send("service", "POST", "/cases", body)["case"], order, customer)

    return begin


# --- the first call


@pytest.mark.clause("RV-01")
def test_the_first_call_is_due_on_the_third_day_and_late_on_the_next(delivered: Delivered) -> None:
    visits = delivered("2027-02-02", delivered_on="2027-02-01")  # opened a day later
    visits.stands_with("service", "first", end_of("2027-02-04"))
    visits.until("2027-02-04 23:30")
    assert not visits.my_day("service")["first"]["overdue"]
    visits.until("2027-02-05 00:10")
    assert visits.my_day("service")["first"]["overdue"]
    assert visits.house.figures("RV-01")["broken"] == 1
    for clock, told in (("2027-02-05 17:59", False), ("2027-02-06 09:00", True)):
        visits.until(clock)
        assert bool([line for line in visits.bell("service_manager") if "首次回访已超时" in line]) is told


@pytest.mark.clause("RV-01")
def test_service_is_reminded_and_the_manager_sets_the_days(delivered: Delivered, house: House) -> None:
    visits = delivered("2027-02-01")
    for clock, told in (("2027-02-04 08:59", False), ("2027-02-04 09:00", True)):
        visits.until(clock)
        assert bool([line for line in visits.bell("service") if "首次回访即将到期" in line]) is told
    house.set_figure("service_manager", "first_visit", "5d")
    with pytest.raises(Exception, match="指定岗位"):
        house.set_figure("service", "first_visit", "9d")
    delivered("2027-02-10").stands_with("service", "first", end_of("2027-02-15"))


@pytest.mark.clause("RV-02")
@pytest.mark.parametrize(("rating", "says"), [(None, "未填"), (0, "不能小于 1"), (6, "不能大于 5")])
def test_the_first_call_needs_one_to_five_points(delivered: Delivered, rating: Json, says: str) -> None:
    visits = delivered()
    visits.make_file()
    visits.not_visited("first", "RV-02", says, rating=rating)
    visits.visit("first", rating=4)
    assert visits.seen()["sheets"]["first"]["rating"] == 4


@pytest.mark.clause("RV-02")
def test_the_points_count_in_the_average_of_the_crew(delivered: Delivered, house: House) -> None:
    lead = house.shop.people["delivery_lead"]
    for rating in (5, 2):
        visits = delivered(lead={"kind": "person", "id": lead})
        visits.make_file()
        visits.visit("first", rating=rating)
    told = house.get("service_manager", "/measures/delivery_rating")
    crews = next(one["values"] for one in told["parts"]["items"] if one["by"] == "lead")
    assert [(one["key"], one["n"], one["value"]) for one in crews] == [(str(lead), 2, 3.5)]


@pytest.mark.clause("RV-03")
def test_a_missing_birthday_is_asked_and_then_no_gap_any_more(delivered: Delivered) -> None:
    visits = delivered()
    visits.make_file()
    listed = visits.house.get("service", "/customers/birthday-missing")["items"]
    assert visits.customer in [row["id"] for row in listed]
    form = visits.form("first")
    assert "档案缺这一项" in form and "性别" in form and "家庭人数" in form
    visits.visit("first", birthday="1985-05-06", gender="male", family_size=3)
    card = visits.card()
    assert card["birthday"] == "1985-**-**" and card["gender"] == "male" and card["family_size"] == 3
    assert visits.learnt("birthday")["source"]["number"] == visits.number
    listed = visits.house.get("service", "/customers/birthday-missing")["items"]
    assert visits.customer not in [row["id"] for row in listed]


@pytest.mark.clause("RV-03")
def test_what_the_file_has_is_not_asked_again(delivered: Delivered) -> None:
    visits = delivered()
    card = visits.card()
    change = {"version": card["version"], "changes": {"birthday": "05-06", "gender": "male", "family_size": 2}}
    visits.house.send("service", "PATCH", f"/customers/{visits.customer}", change)
    form = visits.form("first")
    assert "档案缺这一项" not in form and "性别" not in form and "家庭人数" not in form


@pytest.mark.clause("RV-04")
def test_the_first_call_does_not_end_without_a_file(delivered: Delivered) -> None:
    visits = delivered()
    visits.not_visited("first", "RV-04", "客户档案还没有建立")
    assert visits.house.get("service", f"/customers/{visits.customer}/file") == {
        "number": "", "filed_on": None, "items": []
    }  # fmt: skip
    number = visits.make_file()
    assert number and visits.make_file() == number
    visits.visit("first", service_note="师傅很细心")
    file = visits.house.get("service", f"/customers/{visits.customer}/file")
    assert file["number"] == number and file["filed_on"] == DELIVERED
    assert ("case", visits.number) in {(one["kind"], one["number"]) for one in file["items"]}
    call = next(one for one in file["items"] if one["kind"] == "sheet")
    assert call["title"]["zh"] == "首次回访记录" and "5" in call["text"]
    page = visits.card_page()
    assert number in page and "首次回访记录" in page


@pytest.mark.clause("RV-04")
def test_the_file_lists_the_contract(delivered: Delivered, house: House) -> None:
    order = house.promise()
    order.issue()
    contract = order.papers()["sales_contract"]["number"]
    house.send("service", "POST", f"/customers/{order.customer}/file", {})
    file = house.get("service", f"/customers/{order.customer}/file")
    assert ("paper", contract) in {(one["kind"], one["number"]) for one in file["items"]}
    assert contract in house.page("service", f"/customers/{order.customer}/")


@pytest.mark.clause("RV-02", "RV-03", "RV-06", "RV-07", "RV-08", "RV-10", "RV-11", "RV-12", "RV-14", "RV-15", "RV-16")
@pytest.mark.parametrize(
    ("task", "answer"), [("first", "师傅很细心"), ("month_1", "每天用，很稳"), ("month_3", ""), ("month_6", "")]
)
def test_every_visit_stands_on_the_customers_timeline(delivered: Delivered, task: str, answer: str) -> None:
    visits = delivered()
    visits.make_file()
    visits.until("2027-09-10 09:00")
    visits.visit(task, **({"service_note": answer} if task == "first" else {}))
    (talk,) = visits.card()["contacts"]
    assert (talk["kind"], talk["channel"], talk["answer"], talk["by"]) == ("visit", "phone", answer, "王芳")
    assert talk["source"]["id"] == visits.case


# --- after one, three and six months


@pytest.mark.clause(*(f"RV-{n:02}" for n in range(5, 17)))
@pytest.mark.parametrize(("task", "day"), VISITS)
def test_a_visit_is_dated_whole_months_after_the_delivery(delivered: Delivered, task: str, day: str) -> None:
    visits = delivered("2027-03-11", delivered_on=DELIVERED)  # opened a day later
    held = visits.task(task)
    assert held["state"] == "planned" and visits.my_day("service")[task]["due"] == end_of(day)
    opens = datetime.fromisoformat(day).replace(tzinfo=ZONE) - timedelta(days=7)
    visits.until((opens - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M"))
    assert visits.task(task)["state"] == "planned"
    visits.until((opens + timedelta(days=1, minutes=1)).strftime("%Y-%m-%d %H:%M"))
    assert visits.task(task)["state"] == "open"
    visits.stands_with("service", task, end_of(day))


@pytest.mark.clause("RV-05", "RV-09", "RV-13")
@pytest.mark.parametrize(
    ("task", "day", "clause", "figure"),
    [
        ("month_1", "2027-04-11", "RV-05", "visit_month_1"),
        ("month_3", "2027-06-11", "RV-09", "visit_month_3"),
        ("month_6", "2027-09-11", "RV-13", "visit_month_6"),
    ],
)
def test_a_visit_not_made_is_late_and_told(
    delivered: Delivered, house: House, task: str, day: str, clause: str, figure: str
) -> None:
    visits = delivered()
    visits.until(f"{day} 00:10")
    assert visits.my_day("service")[task]["overdue"] and house.figures(clause)["broken"] == 1
    said = {"month_1": "满一个月回访已超时", "month_3": "满三个月回访已超时", "month_6": "满半年回访已超时"}[task]
    for clock, told in ((f"{day} 17:59", False), (f"{day[:8]}{int(day[8:]) + 1} 09:00", True)):
        visits.until(clock)
        assert bool([line for line in visits.bell("service_manager") if said in line]) is told
    house.set_figure("service_manager", figure, "40d")
    with pytest.raises(Exception, match="指定岗位"):
        house.set_figure("service", figure, "1d")


@pytest.mark.clause("RV-06", "RV-10", "RV-14")
@pytest.mark.parametrize(
    ("task", "clause", "says"),
    [("month_1", "RV-06", "一个月了"), ("month_3", "RV-10", "好久没联系"), ("month_6", "RV-14", "好久没联系")],
)
def test_a_visit_begins_with_a_greeting(delivered: Delivered, task: str, clause: str, says: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    form = visits.form(task)
    assert "已问候" in form and says in form
    for greeted in (None, False):
        visits.not_visited(task, clause, "问候", greeted=greeted)
    visits.visit(task)
    assert visits.task(task)["outcome"] == "visited"


@pytest.mark.clause("RV-07")
def test_the_one_month_visit_notes_how_the_furniture_is_in_use(delivered: Delivered) -> None:
    visits = delivered()
    visits.make_file()
    visits.until("2027-04-08 09:00")
    for use in (None, "  "):
        visits.not_visited("month_1", "RV-07", "“家具使用情况”未填", use=use)
    visits.visit("month_1", use="孩子天天在上面写作业")
    file = visits.house.get("service", f"/customers/{visits.customer}/file")
    assert any("孩子天天在上面写作业" in one.get("text", "") for one in file["items"])
    assert "孩子天天在上面写作业" in visits.card_page()


@pytest.mark.clause("RV-11", "RV-15")
@pytest.mark.parametrize(("task", "clause"), [("month_3", "RV-11"), ("month_6", "RV-15")])
def test_needs_are_asked_and_listed_by_product(delivered: Delivered, task: str, clause: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    for needs in (None, []):
        visits.not_visited(task, clause, "没有问客户需求", needs=needs)
    visits.not_visited(task, "", "“需求”未填", needs=[{"product": "CZ-205"}])
    visits.not_visited(task, "", "“商品”未填", needs=[{"need": "再配两把"}])
    more = [*NEEDS, {"product": "SF-101", "need": "换布套"}]
    visits.visit(task, needs=more)
    rows = visits.house.get("service", "/lists/needs")["items"]
    assert [(one["values"]["product"], one["values"]["need"]) for one in rows] == [
        ("CZ-205", "再配两把餐椅"), ("SF-101", "换布套")
    ]  # fmt: skip


@pytest.mark.clause("RV-11", "RV-15")
@pytest.mark.parametrize("task", ["month_3", "month_6"])
def test_that_nothing_is_needed_is_said(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    visits.not_visited(task, "", "没有问客户需求", needs=None, no_needs=False)
    visits.complete("service", task, "visited", {"greeted": True, "no_needs": True})


# --- what a visit learns is filed


@pytest.mark.clause("RV-08", "RV-12", "RV-16")
@pytest.mark.parametrize("task", ["month_1", "month_3", "month_6"])
def test_a_new_address_replaces_the_old_one_which_stays_in_the_history(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    visits.visit(task, address=HERE)
    (address,) = visits.card()["addresses"]
    assert "福田区" in address["masked"]
    change = visits.learnt("address")
    assert "南山区" in change["old"] and "福田区" in change["new"]
    assert change["source"]["number"] == visits.number and change["by"] == "王芳"
    page = visits.card_page()
    assert visits.number in page and "南山区***" in page and "福田区***" in page


@pytest.mark.clause("RV-08", "RV-12", "RV-16")
@pytest.mark.parametrize("task", ["month_1", "month_3", "month_6"])
def test_a_new_family_size_names_the_visit(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    visits.visit(task, family_size=4)
    assert visits.card()["family_size"] == 4
    change = visits.learnt("family_size")
    assert (change["old"], change["new"], change["source"]["number"]) == ("", "4", visits.number)


@pytest.mark.clause("RV-08", "RV-12", "RV-16")
@pytest.mark.parametrize("task", ["month_1", "month_3", "month_6"])
def test_a_second_phone_is_added_and_names_the_visit(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    before = [one["masked"] for one in visits.card()["phones"]]
    visits.visit(task, second_phone="13900139123")
    after = [one["masked"] for one in visits.card()["phones"]]
    assert after[: len(before)] == before and len(after) == len(before) + 1 and after[-1].endswith("9123")
    change = visits.learnt("phone")
    assert change["old"] == "" and change["new"].endswith("9123") and change["source"]["number"] == visits.number
    assert visits.number in visits.card_page()


@pytest.mark.clause("RV-08", "RV-12", "RV-16")
@pytest.mark.parametrize("task", ["month_1", "month_3", "month_6"])
def test_a_birthday_still_missing_is_asked_at_every_visit(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.until("2027-09-10 09:00")
    assert "生日" in visits.form(task)
    visits.visit(task, birthday="05-06")
    assert visits.learnt("birthday")["source"]["number"] == visits.number
    for other in {"month_1", "month_3", "month_6"} - {task}:
        assert "生日" not in visits.form(other)


@pytest.mark.clause("RV-03", "RV-08", "RV-12", "RV-16")
@pytest.mark.parametrize("task", ["first", "month_1", "month_3", "month_6"])
def test_nothing_that_cannot_be_reaches_the_file(delivered: Delivered, task: str) -> None:
    visits = delivered()
    visits.make_file()
    visits.until("2027-09-10 09:00")
    wrong = {"first": ("gender", "unknown")}.get(task, ("second_phone", "12345"))
    for field, value in (("family_size", 0), wrong):
        given = {**ANSWERS[task], field: value}
        faults = visits.not_complete("service", task, "visited", given, clause=CLAUSE[task])  # said by the form itself
        assert [fault["field"] for fault in faults] == [field]
    visits.visit(task, family_size=1)
    assert visits.card()["family_size"] == 1
