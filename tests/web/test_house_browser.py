"""What only a browser shows of the house's pages: nobody is hindered, an upload runs to its end before one's eyes."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from aftercare.documents.models import Document, Printer
from aftercare.imports import actions, jobs
from aftercare.orders.actions import load_price_list
from aftercare.orders.models import Order, Product
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Person
from aftercare.people.queries import actor_for
from aftercare.simulation import company
from aftercare.simulation.orderbook import order_book
from aftercare.simulation.workbooks import files
from tests.shop import TODAY
from tests.showroom import GOODS
from tests.web import drive
from tests.web.floor import Floor, far_along, open_floor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATA = ("前台针式打印机", "安居家具", "三人位布艺沙发", "实木餐椅", "王建国", "GBK", "CSV", "Windows",
        "Linux", "macOS", "CUPS", "Excel", "PDF", "Custom", "gb18030", "utf", "Ctrl+Shift+P")  # fmt: skip


@pytest.fixture
def floor(transactional_db: None, now: datetime) -> Floor:
    found = open_floor()
    far_along(found)
    rows = [{"code": one["code"], "name": one["name"], "list_price": one["list_price"]} for one in GOODS]
    load_price_list(SYSTEM, now, "价格表.xlsx", "a" * 64, rows)
    Printer.objects.create(store_id=found.shop.store, name="前台针式打印机", paper="continuous_241", offset_x_mm=2)
    return found


def addresses(floor: Floor, now: datetime) -> list[str]:
    boss = floor.shop.actor("general_manager")
    made, _about = files(order_book(1, TODAY, 60), 1)
    run = actions.start(made["order-book.xlsx"], "order-book.xlsx", boss, now, TODAY).pk
    question = actions.receive(
        "name,phone\n牛儿,13912345678\n".encode("gb18030"), "k.csv", boss, now, TODAY, actions.Choices()
    ).pk
    empty = actions.start((GOOD_CUSTOMERS).encode(), "c.csv", boss, now, TODAY, actions.Choices(store=floor.shop.store))
    actions.ask_start(empty.pk, boss, now)
    jobs.run_waiting(now)
    paper, printer, product = Document.objects.first(), Printer.objects.get(), Product.objects.first()
    assert paper and product
    return [
        "/imports/", f"/imports/{run}/", f"/imports/{question}/", f"/imports/{empty.pk}/", "/products/",
        f"/products/{product.pk}/", "/products/new/", "/products/prices/", "/papers/", f"/papers/{paper.pk}/",
        f"/check/{paper.number}/?code={paper.check_code}", "/printers/", f"/printers/{printer.pk}/", "/printers/guide/",
        "/money/", "/money/outstanding/", "/me/keys/", "/me/", "/audit/",
    ]  # fmt: skip


GOOD_CUSTOMERS = "客户姓名,联系电话\n李小满,13912345679\n张丽华,13912345670\n"


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "zh-hans", "light"), (360, "zh-hans", "dark"), (1280, "en", "dark"), (390, "en", "light")],
)
def test_nobody_is_hindered(
    floor: Floor, visit: drive.Visits, now: datetime, width: int, language: str, theme: str
) -> None:
    paths = addresses(floor, now)
    page = visit(floor.person("general_manager"), paths[0], width=width, language=language, theme=theme)
    names = (*DATA, *Person.objects.values_list("full_name", flat=True))
    wrong: list[Any] = []
    for path in paths:
        page.goto(visit.base + path)
        drive.shoot(page, f"house-{width}-{language}-{theme}-{path.strip('/').split('?')[0].replace('/', '-')}")
        found = [drive.too_wide(page), drive.untranslated(page, language, names), list(visit.errors), drive.axe(page)]
        wrong += [(path, found)] if any(found) else []
        visit.errors.clear()  # axe itself tries styles that the page's policy refuses
    stranger = visit(None, "/check/", width=width, language=language, theme=theme)
    assert not wrong, "\n".join(map(str, wrong))
    assert drive.axe(stranger) == [] and not drive.too_wide(stranger)


def test_an_upload_runs_to_its_end_before_ones_eyes(
    transactional_db: None, visit: drive.Visits, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.found(now, "spring-water-42")
    made, _about = files(order_book(1, TODAY, 60), 1)
    boss = actor_for(Person.objects.get(sign_in="boss").pk, now)
    actions.apply(actions.plan(made["price-list.xlsx"], "p.xlsx", boss, TODAY), boss, now)
    book = tmp_path / "order-book.xlsx"
    book.write_bytes(made["order-book.xlsx"])
    monkeypatch.setattr(jobs, "open_case_of", slowly)
    page = visit(Person.objects.get(sign_in="service"), "/imports/")
    page.set_input_files("#file", str(book))
    page.keyboard.press("Tab")
    page.click(".form-foot .btn-primary")
    page.wait_for_selector("#to-mend tbody tr")
    drive.shoot(page, "house-import-tried")
    page.click(".form-foot .btn-primary")
    page.wait_for_selector("#progress progress")
    worker = threading.Thread(target=work, args=(now,))
    worker.start()
    page.set_default_timeout(30_000)
    page.wait_for_selector("#progress progress[max]")
    drive.shoot(page, "house-import-running")
    page.wait_for_selector(".result")
    worker.join()
    expect(page.locator(".result")).to_be_focused()
    assert Order.objects.exclude(case_id=None).count() == Order.objects.count() > 0
    with page.expect_download() as saved:
        page.click("#to-mend a[download]")
    assert saved.value.suggested_filename.startswith("to-mend-")
    assert visit.errors == []


_open = jobs.open_case_of


def slowly(order: int, adopt: Mapping[str, Any] | None, actor: Actor, now: datetime) -> object:
    time.sleep(0.05)
    return _open(order, adopt, actor, now)


def work(now: datetime) -> None:
    try:
        jobs.run_waiting(now)
    finally:
        connections.close_all()
