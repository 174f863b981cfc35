"""What only a browser shows of pages that run on cases: work on one page, clicks counted, nobody hindered."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.people.models import Person
from tests.web import drive
from tests.web.floor import Floor, far_along, open_floor
from tests.web.test_work_pages import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = (
    "王建国", "陈晓梅", "刘洋", "孙丽", "周军", "何平", "赵立新", "钱峰", "方敏", "安居家具", "三人位布艺沙发",
    "实木餐椅",
    "米灰", "胡桃色", "SF-101", "CZ-205", "POS-0017", "Excel",
    "一号车", "二号车",
)  # fmt: skip


@pytest.fixture
def floor(transactional_db: None, live_server: Any) -> Floor:
    return open_floor()


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "zh-hans", "light"), (360, "zh-hans", "dark"), (1280, "en", "dark"), (360, "en", "light")],
)
def test_nobody_is_hindered(floor: Floor, visit: drive.Visits, width: int, language: str, theme: str) -> None:
    far_along(floor)
    page = visit(floor.person("general_manager"), "/day/", width=width, language=language, theme=theme)
    wrong, names = [], (*NAMES, *Person.objects.values_list("full_name", flat=True))
    for path in addresses(floor):
        visit.errors.clear()  # pictures and axe bring styles of their own
        page.goto(visit.base + path)
        wrong += [(path, error) for error in visit.errors]
        page.eval_on_selector_all(".case-flow", "all => all.forEach((one) => { one.open = true; })")
        name = path.strip("/").replace("/", "-").replace("?", "-") or "first"
        drive.shoot(page, f"work-{name}-{width}-{language}-{theme}")
        wrong += [(path, "too wide")] if drive.too_wide(page) else []
        wrong += [(path, text) for text in drive.untranslated(page, language, names)]
        wrong += [(path, one) for one in drive.axe(page)]
    assert not wrong, "\n".join(map(str, wrong))


class Clicks:
    """Counts presses of the mouse; typing is no click."""

    def __init__(self, page: Any) -> None:
        self.page, self.n = page, 0

    def __call__(self, selector: str) -> None:
        self.n += 1
        self.page.locator(selector).first.click()


def test_a_task_is_done_without_leaving_my_day(floor: Floor, visit: drive.Visits) -> None:
    page = visit(floor.person("sales"), "/day/")
    card = f"#task-{floor.story.id}-contract"
    page.click(f"{card} [data-unfold]")
    page.wait_for_selector(f"{card} form [name$='.customer_name']")
    assert page.input_value(f"{card} [name$='.customer_name']") == "王建国"
    assert page.input_value(f"{card} [name$='.items.0.code']") == "SF-101"
    drive.shoot(page, "work-day-opened-1280")
    page.fill(f"{card} [name$='.customer_name']", "王先生")
    page.click(f"{card} [data-outcome]")
    page.wait_for_selector(f"{card} .refusal")
    assert "SC-04" in page.inner_text(f"{card} .refusal")
    assert page.input_value(f"{card} [name$='.customer_name']") == "王先生"
    drive.shoot(page, "work-day-refused-1280")
    assert drive.axe(page) == []
    fill_contract(page, card)
    page.click(f"{card} [data-outcome]")
    page.wait_for_selector(f"{card}", state="detached")
    assert page.url.endswith("/day/")
    assert page.locator(".card-open").count() == 1, "the next card has come"
    assert floor.story.state["tasks"]["contract"]["outcome"] == "issued"
    assert [item["list_price"] for item in floor.story.state["sheets"]["contract"]["items"]] == [480000, 45000]


def fill_contract(page: Any, card: str) -> None:
    page.fill(f"{card} [name$='.customer_name']", "王建国")
    page.fill(f"{card} [name$='.address.text']", "深圳市南山区科苑路15号3栋2单元501")
    page.fill(f"{card} [name$='.deposit']", "2000")
    page.check(f"{card} [name$='.payment'][value=card]")


def test_from_the_caller_to_an_open_case_in_three_clicks(floor: Floor, visit: drive.Visits) -> None:
    page = visit(floor.person("sales"), "/desk/?q=王建国")
    press = Clicks(page)
    press("#found [data-row] a")
    page.wait_for_selector("text=新订单")
    press("a:has-text('新订单')")
    page.wait_for_url("**/orders/new/")
    for name, text in {"code": "SF-101", "name": "三人位布艺沙发", "qty": "1", "price": "4800"}.items():
        page.locator(f"[name='f.lines.0.{name}']").fill(text)
    press("button:has-text('保存并开单')")
    page.wait_for_url("**/cases/*/")
    assert press.n == 3
    drive.shoot(page, "work-case-new-1280")


def test_four_mistakes_are_mended_in_four_clicks_or_fewer(floor: Floor, visit: drive.Visits) -> None:
    far_along(floor)
    other = floor.shop.customer("张丽华", "13905718888")
    case, order = f"/cases/{floor.story.id}/", f"/orders/{floor.story.order}/"
    counted = {
        "customer": wrong_customer(Clicks(visit(floor.person("service_manager"), order))),
        "payment": wrong_payment(Clicks(visit(floor.person("finance"), order))),
        "outcome": wrong_outcome(Clicks(visit(floor.person("service_manager"), case))),
        "paper": voided_paper(Clicks(visit(floor.person("service_manager"), case))),
    }
    assert all(n <= 4 for n in counted.values()), counted
    case_row = floor.story.case
    assert case_row.customer_id == other
    assert case_row.state["tasks"]["release"]["state"] == "open"


def wrong_customer(press: Clicks) -> int:
    press("a:has-text('客户有误')")
    press.page.wait_for_url("**/customer/")
    press.page.fill("[name='f.customer.label']", "")
    press.page.type("[name='f.customer.label']", "张丽华")
    press("[role=option]:has-text('张丽华')")
    press.page.fill("[name='f.reason']", "下单时选错了客户")
    press("button:has-text('保存')")
    press.page.wait_for_selector("text=张丽华")
    return press.n


def wrong_payment(press: Clicks) -> int:
    press("#money button:has-text('更正')")
    dialog = press.page.locator("dialog[open]")
    dialog.locator("[name='f.amount']").fill("2600")
    dialog.locator("[name='reason']").fill("刷卡金额看错")
    press("dialog[open] button:has-text('更正')")
    press.page.wait_for_selector("text=¥2,600.00")
    return press.n


def wrong_outcome(press: Clicks) -> int:
    press("summary:has-text('更多')")
    press("button:has-text('重新办理')")
    press.page.select_option("dialog[open] [name=task]", "release")
    press.page.fill("dialog[open] [name=reason]", "客户其实没有确认")
    press("dialog[open] button.btn-primary")
    press.page.wait_for_selector("text=已重新办理")
    return press.n


def voided_paper(press: Clicks) -> int:
    press("#papers button:has-text('作废')")
    press.page.fill("dialog[open] [name=reason]", "打印时卡纸")
    press("dialog[open] button.btn-danger")
    press.page.wait_for_selector("text=单据已作废")
    press("#papers button:has-text('取消作废')")
    press.page.fill("dialog[open] [name=reason]", "作废错了单据")
    press("dialog[open] button.btn-primary")
    press.page.wait_for_selector("text=单据恢复有效")
    return press.n
