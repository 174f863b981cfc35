"""Importing by page: a book comes in as open cases, bad rows are shown where they stand, half-finished orders go on."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from aftercare.cases.models import Case, OpenTask
from aftercare.cases.queries import clause_figures, mine, my_day
from aftercare.imports import jobs
from aftercare.imports.models import ImportRun
from aftercare.orders.models import Order, Product
from aftercare.people.models import Person
from aftercare.people.queries import actor_for
from aftercare.simulation import company
from aftercare.simulation.orderbook import SoldOrder, order_book
from aftercare.simulation.workbooks import files
from tests.shop import TODAY
from tests.web.test_pages import token

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ClientFor = Callable[..., Client]


@pytest.fixture
def service(db: None, now: datetime, client_for: ClientFor) -> Client:
    """The service manager of the invented company, who may import."""
    company.found(now, "spring-water-42")
    return signed_in(client_for, Person.objects.get(sign_in="service"), now)


def signed_in(client_for: ClientFor, person: Person, now: datetime) -> Client:
    client = client_for(person)
    session = client.session
    session["since"] = now.isoformat()
    session.save()
    return client


def upload(client: Client, data: bytes, name: str, **fields: str) -> str:
    posted = {"form_token": token(client.get("/imports/")), "file": SimpleUploadedFile(name, data), **fields}
    response = client.post("/imports/", posted)
    assert response.status_code == 303, re.findall(r'class="refusal".*?</div>', response.content.decode(), re.S)
    return str(response.headers["Location"])


def test_a_small_order_book_becomes_open_cases(service: Client, client_for: ClientFor, now: datetime) -> None:
    made, manifest = files(order_book(1, TODAY, 60), 1)
    about = manifest["order-book.xlsx"]
    boss = signed_in(client_for, Person.objects.get(sign_in="boss"), now)
    prices = upload(boss, made["price-list.xlsx"], "price-list.xlsx")
    boss.post(f"{prices}start/", {"how": "whole"})
    jobs.run_waiting(now)
    assert "查看商品" in boss.get(prices).content.decode() and Product.objects.exists()
    where = upload(service, made["order-book.xlsx"], "order-book.xlsx")
    html = service.get(where).content.decode()
    assert f"导入 {about['good']} 张订单" in html and not Order.objects.exists()
    places = {f"{one['sheet']}</span> · 第 {one['row']} 行 · {one['column']} 列" for one in about["faults"]}
    assert {place for place in places if place not in html} == set()
    assert service.post(f"{where}start/", {"how": "whole"}).status_code == 422
    assert service.post(f"{where}start/", {"how": "good"}).status_code == 303
    assert "排队中" in service.get(f"{where}state/", headers={"HX-Request": "true"}).content.decode()
    jobs.run_waiting(now)
    assert Case.objects.count() == Order.objects.exclude(case_id=None).count() == about["good"]
    assert service.get(f"{where}state/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == where
    done = service.get(where).content.decode()
    assert "导入完成" in done and f"<strong>{about['good']}</strong>" in done
    mend = b"".join(service.get(f"{where}bad-rows.xlsx"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(mend)).get_sheet_by_index(0).to_python()
    assert len(rows) - 1 == ImportRun.objects.latest("pk").summary["bad"] and "导入问题" in rows[0][-1]
    again = service.get(upload(service, made["order-book.xlsx"], "order-book.xlsx")).content.decode()
    assert "没有可导入的内容" in again


def test_the_encoding_is_asked_for_and_the_answer_kept(service: Client, now: datetime) -> None:
    store = str(Person.objects.get(full_name="陈晓梅").memberships.get().store_id)
    where = upload(service, "name,phone\n牛儿,13912345678\n".encode("gb18030"), "k.csv", **{"f.store": store})
    html = service.get(where).content.decode()
    assert "哪一项文字显示正常" in html and "牛儿" in html
    assert service.post(f"{where}answer/", {"encoding": "utf-8"}).status_code == 422
    assert service.post(f"{where}answer/", {"encoding": "gb18030"}).headers["Location"] == where
    assert "导入 1 位客户" in service.get(where).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"%PDF-1.7 ...", "不是表格文件"), (("沙发,餐桌,茶几\n" * 9).encode(), "没有找到表头"), (b"", "空的")],
)
def test_what_is_no_table_is_refused_with_a_sentence(service: Client, data: bytes, said: str) -> None:
    form = {"form_token": token(service.get("/imports/")), "file": SimpleUploadedFile("x.xlsx", data)}
    response = service.post("/imports/", form)
    assert response.status_code == 422 and said in response.content.decode()
    assert not ImportRun.objects.exists()


def test_an_import_is_stopped_before_it_began(service: Client, now: datetime) -> None:
    where = upload(service, (SAMPLES / "customers-gbk.csv").read_bytes(), "customers.csv")
    service.post(f"{where}start/", {"how": "good"})
    assert service.post(f"{where}cancel/").status_code == 303
    jobs.run_waiting(now)
    html = service.get(where).content.decode()
    assert "已停止" in html and "先导入正确的行" in html


def test_prices_need_the_right_to_set_them(service: Client, client_for: ClientFor, now: datetime) -> None:
    where = upload(service, (SAMPLES / "price-list.xlsx").read_bytes(), "prices.xlsx")
    assert service.post(f"{where}start/", {"how": "good"}).status_code == 403
    assert signed_in(client_for, Person.objects.get(sign_in="warehouse"), now).get("/imports/").status_code == 403


def still_to_do(order: SoldOrder) -> set[str]:
    """What a salesperson has still to do for an order in this state, told from the shop's manual."""
    stage = order.stage
    assert stage
    waiting = set() if stage.agreed else {"agree_date"}
    if not stage.issued:
        return waiting | {"contract"}
    hands = {1: {"hand_finance_copy"}, 2: {"hand_service_copy", "demand_sheet"}, 3: {"hand_customer_copy"}}
    for copy, tasks in hands.items():
        waiting |= set() if copy in stage.copies else tasks
    return waiting if stage.agreed else waiting | {"confirm_contents"}


def test_two_hundred_half_finished_orders_go_on_where_they_stand(
    service: Client, client_for: ClientFor, now: datetime
) -> None:
    where = upload(service, (SAMPLES / "half-finished-200.xlsx").read_bytes(), "half-finished-200.xlsx")
    assert service.post(f"{where}start/", {"how": "good"}).status_code == 303
    jobs.run_waiting(now)
    assert Case.objects.exclude(adopted_at=None).count() == 200
    assert clause_figures(actor_for(Person.objects.get(sign_in="boss").pk, now), now - timedelta(days=3650)) == {}
    book = order_book(1, TODAY).half_finished
    seller = min({order.seller for order in book}, key=lambda name: sum(order.seller == name for order in book))
    expected = {(order.number, task) for order in book if order.seller == seller for task in still_to_do(order)}
    person = Person.objects.get(full_name=seller)
    monday = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    day = my_day(actor_for(person.pk, monday), monday, monday.replace(hour=23))
    numbers = dict(Order.objects.values_list("case_id", "number"))
    waiting = OpenTask.objects.filter(mine(actor_for(person.pk, monday)))
    assert {(numbers[case], key) for case, key in waiting.values_list("case_id", "key")} == expected
    shown = [(numbers[row.case_id], row.key) for row in (*day.overdue, *day.today, *day.next)]
    assert set(shown) <= expected and len(shown) >= min(len(expected), 50)
    page = signed_in(client_for, person, now).get("/day/").content.decode()
    assert [row.case.number for row in (*day.overdue, *day.today) if row.case.number not in page] == []
