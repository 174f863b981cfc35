"""Is everything as it must be? Chains hold, projections equal a rebuild, every task has somebody, no timer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from aftercare.cases import chain, projection
from aftercare.cases.models import Case, Deadline, Event, EventPersonal, OpenTask, PendingCopy
from aftercare.cases.roots import root_faults
from aftercare.cases.world import handbook_of
from aftercare.doctor import Finding
from aftercare.engine import Event as EngineEvent
from aftercare.engine import rebuild
from aftercare.engine.types import moment
from aftercare.errors import Fault
from aftercare.texts import Text

Json = Any


def check(now: datetime) -> Iterator[Fault]:
    """Every fault of every case, with the first altered or missing event named."""
    for case in Case.objects.order_by("id").iterator(chunk_size=500):
        yield from check_case(case)
    yield from _lost_timers(now)
    yield from root_faults()


def findings(now: datetime) -> list[Finding]:
    """The same as the doctor of the whole house wants it."""
    return [Finding(f"cases.{fault.code}", Text(fault.zh, fault.en)) for fault in check(now)]


def check_case(case: Case) -> Iterator[Fault]:
    broken = next(chain_faults(case), None)
    if broken:
        yield broken
        return
    yield from _projection_faults(case, events_of(case.pk))


def events_of(case: int) -> list[EngineEvent]:
    """The events of a case with what is left of their personal parts."""
    personal = dict(EventPersonal.objects.filter(case_id=case).values_list("seq", "data"))
    rows = Event.objects.filter(case_id=case).order_by("seq").values_list("seq", "kind", "data")
    return [EngineEvent(kind, data, personal.get(seq)) for seq, kind, data in rows]


def chain_faults(case: Case) -> Iterator[Fault]:
    personal = {
        seq: (bytes(salt), data)
        for seq, salt, data in EventPersonal.objects.filter(case_id=case.pk).values_list("seq", "salt", "data")
    }
    head, expected = chain.START, 1
    for event in Event.objects.filter(case_id=case.pk).order_by("seq"):
        digest = bytes(event.digest) if event.digest is not None else None
        if event.seq != expected:
            yield _fault("chain", case, f"第 {expected} 条记录缺失", f"event {expected} is missing")
            return
        if digest and event.seq in personal and chain.digest(*personal[event.seq]) != digest:
            yield _fault(
                "chain",
                case,
                f"第 {event.seq} 条记录的个人信息被改动",
                f"the personal part of event {event.seq} was altered",
            )
        head = chain.link(head, case.pk, event.seq, event.kind, moment(event.entered_at), event.data, digest)
        if head != bytes(event.hash):
            yield _fault("chain", case, f"第 {event.seq} 条记录被改动", f"event {event.seq} was altered")
            return
        expected += 1
    if expected - 1 != case.seq or head != bytes(case.head):
        yield _fault("chain", case, "末尾的记录缺失", "events are missing at the end")


def _projection_faults(case: Case, events: list[EngineEvent]) -> Iterator[Fault]:
    state = rebuild(events)
    if state != case.state:
        wrong = sorted(name for name in {*state, *case.state} if state.get(name) != case.state.get(name))
        yield _fault(
            "state",
            case,
            f"状态与记录不符：{'、'.join(wrong)}",
            f"the state differs from its events: {', '.join(wrong)}",
        )
        return
    procedure = handbook_of(case.version).procedures[case.procedure]
    wanted = projection.tasks(state, procedure)
    held = set(OpenTask.objects.filter(case=case).values_list("key", flat=True))
    if held != set(wanted):
        yield _fault("tasks", case, "待办与状态不符", "open tasks differ from the state")
    for key, row in wanted.items():
        if not row["roles"] and not row["assignee_id"]:
            yield _fault("owner", case, f"待办 {key} 没有负责人", f"task {key} has no owner")
    if set(PendingCopy.objects.filter(case=case).values_list("document", "copy")) != {
        (r["document"], r["copy"]) for r in projection.pending_copies(state).values()
    }:
        yield _fault("copies", case, "待接收单据与状态不符", "copies to be received differ from the state")
    timers = {(d["element"], d["level"]) for d in projection.deadlines(state).values() if not d["fired_at"]}
    if timers != set(Deadline.objects.filter(case=case, fired_at=None).values_list("element", "level")):
        yield _fault("timers", case, "时限与状态不符", "timers differ from the state")


def _lost_timers(now: datetime) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.id from cases_deadline d join cases_case c on c.id = d.case_id "
            "where d.fired_at is null and c.status in ('closed', 'cancelled') limit 20"
        )
        for (row,) in cursor.fetchall():
            yield Fault("timer", f"时限 {row} 属于已结束的工单。", f"Timer {row} belongs to an ended case.")


def _fault(code: str, case: Case, zh: str, en: str) -> Fault:
    return Fault(code, f"工单 {case.number}：{zh}。", f"Case {case.number}: {en}.", data={"case": case.pk})
