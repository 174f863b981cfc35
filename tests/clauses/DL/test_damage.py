"""A knock or a damage: who and what, compensation on the spot, a report; twice the penalty for bad handling."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.road import Going, at_the_door
from tests.clauses.surface import House, Promise, end_of, in_days, moment
from tests.showroom import NOW

Json = Any
FINANCE_LIST = "/money/owed/"
UNREPORTED = "/registers/lists/showroom/damages_unreported/"


@pytest.fixture
def delivery(house: House) -> Going:
    made, _ = at_the_door(house)
    made.arrive()
    return made


def begun(delivery: Going, role: str = "delivery_lead", task: str = "report_damage") -> str:
    """A sheet of this kind, begun by hand; its key."""
    delivery.send(role, "begin", task=task)
    return max(one for one in delivery.seen()["tasks"] if one.startswith(task))


def values(delivery: Going, **changed: Json) -> dict[str, Json]:
    member = {"kind": "person", "id": delivery.house.shop.people["delivery_crew"]}
    usual = {"what": "furniture", "piece": "三人位布艺沙发", "member": member, "promised_at": delivery.now.isoformat(),
             "promised_amount": 35000}  # fmt: skip
    return {name: one for name, one in {**usual, **changed}.items() if one is not None}


def damage(delivery: Going, role: str = "delivery_lead", **changed: Json) -> Promise:
    """A damage is registered; the case that deals with it."""
    delivery.complete(role, begun(delivery, role), "registered", values(delivery, **changed))
    (row,) = delivery.house.get("general_manager", "/cases", procedure="incident", status="open")["items"]
    return Promise(delivery.house, row["id"], delivery.order, delivery.customer)


def handle(incident: Promise, role: str = "delivery_lead") -> None:
    incident.complete(role, "handle", "handled", {"how": "当场道歉并约好修补"})


def report(incident: Promise) -> None:
    incident.complete("delivery_lead", "report", "reported", {"what": "门框碰掉漆，已修补并赔偿"})


def verify(incident: Promise, outcome: str) -> None:
    incident.complete("general_manager", "verify", outcome, {"note": "已电话核实"})


# --- knocked or damaged


@pytest.mark.clause("DL-42", "DL-40")
@pytest.mark.parametrize("role", ["delivery_lead", "delivery_crew", "service_manager"])
def test_a_knock_counts_against_who_did_it_with_the_piece_and_a_photo(delivery: Going, role: str) -> None:
    photo = delivery.house.file(role, delivery.case)
    incident = damage(delivery, role, photo=photo, note="上楼时碰到扶手")
    assert incident.seen()["values"]["piece"] == "三人位布艺沙发" and incident.seen()["values"]["what"] == "furniture"
    (row,) = delivery.house.get("general_manager", "/findings")["items"]
    assert row["person"] == delivery.house.shop.people["delivery_crew"] and row["clauses"] == ["DL-42", "DL-40"]
    page = delivery.house.page("general_manager", f"/findings/{row['id']}/")
    assert "三人位布艺沙发" in page and "上楼时碰到扶手" in page and f"/files/{photo['id']}/" in page
    assert delivery.house.figures("DL-42")["broken"] == delivery.house.figures("DL-40")["broken"] == 1


@pytest.mark.clause("DL-42", "DL-43", "DL-44")
def test_a_damage_is_registered_by_those_who_see_it(delivery: Going) -> None:
    for role in ("sales", "workshop_manager", "finance", "service"):
        delivery.refused(role, "begin", task="report_damage")
    before = delivery.house.figures("DL-42")["broken"]
    delivery.not_complete("delivery_lead", begun(delivery), "registered", values(delivery, piece=None))
    delivery.not_complete("delivery_lead", begun(delivery), "registered", values(delivery, member=None))
    assert delivery.house.figures("DL-42")["broken"] == before


@pytest.mark.clause("DL-42", "DL-43", "DL-44")
def test_nobody_has_to_wait_for_a_damage_to_be_registered(house: House) -> None:
    made, trip = at_the_door(house)
    made.deliver()
    begun(made)
    trip.back()
    made.report()
    assert made.seen()["status"] == "closed"


@pytest.mark.clause("DL-40", "DL-42")
def test_the_list_of_one_person_in_march_shows_that_persons_damage_alone(delivery: Going) -> None:
    lead = {"kind": "person", "id": delivery.house.shop.people["delivery_lead"]}
    delivery.until("2027-03-03 10:00")
    delivery.complete("delivery_lead", begun(delivery), "registered", values(delivery))
    delivery.complete("delivery_lead", begun(delivery), "registered", values(delivery, piece="实木餐椅", member=lead))
    crew = delivery.house.shop.people["delivery_crew"]
    rows = delivery.house.get("general_manager", "/findings", person=crew, month="2027-03", clause="DL-40")["items"]
    assert len(rows) == 1
    page = delivery.house.page("general_manager", f"/findings/{rows[0]['id']}/")
    assert "三人位布艺沙发" in page and "实木餐椅" not in page
    assert delivery.house.get("general_manager", "/findings", person=crew, month="2027-02")["items"] == []


@pytest.mark.clause("DL-43", "DL-42", "DL-40")
def test_damage_to_the_customers_floor_opens_a_case_with_its_compensation(delivery: Going) -> None:
    form = delivery.house.page("delivery_lead", f"/cases/{delivery.case}/do/{begun(delivery)}/", part=True)
    assert "答应赔偿的金额" in form and "客户的物品" in form
    incident = damage(delivery, what="customer_things", piece="客厅木地板", promised_amount=80000)
    told = incident.seen()["values"]
    assert (told["what"], told["piece"], told["promised_amount"]) == ("customer_things", "客厅木地板", 80000)
    assert told["member"]["id"] == delivery.house.shop.people["delivery_crew"]
    handling = delivery.house.page("delivery_lead", f"/cases/{incident.case}/do/handle/", part=True)
    assert "实际赔偿" in handling and "800" in handling
    assert delivery.house.mistakes_of("delivery_crew") == [{"clause": "DL-43", "case": delivery.case}]
    key = begun(delivery, "service_manager", "report_conduct")
    member = [{"member": values(delivery)["member"]}]
    delivery.complete("service_manager", key, "registered", {"what": "ate", "members": member})
    assert delivery.house.figures("DL-43")["broken"] == 1 and delivery.house.figures("DL-51")["broken"] == 1


# --- compensation is promised on the spot


@pytest.mark.clause("DL-44")
@pytest.mark.parametrize("what", ["furniture", "customer_things"])
def test_without_time_and_amount_promised_nothing_is_registered(delivery: Going, what: str) -> None:
    key = begun(delivery)
    for missing in ({"promised_at": None}, {"promised_amount": None}, {"promised_at": None, "promised_amount": None}):
        given = values(delivery, what=what, **missing)
        delivery.not_complete(
            "delivery_lead", key, "registered", given, clause="DL-44", says="当场答应赔偿的时间和金额"
        )
    assert delivery.house.get("finance", "/owed")["items"] == []
    delivery.complete("delivery_lead", key, "registered", values(delivery, what=what))
    (row,) = delivery.house.get("finance", "/owed")["items"]
    assert (row["kind"], row["amount"], row["state"], row["case"]) == ("compensation", 35000, "open", delivery.case)
    assert (row["payer"]["kind"], row["payee"]["kind"]) == ("company", "customer")
    page = delivery.house.page("finance", FINANCE_LIST)
    assert "350.00" in page and "赔偿" in page


# --- dealt with, then reported


@pytest.mark.clause("DL-45")
def test_a_damage_dealt_with_but_not_reported_is_listed_until_it_is(delivery: Going) -> None:
    incident = damage(delivery)
    assert incident.case and "三人位布艺沙发" not in delivery.house.page("service_manager", UNREPORTED)
    incident.not_complete("delivery_lead", "report", "reported", {"what": "已修补"})
    handle(incident)
    page = delivery.house.page("service_manager", UNREPORTED)
    number = delivery.house.get("service_manager", f"/cases/{incident.case}")["case"]["number"]
    for shown in (number, "王建国", "三人位布艺沙发", "马林", "350.00", "答应赔偿的金额", "明天 10:00"):
        assert shown in page, shown
    (row,) = delivery.house.get("service_manager", "/lists/damages_unreported")["items"]
    assert row["case"] == incident.case and row["values"]["late"] is False
    incident.not_complete("sales", "report", "reported", {"what": "已修补"})
    incident.not_complete("delivery_lead", "report", "reported", {}, says="汇报内容")
    report(incident)
    assert "三人位布艺沙发" not in delivery.house.page("service_manager", UNREPORTED)
    assert "report" not in incident.my_day("delivery_lead")
    assert incident.task("report")["outcome"] == "reported"
    verify(incident, "proper")
    assert incident.seen()["status"] == "closed"


@pytest.mark.clause("DL-45")
def test_the_lead_is_reminded_of_the_report_and_the_manager_hears_when_it_is_late(delivery: Going) -> None:
    incident = damage(delivery)
    handle(incident)
    incident.stands_with("delivery_lead", "report", moment(NOW.replace(day=NOW.day + 1)))
    incident.later(hours=22, minutes=30)
    assert not [line for line in incident.bell("delivery_lead") if "向公司汇报" in line]
    incident.later(hours=1)
    assert [line for line in incident.bell("delivery_lead") if "向公司汇报即将到期" in line]
    incident.later(minutes=30)
    assert not [line for line in incident.bell("service_manager") if "向公司汇报" in line]
    incident.later(minutes=1)
    assert [line for line in incident.bell("service_manager") if "向公司汇报已超时" in line]
    assert incident.my_day("delivery_lead")["report"]["overdue"]
    assert delivery.house.figures("DL-45")["broken"] == 1
    report(incident)
    assert delivery.house.figures("DL-45")["broken"] == 1


@pytest.mark.clause("DL-45")
def test_a_damage_is_dealt_with_by_the_lead_or_the_service_manager_in_three_days(delivery: Going) -> None:
    incident = damage(delivery)
    for role in delivery.house.shop.people:
        assert ("handle" in incident.my_day(role)) is (role in ("delivery_lead", "service_manager")), role
    assert incident.my_day("delivery_lead")["handle"]["due"] == end_of(in_days(3))
    incident.not_complete("delivery_lead", "handle", "handled", {}, says="处理情况")
    handle(incident, "service_manager")
    assert incident.my_day("delivery_lead")["report"]["state"] == "open"


@pytest.mark.clause("DL-45")
def test_the_general_manager_sets_the_time_to_report(delivery: Going) -> None:
    with pytest.raises(Exception, match="指定岗位"):
        delivery.house.set_figure("service_manager", "incident_report_time", "5h")
    delivery.house.set_figure("general_manager", "incident_report_time", "5h")
    incident = damage(delivery)
    handle(incident)
    assert incident.my_day("delivery_lead")["report"]["due"] == moment(NOW.replace(hour=NOW.hour + 5))


# --- verified by the company


@pytest.mark.clause("DL-46")
@pytest.mark.parametrize(("outcome", "fen", "yuan"), [("improper", 40000, "400.00"), ("proper", 20000, "200.00")])
def test_improper_handling_doubles_the_penalty(delivery: Going, outcome: str, fen: int, yuan: str) -> None:
    incident = damage(delivery)
    handle(incident)
    assert incident.seen()["values"]["penalty"] == 20000
    report(incident)
    incident.stands_with("general_manager", "verify", end_of(in_days(3)))
    incident.not_complete("general_manager", "verify", outcome, {}, says="核实情况")
    verify(incident, outcome)
    assert incident.seen()["values"]["penalty"] == fen
    (row,) = [
        one for one in delivery.house.get("general_manager", "/findings")["items"] if one["case"] == incident.case
    ]
    assert row["amount"] == fen and row["person"] == delivery.house.shop.people["delivery_crew"]
    assert yuan in delivery.house.page("general_manager", f"/findings/{row['id']}/")
    assert row["clauses"] == ["DL-46"]
    (total,) = delivery.house.get("general_manager", "/findings/totals", person=row["person"])["items"]
    assert total["amount"] == fen


@pytest.mark.clause("DL-46")
def test_what_nobody_has_verified_stays_at_the_base(delivery: Going) -> None:
    incident = damage(delivery)
    incident.not_complete("general_manager", "verify", "improper", {"note": "未核实"})
    handle(incident)
    incident.not_complete("general_manager", "verify", "improper", {"note": "未核实"})
    report(incident)
    incident.not_complete("delivery_lead", "verify", "improper", {"note": "未核实"})
    assert incident.seen()["values"]["penalty"] == 20000


@pytest.mark.clause("DL-46")
def test_the_general_manager_sets_the_factor(delivery: Going) -> None:
    with pytest.raises(Exception, match="指定岗位"):
        delivery.house.set_figure("service_manager", "improper_factor", 3)
    delivery.house.set_figure("general_manager", "improper_factor", 3)
    incident = damage(delivery)
    handle(incident)
    report(incident)
    verify(incident, "improper")
    assert incident.seen()["values"]["penalty"] == 60000
