"""Pages that run on cases: each answers, in both languages, for whoever may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from aftercare.people.models import Person
from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]


@pytest.fixture
def floor(db: None) -> Floor:
    return open_floor()


def addresses(floor: Floor) -> list[str]:
    story = floor.story
    return [
        "/day/", "/day/?all=1", "/bell/", "/cases/", "/cases/?q=DD&overdue=1", f"/cases/{story.id}/", f"/cases/{story.id}/?all=1",
        "/orders/", "/orders/?status=open&flag=over_storage", f"/orders/{story.order}/", f"/orders/{story.order}/change/",
        f"/orders/{story.order}/customer/", "/registers/", "/registers/showroom/sales_contract/", "/handbook/",
        "/handbook/showroom/clauses/", "/handbook/showroom/clauses/SC-08/", "/handbook/showroom/procedures/order_promise/",
        "/handbook/figures/", "/handbook/load/", f"/cases/{story.id}/why/agree_date/" if False else f"/cases/{story.id}/why/hand_service_copy/",
        f"/customers/{story.customer}/orders/new/", f"/cases/{story.id}/correct/contract/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(floor: Floor, client_for: ClientFor, language: str) -> None:
    far_along(floor)
    client = client_for(floor.person("general_manager"), language)
    answers = {address: client.get(address).status_code for address in addresses(floor)}
    assert {address: code for address, code in answers.items() if code != 200} == {}
