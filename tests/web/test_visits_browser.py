"""A round of return visits at a desk: the calls that are due stand one below the other and are worked off in place."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.people.models import Person
from aftercare.web.shown.about import card_id
from tests.clauses.surface import ZONE, House, Promise
from tests.showroom import open_showroom
from tests.web import drive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CUSTOMERS = (("王建国", "13800138000"), ("张丽华", "13905718888"), ("林晓东", "13612345678"))


@pytest.fixture
def house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: made.now)
    return made


def delivered(house: House, name: str, phone: str, filed: bool) -> Promise:
    """The visits of an order that was delivered today."""
    customer = house.shop.customer(name, phone)
    order = house.shop.order(customer, house.now)
    body = {
        "handbook": "showroom", "procedure": "return_visits", "store": house.shop.store, "customer": customer,
        "subject": {"kind": "order", "id": order},
        "data": {"values": {"delivered_on": house.now.astimezone(ZONE).date().isoformat()}},
    }  # fmt: skip
    if filed:
        house.send("service", "POST", f"/customers/{customer}/file", {})
    return Promise(house, house.send("service", "POST", "/cases", body)["case"], order, customer)


def test_a_round_of_first_calls(house: House, visit: drive.Visits) -> None:
    """Three calls: two are rated, the third waits for the customer's file, which is one press away."""
    rounds = [delivered(house, *one, filed=n < 2) for n, one in enumerate(CUSTOMERS)]
    page = visit(Person.objects.get(pk=house.shop.people["service"]), "/day/", width=1440)
    drive.shoot(page, "visits-round-1440")
    for one, rating in zip(rounds, (5, 4, 3), strict=True):
        where = unfold(page, one)
        page.click(f"{where} label:has(input[name$='.rating'][value='{rating}'])")
        press(page, where)
        if one is rounds[2]:
            page.wait_for_selector(f"{where} .refusal")
            assert "RV-04" in page.inner_text(f"{where} .refusal")
            make_file(page, visit, one)
            where = unfold(page, one)
            page.click(f"{where} label:has(input[name$='.rating'][value='{rating}'])")
            press(page, where)
        page.wait_for_selector(where, state="detached")
    assert [one.seen()["sheets"]["first"]["rating"] for one in rounds] == [5, 4, 3]
    page.goto(f"{visit.base}/customers/{rounds[0].customer}/")
    assert "首次回访" in page.inner_text("main")


def test_a_month_later_what_is_in_use_is_asked(house: House, visit: drive.Visits) -> None:
    one = delivered(house, *CUSTOMERS[0], filed=True)
    one.complete("service", "first", "visited", {"rating": 5})
    one.until("2026-12-21 09:30")
    page = visit(Person.objects.get(pk=house.shop.people["service"]), "/day/", width=1440)
    where = unfold(page, one, "month_1")
    press(page, where)
    page.wait_for_selector(f"{where} .refusal")
    assert {"RV-06", "RV-07"} <= set(page.inner_text(f"{where} .refusal").replace("、", " ").split())
    page.check(f"{where} input[name$='.greeted']")
    page.fill(f"{where} [name$='.use']", "每天都用，抽屉很顺")
    press(page, where)
    page.wait_for_selector(where, state="detached")
    assert one.seen()["sheets"]["month_1"]["use"] == "每天都用，抽屉很顺"


def unfold(page: Any, one: Promise, task: str = "first") -> str:
    where = f"#{card_id(one.case, task)}"
    page.wait_for_selector(where)
    if not page.locator(f"{where}.card-open").count():
        page.click(f"{where} [data-unfold]")
    page.wait_for_selector(f"{where} .card-body")
    return where


def press(page: Any, where: str) -> None:
    button = "[data-outcome]:has-text('已回访')"
    page.click(f"{where} .card-foot {button}, {where} .card-acts {button}")


def make_file(page: Any, visit: drive.Visits, one: Promise) -> None:
    page.goto(f"{visit.base}/customers/{one.customer}/")
    page.click("button:has-text('建立档案')")
    page.wait_for_load_state("networkidle")
    page.goto(f"{visit.base}/day/")
