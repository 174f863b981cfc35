"""The list of greetings in a browser: narrow and wide, both languages, one press or one key per customer."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare import clock
from aftercare.cases.models import Case
from aftercare.cases.starts import run_starts
from aftercare.customers.actions import NewCustomer, NewPhone, add_special_day, create_customer, make_file
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Person
from tests.showroom import Showroom, open_showroom
from tests.web import drive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("王小明", "李小红", "王芳", "安居家具", "生日", "城东店")


@pytest.fixture
def shop(transactional_db: None, live_server: Any) -> Showroom:
    return open_showroom()


def people(shop: Showroom) -> tuple[int, list[int]]:
    """(case, customers) of a list of today."""
    found = []
    for name in ("王小明", "李小红"):
        new = NewCustomer(name, store=shop.store, birthday=f"{clock.now():%m-%d}", phones=(NewPhone("13900000001"),))
        found.append(create_customer(new, SYSTEM, clock.now()).id)
    run_starts(clock.now())
    return Case.objects.get(procedure="greetings").pk, found


def service(shop: Showroom) -> Person:
    return Person.objects.get(pk=shop.people["service"])


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(1280, "zh-hans", "light"), (360, "zh-hans", "dark"), (360, "en", "light")]
)
def test_nobody_is_hindered(shop: Showroom, visit: drive.Visits, width: int, language: str, theme: str) -> None:
    case, (first, _) = people(shop)
    add_special_day(first, "结婚纪念日", "10-01", False, SYSTEM, clock.now())
    make_file(first, SYSTEM, clock.now())
    page = visit(service(shop), "/day/", width=width, language=language, theme=theme)
    wrong: list[Any] = []
    addresses = (f"/cases/{case}/rows/greet/", f"/customers/{first}/", "/customers/birthday-missing/")
    for n, path in enumerate(addresses):
        visit.errors.clear()
        page.goto(visit.base + path)
        wrong += [(path, error) for error in visit.errors]
        drive.shoot(page, f"worksheet-{n}-{width}-{language}")
        wrong += [(path, "too wide")] if drive.too_wide(page) else []
        wrong += [(path, text) for text in drive.untranslated(page, language, NAMES)]
        wrong += [(path, one) for one in drive.axe(page)]
    assert not wrong, "\n".join(map(str, wrong))


def test_by_keys_alone_a_greeting_is_entered_and_the_row_is_done(shop: Showroom, visit: drive.Visits) -> None:
    case, (first, second) = people(shop)
    page = visit(service(shop), f"/cases/{case}/rows/greet/")
    page.focus(f"#row-{first} button[value=wechat]")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#row-{first}.tone-kept")
    assert page.evaluate("document.activeElement.closest('li')?.id") == f"row-{first}"  # the place in the list is kept
    page.click(f"#row-{first} summary")
    page.select_option(f"#row-{first} select", "wants")
    page.click(f"#row-{first} details button")
    page.wait_for_selector(f"#row-{first} [role=alert]")
    page.fill(f"#row-{first}-wish", "新餐桌")
    page.click(f"#row-{first} details button")
    page.wait_for_selector(f"#row-{first}.tone-kept:not(:has([role=alert]))")
    assert Case.objects.filter(procedure="follow_up", customer_id=first).count() == 1
    assert "tone-open" in page.get_attribute(f"#row-{second}", "class")
