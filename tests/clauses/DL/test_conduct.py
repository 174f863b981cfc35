"""What the crew may not do: each kind of breach counts against the people named, under its own clause."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from tests.clauses.road import Going, at_the_door, loaded, van
from tests.clauses.surface import House
from tests.showroom import NOW

Json = Any
BREACHES = [
    ("DL-17", "loud"), ("DL-18", "no_respect"), ("DL-19", "rude"), ("DL-22", "no_shoe_covers"),
    ("DL-33", "materials_scattered"), ("DL-34", "film_not_folded"), ("DL-35", "littering"), ("DL-36", "customer_tools"),
    ("DL-39", "no_farewell"), ("DL-40", "careless"), ("DL-41", "hammering"), ("DL-47", "drank"),
    ("DL-49", "took_cigarette"), ("DL-50", "smoked"), ("DL-51", "ate"), ("DL-55", "gift_for_company"),
]  # fmt: skip


@pytest.fixture
def delivery(house: House) -> Going:
    made, _ = at_the_door(house)
    made.arrive()
    return made


def register(delivery: Going, what: str, *who: str, **more: Json) -> None:
    """The service manager enters a breach; `who`: roles of the people concerned."""
    people = [{"kind": "person", "id": delivery.house.shop.people[role]} for role in who or ("delivery_crew",)]
    delivery.send("service_manager", "begin", task="report_conduct")
    key = max(one for one in delivery.seen()["tasks"] if one.startswith("report_conduct"))
    values = {"what": what, "members": [{"member": one} for one in people], **more}
    delivery.complete("service_manager", key, "registered", values)


def findings(delivery: Going, **wanted: Json) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = delivery.house.get("general_manager", "/findings", **wanted)["items"]
    return found


@pytest.mark.parametrize(
    ("clause", "what"), [pytest.param(*one, marks=pytest.mark.clause(one[0]), id=one[1]) for one in BREACHES]
)
def test_a_breach_stands_against_each_person_named_under_its_clause(delivery: Going, clause: str, what: str) -> None:
    register(delivery, what, "delivery_crew", "delivery_lead", note="客户来电反映", source="complaint")
    people = delivery.house.shop.people
    rows = findings(delivery)
    assert {row["person"] for row in rows} == {people["delivery_crew"], people["delivery_lead"]}
    assert all(row["clauses"] == [clause] and row["case"] == delivery.case for row in rows)
    assert delivery.house.mistakes_of("delivery_crew") == [{"clause": clause, "case": delivery.case}]
    register(delivery, "gift_for_company")  # the last row of the table: no row before it takes this in
    assert delivery.house.figures(clause)["broken"] == (3 if what == "gift_for_company" else 2)


@pytest.mark.clause("DL-19")
def test_rude_language_is_in_the_report_of_the_month(delivery: Going) -> None:
    register(delivery, "rude", item="客厅", note="与客户争吵", source="complaint")
    register(delivery, "loud", "delivery_lead")
    rows = findings(delivery, month=NOW.strftime("%Y-%m"), clause="DL-19")
    assert [row["person"] for row in rows] == [delivery.house.shop.people["delivery_crew"]]
    assert findings(delivery, month="2026-10", clause="DL-19") == []
    number = delivery.house.get("service_manager", f"/cases/{delivery.case}")["case"]["number"]
    page = delivery.house.page("general_manager", "/registers/lists/showroom/breaches/")
    for shown in (number, "马林", "言语粗鲁", "客厅", "客户投诉", "刘洋", "今天 10:00"):
        assert shown in page, shown
    report = report_of(delivery.house, "2026-11-01")
    assert "DL-19" in report and "言语粗鲁" in report and "马林" in report
    before = report_of(delivery.house, "2026-10-01")
    assert "DL-19" not in before and "言语粗鲁" not in before


def report_of(house: House, month: str) -> str:
    """The words of the monthly report on paper, made by a press on its page."""
    page = house.page("general_manager", "/numbers/reports/")
    address = re.search(r'action="(/numbers/reports/showroom/[^"]+)"', page)
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert address and token
    house.press("general_manager", address[1], month=month, form_token=token[1])
    papers = re.findall(r'href="(/numbers/reports/\d+\.pdf)"', house.page("general_manager", "/numbers/reports/"))
    number = max(papers, key=lambda link: int(re.sub(r"\D", "", link)))
    paper = PdfReader(io.BytesIO(house.download("general_manager", number)))
    return "".join("".join(one.extract_text() for one in paper.pages).replace("\u200b", "").split())


@pytest.mark.clause("DL-20")
def test_conduct_needs_a_note(delivery: Going) -> None:
    member = [{"member": {"kind": "person", "id": delivery.house.shop.people["delivery_crew"]}}]
    delivery.send("service_manager", "begin", task="report_conduct")
    key = next(one for one in delivery.seen()["tasks"] if one.startswith("report_conduct"))
    values = {"what": "conduct", "members": member}
    delivery.not_complete("service_manager", key, "registered", values, clause="DL-20", says="写明情况")
    delivery.complete("service_manager", key, "registered", {**values, "note": "与客户争执"})
    assert delivery.house.mistakes_of("delivery_crew") == [{"clause": "DL-20", "case": delivery.case}]


@pytest.mark.clause("DL-36")
def test_what_the_customer_asked_for_is_no_breach(delivery: Going) -> None:
    register(delivery, "customer_tools", customer_asked=True)
    assert findings(delivery) == []
    register(delivery, "customer_tools", customer_asked=False)
    assert [row["clauses"] for row in findings(delivery)] == [["DL-36"]]


@pytest.mark.clause("DL-40")
def test_the_list_of_one_person_in_a_month_shows_the_item(delivery: Going) -> None:
    register(delivery, "careless", "delivery_crew", item="三人位布艺沙发", note="拖拽")
    register(delivery, "careless", "delivery_lead", item="实木餐椅", note="拖拽")
    rows = findings(delivery, person=delivery.house.shop.people["delivery_crew"], month=NOW.strftime("%Y-%m"))
    assert len(rows) == 1
    event = next(one for one in delivery.history() if one["kind"] == "finding" and one["person"] == rows[0]["person"])
    assert "三人位布艺沙发" in str(event)
    page = delivery.house.page("general_manager", f"/findings/{rows[0]['id']}/")
    assert "三人位布艺沙发" in page and "实木餐椅" not in page


@pytest.mark.clause("DL-15", "DL-20", "DL-42", "DL-43", "DL-47", "DL-49", "DL-50", "DL-51")
def test_the_four_are_separate_kinds(delivery: Going) -> None:
    for what in ("drank", "took_cigarette", "smoked", "ate"):
        register(delivery, what)
    rows = findings(delivery)
    assert sorted(row["clauses"] for row in rows) == [["DL-47"], ["DL-49"], ["DL-50"], ["DL-51"]]
    assert all(row["severe"] for row in rows)


@pytest.mark.clause("DL-54")
def test_an_accepted_gift_is_severe_and_names_thing_and_value(delivery: Going) -> None:
    member = [{"member": {"kind": "person", "id": delivery.house.shop.people["delivery_crew"]}}]
    delivery.send("service_manager", "begin", task="report_conduct")
    key = next(one for one in delivery.seen()["tasks"] if one.startswith("report_conduct"))
    values = {"what": "gift_taken", "members": member}
    delivery.not_complete("service_manager", key, "registered", values, says="涉及的商品或财物")
    delivery.not_complete("service_manager", key, "registered", {**values, "item": "茶叶"}, says="价值")
    delivery.complete("service_manager", key, "registered", {**values, "item": "茶叶", "worth": 30000})
    (row,) = findings(delivery)
    assert row["severe"] and row["clauses"] == ["DL-54"]


@pytest.mark.clause("DL-52")
@pytest.mark.parametrize("role", ["delivery_crew", "delivery_lead"])
def test_a_declined_offer_needs_the_rule_explained_and_shows_how_to_say_it(delivery: Going, role: str) -> None:
    assert not delivery.task("decline_offer")
    delivery.refused("sales", "begin", task="decline_offer")
    delivery.send(role, "begin", task="decline_offer")
    key = next(one for one in delivery.seen()["tasks"] if one.startswith("decline_offer"))
    delivery.not_complete(role, key, "declined", {"kind": "meal"}, clause="DL-52", says="公司规定")
    page = delivery.house.page(role, f"/cases/{delivery.case}/do/{key}/", part=True)
    assert "谢谢您的好意，公司规定我们不能吃请" in page
    delivery.complete(role, key, "declined", {"kind": "meal", "rule_explained": True})


@pytest.mark.clause("DL-52", "DL-55")
def test_an_offer_is_noted_from_the_departure_on_and_holds_nobody_up(house: House) -> None:
    made = loaded(house)
    made.refused("delivery_crew", "begin", task="decline_offer")
    trip = van(house)
    trip.plan(made)
    trip.dress()
    trip.check_vehicle()
    trip.depart()
    made.send("delivery_crew", "begin", task="decline_offer")
    made.deliver()
    trip.back()
    made.report()
    assert made.seen()["status"] == "closed"


@pytest.mark.clause("DL-55")
def test_a_gift_for_people_of_the_company_can_only_be_declined(delivery: Going) -> None:
    delivery.send("delivery_crew", "begin", task="decline_offer")
    key = next(one for one in delivery.seen()["tasks"] if one.startswith("decline_offer"))
    given = {"kind": "gift_for_company", "rule_explained": True}
    delivery.not_complete("delivery_crew", key, "taken", given, says="请选择结果：已谢绝")
    delivery.complete("delivery_crew", key, "declined", given)
    assert delivery.task(key)["outcome"] == "declined"
    register(delivery, "gift_for_company")
    (row,) = findings(delivery)
    assert row["severe"] and row["clauses"] == ["DL-55"]


@pytest.mark.clause("DL-22")
def test_nobody_can_waive_the_shoe_covers(delivery: Going) -> None:
    pieces = delivery.rows("enter", "pieces", inspected=True, clean="clean")
    for extra in ({}, {"shoe_covers": False}, {"shoe_covers": {"instead": "declined"}}):
        delivery.not_complete("delivery_crew", "enter", "entered", {"pieces": pieces, **extra})
    delivery.refused("service_manager", "waive", task="enter", reason="客户说不用穿")
    delivery.complete("delivery_crew", "enter", "entered", {"shoe_covers": True, "pieces": pieces})
