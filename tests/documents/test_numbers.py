"""Numbers: no two alike, no gaps, whoever issues at the same moment."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from aftercare.documents import numbers
from aftercare.documents.models import NumberSeries
from aftercare.errors import Refused

DAY = date(2026, 11, 21)


def take(text: str, store: int = 1, code: str = "CD", day: date = DAY) -> str:
    return numbers.take(numbers.parse(text), store, code, day).number


@pytest.mark.django_db
def test_numbers_count_up_within_a_day_and_begin_again_the_next() -> None:
    pattern = "HT{yyyy}{mm}{dd}-{n:04}"
    assert [take(pattern), take(pattern)] == ["HT20261121-0001", "HT20261121-0002"]
    assert take(pattern, day=date(2026, 11, 22)) == "HT20261122-0001"


@pytest.mark.django_db
def test_stores_count_apart_only_when_the_number_names_them() -> None:
    assert [take("A{n}", store=1), take("A{n}", store=2)] == ["A1", "A2"]
    assert [take("{store}-{n}", 1, "CD"), take("{store}-{n}", 2, "CX")] == ["CD-1", "CX-1"]


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_gap() -> None:
    take("B{n}")
    with pytest.raises(RuntimeError), transaction.atomic():
        take("B{n}")
        raise RuntimeError
    assert take("B{n}") == "B2"


@pytest.mark.parametrize(
    "text",
    [
        "HT",
        "{n}{n}",
        "{n:99}",
        "{x}{n}",
        "{n.__class__}",
        "{mm}{n}",
        "{yyyy}{dd}-{n}",
        "a b{n}",
        "{n}\n",
        "%s{n}",
        "x" * 60 + "{n}",
    ],
)
def test_a_pattern_that_could_repeat_or_escape_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        numbers.parse(text)


@pytest.mark.django_db(transaction=True)
def test_four_clerks_at_once_get_forty_different_numbers_without_gap() -> None:
    taken: list[str] = []

    def clerk() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    taken.append(take("R{yyyy}-{n:03}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"R2026-{n:03}" for n in range(1, 41)]
    assert NumberSeries.objects.get(series="R{yyyy}-{n:03}").last == 40
