"""Pages of the house: catalogue, papers, printers, money, keys, the trail, and the check that strangers may make."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from aftercare.audit.models import Trace
from aftercare.documents.models import Document, Printer, PrintLog
from aftercare.orders.models import Product
from aftercare.people.models import Token
from tests.web.floor import Floor, far_along, open_floor
from tests.web.test_pages import send, token

ClientFor = Callable[..., Client]


@pytest.fixture
def floor(db: None) -> Floor:
    found = open_floor()
    far_along(found)
    return found


@pytest.fixture
def boss(floor: Floor, client_for: ClientFor) -> Client:
    return client_for(floor.person("general_manager"))


def add_product(client: Client, **fields: Any) -> Product:
    given = {"f__code": "SF-101", "f__name": "三人位布艺沙发", "f__list_price": "4800", "f__active": "1", **fields}
    response = send(client, "/products/new/", **given)
    assert response.status_code == 303, response.content.decode()
    return Product.objects.get(code=given["f__code"])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(floor: Floor, client_for: ClientFor, language: str) -> None:
    client = client_for(floor.person("general_manager"), language)
    product = add_product(client)
    printer = Printer.objects.create(store_id=floor.shop.store, name="前台", paper="continuous_241")
    paper = Document.objects.first()
    assert paper
    pages = [
        "/imports/", "/products/", "/products/?q=sf&all=1", f"/products/{product.pk}/", f"/products/{product.pk}/edit/",
        "/products/new/", "/products/prices/", "/papers/", "/papers/?state=open&kind=sales_contract&since=2026-11-01",
        "/papers/?state=valid", "/papers/?state=void", "/papers/?state=replaced", f"/papers/{paper.pk}/", "/check/",
        "/printers/", "/printers/new/", f"/printers/{printer.pk}/", "/printers/guide/", "/money/",
        "/money/?since=2026-11-01&way=card", "/money/export/", "/money/export/?format=csv", "/money/outstanding/",
        "/money/outstanding/?q=王", "/me/keys/", "/audit/",
        "/audit/?action=documents.issue&kind=document&since=2026-11-01",
        "/filling/", "/imports/samples/price-list.xlsx",
    ]  # fmt: skip
    answers = {page: client.get(page).status_code for page in pages}
    assert {page: code for page, code in answers.items() if code != 200} == {}


def test_a_product_is_entered_changed_and_found(boss: Client) -> None:
    product = add_product(boss)
    assert "三人位布艺沙发" in boss.get("/products/?q=srwby").content.decode()
    form = {"f.name": "三人位布艺沙发", "f.list_price": "4500.50", "f.unit": "套", "version": str(product.version)}
    stored = boss.get(f"/products/{product.pk}/edit/")
    assert 'value="4800.00"' in stored.content.decode()
    first = boss.post(f"/products/{product.pk}/edit/", {**form, "form_token": token(stored)})
    assert first.status_code == 303
    late = boss.post(
        f"/products/{product.pk}/edit/", {**form, "f.unit": "件", "form_token": token(boss.get("/products/new/"))}
    )
    assert late.status_code == 409
    product.refresh_from_db()
    assert (product.list_price, product.unit, product.active) == (450050, "套", False)
    assert "三人位布艺沙发" not in boss.get("/products/").content.decode()
    again = send(boss, "/products/new/", f__code="SF-101", f__name="x", f__list_price="1")
    assert again.status_code == 409 and "货号已存在" in again.content.decode()


def test_a_paper_shows_its_copies_and_who_printed_it_where(floor: Floor, boss: Client) -> None:
    paper = Document.objects.get(kind="sales_contract")
    printer = Printer.objects.create(store_id=floor.shop.store, name="前台针式", paper="continuous_241", offset_x_mm=2)
    assert paper.number in boss.get("/papers/?q=" + paper.number[-4:]).content.decode()
    shown = boss.post(f"/papers/{paper.pk}/print/{printer.pk}/").headers["Location"]
    pdf = boss.get(shown)
    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert PrintLog.objects.get().printer == printer
    html = boss.get(f"/papers/{paper.pk}/").content.decode()
    assert "赵立新" in html and "第 1 次打印" in html and "前台针式" in html


def test_anybody_may_check_a_paper_but_not_guess(floor: Floor, client: Client) -> None:
    paper = Document.objects.get(kind="sales_contract")
    code = f"{paper.check_code[:5]}-{paper.check_code[5:]}".lower()
    page = client.get("/check/", {"number": paper.number, "code": code}).content.decode()
    assert "真实有效" in page and paper.number in page and "今天" in page
    assert "王建国" not in page and "6,600" not in page and "13800138000" not in page
    assert "真实有效" in client.get(f"/check/{paper.number}/?code={paper.check_code}").content.decode()
    wrong = client.get("/check/", {"number": paper.number, "code": "AAAAA-AAAAA"}).content.decode()
    assert "查无此单" in wrong
    for _ in range(28):
        client.get("/check/", {"number": paper.number, "code": "AAAAA-AAAAA"})
    assert client.get("/check/", {"number": paper.number, "code": code}).status_code == 429


def test_a_printer_keeps_its_offsets_and_prints_a_test_page(floor: Floor, boss: Client) -> None:
    form = {"f__store": str(floor.shop.store), "f__name": "财务室", "f__paper": "continuous_241",
            "f__offset_x_mm": "-1.5", "f__offset_y_mm": "2", "f__scale": "1.01"}  # fmt: skip
    assert send(boss, "/printers/new/", **form).status_code == 303
    printer = Printer.objects.get()
    assert (float(printer.offset_x_mm), float(printer.scale)) == (-1.5, 1.01)
    far = send(boss, f"/printers/{printer.pk}/", **{**form, "f__offset_x_mm": "80"})
    assert far.status_code == 422 and 'href="#f-offset_x_mm"' in far.content.decode()
    assert boss.get(f"/printers/{printer.pk}/test.pdf").content.startswith(b"%PDF")


def test_the_day_book_adds_up_by_way_and_store(boss: Client) -> None:
    html = boss.get("/money/").content.decode()
    assert "¥2,000.00" in html and "POS-0017" in html
    part = boss.get("/money/?way=cash", headers={"HX-Request": "true"}).content.decode()
    assert 'id="sums" hx-swap-oob="true"' in part and "¥2,000.00" not in part
    assert "没有" in boss.get("/money/?since=2026-11-01&until=2026-11-02").content.decode()
    csv = boss.get("/money/export/?format=csv").content.decode("utf-8-sig")
    assert "2000.00" in csv and Trace.objects.filter(action="exports.money").count() == 1
    owed = boss.get("/money/outstanding/").content.decode()
    assert "¥4,600.00" in owed


def test_a_key_is_shown_once_works_and_dies(floor: Floor, boss: Client) -> None:
    form = {"f.name": "财务软件", "f.good_for": "30", "f.scopes": ["orders.see"]}
    page = boss.post("/me/keys/new/", form).content.decode()
    raw = re.search(r'value="(ac_\w+)"', page)
    assert raw and raw[1] not in boss.get("/me/keys/").content.decode()
    key = {"Authorization": f"Bearer {raw[1]}"}
    assert Client().get("/api/orders", headers=key).status_code == 200
    assert Client().get("/api/people", headers=key).status_code == 403
    row = Token.objects.get()
    assert row.expires_at and timedelta(days=30) <= row.expires_at - row.created_at < timedelta(days=31)
    assert boss.post(f"/me/keys/{row.pk}/revoke/", {"form_token": token(boss.get("/me/keys/"))}).status_code == 303
    assert Client().get("/api/orders", headers=key).status_code == 401
    assert boss.post("/me/keys/new/", {"f.name": ""}).status_code == 422


def test_ending_sessions_leaves_only_this_one(floor: Floor, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(floor.person("sales"), backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["since"] = (now - timedelta(hours=1)).isoformat()
        session.save()
    assert there.get("/me/keys/").status_code == 200
    assert here.post("/me/sessions/end/").status_code == 303
    assert here.get("/me/keys/").status_code == 200 and there.get("/me/keys/").status_code == 303


def test_the_trail_is_filtered_and_only_for_who_may_see_it(floor: Floor, boss: Client, client_for: ClientFor) -> None:
    paper = Document.objects.get(kind="sales_contract")
    html = boss.get(f"/audit/?kind=document&what={paper.pk}").content.decode()
    assert "开具单据" in html and f'href="/papers/{paper.pk}/"' in html
    assert "没有符合" in boss.get("/audit/?until=2020-01-01").content.decode()
    assert client_for(floor.person("finance")).get("/audit/").status_code == 403


def test_the_demo_says_how_far_it_is(boss: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercare.simulation.filling.noted", lambda: {"done": 3, "of": 10, "ended": False})
    assert 'id="filling"' not in boss.get("/me/keys/").content.decode()
    settings.MODE = "demo"
    assert 'max="10" value="3"' in boss.get("/me/keys/").content.decode()
    monkeypatch.setattr("aftercare.simulation.filling.noted", lambda: {"done": 10, "of": 10, "ended": True})
    assert boss.get("/filling/").content.strip() == b""
    failed = {"done": 0, "of": 1, "ended": False, "failed": True}
    monkeypatch.setattr("aftercare.simulation.filling.noted", lambda: failed)
    told = boss.get("/filling/").content.decode()
    assert 'role="alert"' in told and "hx-trigger" not in told
