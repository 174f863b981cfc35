"""What is loaded of a store in virtual time equals the same commands played one by one on the live path."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aftercare.cases import doctor as cases_doctor
from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.models import Case, Deadline, Event, FindingRow, Mark, OpenTask
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.customers.filing import make_file
from aftercare.customers.models import Contact
from aftercare.engine import Accepted, Command
from aftercare.errors import Refused
from aftercare.money.actions import Payment, take_payment
from aftercare.money.models import Entry, Owed
from aftercare.orders.actions import attach_case, create_order
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.queries import actor_for
from aftercare.records.models import Record
from aftercare.simulation import company, loading, related
from aftercare.simulation.plan import read_plan
from aftercare.simulation.virtual import Store
from aftercare.simulation.working import ZONE
from tests.simulation.test_year import FOLDER, Pipe, plan

Played = list[Callable[[], None]]
DAYS = 45
ORDER = ("delivery_date", "total", "deposit", "payment", "note", "address")
LINE = ("code", "name", "spec", "unit", "qty", "list_price", "price", "amount", "note")


class Undone(Exception):
    """What was loaded goes again."""


def actor_of(who: Any, now: datetime) -> Actor:
    return actor_for(who.person, now) if who.person else SYSTEM


class Recording(Store):
    """Notes what people and the clock of the store do; what follows from it is not noted."""

    played: Played
    deep = 0

    def open(self, procedure: str, subject: Any, customer: Any, who: Any, now: datetime, **data: Any) -> Any:
        if not self.deep:
            about = (dict(self.entities["order", subject["id"]]),) if procedure == self.plan.procedure else ()
            opening = Opening(self.book.id, procedure, self.store, subject, customer)
            self.played.append(lambda: _open(opening, actor_of(who, now), now, data, *about))
        return self._inside(lambda: super(Recording, self).open(procedure, subject, customer, who, now, **data))

    def act(self, case: Any, command: Command, who: Any, now: datetime, *, loud: bool = True) -> Any:
        decision = self._inside(lambda: super(Recording, self).act(case, command, who, now, loud=loud))
        if not self.deep and (loud or isinstance(decision, Accepted)):  # else nobody tried
            self.played.append(lambda: _act(actor_of(who, now), now, case.id, command))
        return decision

    def _file(self, customer: int, now: datetime) -> None:
        self.played.append(lambda: _file(customer, now))
        super()._file(customer, now)

    def _inside(self, what: Callable[[], Any]) -> Any:
        self.deep += 1
        try:
            return what()
        finally:
            self.deep -= 1


def _open(opening: Opening, actor: Actor, now: datetime, data: dict[str, Any], order: Any = None) -> None:
    if order is not None:
        lines = [{name: one[name] for name in LINE} for one in order["lines"]]
        made = create_order(
            SYSTEM, now, store=opening.store, customer=opening.customer or 0, salesperson=order["salesperson"]["id"],
            ordered_on=date.fromisoformat(order["ordered_on"]), number=order["number"], lines=lines,
            **{name: order[name] for name in ORDER},
        )  # fmt: skip
        assert opening.subject is not None and made.pk == opening.subject["id"]
    done = open_case(actor, now, opening, {key: value for key, value in data.items() if key != "opener"})
    if order is not None:
        attach_case(made.pk, done.case)


def _act(actor: Actor, now: datetime, case: int, command: Command) -> None:
    try:
        act(actor, now, case, command)
    except Refused:
        return


def _file(customer: int, now: datetime) -> None:
    make_file(customer, SYSTEM, now)


def _pay(now: datetime, order: int, case: int, charge: str, payment: Mapping[str, Any]) -> None:
    day = now.astimezone(ZONE).date()
    told = {"order": order, "case": case, "charge": charge, "part": payment["part"]}
    take_payment(SYSTEM, now, Payment(payment["amount"], payment["way"], day, **told))


def held() -> dict[str, list[Any]]:
    """Everything of the cases that does not hang on chance: no salts, no hashes."""
    case = ("id", "number", "procedure", "status", "next_due", "overdue", "flags", "seq", "state")
    tables: dict[str, Any] = {
        "events": Event.objects.values("case_id", "seq", "kind", "data"),
        "cases": Case.objects.values(*case),
        "tasks": OpenTask.objects.values("case_id", "key", "state", "roles", "assignee_id", "opens_at", "due_at"),
        "deadlines": Deadline.objects.values("case_id", "element", "level", "round", "kind", "at", "fired_at"),
        "marks": Mark.objects.values("case_id", "seq", "clause", "kind", "person_id", "day"),
        "sheets": Record.objects.values("case_id", "key", "round", "outcome", "values", "personal"),
        "findings": FindingRow.objects.values("case_id", "clauses", "person_id", "amount", "state"),
        "talks": Contact.objects.values("customer_id", "kind", "channel", "about", "answer", "note", "by"),
        "owed": Owed.objects.values("case_id", "kind", "amount", "payer_kind", "payee_kind", "clauses"),
        "money": Entry.objects.values("order_id", "amount", "way", "happened_on"),
    }
    return {name: sorted(rows, key=_place) for name, rows in tables.items()}


def _place(row: Mapping[str, Any]) -> list[str]:
    return [f"{value:09}" if isinstance(value, int) else str(value) for value in row.values()]


@pytest.mark.django_db
def test_what_is_loaded_is_what_the_live_path_would_have_written(monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime(2025, 12, 31, 16, tzinfo=UTC)
    company.found(began - timedelta(days=1), "a-long-password-1", read_plan(FOLDER)["staff"])
    calm = plan(orders=3, days=DAYS)
    book, habits = handbook_of(live_version("showroom", epoch())), dataclasses.replace(calm.habits, leaves=0.0)
    calm = dataclasses.replace(calm, handbook=book, habits=habits)
    whole = loading.company_of(calm)
    Recording.played = played = []
    monkeypatch.setattr(loading, "Store", Recording)
    paid = related.pay

    def pay(store: Any, case: Any, payment: Any, now: datetime, *who: Any) -> None:
        if not store.deep:
            charge = next(iter(store.book.procedures[case.procedure].charges))
            played.append(lambda: _pay(now, case.subject["id"], case.id, charge, payment))
        store._inside(lambda: paid(store, case, payment, now, *who))

    monkeypatch.setattr(related, "pay", pay)
    try:
        with transaction.atomic():
            loading.work(whole, 0, Pipe(whole))
            loaded = held()
            raise Undone
    except Undone:
        _numbers_from(whole.first)
    for command in played:
        command()
    lived = held()
    assert len(loaded["events"]) > 200
    for name, rows in loaded.items():
        differs = [pair for pair in zip(rows, lived[name], strict=False) if pair[0] != pair[1]]
        assert not differs, (name, len(differs), *differs[0])
        assert len(rows) == len(lived[name])
    assert list(cases_doctor.check(began + timedelta(days=DAYS))) == []


def _numbers_from(first: Mapping[str, int]) -> None:
    """Numbers are given once; played again, the same things shall have the same."""
    with connection.cursor() as cursor:
        for table, n in first.items():
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {n}, false)")
