"""A request sent twice is done once."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from aftercare.audit.idempotency import Busy, Fresh, Mismatch, Replay, claim, claim_form, finish, form_token, purge
from aftercare.audit.models import RequestKey
from aftercare.errors import Refused

ASK = ("POST", "/api/cases", "ab12")


@pytest.mark.django_db
def test_the_second_time_gets_the_first_answer(now: datetime) -> None:
    fresh = claim("k1", 7, *ASK, now)
    assert isinstance(fresh, Fresh)
    finish(fresh, 201, b'{"id": 5}')
    assert claim("k1", 7, *ASK, now) == Replay(201, b'{"id": 5}')


@pytest.mark.django_db
@pytest.mark.parametrize("other", [("PUT", *ASK[1:]), (ASK[0], "/api/other", ASK[2]), (*ASK[:2], "ff")])
def test_the_same_key_for_another_request_is_a_mismatch(now: datetime, other: tuple[str, str, str]) -> None:
    finish(claim("k1", 7, *ASK, now), 201, b"")  # type: ignore[arg-type]
    assert claim("k1", 7, *other, now) == Mismatch()


@pytest.mark.django_db
def test_other_people_and_other_tokens_have_keys_of_their_own(now: datetime) -> None:
    assert isinstance(claim("k1", 7, *ASK, now), Fresh)
    assert isinstance(claim("k1", 8, *ASK, now), Fresh)
    assert isinstance(claim("k1", 7, *ASK, now, scope="token:3"), Fresh)


@pytest.mark.django_db(transaction=True)
def test_a_crash_takes_the_key_back_with_the_work(now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        claim("k1", 7, *ASK, now)
        raise RuntimeError
    with transaction.atomic():
        assert isinstance(claim("k1", 7, *ASK, now), Fresh)


@pytest.mark.django_db(transaction=True)
def test_the_twin_of_a_running_request_is_told_so(now: datetime) -> None:
    running, done = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                fresh = claim("k1", 7, *ASK, now)
                assert isinstance(fresh, Fresh)
                running.set()
                done.wait(10)
                finish(fresh, 201, b"x")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(first)
        assert running.wait(10)
        with transaction.atomic():
            assert claim("k1", 7, *ASK, now) == Busy()
        done.set()
        job.result()
    with transaction.atomic():
        assert claim("k1", 7, *ASK, now) == Replay(201, b"x")


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_exactly_one_runs(now: datetime) -> None:
    barrier = threading.Barrier(10)

    def send(_: int) -> str:
        try:
            barrier.wait(10)
            with transaction.atomic():
                found = claim("k1", 7, *ASK, now)
                if isinstance(found, Fresh):
                    finish(found, 201, b"x")
                return type(found).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert answers.count("Fresh") == 1
    assert set(answers) <= {"Fresh", "Busy", "Replay"}
    assert RequestKey.objects.count() == 1


@pytest.mark.django_db
def test_a_form_posted_again_after_going_back_leads_to_the_same_place(now: datetime) -> None:
    token = form_token(secrets.token_bytes)
    assert len(token) == 32
    finish(claim_form(token, 7, "/cases/new", now), 303, b"/cases/5")  # type: ignore[arg-type]
    assert claim_form(token, 7, "/cases/new", now + timedelta(days=1)) == Replay(303, b"/cases/5")


@pytest.mark.django_db
def test_keys_live_seven_days(now: datetime) -> None:
    finish(claim("old", 7, *ASK, now - timedelta(days=7, seconds=1)), 201, b"")  # type: ignore[arg-type]
    finish(claim("new", 7, *ASK, now - timedelta(days=7)), 201, b"")  # type: ignore[arg-type]
    assert purge(now) == 1
    assert list(RequestKey.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00", "\ud800"])
def test_a_bad_key_is_refused_by_name(now: datetime, key: str) -> None:
    with pytest.raises(Refused) as refusal:
        claim(key, 7, *ASK, now)
    assert refusal.value.faults[0].field == "Idempotency-Key"


@pytest.mark.django_db
def test_a_fresh_request_costs_two_statements(now: datetime, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        finish(claim("k", 7, *ASK, now), 201, b"")  # type: ignore[arg-type]
