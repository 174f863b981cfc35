"""race-2: one request or form sent ten times at once, in a row and the next day leads to one case, one customer."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from django.test import Client

from aftercare.cases.models import Case
from aftercare.customers.models import Customer
from aftercare.people.models import Person
from tests.reliability.stage import Answer, at_once, ills, program, set_clock
from tests.showroom import NOW, Showroom


def opening(shop: Showroom) -> dict[str, object]:
    customer = shop.customer()
    subject = {"kind": "order", "id": shop.order(customer)}
    where = {"handbook": "showroom", "procedure": "order_promise", "store": shop.store}
    return {**where, "subject": subject, "customer": customer}


def same_case(answers: list[Answer]) -> None:
    """Every answer leads to the one case; a twin that came too early was asked to wait."""
    assert Case.objects.count() == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert {answer.body["case"] for answer in answers if answer.good} == {Case.objects.get().pk}
    busy = {answer.body["errors"][0]["code"] for answer in answers if not answer.good}
    assert busy <= {"request.busy"}


def test_race_2_ten_requests_at_once_open_one_case(shop: Showroom, clock: Path) -> None:
    asking, body = program(shop, "sales"), opening(shop)
    same_case(at_once([lambda: asking.post("/cases", body, "one key")] * 10))
    same_case([asking.post("/cases", body, "one key") for _ in range(10)])
    set_clock(clock, NOW + timedelta(days=1))
    answer = asking.post("/cases", body, "one key")
    assert answer.replayed
    same_case([answer])
    assert ills() == []


def entry_form(shop: Showroom) -> tuple[Client, dict[str, str]]:
    """A signed-in page with the form as the browser would send it: no script is needed for the token."""
    client = Client()
    client.force_login(Person.objects.get(pk=shop.people["sales"]), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/customers/new/").content.decode()
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert token, "the form carries a one-time token"
    typed = {"f.full_name": "王建国", "f.phone": "13800138000", "f.kind": "person", "f.store": str(shop.store)}
    return client, {**typed, "form_token": token[1]}


def posted(client: Client, form: dict[str, str]) -> tuple[int, str]:
    """A click in a tab of its own: the cookies are the same, the connection is not."""
    tab = Client()
    tab.cookies = client.cookies
    answer = tab.post("/customers/new/", form)
    return answer.status_code, answer.headers.get("Location", "")


def test_race_2_a_double_click_leads_to_the_one_customer(shop: Showroom, clock: Path) -> None:
    client, form = entry_form(shop)
    answers = at_once([lambda: posted(client, form)] * 10)
    answers += [posted(client, form) for _ in range(10)]
    set_clock(clock, NOW + timedelta(days=1))
    client.force_login(Person.objects.get(pk=shop.people["sales"]), backend="django.contrib.auth.backends.ModelBackend")
    answers.append(posted(client, form))
    assert Customer.objects.count() == 1
    assert set(answers) == {(303, f"/customers/{Customer.objects.get().pk}/")}
    assert ills() == []
