"""Runs carried out by the worker: each order gets its case, a killed run is taken up again, nothing is done twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from aftercare.cases.models import Case, Mark, OpenTask
from aftercare.customers.actions import NewCustomer, create_customer
from aftercare.customers.models import Customer
from aftercare.errors import Conflict, NotAllowed, Refused
from aftercare.imports import actions, jobs, queries
from aftercare.imports.models import ImportRun
from aftercare.messages import digest
from aftercare.messages.models import Notice
from aftercare.orders.adopting import open_imported
from aftercare.orders.models import Order
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Person, Store
from aftercare.people.queries import actor_for
from aftercare.simulation import company
from tests.shop import NOW, TODAY

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def admin(db: None) -> Actor:
    """The administrator of the invented company: may import, and next to nothing else."""
    company.found(NOW, "spring-water-42")
    return actor_for(Person.objects.get(sign_in="admin").pk, NOW)


def in_store(admin: Actor, data: bytes) -> int:
    """A run of a table that names no store."""
    choices = actions.Choices(store=Store.objects.order_by("pk").values_list("pk", flat=True)[0])
    return int(actions.receive(data, "t.csv", admin, NOW, TODAY, choices).pk)


def test_a_run_waits_until_somebody_asks_and_then_opens_cases(admin: Actor) -> None:
    run = actions.start((SAMPLES / "half-finished-200.xlsx").read_bytes(), "h.xlsx", admin, NOW, TODAY)
    assert jobs.run_waiting(NOW) == 0
    actions.ask_start(run.pk, admin, NOW)
    with pytest.raises(Conflict):
        actions.ask_start(run.pk, admin, NOW)
    assert jobs.run_waiting(NOW) == 1 and jobs.run_waiting(NOW) == 0
    assert queries.run(admin, run.pk)["status"] == "done"
    assert Order.objects.exclude(case_id=None).count() == Case.objects.exclude(adopted_at=None).count() == 200
    assert not Mark.objects.exists()  # what lay before counts for nobody
    owners = dict(Order.objects.values_list("case_id", "salesperson_id"))
    assert dict(Case.objects.values_list("pk", "opener_id")) == owners
    sheets = OpenTask.objects.filter(key="demand_sheet")
    assert set(sheets.values_list("assignee_id", flat=True)) <= set(owners.values())


def test_a_file_whose_encoding_is_not_clear_waits_for_an_answer(admin: Actor) -> None:
    run = in_store(admin, "name,phone\n牛儿,13912345678\n".encode("gb18030"))
    kept = ImportRun.objects.get(pk=run)
    assert kept.kind == "" and {one["encoding"] for one in kept.summary["options"]} >= {"big5", "gb18030"}
    with pytest.raises(Conflict):
        actions.ask_start(run, admin, NOW)
    with pytest.raises(Refused):
        actions.answer(run, "utf-8", admin, TODAY)
    actions.answer(run, "gb18030", admin, TODAY)
    actions.ask_start(run, admin, NOW)
    jobs.run_waiting(NOW)
    assert Customer.objects.get().full_name == "牛儿"


def test_what_cannot_end_well_is_not_begun(admin: Actor) -> None:
    prices = actions.start((SAMPLES / "price-list.xlsx").read_bytes(), "p.xlsx", admin, NOW, TODAY)
    with pytest.raises(NotAllowed):
        actions.ask_start(prices.pk, admin, NOW)
    orders = actions.start((SAMPLES / "order-book.xlsx").read_bytes(), "o.xlsx", admin, NOW, TODAY)
    with pytest.raises(Refused, match="all or nothing"):
        actions.ask_start(orders.pk, admin, NOW, whole=True)
    assert ImportRun.objects.get(pk=orders.pk).status == "planned"


def test_a_run_whose_file_was_forgotten_ends(admin: Actor) -> None:
    run = actions.start((SAMPLES / "half-finished-200.xlsx").read_bytes(), "h.xlsx", admin, NOW, TODAY)
    actions.ask_start(run.pk, admin, NOW)
    actions.purge(NOW + timedelta(days=8))
    assert jobs.run_waiting(NOW) == 0
    assert queries.run(admin, run.pk)["status"] == "failed"


def test_the_digest_comes_once_in_the_morning(admin: Actor) -> None:
    seller = Person.objects.get(full_name="陈晓梅")
    customer = create_customer(NewCustomer("王建国", store=seller.memberships.get().store_id), SYSTEM, NOW).id
    order = Order.objects.create(
        number="A1", store_id=seller.memberships.get().store_id, customer_id=customer, salesperson=seller,
        ordered_on=TODAY, written_by=0, created_at=NOW,
    )  # fmt: skip
    open_imported(order.pk, None, SYSTEM, NOW)
    early = NOW.replace(hour=0, minute=29)  # 08:29 in Shanghai
    assert digest.send_when_due(early) == 0
    told = digest.send_when_due(early + timedelta(minutes=1))
    assert told == Notice.objects.filter(kind="digest").count() > 0
    assert digest.send_when_due(early + timedelta(minutes=6)) == 0
    assert digest.send_when_due(early + timedelta(days=1, minutes=1)) > 0


def test_a_run_that_another_worker_has_in_hand_is_left_to_it(admin: Actor) -> None:
    run = in_store(admin, "姓名,电话\n李小满,13912345678\n".encode())
    actions.ask_start(run, admin, NOW)
    other = connection.copy()
    try:
        other.cursor().execute("select pg_advisory_lock(4714, %s::int)", [run])
        assert jobs.run_waiting(NOW) == 0
    finally:
        other.close()  # as a killed worker does
    assert jobs.run_waiting(NOW) == 1 and Customer.objects.count() == 1
