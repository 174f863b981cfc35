"""Pages that run on cases: each answers, in both languages, for whoever may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]


@pytest.fixture
def floor(db: None) -> Floor:
    return open_floor()


def addresses(floor: Floor) -> list[str]:
    """Every page that is read, of one case that has gone some way."""
    case, order = f"/cases/{floor.story.id}/", f"/orders/{floor.story.order}/"
    return [
        "/day/", "/day/?all=1", "/bell/", "/cases/", "/cases/?q=DD&overdue=1", case, f"{case}?all=1",
        f"{case}why/hand_service_copy/", f"{case}correct/contract/", "/orders/",
        "/orders/?status=open&flag=over_storage",
        order, f"{order}change/", f"{order}customer/", f"/customers/{floor.story.customer}/orders/new/",
        f"/customers/{floor.story.customer}/", f"/desk/{floor.story.customer}/", "/desk/?q=DD2026", "/registers/",
        "/registers/showroom/sales_contract/", "/handbook/", "/handbook/showroom/clauses/",
        "/handbook/showroom/clauses/SC-08/", "/handbook/showroom/procedures/order_promise/", "/handbook/figures/",
        "/handbook/load/", "/handbook/try/", "/handbook/showroom/versions/", "/handbook/showroom/procedures/delivery/",
        "/calendar/", "/calendar/?view=week", "/calendar/?view=month", "/calendar/print/", "/calendar/phone/",
        "/numbers/", "/numbers/promises/", "/numbers/due/", "/numbers/clauses/", "/numbers/findings/",
        "/numbers/reports/", "/numbers/measures/showroom/contract_sum/", "/registers/lists/showroom/late_orders/",
        "/registers/lists/showroom/deliveries_ahead/", "/findings/", f"{case}find/", "/money/owed/",
        "/customers/birthday-missing/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(floor: Floor, client_for: ClientFor, language: str) -> None:
    far_along(floor)
    client = client_for(floor.person("general_manager"), language)
    answers = {address: client.get(address).status_code for address in addresses(floor)}
    assert {address: code for address, code in answers.items() if code != 200} == {}


def test_who_only_manages_begins_with_everybody(floor: Floor, client_for: ClientFor) -> None:
    """The boss has no tasks of their own; the salesperson does."""
    far_along(floor)
    boss, seller = client_for(floor.person("general_manager"), "en"), client_for(floor.person("sales"), "en")
    whole, mine = boss.get("/day/").content.decode(), boss.get("/day/?mine=1").content.decode()
    assert floor.story.case.number in whole and floor.story.case.number not in mine
    assert 'class="lens"' in whole and 'class="lens"' not in seller.get("/day/").content.decode()
