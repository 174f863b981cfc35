"""A saved question gives the rows it asks for, to whoever may see them, page by page, in a constant number of reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from aftercare.cases.actions import act
from aftercare.engine import Command
from aftercare.measures import lists
from aftercare.measures.lists import Question, Wish
from aftercare.people.actor import SYSTEM, Actor
from tests.showroom import CONTRACT, GOODS, NOW, Showroom

DEAR = [{**GOODS[0], "price": 470000, "amount": 470000}, GOODS[1]]


def asking(name: str, actor: Actor = SYSTEM, days: float = 0) -> Question:
    book, view = lists.list_named(name)
    return Question(book, view, actor, NOW + timedelta(days=days))


def numbers(name: str, actor: Actor = SYSTEM, days: float = 0, **wish: object) -> list[str]:
    return [str(row.values["number"]) for row in lists.rows(asking(name, actor, days), Wish(**wish))]  # type: ignore[arg-type]


def test_late_orders_are_those_whose_next_deadline_has_gone(shop: Showroom) -> None:
    late, held = shop.open(), shop.open()
    act(SYSTEM, NOW, held.id, Command("pause", {"reason": "装修延期"}))
    assert numbers("late_orders") == []
    assert numbers("late_orders", days=3) == [late.case.number]


def test_a_day_of_the_case_is_compared_with_today_and_a_figure(shop: Showroom) -> None:
    near, far = shop.open(), shop.open()
    for story, day in ((near, "2026-11-30"), (far, "2027-03-01")):
        story.issue()
        story.agree(day)
    found = lists.rows(asking("deliveries_ahead"), Wish())
    assert [(row.case, row.values["delivery_date"]) for row in found] == [(near.id, "2026-11-30")]
    assert found[0].values["subject"]["kind"] == "order" and found[0].values["subject"]["name"]
    assert found[0].values["customer"]["name"] == "王建国" and "agree_date" not in found[0].values["tasks"]


def test_copies_are_outstanding_until_their_receiver_has_them(shop: Showroom) -> None:
    story = shop.open()
    assert numbers("copies_outstanding") == []
    story.issue()
    assert numbers("copies_outstanding") == [story.case.number]


def test_lines_are_rows_of_their_own(shop: Showroom) -> None:
    story = shop.open()
    story.issue(items=DEAR, total=650000)
    found = lists.rows(asking("price_exceptions"), Wish())
    assert [(row.values["code"], row.values["price"]) for row in found] == [("SF-101", 470000)]
    assert lists.totals(asking("price_exceptions"), Wish()).sums["amount"] == 470000


def test_a_list_shows_only_the_stores_of_who_asks(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    assert numbers("copies_outstanding", shop.actor("sales")) == [story.case.number]
    from aftercare.people.queries import actor_for

    assert numbers("copies_outstanding", actor_for(shop.other_sales, NOW)) == []


def test_pages_follow_each_other_without_gap_or_double(shop: Showroom) -> None:
    cases = {shop.open().case.number for _ in range(5)}
    for number in list(cases):
        assert number
    seen: list[str] = []
    after = None
    for _ in range(5):
        found = lists.rows(asking("late_orders", days=3), Wish(after=after, limit=2))
        seen += [str(row.values["number"]) for row in found]
        if not found:
            break
        after = found[-1].cursor
    assert len(seen) == 5 and set(seen) == cases


@pytest.mark.parametrize("name", ["late_orders", "price_exceptions", "order_mistakes"])
def test_a_page_costs_the_same_however_many_rows(shop: Showroom, name: str, django_assert_num_queries: object) -> None:
    from django.db import connection

    question = asking(name, days=3)
    lists.rows(question, Wish())
    with CaptureQueriesContext(connection) as before:
        lists.rows(question, Wish())
    for _ in range(3):
        shop.open().issue(items=DEAR, total=650000)
    with CaptureQueriesContext(connection) as after:
        lists.rows(question, Wish())
    assert len(after) == len(before) <= 2


def test_everything_a_page_may_ask_on_top_is_answered(shop: Showroom) -> None:
    story = shop.open()
    story.issue(items=DEAR, total=650000)
    every = lists.all_lists()
    assert {view.id for _, view in every} >= {"late_orders", "order_mistakes"}
    wish = Wish({"store": str(shop.store), "nothing": "x"}, NOW.date(), NOW.date(), "王%_", shop.store, 7, None, 3)
    for book, view in every:
        lists.rows(Question(book, view, SYSTEM, NOW), wish)
        lists.totals(Question(book, view, SYSTEM, NOW), wish)
    assert len(lists.counts([Question(book, view, SYSTEM, NOW) for book, view in every])) == len(every)
    assert [row.values["code"] for row in lists.rows(asking("price_exceptions"), Wish(text="SF-101"))] == ["SF-101"]
    assert lists.rows(asking("price_exceptions"), Wish(until=NOW.date() - timedelta(days=1))) == []
    assert CONTRACT["total"] == 660000
