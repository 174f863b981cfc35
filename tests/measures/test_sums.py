"""Figures are exact whether they are kept or counted, follow late entries, and the doctor finds what was altered."""

from __future__ import annotations

from datetime import date, timedelta

from aftercare.cases.models import Case, Mark
from aftercare.measures import doctor, queries, sums
from aftercare.measures.models import Built, Promise, Sum
from aftercare.measures.sources import CLAUSES, PROMISES, Source, every
from aftercare.people.actor import SYSTEM
from aftercare.records.models import Record
from tests.showroom import NOW, Showroom

TODAY = date(2026, 11, 21)
WEEK = timedelta(days=7)


def told(source: Source, part: str = "all") -> dict[str, int]:
    found = sums.figures(source, sums.kept(), TODAY - WEEK, TODAY + 3 * WEEK, parts=[part])
    return {f"{one.key}:{one.kind}": one.n for one in found}


def named(name: str) -> Source:
    return next(one for one in every() if f".{name}." in one.id)


def test_a_promise_is_kept_in_time_or_broken_once(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    story.tick(NOW + timedelta(days=3))
    held = {(one.element, one.kind) for one in Promise.objects.all()}
    assert ("contract", "kept") in held and ("price_check", "broken") in held
    story.complete("finance", "price_check", "checked", {"prices_agree": True})
    assert Promise.objects.filter(element="price_check").count() == 1
    assert told(PROMISES)[":kept"] == 1 and told(PROMISES)[":broken"] >= 2
    people = told(PROMISES, "person")
    assert people[f"{shop.people['sales']}:kept"] == 1


def test_kept_sums_say_what_the_rows_say(shop: Showroom) -> None:
    for n in range(3):
        story = shop.open(NOW + timedelta(days=n))
        story.issue()
    before = {part: told(CLAUSES, part) for part in ("all", "clause")}
    contracts = named("contracts")
    counted = told(contracts, "person")
    assert counted[f"{shop.people['sales']}:taken"] == 3
    assert sums.catch_up(NOW + timedelta(days=40)) > 0
    assert Built.objects.get(source="clauses").until > TODAY
    assert {part: told(CLAUSES, part) for part in before} == before
    assert told(contracts, "person") == counted
    months = sums.figures(contracts, sums.kept(), date(2026, 11, 1), date(2026, 11, 30))
    assert [(one.n, one.total) for one in months] == [(3, 0.0)] and Sum.objects.filter(span="m").exists()
    assert list(doctor.check(NOW)) == []


def test_what_comes_late_is_counted_and_then_kept(shop: Showroom) -> None:
    shop.open().issue()
    sums.catch_up(NOW + timedelta(days=40))
    later = told(CLAUSES)
    Mark.objects.create(clause="SC-02", kind="broken", store_id=shop.store, procedure="x", at=NOW, day=TODAY)
    assert told(CLAUSES).get(":broken", 0) == later.get(":broken", 0) + 1
    sums.catch_up(NOW + timedelta(days=40))
    assert not sums.kept().touched and told(CLAUSES).get(":broken", 0) == later.get(":broken", 0) + 1
    Mark.objects.filter(kind="broken").delete()
    assert told(CLAUSES).get(":broken", 0) == 0


def test_the_doctor_finds_an_altered_sum(shop: Showroom) -> None:
    shop.open().issue()
    sums.catch_up(NOW + timedelta(days=40))
    Sum.objects.filter(source="clauses", span="d").update(n=99)
    assert {found.check for found in doctor.check(NOW)} == {"measures.figures"}
    sums.rebuild(NOW + timedelta(days=40))
    assert list(doctor.check(NOW)) == []


def test_a_store_has_its_own_figures(shop: Showroom) -> None:
    shop.open().issue()
    sums.catch_up(NOW + timedelta(days=40))
    known = sums.kept()
    here = sums.figures(CLAUSES, known, TODAY, TODAY, stores=[shop.store])
    assert here and sums.figures(CLAUSES, known, TODAY, TODAY, stores=[shop.other_store]) == []
    assert {one.store for one in sums.figures(CLAUSES, known, TODAY, TODAY, by_store=True)} == {shop.store}


def test_a_crew_counts_for_each_of_its_members(shop: Showroom) -> None:
    """Two rated deliveries of one crew, one of another person, one customer who gave no opinion."""
    story = shop.open()
    crew = [{"kind": "person", "id": one} for one in (shop.people["finance"], shop.people["sales"])]
    for n, (people, rating) in enumerate([(crew, 5), (crew, 4), (crew[:1], 2), (crew[:1], None)]):
        case = Case.objects.get(pk=story.id)
        case.pk, case.number = None, f"T{n}"
        case.state = {**case.state, "people": {**case.state["people"], "crew": people}}
        case.save()
        Record.objects.create(
            form="opinion", case_id=case.pk, number=case.number, key="opinion", outcome="done", store_id=shop.store,
            person_id=None, at=NOW, values={"rating": rating} if rating else {"declined": True},
        )  # fmt: skip
    book, measure = queries.measure_named("crew_rating")
    span = queries.span("month", NOW)
    for _ in range(2):
        found = queries.measured(SYSTEM, book, measure, span, None, sums.kept(), part="people.crew")
        assert {key: (one.n, one.value) for (key, _day), one in found.items()} == {
            str(shop.people["finance"]): (3, 11 / 3), str(shop.people["sales"]): (2, 4.5),
        }  # fmt: skip
        assert queries.measured(SYSTEM, book, measure, span, None, sums.kept())["", None].value == 11 / 3
        sums.catch_up(NOW + timedelta(days=40))
    book, measure = queries.measure_named("opinions_declined")
    assert queries.measured(SYSTEM, book, measure, span, None, sums.kept())["", None].value == 25


def test_every_measure_of_the_showroom_can_be_taken(shop: Showroom) -> None:
    shop.open().issue()
    for book, measure in queries.all_measures():
        for part in measure.by if measure.counts == "flow" else ():
            queries.measured(SYSTEM, book, measure, queries.span("year", NOW), None, sums.kept(), part=part)
    assert queries.standing(SYSTEM, NOW, [pair for pair in queries.all_measures() if pair[1].counts == "now"])
