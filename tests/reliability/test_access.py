"""access-1 to access-4, what tests/api does not show: the pages, nothing written by a sweep, where a note ends up.

The matrix of API operations and roles, its sweep of ids and mass assignment there: tests/api/test_access.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from aftercare.cases.models import Case
from aftercare.config.dump import digests, lines
from aftercare.customers.models import Customer
from aftercare.documents.models import Document
from aftercare.people.models import Person
from aftercare.schedule.models import Feed
from aftercare.web.access import PUBLIC
from tests.reliability.stage import ills, program, program_of
from tests.showroom import Showroom, Story

CANARY = "金丝雀在叫"
NOTED = {"audit_chainhead", "audit_link", "audit_requestkey", "audit_trace", "cases_mark", "cases_refusal"}


def signed_in(person: int) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Person.objects.get(pk=person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every page with its address; ids stand as <int:...>."""
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns, path) if not path.startswith("api/") else ()
        elif hasattr(one.callback, "access"):
            yield path, one


def with_id(path: str, number: int) -> str:
    return "/" + re.sub(r"<\w+:\w+>", "x", re.sub(r"<int:\w+>", str(number), path))


def test_access_1_every_page_names_its_rule_and_nobody_comes_in_unknown(shop: Showroom) -> None:
    found = list(pages(get_resolver().url_patterns))
    assert len(found) > 15
    for path, page in found:
        if page.callback.access == PUBLIC:
            continue
        answer = Client().get(with_id(path, 1))
        assert answer.status_code in (302, 303, 405), (path, answer.status_code)
        if answer.status_code != 405:
            assert answer.headers["Location"].startswith("/sign-in/"), path


def everything_of(story: Story) -> set[int]:
    papers = Document.objects.filter(case_id=story.id).values_list("pk", flat=True)
    return {story.id, story.order, story.customer, *papers, story.shop.people["sales"]}


def test_access_2_pages_show_nothing_of_another_store_and_a_sweep_writes_nothing(shop: Showroom) -> None:
    story = shop.open(customer=shop.customer("欧阳百合", "13911112222"))
    story.issue(customer_name="欧阳百合", customer_phone="13911112222")
    stranger, before = signed_in(shop.other_sales), list(digests())
    for path, _ in pages(get_resolver().url_patterns):
        for number in everything_of(story) if "<int:" in path else (0,):
            where = with_id(path, number)
            for answer in (stranger.get(where), stranger.post(where, {"form_token": "0" * 32})):
                said = answer.content.decode(errors="replace")
                assert answer.status_code < 500, (where, answer.status_code)
                assert "欧阳百合" not in said and "13911112222" not in said and story.case.number not in said, where
            if where == "/sign-out/" or answer.status_code in (302, 303):
                stranger = signed_in(shop.other_sales)
    assert changed(before) <= NOTED | {"people_person", "people_signintry", "schedule_feed"}
    assert set(Feed.objects.values_list("person_id", flat=True)) <= {shop.other_sales}  # an address of their own


def test_access_2_a_sweep_of_commands_writes_nothing(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    stranger, before = program_of(shop, shop.other_sales), list(digests())
    verbs = {
        "note": {"text": "x"}, "cancel": {"reason": "x"}, "pause": {"reason": "x"},
        "reopen": {"tasks": ["contract"], "reason": "x"},
        "complete": {"task": "price_check", "outcome": "checked", "values": {"prices_agree": True}},
        "reassign": {"task": "price_check", "person": shop.other_sales}, "save": {"task": "agree_date", "values": {}},
        "sign": {"task": "agree_date", "who": "seller", "must": "confirm"}, "migrate": {"version": "x"},
    }  # fmt: skip
    for verb, data in verbs.items():
        answer = stranger.command(story.id, verb, **data)
        absent = stranger.command(987_654_321, verb, **data)
        assert (answer.status, answer.body["errors"]) == (absent.status, absent.body["errors"]), verb
        assert answer.status == 404
    assert changed(before) <= NOTED | {"people_token"}


def changed(before: list[str]) -> set[str]:
    """The tables that are not as they were."""
    return {str(json.loads(line)["table"]) for line in set(digests()) - set(before)}


def test_access_3_an_internal_note_lies_in_one_place_and_leaves_by_none(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    sales = program(shop, "sales")
    assert sales.command(story.id, "note", text=CANARY, internal=True).good
    story.tick(story.now.replace(day=25))
    story.do("general_manager", "cancel", reason="客户退单")
    held = {json.loads(line)["table"] for line in lines() if CANARY in line}
    assert held == {"cases_event_personal"}, "not in papers, messages, notices, search, trace or kept answers"
    stranger = program_of(shop, shop.other_sales)
    assert stranger.get(f"/cases/{story.id}/timeline").status == 404
    found = sales.get(f"/customers/search?q={CANARY}")
    assert found.body["items"] == []
    assert ills(story.now) == []


def test_access_4_a_form_takes_its_own_fields_only(shop: Showroom) -> None:
    form = {"f.full_name": "李明华", "f.kind": "person", "f.store": str(shop.store), "form_token": "a" * 32}
    more = {
        "id": "777", "pk": "777", "f.id": "777", "store": str(shop.other_store), "store_id": str(shop.other_store),
        "version": "9",
        "created_at": "2000-01-01", "f.created_at": "2000-01-01", "changed_by": "1", "f.erased_at": "2026-01-01",
        "f.mark": "vip", "is_staff": "1", "role": "administrator",
    }  # fmt: skip
    assert signed_in(shop.people["sales"]).post("/customers/new/?store=2&id=777", {**form, **more}).status_code == 303
    row = Customer.objects.get()
    assert (row.pk != 777, row.store_id, row.erased_at, row.mark, row.created_at.year) == (
        True,
        shop.store,
        None,
        "",
        2026,
    )
    foreign = {**form, "f.store": str(shop.other_store), "form_token": "b" * 32}
    assert signed_in(shop.people["sales"]).post("/customers/new/", foreign).status_code in (403, 404, 422)
    assert Customer.objects.count() == 1 and not Case.objects.exists()
