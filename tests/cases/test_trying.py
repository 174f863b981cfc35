"""A change tried on the past tells which cases would have been late, and leaves no trace in the database."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext

from aftercare.cases.handbooks import change_setting
from aftercare.cases.models import Case
from aftercare.cases.trying import Change, Tally, Tried, checked, try_on_past
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.config import dump
from aftercare.errors import Refused
from aftercare.handbook import load_texts
from tests.showroom import NOW, Showroom, Story, shipped

LATER = NOW + timedelta(days=60)
CONFIRMED = {"date_confirmed": True, "address_confirmed": True}


def rechecked(shop: Showroom, on: datetime | None, name: str = "王建国") -> Story:
    """An order to be delivered on 15 January, rechecked then (or not at all)."""
    phone = f"138{abs(hash(name)) % 10**8:08d}"
    story = shop.open(customer=shop.customer(name, phone))
    story.issue()
    story.agree("2027-01-15")
    if on is not None:
        story.tick(on)
        story.complete("service_manager", "recheck", "confirmed", CONFIRMED)
    return story


def tried(shop: Showroom, now: datetime = LATER, **change: Any) -> list[Tried]:
    wanted = Change("showroom", **change)
    return list(try_on_past(shop.actor("general_manager", now), now, wanted))


def test_ten_days_instead_of_fourteen_and_twenty_instead(shop: Showroom) -> None:
    """14 days before 15 January is the 1st; ten days the 5th; twenty days the 26th of December."""
    early = rechecked(shop, datetime(2026, 12, 25, 3, tzinfo=UTC), "李一")
    middle = rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC), "李二")
    late = rechecked(shop, datetime(2027, 1, 3, 3, tzinfo=UTC), "李三")
    shorter = {one.case: one for one in tried(shop, figures={"recheck_lead": "10d"}) if one.differing}
    assert set(shorter) == {late.id}
    (verdict,) = shorter[late.id].differing
    assert (verdict.task, verdict.late_then, verdict.late_now) == ("recheck", True, False)
    assert shorter[late.id].clauses["recheck"] == ("DP-01",)
    longer = {one.case: one for one in tried(shop, figures={"recheck_lead": "20d"}) if one.differing}
    assert set(longer) == {middle.id} and early.id not in longer
    assert longer[middle.id].differing[0].late_now


def test_the_same_figure_changes_nothing_and_reads_no_event(shop: Showroom) -> None:
    rechecked(shop, None)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert tried(shop, figures={"recheck_lead": "14d"}) == []
    assert not any("cases_event" in one["sql"] for one in queries)


def test_nothing_live_changes_and_the_database_itself_would_refuse(shop: Showroom) -> None:
    rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC))
    before = list(dump.lines())
    assert tried(shop, figures={"recheck_lead": "20d"})
    assert list(dump.lines()) == before
    trial = try_on_past(shop.actor("general_manager", LATER), LATER, Change("showroom", {"recheck_lead": "20d"}))
    with closing(trial), pytest.raises(InternalError, match="read-only"):
        next(trial)
        Case.objects.update(overdue=True)


def test_who_may_not_see_a_store_is_told_nothing_of_it(shop: Showroom) -> None:
    rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC))
    change = Change("showroom", {"recheck_lead": "20d"})
    from aftercare.people.queries import actor_for

    stranger = actor_for(shop.other_sales, LATER)
    assert list(try_on_past(stranger, LATER, change)) == []
    assert list(try_on_past(shop.actor("sales", LATER), LATER, change))


def test_only_cases_of_the_period_and_store(shop: Showroom) -> None:
    rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC))
    figures = {"recheck_lead": "20d"}
    assert tried(shop, figures=figures, since=date(2026, 11, 21)) and tried(shop, figures=figures, store=shop.store)
    assert not tried(shop, figures=figures, since=date(2026, 11, 22))
    assert not tried(shop, figures=figures, store=shop.other_store)


def test_a_case_keeps_the_figure_it_was_opened_under(shop: Showroom) -> None:
    """The figure changed by page in between is part of the old world of later cases only."""
    story = rechecked(shop, datetime(2027, 1, 3, 3, tzinfo=UTC))
    change_setting(shop.actor("general_manager", LATER), LATER, "showroom", "recheck_lead", "10d")
    ((verdict,),) = [one.differing for one in tried(shop, figures={"recheck_lead": "10d"}) if one.case == story.id]
    assert verdict.late_then and not verdict.late_now


def test_a_candidate_handbook_is_tried_as_a_whole(shop: Showroom) -> None:
    rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC))
    files = dict(shipped())
    files["handbook.yaml"] = files["handbook.yaml"].replace("type: duration, value: 14d", "type: duration, value: 20d")
    candidate = load_texts(files, {}).handbook
    assert candidate is not None and candidate.settings["recheck_lead"].value == "20d"
    (found,) = [one for one in tried(shop, candidate=candidate) if one.differing]
    assert [one.task for one in found.differing] == ["recheck"]


def test_days_that_would_have_been_closed(shop: Showroom) -> None:
    """Copies are due within a working day: with the next day closed the one handed over a day late is in time."""
    story = rechecked(shop, None)
    story.release()
    story.tick(NOW + timedelta(days=2))
    story.do("sales", "complete", task="hand_finance_copy")
    closed = (date(2026, 11, 22), date(2026, 11, 23))
    found = {v.element for one in tried(shop, now=story.now, closed=closed) for v in one.differing}
    assert "hand_finance_copy" in found


def test_sums_by_clause(shop: Showroom) -> None:
    rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC), "李一")
    rechecked(shop, datetime(2027, 1, 3, 3, tzinfo=UTC), "李二")
    tally = Tally()
    for one in tried(shop, figures={"recheck_lead": "20d"}):
        tally.add(one)
    assert (tally.cases, tally.late_then, tally.late_now, tally.newly_late, tally.newly_kept) == (2, 1, 2, 1, 0)
    assert dict(tally.clauses["DP-01"]) == {"deadlines": 2, "late_then": 1, "late_now": 2, "newly_late": 1}


@pytest.mark.parametrize(("name", "value"), [("no_such", "1d"), ("recheck_lead", "soon"), ("near_term_window", "x")])
def test_a_figure_that_does_not_exist_or_fit_is_refused(shop: Showroom, name: str, value: str) -> None:
    handbook = handbook_of(live_version("showroom", epoch()))
    with pytest.raises(Refused):
        checked(Change("showroom", {name: value}), handbook)


def test_statements_grow_with_portions_and_not_with_cases(shop: Showroom) -> None:
    rechecked(shop, None, "李一")
    tried(shop, figures={"recheck_lead": "20d"})
    with CaptureQueriesContext(connection) as one:
        tried(shop, figures={"recheck_lead": "20d"})
    for n in range(3):
        rechecked(shop, None, f"张{n}")
    with CaptureQueriesContext(connection) as several:
        tried(shop, figures={"recheck_lead": "20d"})
    assert len(one) == len(several)
