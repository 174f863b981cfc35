"""A run: started, carried out in the background, stopped, mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aftercare.customers.models import Customer
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.imports import applying, queries
from aftercare.imports.actions import How, apply, ask_cancel, bad_rows, carry_out, plan, purge, start
from aftercare.orders.models import Order
from aftercare.people.actor import Actor
from tests.imports.test_planning import HEAD, order_row, table
from tests.shop import NOW, TODAY

TWO_GOOD_ONE_BAD = table(HEAD, order_row("A1"), order_row("A2", "CJ,茶几,1,5,5,5,1"), order_row("A3", name="王先生"))


def test_good_rows_now_bad_rows_to_mend(boss: Actor) -> None:
    run = start(TWO_GOOD_ONE_BAD, "t.csv", boss, NOW, TODAY)
    assert (run.status, run.summary["good"], run.summary["bad"], Order.objects.count()) == ("planned", 2, 1, 0)
    assert carry_out(run.pk, boss, NOW, TODAY).orders == 2
    shown = queries.run(boss, run.pk)
    assert (shown["status"], shown["added"], shown["faults"][0]["row"]) == ("done", 3, 4)
    assert plan(bad_rows(run.pk, boss, TODAY), "m.xlsx", boss, TODAY).faults[0].code == "name.title"
    with pytest.raises(Conflict):
        carry_out(run.pk, boss, NOW, TODAY)


def test_all_or_nothing(boss: Actor) -> None:
    run = start(TWO_GOOD_ONE_BAD, "t.csv", boss, NOW, TODAY)
    with pytest.raises(Refused):
        carry_out(run.pk, boss, NOW, TODAY, whole=True)
    assert not Order.objects.exists() and not Customer.objects.exists()
    assert queries.run(boss, run.pk)["status"] == "failed" and queries.run(boss, run.pk)["error"]["zh"]


def test_all_or_nothing_holds_when_a_late_batch_fails(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ORDERS_AT_ONCE", 1)

    def refuse_second(order: int, *_: Any) -> None:
        if Order.objects.count() == 2:
            raise Refused.because("no", "不行", "no")

    found = plan(table(HEAD, order_row("A1"), order_row("A2")), "t.csv", boss, TODAY)
    with pytest.raises(Refused):
        apply(found, boss, NOW, How(whole=True, open_case=refuse_second))
    assert not Order.objects.exists()
    with pytest.raises(Refused):
        apply(found, boss, NOW, How(open_case=refuse_second))
    assert Order.objects.count() == 1


def test_a_run_stops_between_batches_and_goes_on_later(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ORDERS_AT_ONCE", 1)
    run = start(table(HEAD, *(order_row(f"A{n}") for n in range(5))), "t.csv", boss, NOW, TODAY)

    def stop_after_two(order: int, *_: Any) -> None:
        if Order.objects.count() == 2:
            ask_cancel(run.pk, boss)

    done = carry_out(run.pk, boss, NOW, TODAY, open_case=stop_after_two)
    assert (done.cancelled, done.orders, queries.run(boss, run.pk)["status"]) == (True, 2, "cancelled")
    assert carry_out(run.pk, boss, NOW, TODAY).orders == 3
    assert Order.objects.count() == 5


def test_a_run_cut_off_in_the_middle_is_carried_out_again(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ORDERS_AT_ONCE", 1)
    run = start(table(HEAD, *(order_row(f"A{n}") for n in range(4))), "t.csv", boss, NOW, TODAY)

    def die_at_third(order: int, *_: Any) -> None:
        if Order.objects.count() == 3:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        carry_out(run.pk, boss, NOW, TODAY, open_case=die_at_third)
    assert Order.objects.count() == 2 and queries.run(boss, run.pk)["status"] == "running"
    assert carry_out(run.pk, boss, NOW, TODAY).orders == 2
    assert Order.objects.count() == 4 and Customer.objects.count() == 1


def test_somebody_elses_run_is_not_to_be_seen(boss: Actor) -> None:
    run = start(TWO_GOOD_ONE_BAD, "t.csv", boss, NOW, TODAY)
    clerk = Actor(77, "别人", rights={"imports.run": frozenset({1})})
    for look in (lambda: queries.run(clerk, run.pk), lambda: carry_out(run.pk, clerk, NOW, TODAY),
                 lambda: ask_cancel(run.pk, clerk), lambda: bad_rows(run.pk, clerk, TODAY)):  # fmt: skip
        with pytest.raises(NotFound):
            look()
    assert queries.runs(clerk) == [] and len(queries.runs(boss)) == 1


def test_files_are_forgotten_after_a_week(boss: Actor) -> None:
    run = start(TWO_GOOD_ONE_BAD, "t.csv", boss, NOW, TODAY)
    assert purge(NOW + timedelta(days=6)) == 0
    assert purge(NOW + timedelta(days=8)) == 1
    run.refresh_from_db()
    assert run.data is None and run.faults == []
    with pytest.raises(NotFound):
        bad_rows(run.pk, boss, TODAY)


def test_statements_of_a_batch_do_not_grow_with_its_rows(boss: Actor, django_assert_max_num_queries: Any) -> None:
    few = plan(table(HEAD, *(order_row(f"A{n}") for n in range(3))), "t.csv", boss, TODAY)
    many = plan(table(HEAD, *(order_row(f"B{n}") for n in range(90))), "t.csv", boss, TODAY)
    for found in (few, many):
        with django_assert_max_num_queries(28):
            apply(found, boss, NOW)
