"""A list of hundreds is one task: saved row by row by several people, read in a fixed number of queries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from aftercare.cases.actions import act
from aftercare.cases.models import Case, Event, EventPersonal
from aftercare.cases.starts import run_starts
from aftercare.customers.actions import NewCustomer, NewPhone, create_customers, erase
from aftercare.customers.models import Contact
from aftercare.engine import Command, rebuild
from aftercare.errors import NotFound, Refused
from aftercare.messages.worksheets import worksheet
from aftercare.people.actions import NewPerson, Role, add_person
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Person
from aftercare.people.queries import actor_for
from tests.showroom import NOW, Showroom, open_showroom

Json = Any


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()


def listed(shop: Showroom, n: int) -> tuple[int, list[int]]:
    """(case, customers) of a list of n birthdays."""
    news = [NewCustomer(f"王小{i}", store=shop.store, birthday="11-21", phones=(NewPhone(f"1390000{i:04}"),))
            for i in range(n)]  # fmt: skip
    made = create_customers(news, SYSTEM, NOW)
    run_starts(NOW)
    return Case.objects.get(procedure="greetings").pk, [one.id for one in made]


def save(shop: Showroom, case: int, customer: int, *, person: int | None = None, **values: Json) -> None:
    data: dict[str, Json] = {"task": "greet", "rows": {"greetings": {str(customer): values}}}
    if "seen" in values:
        data["seen"] = {str(customer): values.pop("seen")}
    actor = actor_for(person or shop.people["service"], NOW)
    act(actor, NOW, case, Command("save", data))


def test_reading_three_hundred_takes_as_many_queries_as_three(
    shop: Showroom, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    case, people = listed(shop, 300)
    with django_assert_max_num_queries(12):
        sheet = worksheet(shop.actor("service"), case, "greet", NOW)
    assert len(sheet.rows) == len(people) == 300 and sheet.counts == {"open": 300, "done": 0, "missed": 0}


def test_only_the_row_travels_and_the_state_is_what_the_events_say(shop: Showroom) -> None:
    case, people = listed(shop, 50)
    save(shop, case, people[7], channel="sms", note="下周来店")
    event = Event.objects.filter(case_id=case, kind="row_saved").get()
    assert event.data["row"] == str(people[7]) and len(str(event.data)) < 400
    assert "下周来店" not in str(event.data)
    row = Case.objects.get(pk=case)
    from aftercare.cases.doctor import events_of

    assert rebuild(events_of(case)) == row.state
    assert row.state["tasks"]["greet"]["rows"] == {
        str(people[7]): {"person": shop.people["service"], "at": event.data["at"]}
    }


def test_what_another_has_done_is_not_written_over_unseen(shop: Showroom) -> None:
    case, people = listed(shop, 3)
    save(shop, case, people[0], channel="sms")
    second = add_person(NewPerson("second", "李芳", roles=(Role("service", shop.store),)), SYSTEM, NOW)
    with pytest.raises(Refused) as refused:
        save(shop, case, people[0], person=second, channel="phone")
    assert refused.value.status == 409 and refused.value.faults[0].data["person"] == shop.people["service"]
    at = Case.objects.get(pk=case).state["tasks"]["greet"]["rows"][str(people[0])]["at"]
    save(shop, case, people[0], person=second, channel="phone", seen=at)
    save(shop, case, people[1], person=second, channel="phone")


@pytest.mark.parametrize(
    ("field", "row", "values", "code"),
    [
        ("greetings", "999999", {"channel": "sms"}, "no_such_row"),
        ("gifts", None, {"channel": "sms"}, "no_rows"),
        ("greetings", None, {"channel": "sms", "customer": {"kind": "customer", "id": 1}}, "unknown_field"),
        ("greetings", None, {"channel": "fax"}, "type"),
        ("greetings", None, {}, "required"),
        ("greetings", None, {"channel": "sms", "response": "wants"}, "required"),
        ("greetings", None, "sms", "values"),
    ],
)
def test_a_row_that_cannot_be_is_refused(shop: Showroom, field: str, row: str | None, values: Json, code: str) -> None:
    case, people = listed(shop, 2)
    data = {"task": "greet", "rows": {field: {row or str(people[0]): values}}}
    with pytest.raises(Refused) as refused:
        act(shop.actor("service"), NOW, case, Command("save", data))
    assert refused.value.faults[0].code == code
    assert not Event.objects.filter(case_id=case, kind="row_saved").exists() and Contact.objects.count() == 0


def test_a_task_without_rows_has_no_worksheet(shop: Showroom) -> None:
    story = shop.open()
    with pytest.raises(NotFound):
        worksheet(shop.actor("service"), story.id, "contract", NOW)
    with pytest.raises(Refused, match="line by line"):
        act(shop.actor("sales"), NOW, story.id, Command("save", {"task": "contract", "rows": {"items": {}}}))


def test_the_last_row_ends_the_list_and_later_nobody_writes_into_it(shop: Showroom) -> None:
    case, people = listed(shop, 2)
    for customer in people:
        save(shop, case, customer, channel="phone")
    assert Case.objects.get(pk=case).status == "closed"
    with pytest.raises(Refused):
        save(shop, case, people[0], channel="sms")


def test_an_erased_customer_leaves_only_their_own_line_empty(shop: Showroom) -> None:
    case, people = listed(shop, 3)
    for customer in people[:2]:
        save(shop, case, customer, channel="phone", note=f"说了 {customer} 的事")
    erase(people[0], "本人要求", shop.actor("general_manager"), NOW)
    left = str(list(EventPersonal.objects.filter(case_id=case).values_list("data", flat=True)))
    state = str(Case.objects.get(pk=case).state)
    for text in (left, state):
        assert f"说了 {people[0]} 的事" not in text and f"说了 {people[1]} 的事" in text
    assert str(people[0]) in Case.objects.get(pk=case).state["tasks"]["greet"]["rows"]  # that they were greeted stays
    sheet = worksheet(shop.actor("service"), case, "greet", NOW)
    assert {one.name for one in sheet.rows if one.customer == people[0]} == {""}


def test_a_number_is_shown_in_full_only_to_those_who_may_see_it(shop: Showroom) -> None:
    case, _ = listed(shop, 1)
    (full,) = worksheet(shop.actor("service"), case, "greet", NOW).rows
    (masked,) = worksheet(shop.actor("finance"), case, "greet", NOW).rows
    assert full.phone == "13900000000" and masked.phone != full.phone and masked.phone.endswith("0000")


def test_by_page_one_press_greets_and_the_row_comes_back(shop: Showroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercare.clock.now", lambda: NOW)
    case, people = listed(shop, 2)
    client = Client()
    client.force_login(Person.objects.get(pk=shop.people["service"]), "django.contrib.auth.backends.ModelBackend")
    url = f"/cases/{case}/rows/greet/"
    page = client.get(url).content.decode()
    assert page.count("tel:1390000") == 2 and "生日快乐" in page and "data-copy" in page
    assert client.get("/day/").content.decode().count(url) and client.get(f"/cases/{case}/do/greet/").status_code == 303
    headers = {"HX-Request": "true"}
    bad = client.post(url, {"row": people[0]}, headers=headers)
    assert bad.status_code == 422 and 'role="alert"' in bad.content.decode()
    good = client.post(url, {"row": people[0], "channel": "wechat"}, headers=headers).content.decode()
    assert f'id="row-{people[0]}"' in good and f'id="row-{people[1]}"' not in good and "王芳" in good
    assert f"row-{people[0]}" not in client.get(url, {"state": "open"}).content.decode()
    assert client.post(url, {"row": people[1], "channel": "sms"}).status_code == 303
    assert client.post(url, {"row": 999999, "channel": "sms"}, headers=headers).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_on_different_rows_do_not_disturb_each_other() -> None:
    shop = open_showroom()
    case, people = listed(shop, 21)
    second = add_person(NewPerson("second", "李芳", roles=(Role("service", shop.store),)), SYSTEM, NOW)
    wrong: list[BaseException] = []

    def work(person: int, mine: list[int]) -> None:
        try:
            for customer in mine:
                save(shop, case, customer, person=person, channel="sms")
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    crews = ((shop.people["service"], people[:10]), (second, people[10:20]))
    threads = [threading.Thread(target=work, args=one) for one in crews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    held = Case.objects.get(pk=case).state["tasks"]["greet"]["rows"]
    assert {int(key): one["person"] for key, one in held.items()} == {
        **dict.fromkeys(people[:10], shop.people["service"]), **dict.fromkeys(people[10:20], second)
    }  # fmt: skip
    assert Contact.objects.count() == 20


def test_rows_left_undone_are_missed_after_the_day(shop: Showroom) -> None:
    case, people = listed(shop, 2)
    save(shop, case, people[0], channel="sms")
    sheet = worksheet(shop.actor("service"), case, "greet", NOW + timedelta(days=1))
    assert sheet.counts == {"open": 0, "done": 1, "missed": 1}
