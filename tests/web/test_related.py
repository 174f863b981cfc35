"""Cases that belong together name each other on their pages, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aftercare.schedule.models import Entry
from tests.clauses.surface import House
from tests.showroom import open_showroom
from tests.web.van import on_the_road

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    house = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: house.now)
    return on_the_road(house)


def test_a_trip_its_deliveries_and_their_orders_name_each_other(yard: Any, client_for: Callable[..., Client]) -> None:
    client = client_for(yard.person("service_manager"))
    stop = yard.stops[0].case
    trip = client.get(f"/cases/{yard.trip.case}/").content.decode()
    delivery = client.get(f"/cases/{stop}/").content.decode()
    assert f'href="/cases/{stop}/">送货</a> <span class="tag">随车送货</span>' in trip
    assert f'href="/cases/{yard.trip.case}/">出车</a> <span class="tag">送货车次</span>' in delivery
    assert '>订单履约</a> <span class="tag">来自</span>' in delivery


def test_the_calendar_says_an_option_by_its_name(yard: Any) -> None:
    titles = list(Entry.objects.filter(procedure="delivery").values_list("title_zh", "title_en"))
    said = "".join(zh for zh, _en in titles)
    assert any(word in said for word in ("上午", "下午", "晚上"))
