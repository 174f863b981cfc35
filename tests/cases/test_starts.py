"""The calendar opens cases once per store and period, makes up for an outage, and two workers do not open two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aftercare.cases import starts
from aftercare.cases.models import Case, Started
from aftercare.cases.starts import opens_at, period_of, periods, run_starts
from aftercare.customers.actions import NewCustomer, NewPhone, create_customer
from aftercare.handbook.model import Start
from aftercare.people.actor import SYSTEM
from tests.showroom import NOW, Showroom

DAY = timedelta(days=1)


def born(shop: Showroom, day: str, name: str = "王小明", store: int | None = None) -> int:
    new = NewCustomer(name, store=store or shop.store, birthday=day, phones=(NewPhone("13900000001"),))
    return create_customer(new, SYSTEM, NOW).id


def opened() -> list[tuple[int, str]]:
    return [(one.store_id, one.state["period"]) for one in Case.objects.filter(procedure="greetings").order_by("pk")]


def test_once_per_store_and_day_and_only_where_there_is_reason(shop: Showroom) -> None:
    born(shop, "11-21")
    born(shop, "11-21", store=shop.other_store)
    for _ in range(3):
        run_starts(NOW)
    assert sorted(opened()) == sorted([(shop.store, "2026-11-21"), (shop.other_store, "2026-11-21")])
    assert run_starts(NOW) == 0
    assert run_starts(NOW + DAY) == 2 and len(opened()) == 2  # nobody was born on the next day
    assert [row.case_id for row in Started.objects.filter(period=date(2026, 11, 22))] == [None, None]


def test_an_outage_is_made_up_for_day_by_day_but_not_for_ever(shop: Showroom) -> None:
    run_starts(NOW)
    born(shop, "11-23"), born(shop, "11-25", "李小红")
    run_starts(NOW + 10 * DAY, 1000)
    assert [day for _, day in opened()] == ["2026-11-23", "2026-11-25"]
    born(shop, "12-02", "赵一平"), born(shop, "01-15", "孙晓")
    run_starts(datetime(2027, 2, 2, 2, tzinfo=UTC), 1000)
    assert [day for _, day in opened()][2:] == ["2027-01-15"]  # the second of December lies too far back


def test_a_store_begins_with_the_present_day(shop: Showroom) -> None:
    born(shop, "11-20")
    run_starts(NOW)
    assert opened() == []


def test_a_portion_is_bounded_and_the_next_one_goes_on(shop: Showroom) -> None:
    run_starts(NOW)
    assert [run_starts(NOW + 5 * DAY, 4) for _ in range(4)] == [4, 4, 2, 0]


def test_what_cannot_be_opened_is_tried_again_and_holds_nobody_up(
    shop: Showroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aftercare.errors import Refused

    born(shop, "11-21"), born(shop, "11-21", store=shop.other_store)
    honest = starts.open_case

    def broken(actor: Any, now: Any, opening: Any, data: Any) -> Any:
        if opening.store == shop.store:
            raise Refused.because("x", "不行", "no")
        return honest(actor, now, opening, data)

    monkeypatch.setattr(starts, "open_case", broken)
    run_starts(NOW)
    assert opened() == [(shop.other_store, "2026-11-21")]
    monkeypatch.setattr(starts, "open_case", honest)
    run_starts(NOW)
    assert sorted(opened()) == sorted([(shop.store, "2026-11-21"), (shop.other_store, "2026-11-21")])


@pytest.mark.parametrize(
    ("every", "opens", "day", "period", "at"),
    [
        ("day", None, "2026-11-21", "2026-11-21", "2026-11-21T00:00"),
        ("day", "08:30", "2026-11-21", "2026-11-21", "2026-11-21T08:30"),
        ("week", None, "2026-11-21", "2026-11-16", "2026-11-16T00:00"),
        ("week", "fri", "2026-11-21", "2026-11-16", "2026-11-20T00:00"),
        ("month", None, "2026-11-21", "2026-11-01", "2026-11-01T00:00"),
        ("month", "day 31", "2026-11-21", "2026-11-01", "2026-11-30T00:00"),
        ("month", "day 31", "2027-02-10", "2027-02-01", "2027-02-28T00:00"),
    ],
)
def test_when_in_its_period_a_case_is_opened(every: str, opens: str | None, day: str, period: str, at: str) -> None:
    start = Start(every=every, opens=opens, for_each="stores")
    first = period_of(start, date.fromisoformat(day))
    assert first.isoformat() == period and opens_at(start, first).isoformat()[:16] == at


def test_a_period_whose_moment_has_not_come_waits() -> None:
    start = Start(every="month", opens="day 25", for_each="stores")
    before, after = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert periods(start, date(2026, 10, 1), before) == [] and periods(start, None, before) == []
    assert periods(start, date(2026, 10, 1), after) == [date(2026, 11, 1)]
