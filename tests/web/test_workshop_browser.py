"""A day in the workshop, at a desk: sheets are worked off and returned, two people inspect, one piece goes back."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.web.shown.about import card_id
from tests.clauses.road import Going
from tests.clauses.surface import House
from tests.showroom import open_showroom
from tests.web import drive
from tests.web.van import CUSTOMERS, Yard, promise_of, van

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def yard(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Yard:
    house = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: house.now)
    stops = [promise_of(house, *one) for one in CUSTOMERS[:2]]
    for one in stops:
        one.move()
    return Yard(house, stops, van(house))


def card(case: Going, task: str) -> str:
    return f"#{card_id(case.case, task)}"


def unfold(page: Any, case: Going, task: str) -> str:
    """The card with its form; it may have come by itself."""
    where = card(case, task)
    page.wait_for_selector(where)
    if not page.locator(f"{where}.card-open").count():
        page.click(f"{where} [data-unfold]")
    page.wait_for_selector(f"{where} .card-body")
    return where


def press(page: Any, where: str, outcome: str) -> None:
    button = f"[data-outcome]:has-text('{outcome}')"
    page.click(f"{where} .card-foot {button}, {where} .card-acts {button}")


def test_a_day_in_the_workshop(yard: Yard, visit: drive.Visits) -> None:
    first, second = yard.stops
    workshop = visit(yard.person("workshop_manager"), "/day/", width=1440)
    drive.shoot(workshop, "workshop-day-1440")
    for case in (first, second):
        work_off(workshop, case)
    assert [one.seen()["tasks"]["return_sheet"]["outcome"] for one in yard.stops] == ["returned"] * 2
    service = visit(yard.person("service_manager"), "/day/?mine=1", width=1440)
    receive(service, 2)
    inspect(service, visit, yard, first)
    send_back(service, workshop, visit, yard, second)
    assert [one.seen()["tasks"]["inspect"]["outcome"] for one in yard.stops] == ["passed"] * 2
    assert visit.errors == [] or all("422" in one for one in visit.errors)


def work_off(page: Any, case: Going) -> None:
    """Each line ticked with who did it and when; a line without is refused in its place."""
    where = unfold(page, case, "workshop")
    lines = page.locator(f"{where} tbody tr[data-row-line]").count()
    assert lines == 2
    for n in range(lines):
        page.locator(f"{where} [name$='work.{n}.worker']").select_option(label="高强")
        page.fill(f"{where} [name$='work.{n}.done_at']", "2026-11-21T09:30")
    page.check(f"{where} [name$='work.0.done']")
    press(page, where, "全部完成")
    page.wait_for_selector(f"{where} .refusal")
    assert "PM-10" in page.inner_text(f"{where} .refusal")
    assert page.is_checked(f"{where} [name$='work.0.done']"), "what was ticked is kept"
    drive.shoot(page, "workshop-refused-1440")
    page.check(f"{where} [name$='work.1.done']")
    press(page, where, "全部完成")
    page.wait_for_selector(where, state="detached")
    back = card(case, "return_sheet")
    page.wait_for_selector(back)
    press(page, back, "已交回")
    page.wait_for_selector(back, state="detached")


def receive(page: Any, papers: int) -> None:
    """Sheets that were handed over are received."""
    for left in range(papers, 0, -1):
        buttons = page.locator("[id^='copy-'] button:has-text('已收到')")
        assert buttons.count() >= left
        waiting = page.locator("[id^='copy-']").count()
        buttons.first.click()
        page.wait_for_function("n => document.querySelectorAll(\"[id^='copy-']\").length < n", arg=waiting)


def results(page: Any, where: str, *values: str) -> None:
    for n, value in enumerate(values):
        page.locator(f"{where} [name$='items.{n}.result']").select_option(value)


def inspect(page: Any, visit: drive.Visits, yard: Yard, case: Going) -> None:
    """The service manager enters the results and asks for the salesperson's word; both sign, then it passes."""
    where = unfold(page, case, "inspect")
    results(page, where, "passed", "passed")
    ask(page, where)
    seller = visit(yard.person("sales"), "/day/", width=1440)
    mine = card(case, "inspect")
    seller.wait_for_selector(mine)
    unfold(seller, case, "inspect")
    drive.shoot(seller, "workshop-seller-1440")
    seller.locator(f"{mine} [name=do][value^='sign:']").first.click()
    seller.wait_for_selector(mine, state="detached")
    page.reload()
    where = unfold(page, case, "inspect")
    drive.shoot(page, "workshop-inspect-1440")
    page.click(f"{where} .marks label:has-text('本人')")
    press(page, where, "合格")
    page.wait_for_selector(where, state="detached")


def ask(page: Any, where: str) -> None:
    """The draft is kept, and those whose word is needed are asked."""
    page.click(f"{where} button[value=ask]")
    page.wait_for_selector("#toasts .toast-line")


def send_back(page: Any, workshop: Any, visit: drive.Visits, yard: Yard, case: Going) -> None:
    """One piece fails: it goes back with the reason, is worked off again, and passes the second time."""
    where = unfold(page, case, "inspect")
    results(page, where, "passed", "failed")
    press(page, where, "不合格")
    page.wait_for_selector(f"{where} .refusal")
    assert "请写明不合格原因" in page.inner_text(f"{where} .refusal")
    page.fill(f"{where} [name$='items.1.reason']", "打蜡不匀")
    press(page, where, "不合格")
    page.wait_for_selector(where, state="detached")
    workshop.goto(f"{visit.base}/bell/")
    assert "打蜡不匀" in workshop.inner_text("main")
    workshop.goto(f"{visit.base}/day/")
    again = case.seen()["tasks"]
    assert again["workshop"]["state"] == "open" and again["workshop"]["round"] == 2
    rework(workshop, case)
    page.goto(f"{visit.base}/day/?mine=1")
    if page.locator("[id^='copy-'] button").count():
        receive(page, 1)
    inspect(page, visit, yard, case)


def rework(page: Any, case: Going) -> None:
    """The sheet is filled in as it was; the rework has its own."""
    if "rework" in case.seen()["tasks"]:
        where = unfold(page, case, "rework")
        page.fill(f"{where} [name$='.how']", "重新打蜡")
        press(page, where, "已返工")
        page.wait_for_selector(where, state="detached")
    where = unfold(page, case, "workshop")
    assert page.locator(f"{where} [name$='work.0.worker']").input_value() != ""
    press(page, where, "全部完成")
    page.wait_for_selector(where, state="detached")
    back = card(case, "return_sheet")
    page.wait_for_selector(back)
    press(page, back, "已交回")
    page.wait_for_selector(back, state="detached")
