"""A simulated year: same seed, same events; what-if changes what hangs on it; the load is as if it had been lived."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aftercare.cases import doctor as cases_doctor
from aftercare.cases.models import Case, DailyRoot, Event, Started
from aftercare.cases.world import epoch, handbook_of, live_version
from aftercare.customers.models import Contact
from aftercare.documents.models import File
from aftercare.engine import rebuild
from aftercare.errors import Refused
from aftercare.handbook import load
from aftercare.money.models import Entry
from aftercare.orders.models import Order
from aftercare.simulation import company, loading, papers
from aftercare.simulation.figures import Counting
from aftercare.simulation.plan import Plan, plan_for, read_plan
from aftercare.simulation.report import chart, table
from aftercare.simulation.running import simulate, store_of
from aftercare.simulation.whatif import changed

FOLDER = Path("handbooks/showroom")
BEGIN = date(2026, 1, 1)
FILE = re.compile(r'"id": (\d+), "kind": "file"|"kind": "file", "id": (\d+)')


def plan(**chosen: Any) -> Plan:
    book = load(FOLDER).handbook
    assert book is not None
    return plan_for(book, read_plan(FOLDER), BEGIN, **{"orders": 8, "stores": 1, "days": 60, **chosen})


class Seen(Counting):
    """Keeps every event, and looks whether a command ever changed a state that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[int, list[Any]] = {}
        self.states: dict[int, Any] = {}

    def accepted(self, case: Any, world: Any, who: Any, accepted: Any, start: int, now: datetime) -> None:
        super().accepted(case, world, who, accepted, start, now)
        self.events.setdefault(case.id, []).extend(accepted.events)
        self.states[case.id] = accepted.state


def run(one: Plan) -> Seen:
    seen = Seen()
    store_of(one, 0, seen).run()
    return seen


def test_the_same_seed_gives_the_same_year_and_every_state_is_the_fold_of_its_events() -> None:
    first, second = run(plan()), run(plan())
    assert first.events == second.events
    assert first.figures.opened["order_promise"] == 8
    assert first.figures.done["delivery", "place"] > 0  # the van went out
    for case, events in first.events.items():
        assert rebuild(events) == first.states[case]


def test_stores_side_by_side_come_to_the_same_as_one_after_the_other() -> None:
    one = plan(stores=2, orders=6, days=30)
    assert simulate(one, processes=1) == simulate(one, processes=2)


def test_what_if_changes_what_it_names() -> None:
    base = plan()
    other = changed(base, ["vans=-1", "orders=+50%", "setting recheck_lead=10d", "people forgets=0.2", "sales=+1"])
    assert (other.lanes["van"], other.orders, other.settings["recheck_lead"]) == (base.lanes["van"] - 1, 12, "10d")
    assert (other.habits.forgets, other.staff["sales"]) == (0.2, base.staff["sales"] + 1)


@pytest.mark.parametrize("change", ["bikes=-1", "setting nothing=3d", "vans", "people courage=1", "vans=many"])
def test_what_is_not_understood_is_refused(change: str) -> None:
    with pytest.raises(Refused):
        changed(plan(), [change])


def test_the_table_names_each_clause_and_the_chart_draws_both_years() -> None:
    base = run(plan()).figures
    rows = table(plan().handbook, base, base)
    assert rows[-1][1] == "all" and all(row[-1] in ("+0.0", "") for row in rows)
    assert chart(base, base, "what <if>").count("<rect") > 2 * len(rows) - 2


class Pipe:
    """The other end of a store's work, in the same process."""

    def __init__(self, whole: loading.Company) -> None:
        self.whole, self.told = whole, []  # type: loading.Company, list[Any]

    def send(self, said: Any) -> None:
        self.told.append(said)

    def recv(self) -> list[int]:
        wanted = self.told[-1][1:]
        serials, last = papers.numbered([wanted[0]])
        loading.common(self.whole, [wanted], last)
        return serials[0]


@pytest.mark.django_db
def test_a_loaded_year_is_as_if_it_had_been_lived() -> None:
    """Chains, projections, timers, roots and the calendar hold; papers, money and orders belong together."""
    now = datetime(2026, 3, 2, 16, tzinfo=UTC)
    company.found(now - timedelta(days=70), "a-long-password-1", read_plan(FOLDER)["staff"])
    book = handbook_of(live_version("showroom", epoch()))
    one = dataclasses.replace(plan(), handbook=book)
    whole = loading.company_of(one)
    pipe = Pipe(whole)
    loading.work(whole, 0, pipe)

    assert list(cases_doctor.check(now)) == []
    assert pipe.told[-1][1].events == Event.objects.count() > 100
    assert DailyRoot.objects.count() > 30
    starts = Started.objects.values_list("period", flat=True)
    assert max(starts) == BEGIN + timedelta(days=59)  # what the calendar opened is not opened again
    kept = "".join(json.dumps(state) for state in Case.objects.values_list("state", flat=True))
    signed = {int(one) for pair in FILE.findall(kept) for one in pair if one}
    assert Contact.objects.filter(source__kind="case").count() > 0  # visits and greetings stand in the customers' files
    assert signed and signed <= set(File.objects.values_list("pk", flat=True))  # signatures open
    order = Order.objects.filter(case_id__isnull=False).order_by("pk").first()
    assert order is not None and Case.objects.get(pk=order.case_id).subject_id == order.pk
    assert Entry.objects.filter(order=order).exists()
