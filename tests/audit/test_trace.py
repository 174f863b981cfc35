"""The trace: append-only, chained, proven by verify()."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from aftercare.audit.actions import trace
from aftercare.audit.models import Link, Trace
from aftercare.audit.queries import Filter, count_since, traces, verify

CUT_OFF = """WITH gone AS (DELETE FROM audit_link WHERE seq = 3 RETURNING trace)
    DELETE FROM audit_trace USING gone WHERE id = trace"""
WANG = SimpleNamespace(person=7, name="王敏")


def settle() -> None:
    """What a commit does: inside a test's transaction the links are made on demand."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
def test_a_trace_says_who_what_when_from_where_with_what_result(now: datetime) -> None:
    trace(WANG, "customers.reveal", ("customer", 12), now=now, address="10.0.0.8", data={"field": "phone"})
    (row,) = traces(Filter(kind="customer", what=12))
    assert (row["actor_name"], row["action"], row["at"], row["address"], row["result"], row["data"]) == (
        "王敏", "customers.reveal", now, "10.0.0.8", "done", {"field": "phone"},
    )  # fmt: skip


@pytest.mark.django_db
def test_line_breaks_stay_as_they_are_and_what_cannot_be_kept_never_stops_a_trace(now: datetime) -> None:
    trace(WANG, "sign_in", now=now, address="a\r\nb\x00", data={"agent": ["\ud800x"]})
    (row,) = traces(Filter())
    assert row["address"] == "a\r\nb\ufffd"
    assert row["data"] == {"agent": ["\ufffdx"]}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE audit_trace SET actor_name = 'x'", "DELETE FROM audit_trace",
                                       "UPDATE audit_link SET hash = ''", "DELETE FROM audit_link"])  # fmt: skip
def test_the_database_itself_refuses_changes(now: datetime, statement: str) -> None:
    trace(WANG, "a", now=now)
    settle()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("UPDATE audit_trace SET actor_name = '李' WHERE id = (SELECT trace FROM audit_link WHERE seq = 2)", "altered"),
        ("UPDATE audit_trace SET data = '{}' WHERE id = (SELECT trace FROM audit_link WHERE seq = 2)", "altered"),
        ("DELETE FROM audit_trace WHERE id = (SELECT trace FROM audit_link WHERE seq = 2)", "missing"),
        ("DELETE FROM audit_link WHERE seq = 2", "gap"),
        (CUT_OFF, "cut"),
    ],
)  # fmt: skip
def test_whoever_owns_the_database_is_found_out(now: datetime, harm: str, code: str) -> None:
    for place in range(3):
        trace(WANG, "a", ("case", place), now=now, data={"n": place})
    settle()
    assert verify() == []
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # triggers off, as an attacker would
        cursor.execute(harm)
        cursor.execute("SET session_replication_role = origin")
    faults = verify()
    assert faults[0].code == f"audit.{code}"
    assert faults[0].zh
    if code in ("altered", "missing"):
        assert faults[0].data["seq"] == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_keep_one_chain(now: datetime) -> None:
    def write(writer: int) -> None:
        try:
            for turn in range(5):
                with transaction.atomic():
                    trace(WANG, f"w{writer}", ("case", turn), now=now)
                    trace(WANG, f"w{writer}", ("order", turn), now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    assert Trace.objects.count() == 200
    assert list(Link.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 201))
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_neither_trace_nor_gap(now: datetime) -> None:
    trace(WANG, "a", now=now)
    with pytest.raises(RuntimeError), transaction.atomic():
        trace(WANG, "lost", now=now)
        raise RuntimeError
    trace(WANG, "b", now=now)
    assert [row["action"] for row in traces(Filter())] == ["b", "a"]
    assert verify() == []


@pytest.mark.django_db
def test_counting_for_limits_looks_at_one_person_one_action_and_a_span(now: datetime) -> None:
    trace(WANG, "reveal", now=now - timedelta(minutes=11))
    trace(WANG, "reveal", now=now)
    trace(WANG, "other", now=now)
    trace(SimpleNamespace(person=8, name="李"), "reveal", now=now)
    assert count_since(7, "reveal", now - timedelta(minutes=10)) == 1


@pytest.mark.django_db
def test_a_page_of_the_trace_is_one_query(now: datetime, django_assert_num_queries) -> None:
    for place in range(30):
        trace(WANG, "a", ("case", place), now=now)
    with django_assert_num_queries(1):
        first = traces(Filter(actor=7), limit=20)
    assert len(first) == 20
    assert len(traces(Filter(actor=7, before=first[-1]["id"]))) == 10
