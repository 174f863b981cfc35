"""Every address names who may open it, and nobody gets further than that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from aftercare.web import access, urls
from tests.web.conftest import Shop

# Addresses outside the pages: for machines, and they answer without anything personal.
FOR_MACHINES = {"healthz", "readyz"}


def patterns(of: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in of:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one


def test_every_address_outside_the_api_names_its_rule() -> None:
    ruleless = [
        address
        for address, one in patterns(get_resolver().url_patterns)
        if not hasattr(one.callback, "access") and not address.startswith("api/") and address not in FOR_MACHINES
    ]
    assert ruleless == []


def test_public_addresses_are_these() -> None:
    public = {one.name for _, one in patterns(urls.urlpatterns) if one.callback.access == access.PUBLIC}
    ours = {"first", "sign_in", "sign_out", "password", "choose_language", "choose_theme", "first_run",
            "check_paper", "check_paper_at", "calendar_feed"}  # fmt: skip
    assert {name for name in public if not name.startswith("portal")} == ours


def test_a_rule_nobody_knows_is_refused_when_the_program_starts() -> None:
    with pytest.raises(ValueError, match="unknown access rule"):
        access.route("x/", lambda request: None, access="customers.peep", name="x")  # type: ignore[arg-type,return-value]


def filled(address: str) -> str:
    """The address with 1 for every number."""
    for name in ("customer", "person", "leave", "kept", "other", "record", "item", "closing", "view", "case", "order"):
        address = address.replace(f"<int:{name}>", "1")
    return "/" + address.replace("<str:secret>", "none")


def test_strangers_are_led_to_the_door(shop: Shop, client: Client) -> None:
    for address, one in patterns(urls.urlpatterns):
        if one.callback.access != access.PUBLIC and "<" not in (path := filled(address)):
            response = client.get(path)
            assert response.status_code in (303, 405), path
            if response.status_code == 303:
                assert response.headers["Location"].startswith("/sign-in/"), path


def test_without_the_right_a_page_is_refused_and_the_menu_does_not_show_it(
    shop: Shop, client_for: Callable[..., Client]
) -> None:
    client = client_for(shop.clerk)
    assert client.get("/people/").status_code == 403
    assert "/people/" not in client.get("/customers/").content.decode()


def test_absent_and_foreign_look_the_same(shop: Shop, client_for: Callable[..., Client], now: Any) -> None:
    from aftercare.customers.actions import NewCustomer, create_customer
    from aftercare.people.actor import SYSTEM

    foreign = create_customer(NewCustomer("孙悦", store=shop.east.pk), SYSTEM, now).id
    client = client_for(shop.clerk)
    answers = [client.get(f"/customers/{number}/") for number in (foreign, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    words = [re.sub(rb'value="[^"]*"|content="[^"]*"|<code>\w+</code>', b"", one.content) for one in answers]
    assert words[0].replace(b"/%d/" % foreign, b"/n/") == words[1].replace(b"/999999/", b"/n/")


def test_reading_changes_nothing_and_writing_needs_post(shop: Shop, client_for: Callable[..., Client]) -> None:
    client = client_for(shop.manager)
    assert client.get("/sign-out/").status_code == 405
    assert client.delete("/customers/").status_code == 405
    assert client.post("/customers/").status_code == 405


def test_pages_may_run_nothing_of_their_own(shop: Shop, client_for: Callable[..., Client]) -> None:
    response = client_for(shop.manager).get("/customers/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    html = response.content.decode()
    assert "<style" not in html and " style=" not in html and "onclick" not in html
    assert response.headers["Cache-Control"] == "no-store"


def test_an_error_page_carries_an_id_and_no_trace(shop: Shop, client_for: Callable[..., Client]) -> None:
    html = client_for(shop.manager).get("/nowhere/").content.decode()
    assert "编号" in html and "<code>" in html and "Traceback" not in html
