"""Cases that the calendar opens: each day, week or month, once per store, made up for after an outage."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from aftercare.cases.actions import Opening, open_case
from aftercare.cases.models import Started
from aftercare.cases.world import ZONE, epoch, handbook_of, live_handbooks, world_for
from aftercare.engine import Who
from aftercare.engine.fold import empty
from aftercare.engine.judge import Judge
from aftercare.errors import AftercareError
from aftercare.handbook.model import Handbook, Procedure, Start
from aftercare.people.actor import SYSTEM
from aftercare.people.queries import stores

log = logging.getLogger(__name__)
PORTION = 20
BACK = timedelta(days=31)  # so far back a stop of the machine is made up for
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLAIM = """
insert into cases_started (handbook, procedure, every, store_id, period, at) values (%s, %s, %s, %s, %s, %s)
on conflict do nothing returning id
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One start of one store for one period."""

    version: str
    handbook: Handbook
    procedure: Procedure
    start: Start
    store: int
    period: date


def run_starts(now: datetime, limit: int = PORTION) -> int:
    """Open what the calendar asks for at `now`; returns how many turns were taken, whether or not there was reason to
    open a case. Several workers may run it at once; one that was taken is not taken again."""
    taken = 0
    for turn in _due(now):
        if taken == limit:
            break
        try:
            taken += _take(turn, now)
        except AftercareError:
            log.exception("%s of store %s for %s could not be opened", turn.procedure.id, turn.store, turn.period)
    return taken


def period_of(start: Start, day: date) -> date:
    """The first day of the period a day lies in."""
    if start.every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if start.every == "month" else day


def opens_at(start: Start, period: date) -> datetime:
    """When in its period a case is opened: a time of the day, a day of the week or of the month (its last at most)."""
    said = str(start.opens or "")
    if start.every == "day":
        return datetime.combine(period, time.fromisoformat(said) if said else time(), ZONE)
    if start.every == "week":
        return datetime.combine(period + timedelta(days=WEEK.index(said) if said else 0), time(), ZONE)
    last = (period + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day = min(int(said.removeprefix("day ") or 1), last.day)
    return datetime.combine(period.replace(day=day), time(), ZONE)


def _due(now: datetime) -> Iterator[Turn]:
    starts = [
        (version, handbook, procedure, start)
        for version in live_handbooks(epoch())
        for handbook in [handbook_of(version)]
        for procedure in handbook.procedures.values()
        for start in procedure.starts
        if start.every
    ]
    if not starts:
        return
    rows = Started.objects.values_list("handbook", "procedure", "every", "store_id").annotate(last=Max("period"))
    last = {row[:4]: row[4] for row in rows}
    shops = [store.pk for store in stores()]
    for version, handbook, procedure, start in starts:
        for store in shops:
            for period in periods(start, last.get((handbook.id, procedure.id, start.every, store)), now):
                yield Turn(version, handbook, procedure, start, store, period)


def periods(start: Start, last: date | None, now: datetime) -> list[date]:
    """The periods after the `last` one that have begun to count; of a start that is new only the present one."""
    today = now.astimezone(ZONE).date()
    present = period_of(start, today)
    day = max(last + timedelta(days=1), today - BACK) if last is not None else present
    found = sorted({period_of(start, day + timedelta(days=n)) for n in range((today - day).days + 1)})
    return [one for one in found if opens_at(start, one) <= now and (last is None or one > last)]


def _take(turn: Turn, now: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            own = (turn.handbook.id, turn.procedure.id, turn.start.every, turn.store, turn.period, now)
            cursor.execute(CLAIM, own)
            row = cursor.fetchone()
        if row is None:
            return 0
        if _wanted(turn, now):
            subject = {"kind": "store", "id": turn.store} if turn.procedure.subject == "store" else None
            opening = Opening(turn.handbook.id, turn.procedure.id, turn.store, subject)
            done = open_case(SYSTEM, now, opening, {"period": turn.period.isoformat()})
            Started.objects.filter(pk=row[0]).update(case_id=done.case)
        return 1


def _wanted(turn: Turn, now: datetime) -> bool:
    """`if` of the start, judged before there is a case: over facts, settings and the day."""
    if turn.start.shown is None:
        return True
    told: tuple[Any, ...] = (turn.version, turn.procedure.id, turn.store, None, None, now, epoch())
    world = world_for(*told, period=turn.period.isoformat())
    state = {**empty(), "facts": dict(world.facts), "period": turn.period.isoformat()}
    return Judge(state, world, Who(0, "", system=True), now, now).holds(turn.start.shown)
