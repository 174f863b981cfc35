"""Stories told through pages: signing in, the first run, customers, people, the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from aftercare.customers.actions import NewCustomer, NewPhone, create_customer
from aftercare.customers.models import Customer
from aftercare.people.actor import SYSTEM
from aftercare.people.models import ClosingDay, Company, Leave, Person, Store
from tests.web.conftest import PASSWORD, Shop

Clients = Callable[..., Client]


def token(response: Any) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


def send(client: Client, path: str, **fields: Any) -> Any:
    """Opens the form, fills it in, sends it."""
    posted = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post(path, {"form_token": token(client.get(path)), **posted})


@pytest.fixture
def wang(shop: Shop, now: datetime) -> int:
    new = NewCustomer("王晓春", store=shop.centre.pk, phones=(NewPhone("13805711037"),))
    return create_customer(new, SYSTEM, now).id


# --- in and out


def test_first_run_opens_the_house_once(db: None, client: Client) -> None:
    assert client.get("/").headers["Location"] == "/first-run/"
    form = {
        "f.company": "安居家具",
        "f.store": "中心店",
        "f.full_name": "陈立新",
        "f.sign_in": "chen",
        "password": PASSWORD,
    }
    assert client.post("/first-run/", {**form, "again": "another-one-1"}).status_code == 422
    assert not Company.objects.exists()
    assert client.post("/first-run/", {**form, "again": PASSWORD}).headers["Location"] == "/settings/"
    assert client.get("/settings/").status_code == 200
    assert Store.objects.get().name == {"zh": "中心店", "en": "中心店"}
    assert Client().get("/first-run/").status_code == 404


def test_a_weak_password_keeps_what_was_typed(db: None, client: Client) -> None:
    form = {"f.company": "安居家具", "f.store": "中心店", "f.full_name": "陈立新", "f.sign_in": "chen"}
    response = client.post("/first-run/", {**form, "password": "123", "again": "123"})
    assert response.status_code == 422
    assert 'value="安居家具"' in response.content.decode()


def test_invited_sign_in_and_out(shop: Shop, client_for: Clients) -> None:
    page = client_for(shop.manager).post(f"/people/{shop.clerk.pk}/link/", {"purpose": "invite"}).content.decode()
    link = re.search(r"http://testserver(/password/\w+/)", page)
    assert link
    stranger = Client()
    assert stranger.post(link[1], {"password": PASSWORD, "again": PASSWORD}).headers["Location"] == "/"
    assert stranger.get("/customers/").status_code == 200
    assert stranger.post("/sign-out/").status_code == 303
    assert stranger.get("/customers/").headers["Location"] == "/sign-in/?next=%2Fcustomers%2F"
    wrong = stranger.post("/sign-in/", {"name": "clerk", "password": "wrong"})
    assert wrong.status_code == 422 and 'value="clerk"' in wrong.content.decode()
    right = stranger.post("/sign-in/", {"name": "clerk", "password": PASSWORD, "next": "/customers/?q=1"})
    assert right.headers["Location"] == "/customers/?q=1"
    assert Client().post(link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    "address", ["https://elsewhere.test/", "//elsewhere.test", "javascript:1", "/\\elsewhere.test"]
)
def test_signing_in_leads_nowhere_else(shop: Shop, client_for: Clients, address: str) -> None:
    assert client_for(shop.clerk).get("/sign-in/", {"next": address}).headers["Location"] == "/"


def test_language_and_look_are_remembered(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.clerk)
    client.post("/choose/language/", {"language": "en", "back": "/customers/"})
    client.post("/choose/theme/", {"theme": "dark", "back": "/customers/"})
    html = client.get("/customers/").content.decode()
    assert '<html lang="en"' in html and 'data-bs-theme="dark"' in html
    shop.clerk.refresh_from_db()
    assert (shop.clerk.language, shop.clerk.theme) == ("en", "dark")


def test_a_new_password_ends_sessions_elsewhere(shop: Shop, client_for: Clients) -> None:
    link = re.search(
        r"(/password/\w+/)", client_for(shop.manager).post(f"/people/{shop.clerk.pk}/link/").content.decode()
    )
    assert link
    here, there = Client(), Client()
    here.post(link[1], {"password": PASSWORD, "again": PASSWORD})
    there.post("/sign-in/", {"name": "clerk", "password": PASSWORD})
    changed = here.post("/me/password/", {"old": PASSWORD, "password": PASSWORD + "x", "again": PASSWORD + "x"})
    assert changed.status_code == 303 and here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 303


# --- customers


def test_a_customer_is_entered_once_however_often_the_form_is_sent(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.clerk)
    form = {"form_token": token(client.get("/customers/new/")), "f.full_name": "张丽华", "f.phone": "13905718888",
            "f.store": str(shop.centre.pk)}  # fmt: skip
    first, again = client.post("/customers/new/", form), client.post("/customers/new/", form)
    assert first.headers["Location"] == again.headers["Location"]
    assert Customer.objects.count() == 1


def test_a_refused_form_keeps_what_was_typed_and_may_be_sent_again(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.clerk)
    form = {"form_token": token(client.get("/customers/new/")), "f.full_name": "张丽华", "f.phone": "1390571",
            "f.store": str(shop.centre.pk)}  # fmt: skip
    refused = client.post("/customers/new/", form)
    html = refused.content.decode()
    assert refused.status_code == 422 and 'value="1390571"' in html and 'href="#f-phone"' in html
    assert client.post("/customers/new/", {**form, "f.phone": "13905718888"}).status_code == 303


def test_two_people_edit_and_the_second_sees_what_the_first_saved(shop: Shop, client_for: Clients, wang: int) -> None:
    first, second = client_for(shop.manager), client_for(shop.clerk)
    path = f"/customers/{wang}/edit/"
    form = {"version": "1", "f.full_name": "王晓春", "f.kind": "person", "f.store": str(shop.centre.pk)}
    tokens = [token(client.get(path)) for client in (first, second)]
    assert first.post(path, {**form, "form_token": tokens[0], "f.notes": "下午送货"}).status_code == 303
    late = second.post(path, {**form, "form_token": tokens[1], "f.notes": "上午送货"})
    html = late.content.decode()
    assert late.status_code == 409 and "下午送货" in html and "上午送货" in html and 'name="version" value="2"' in html
    assert (
        second.post(path, {**form, "version": "2", "form_token": tokens[1], "f.notes": "上午送货"}).status_code == 303
    )
    assert Customer.objects.get(pk=wang).notes == "上午送货"


def test_a_phone_is_masked_until_somebody_says_why(shop: Shop, client_for: Clients, wang: int) -> None:
    client = client_for(shop.clerk)
    phone = Customer.objects.get(pk=wang).phones.get()
    for path in ("/customers/", f"/customers/{wang}/", "/desk/?q=wxc", f"/customers/{wang}/edit/"):
        assert b"13805711037" not in client.get(path).content
    asked = {"what": "phone", "item": str(phone.pk)}
    assert client.post(f"/customers/{wang}/reveal/", asked).status_code == 422
    assert b"13805711037" in client.post(f"/customers/{wang}/reveal/", {**asked, "reason": "回电客户"}).content


def test_two_entries_become_one_and_two_again(shop: Shop, client_for: Clients, wang: int, now: datetime) -> None:
    other = create_customer(
        NewCustomer("王小春", store=shop.centre.pk, phones=(NewPhone("13905718888"),)), SYSTEM, now
    ).id
    client = client_for(shop.manager)
    assert f"/customers/{wang}/merge/{other}/" in client.get(f"/customers/{wang}/same/?q=王小春").content.decode()
    merged = send(client, f"/customers/{wang}/merge/{other}/", choose__full_name="other")
    assert Customer.objects.get(pk=wang).full_name == "王小春"
    assert send(client, merged.headers["Location"]).status_code == 303
    assert Customer.objects.get(pk=wang).full_name == "王晓春"


def test_the_desk_finds_by_initials_and_offers_a_new_entry(shop: Shop, client_for: Clients, wang: int) -> None:
    client = client_for(shop.clerk)
    found = client.get("/desk/", {"q": "wxc"}, headers={"HX-Request": "true"}).content.decode()
    assert "王晓春" in found and "<html" not in found
    nobody = client.get("/desk/", {"q": "13712345678"}).content.decode()
    assert "/customers/new/?q=13712345678" in nobody
    assert 'value="13712345678"' in client.get("/customers/new/?q=13712345678").content.decode()


def test_a_list_pages_by_key_and_ignores_nonsense(shop: Shop, client_for: Clients, now: datetime) -> None:
    for number in range(60):
        create_customer(
            NewCustomer(f"顾客{number:02d}", store=shop.centre.pk), SYSTEM, now - timedelta(minutes=number // 2)
        )
    client = client_for(shop.clerk)
    html = client.get("/customers/").content.decode()
    more = re.search(r'href="(/customers/\?after=[^"]+)"', html)
    assert html.count("data-row>") == 50 and more
    assert client.get(more[1]).content.decode().count("data-row>") == 10
    for query in ("after=%00", "after=bnVsbA", "sort=-password", "mark=x'--", "after=W3RydWVd", "q=%00"):
        assert client.get(f"/customers/?{query}").status_code == 200


def test_a_view_is_kept_by_name_and_belongs_to_one_person(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.clerk)
    client.post("/views/", {"page": "customers", "name": "贵宾", "query": "mark=vip", "back": "/customers/"})
    html = client.get("/customers/?mark=vip").content.decode()
    drop = re.search(r'action="(/views/\d+/drop/)"', html)
    assert drop and "贵宾" in html
    assert "贵宾" not in client_for(shop.manager).get("/customers/").content.decode()
    assert client_for(shop.manager).post(drop[1]).status_code == 404
    assert client.post(drop[1]).status_code == 303


# --- people and calendar


def test_somebody_new_with_a_role_goes_on_leave_and_comes_back(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.manager)
    fields = {"f.roles.0.role": "clerk", "f.roles.0.store": str(shop.east.pk), "f.language": "zh-hans"}
    form = {"form_token": token(client.get("/people/new/")), "f.full_name": "赵敏", "f.sign_in": "zhao", **fields}
    where = client.post("/people/new/", form).headers["Location"]
    person = Person.objects.get(sign_in="zhao")
    assert where == f"/people/{person.pk}/" and person.memberships.get().store == shop.east
    days = {"f__starts": "2026-11-20", "f__ends": "2026-11-30", "f__deputy": str(shop.clerk.pk)}
    assert send(client, f"{where}leave/", **days).status_code == 303
    page = client.get(where).content.decode()
    assert "李小满" in page and "休假中" in page
    leave = Leave.objects.get()
    assert client.post(f"{where}leave/{leave.pk}/end/", {"form_token": token(client.get(where))}).status_code == 303
    assert Leave.objects.get().ends == date(2026, 11, 20)


def test_a_leaver_can_no_longer_enter(shop: Shop, client_for: Clients) -> None:
    manager, clerk = client_for(shop.manager), client_for(shop.clerk)
    assert clerk.get("/customers/").status_code == 200
    assert send(manager, f"/people/{shop.clerk.pk}/leaver/", f__last_day="2026-11-20").status_code == 303
    assert clerk.get("/customers/").status_code in (303, 403)


def test_a_closing_day_shows_in_the_calendar_and_can_be_taken_back(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.manager)
    where = send(client, "/settings/closing/", f__day="2026-12-01", f__reason="盘点")
    html = client.get(where.headers["Location"]).content.decode()
    assert "盘点" in html and "day-closed" in html
    closing = ClosingDay.objects.get()
    opened = client.post(f"/settings/closing/{closing.pk}/open/", {"form_token": token(client.get("/settings/hours/"))})
    assert opened.status_code == 303 and not ClosingDay.objects.exists()


def test_hours_typed_in_chinese_are_read(shop: Shop, client_for: Clients) -> None:
    client = client_for(shop.manager)
    typed = {f"f__{day}": "9:00-12:00，13:00-20:00" for day in ("mon", "sat", "sun")}
    response = send(client, "/settings/hours/edit/", **typed, f__holidays="china")
    assert response.status_code == 303, re.findall(r'class="fault">.*?</p>', response.content.decode())
    assert "13:00-20:00" in client.get("/settings/hours/").content.decode()
    assert send(client, "/settings/hours/edit/", f__mon="nine to five", f__holidays="none").status_code == 422
