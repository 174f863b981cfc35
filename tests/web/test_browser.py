"""What only a browser shows: nobody is hindered, nothing runs that may not, keys and drafts work."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone, create_customer
from aftercare.people.actor import SYSTEM
from tests.web import drive
from tests.web.conftest import Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("王晓春", "王建国", "张丽华", "李小满", "陈立新", "安居家具")


def customers(shop: Shop, now: datetime) -> list[int]:
    place = NewAddress(text="浙江省杭州市西湖区文三路18号2幢501室")
    return [
        create_customer(
            NewCustomer(name, store=shop.centre.pk, phones=(NewPhone(phone),), addresses=(place,)), SYSTEM, now
        ).id
        for name, phone in (("王晓春", "13805711037"), ("张丽华", "13905718888"))
    ]


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "zh-hans", "light"), (360, "zh-hans", "dark"), (1280, "en", "dark"), (360, "en", "light")],
)
def test_nobody_is_hindered(
    live_shop: Shop, visit: drive.Visits, now: datetime, width: int, language: str, theme: str
) -> None:
    first, second = customers(live_shop, now)
    paths = ["/customers/", f"/customers/{first}/", f"/customers/{first}/merge/{second}/", "/customers/new/",
             "/desk/?q=wxc", f"/desk/{first}/", "/people/", f"/people/{live_shop.clerk.pk}/", "/people/new/",
             "/settings/", "/settings/hours/", "/me/", "/nowhere/"]  # fmt: skip
    if (width, language) in ((360, "zh-hans"), (1280, "en")):
        paths = paths[1:5]  # the other two see every page
    page = visit(live_shop.manager, paths[0], width=width, language=language, theme=theme)
    for path in paths:
        page.goto(visit.base + path)
        assert (path, drive.too_wide(page)) == (path, False)
        assert (path, drive.untranslated(page, language, NAMES)) == (path, [])
        assert (path, drive.axe(page)) == (path, [])
    for path in ("/sign-in/",):
        stranger = visit(None, path, width=width, language=language, theme=theme)
        assert drive.axe(stranger) == [] and drive.untranslated(stranger, language) == []


def test_the_desk_finds_while_one_types_and_opens_by_keys(live_shop: Shop, visit: drive.Visits, now: datetime) -> None:
    customers(live_shop, now)
    page = visit(live_shop.clerk, "/customers/")
    page.keyboard.press("/")
    page.keyboard.type("8888")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/?q=8888")
    page.fill("#desk-search", "wxc")
    page.wait_for_selector("#found >> text=王晓春")
    page.focus("#desk-search")
    page.keyboard.press("Enter")
    page.wait_for_selector("#caller >> text=138****1037")
    page.click("#caller details:has([value=phone]) summary")
    page.click("#caller [name=reason] >> nth=0")
    page.wait_for_selector("#caller >> text=13805711037")
    assert visit.errors == []


def test_lines_grow_by_enter_and_are_saved(live_shop: Shop, visit: drive.Visits) -> None:
    page = visit(live_shop.manager, "/people/new/")
    page.fill("#f-full_name", "赵敏")
    page.fill("#f-sign_in", "zhao")
    page.select_option("#f-roles-0-role", "clerk")
    page.focus("#f-roles-0-ends")
    page.keyboard.press("Enter")
    page.select_option("#f-roles-1-role", "manager")
    page.click(".form-foot .btn-primary")
    page.wait_for_selector("h1 >> text=赵敏")
    assert page.locator(".rows li:has-text('前台')").count() == 1
    assert page.locator(".rows li:has-text('客服主管')").count() == 1
    assert visit.errors == []


def test_what_was_typed_comes_back_after_the_page_was_lost(live_shop: Shop, visit: drive.Visits) -> None:
    page = visit(live_shop.clerk, "/customers/new/")
    page.fill("#f-full_name", "周雨桐")
    page.fill(
        "#f-place-text" if page.locator("#f-place-text").count() else "#f-address-text",
        "杭州市西湖区文三路18号2幢501室",
    )
    page.press("#f-address-text", "Tab")
    expect(page.locator("#f-address-door")).to_have_value("501室")
    page.wait_for_timeout(400)
    page.reload()
    assert page.input_value("#f-full_name") == "周雨桐"
    page.click(".form-foot .btn-primary")
    page.wait_for_selector("h1 >> text=周雨桐")
    page.goto(visit.base + "/customers/new/")
    assert page.input_value("#f-full_name") == ""
    assert visit.errors == []


def test_a_list_filters_without_losing_the_box(live_shop: Shop, visit: drive.Visits, now: datetime) -> None:
    customers(live_shop, now)
    page = visit(live_shop.clerk, "/customers/")
    page.click("#filter-q")
    page.keyboard.type("zlh")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("#filter-q")).to_be_focused()
    assert "q=zlh" in page.url
    assert visit.errors == []
