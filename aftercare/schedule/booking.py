"""No lane and no person is in two places at once, and no lane takes more than it holds."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from aftercare.cases.models import Case
from aftercare.cases.sheets import world_of
from aftercare.cases.world import handbook_of
from aftercare.errors import Conflict, Fault
from aftercare.handbook.model import CalendarEntry
from aftercare.schedule.lanes import lanes_of
from aftercare.schedule.models import Entry
from aftercare.schedule.placing import ZONE, Row


def refuse_double(case: Case, row: Row, now: datetime) -> None:
    """Raises Conflict when the lane or one of the people is taken then. Whoever books the same lane waits here."""
    if not row["lane"] and not (row["starts"] and row["people"]):
        return
    _one_at_a_time(row)
    definition = handbook_of(case.version).procedures[case.procedure]
    entry = next(one for one in definition.calendar if one.id == row["entry"])
    others = Entry.objects.exclude(case_id=case.pk, key=row["key"]).filter(done=False)
    if row["lane"]:
        _lane(case, row, entry, others, now)
    if row["starts"] and row["people"]:
        _people(case, row, entry, others)


def _one_at_a_time(row: Row) -> None:
    """Until the transaction ends nobody else books this lane on this day, nor these people."""
    names = {f"{row['lane']} {row['day']}"} if row["lane"] else set()
    names |= {f"person:{one} {row['day']}" for one in row["people"]} if row["starts"] else set()
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"schedule {name}"])


def _lane(case: Case, row: Row, entry: CalendarEntry, others: QuerySet[Entry], now: datetime) -> None:
    same = others.filter(lane=row["lane"], day=row["day"], procedure=row["procedure"], entry=row["entry"])
    lane = next((one for one in lanes_of(entry, world_of(case, now), case.state, now) if one.id == row["lane"]), None)
    name = lane.name if lane else row["lane"]
    if row["starts"] and (taken := same.filter(_overlaps(row)).first()):
        hours = _hours(taken)
        _refuse(
            "lane_taken", entry, f"{name} {row['day']} {hours} 已有 {taken.number}，同一时间不能再排。",
            f"{name} has {taken.number} on {row['day']} {hours}; it cannot be in two places.",
        )  # fmt: skip
    if lane and lane.holds is not None and same.count() >= lane.holds:
        _refuse(
            "lane_full", entry, f"{name} {row['day']} 已排满 {lane.holds} 单，请选别的日期或车辆。",
            f"{name} is full on {row['day']}: it takes {lane.holds}. Choose another day or lane.",
        )  # fmt: skip


def _people(case: Case, row: Row, entry: CalendarEntry, others: QuerySet[Entry]) -> None:
    """Somebody on two jobs at once; jobs in one lane and cases that read each other are one piece of work."""
    busy = others.filter(_overlaps(row), people__overlap=row["people"]).exclude(lane=row["lane"], lane__gt="")
    busy = busy.exclude(case_id__in=row["reads"]).exclude(reads__contains=[case.pk])
    taken = busy.first()
    if taken is None:
        return
    hours = _hours(taken)
    _refuse(
        "person_taken", entry, f"人员在 {row['day']} {hours} 已有 {taken.number}，同一时间不能再排。",
        f"Somebody of this job has {taken.number} on {row['day']} {hours}; nobody can be in two places.",
    )  # fmt: skip


def _overlaps(row: Row) -> Q:
    return Q(starts__lt=row["ends"], ends__gt=row["starts"])


def _hours(taken: Entry) -> str:
    assert taken.starts is not None and taken.ends is not None
    return f"{taken.starts.astimezone(ZONE):%H:%M}–{taken.ends.astimezone(ZONE):%H:%M}"


def _refuse(code: str, entry: CalendarEntry, zh: str, en: str) -> None:
    field = (entry.move.lane if entry.move else "") or "lane"
    raise Conflict([Fault(f"schedule.{code}", zh, en, field=field, clause=",".join(entry.clauses))])
