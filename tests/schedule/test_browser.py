"""What only a browser shows: jobs are dragged and moved by keys, nobody is hindered, nothing runs that may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from aftercare.schedule.models import Entry
from tests.schedule.stage import DAY, Yard
from tests.web import drive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = (
    "王建国", "张丽华", "周雨桐", "粤B·12345", "粤B·67890", "粤B·24680", "南山区", "城东店", "城西店", "陈晓梅", "周军",
    "赵立新", "钱峰", "方敏",
)  # fmt: skip
AT = "/calendar/?view=day&day=2026-11-25"


def stands(row: Entry) -> tuple[date, str]:
    row.refresh_from_db()
    return row.day, row.lane


def confirm(page: Any, reason: str = "客户改期") -> None:
    page.wait_for_selector("#move[open] .cal-form")
    page.fill("#f-reason", reason)
    with page.expect_navigation():
        page.press("#f-reason", "Enter")
    page.wait_for_selector(".cal-undo")


def test_a_job_is_dragged_to_a_van_and_back_by_undo(live_yard: Yard, visit: drive.Visits) -> None:
    row = live_yard.job(name="周雨桐")
    page = visit(live_yard.person("planner"), AT, width=1440)
    page.drag_and_drop(f"[data-job='{row.pk}']", "tr[data-lane=van_b] th")
    confirm(page)
    assert stands(row) == (DAY, "van_b")
    expect(page.locator("tr[data-lane=van_b]")).to_contain_text("周雨桐")
    row2 = live_yard.job(name="王建国", van="van_a")
    page.goto(visit.base + AT)
    page.drag_and_drop(f"[data-job='{row2.pk}']", "tr[data-lane=van_c] th")
    confirm(page)
    assert stands(row2) == (DAY, "van_c")
    page.click(".cal-undo button")
    expect(page.locator("tr[data-lane=van_a]")).to_contain_text("王建国")
    assert stands(row2) == (DAY, "van_a") and visit.errors == []


def test_a_job_is_moved_by_keys_alone(live_yard: Yard, visit: drive.Visits) -> None:
    row = live_yard.job(name="周雨桐", van="van_a")
    page = visit(live_yard.person("planner"), AT, width=1440)
    page.focus(f"[data-job='{row.pk}']")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#cal-said")).to_contain_text("2026-11-26 · 粤B·24680")
    page.keyboard.press("Escape")
    expect(page.locator("#cal-said")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    confirm(page)
    assert stands(row) == (date(2026, 11, 26), "van_b") and visit.errors == []


def test_a_refusal_stays_in_the_dialog_with_its_clause(live_yard: Yard, visit: drive.Visits) -> None:
    live_yard.job(name="王建国", van="van_b", at="09:00")
    row = live_yard.job(name="周雨桐", van="van_a", at="10:00")
    page = visit(live_yard.person("planner"), AT, width=1440)
    page.drag_and_drop(f"[data-job='{row.pk}']", "tr[data-lane=van_b] th")
    page.fill("#f-reason", "拼车")
    page.click("#move .btn-primary")
    expect(page.locator("#move .refusal")).to_contain_text("同一时间不能再排")
    expect(page.locator("#move .refusal .tag")).to_have_text("VN-02")
    assert page.input_value("#f-reason") == "拼车"
    page.keyboard.press("Escape")
    assert stands(row) == (DAY, "van_a")


@pytest.mark.parametrize("view", ["week", "month"])
def test_week_and_month_are_moved_by_keys_and_by_mouse(live_yard: Yard, visit: drive.Visits, view: str) -> None:
    row = live_yard.job(name="周雨桐", van="van_a")
    page = visit(live_yard.person("planner"), f"/calendar/?view={view}&day=2026-11-25", width=1440)
    job = page.locator(f".ec-event[data-job='{row.pk}']")
    job.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    confirm(page)
    assert stands(row) == (date(2026, 11, 26), "van_a")
    box = page.locator(f".ec-event[data-job='{row.pk}']").bounding_box()
    x, y, day = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] + 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + day / 2, y, steps=6)
    page.mouse.move(x + day, y, steps=6)
    page.mouse.up()
    confirm(page)
    assert stands(row) == (date(2026, 11, 27), "van_a") and visit.errors == []


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (390, "zh-hans", "dark")])
def test_nobody_is_hindered(live_yard: Yard, visit: drive.Visits, width: int, language: str, theme: str) -> None:
    live_yard.job(name="王建国", van="van_a", at="09:00", area="南山区")
    live_yard.job(name="周雨桐", area="南山区")
    live_yard.open("visits", name="张丽华")
    page = visit(live_yard.person("boss"), AT, width=width, language=language, theme=theme)
    paths = [f"/calendar/?view={view}&day=2026-11-25" for view in ("day", "week", "month")]
    for path in [*paths, "/calendar/print/?day=2026-11-25", "/calendar/phone/"]:
        page.goto(visit.base + path)
        assert visit.errors == []
        assert (path, drive.too_wide(page)) == (path, False)
        assert (path, drive.untranslated(page, language, NAMES)) == (path, [])
        assert (path, drive.axe(page)) == (path, [])
        visit.errors.clear()  # the checker writes styles of its own
