"""Hot lists: a constant number of statements, the same rows as the queries of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.api.day import end_of_today
from aftercare.cases import queries
from aftercare.cases.models import OpenTask
from tests.api.conftest import Program
from tests.showroom import NOW, STAFF, Showroom

Programs = Callable[..., Program]
KEY_AND_RIGHTS = 2


@pytest.mark.parametrize(
    "path", ["/day", "/tasks", "/cases", "/customers/search?q=%E7%8E%8B", "/cases/{case}", "/orders"]
)
def test_a_list_costs_one_statement_whatever_its_length(
    shop: Showroom, program: Programs, django_assert_max_num_queries: Any, path: str
) -> None:
    sales, stories = program("sales"), []
    for n in range(3):
        stories.append(shop.open(customer=shop.customer(f"王建{n}", f"1380013800{n}")))
        sales.get("/me")
        with django_assert_max_num_queries(KEY_AND_RIGHTS + 1):
            assert sales.get(path.format(case=stories[0].id)).status == 200


def keys(rows: list[Any]) -> list[tuple[int, str]]:
    return [(row["case"], row["key"]) if isinstance(row, dict) else (row.case_id, row.key) for row in rows]


@pytest.mark.parametrize("role", STAFF)
def test_the_day_is_the_same_as_on_the_page(shop: Showroom, program: Programs, role: str) -> None:
    first, second = (shop.open(customer=shop.customer(f"王建{n}", f"1380013800{n}")) for n in range(2))
    first.issue()
    OpenTask.objects.filter(case_id=second.id).update(due_at=NOW - timedelta(days=1))
    OpenTask.objects.filter(case_id=first.id, key="price_check").update(due_at=NOW + timedelta(days=9))
    shown = queries.my_day(shop.actor(role), NOW, end_of_today(NOW))
    answer = program(role).get("/day").json
    for part in ("waiting", "overdue", "today", "next"):
        assert keys(answer[part]) == keys(getattr(shown, part)), part
    assert [row["copy"] for row in answer["receipts"]] == [row.copy for row in shown.receipts]
    queue = program(role).get("/tasks", limit=200).json["items"]
    assert sorted(keys(queue)) == sorted(keys(list(OpenTask.objects.filter(queries.mine(shop.actor(role))))))


def test_the_whole_queue_is_for_managers_and_filters_narrow_it(shop: Showroom, program: Programs) -> None:
    story, manager = shop.open(), program("service_manager")
    assert program("sales").get("/tasks", whose="all").status == 403
    everything = manager.get("/tasks", whose="all").json["items"]
    assert {row["case"] for row in everything} == {story.id}
    for name, value in (("procedure", "none"), ("store", shop.other_store), ("role", "warehouse"), ("overdue", True)):
        assert manager.get("/tasks", whose="all", **{name: value}).json["items"] == [], name
    mine = manager.get("/tasks", whose="all", person=shop.people["sales"]).json["items"]
    assert keys(mine) == keys([row for row in everything if row["assignee"] == shop.people["sales"]])


def test_cases_are_filtered_and_sorted_as_asked(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    stories = [shop.open(NOW + timedelta(minutes=n), shop.customer(f"王建{n}", f"1380013800{n}")) for n in range(3)]
    ids = [story.id for story in stories]
    assert [one["id"] for one in sales.get("/cases", sort="-opened_at").json["items"]] == ids[::-1]
    assert [one["id"] for one in sales.get("/cases", sort="opened_at").json["items"]] == ids
    assert [one["id"] for one in sales.get("/cases", sort="next_due", status="open").json["items"]] == ids
    for name, value in (("customer", stories[1].customer), ("subject_id", stories[1].order)):
        assert [one["id"] for one in sales.get("/cases", **{name: value}).json["items"]] == [ids[1]]
    assert [one["id"] for one in sales.get("/cases").json["items"]] == ids[::-1]
    assert sales.get("/cases", status="closed").json["items"] == []
