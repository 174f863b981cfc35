"""What is done on the calendar: a job is moved through the task its handbook names; addresses of feeds are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from aftercare.audit.actions import trace
from aftercare.cases import refusals
from aftercare.cases.actions import Done, act
from aftercare.cases.models import Case
from aftercare.engine import Command, Refusal
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.handbook.model import CalendarEntry, CalendarMove, Procedure
from aftercare.people.access import require, visible
from aftercare.people.actor import Actor
from aftercare.schedule.models import Entry, Feed
from aftercare.schedule.queries import definition_of

Json = Any
SECRET = 32  # characters of an address, at least


@dataclass(frozen=True, slots=True)
class Move:
    """Where a job goes, and what the form of its task asks besides. `seen`: (day, lane) it was taken from."""

    day: date
    lane: str = ""
    at: str = ""
    values: Mapping[str, Json] = field(default_factory=dict)
    marks: Sequence[Mapping[str, Json]] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  # of gates that let one by with a reason
    seen: tuple[date, str] | None = None


def move(actor: Actor, now: datetime, entry: int, move: Move) -> Done:
    """Begin and complete the task that the handbook names, in one transaction. Raises Refused with its clause,
    Conflict when somebody else moved the job meanwhile or its lane is taken, NotFound when it is not theirs to see."""
    row = entry_of(actor, entry)
    require(actor, "cases.act", row.store_id)
    procedure, found = definition_of(row)
    how = movable(row, found)
    if move.seen is not None and move.seen != (row.day, row.lane):
        raise Conflict.because(
            "schedule.moved_on", f"刚才已有人把它移到 {row.day}，请刷新后再试。",
            f"Somebody else has just moved it to {row.day}; reload and try again.",
        )  # fmt: skip
    with refusals.together():
        key = _begun(actor, now, row, procedure, how)
        data: dict[str, Json] = {"task": key, "values": _values(procedure, how, move)}
        data |= {"outcome": how.outcome} if how.outcome else {}
        data |= {"marks": list(move.marks)} if move.marks else {}
        data |= {"reasons": dict(move.reasons)} if move.reasons else {}
        return act(actor, now, row.case_id, Command("complete", data))


def keep_refusal(actor: Actor, now: datetime, row: Entry, task: str, refused: Refused) -> None:
    """An attempt is evidence: to be called once the refused move is rolled back, outside its transaction.
    What the case itself refused is kept already (`refusals.together`)."""
    if isinstance(refused.__cause__, refusals.Kept):
        return
    code = refused.faults[0].code if refused.faults else "schedule"
    told = Refusal(code, refused.faults)
    refusals.write(refusals.Facts(row.case_id, row.store_id, actor.person, "complete", task, told, now))


def entry_of(actor: Actor, entry: int) -> Entry:
    """One entry the actor may see; another's looks as if it did not exist."""
    row = visible(Entry.objects.all(), actor, "cases.see").filter(pk=entry).first()
    if row is None:
        raise NotFound.because("schedule.absent", "日程上没有这一项。", "There is no such job on the calendar.")
    return row


def movable(row: Entry, entry: CalendarEntry | None) -> CalendarMove:
    """How it is moved. Raises Refused where the handbook names no task for it, or it is done."""
    if row.done:
        raise Refused.because("schedule.done", f"{row.number} 已完成，不能再移动。", f"{row.number} is done already.")
    if entry is None or entry.move is None:
        raise Refused.because(
            "schedule.fixed", f"手册没有说明怎样移动 {row.number}，请在工单里办理。",
            f"The handbook names no task that moves {row.number}; work on its case instead.",
        )  # fmt: skip
    return entry.move


def _begun(actor: Actor, now: datetime, row: Entry, procedure: Procedure, how: CalendarMove) -> str:
    """The key of the task, opened by hand unless it stands open."""
    key = _open_key(row.case_id, how.task)
    if key is None:
        act(actor, now, row.case_id, Command("begin", {"task": how.task}))
        key = _open_key(row.case_id, how.task)
    assert key is not None, how.task
    return key


def _open_key(case: int, task: str) -> str | None:
    state = Case.objects.values_list("state", flat=True).get(pk=case)
    keys = [key for key, held in state["tasks"].items() if held["task"] == task and held.get("state") == "open"]
    return keys[-1] if keys else None


def _values(procedure: Procedure, how: CalendarMove, move: Move) -> dict[str, Json]:
    values = {**move.values, how.date: move.day.isoformat()}
    if how.lane:
        values[how.lane] = lane_value(move.lane)
    if how.at and move.at:
        values[how.at] = move.at
    return {name: value for name, value in values.items() if value is not None}


def lane_value(lane: str) -> Json:
    """A lane as a field of a form holds it; None for none."""
    if lane.startswith("person:"):
        return {"kind": "person", "id": int(lane.removeprefix("person:"))}
    return lane or None


# --- feeds


@transaction.atomic
def make_feed(actor: Actor, now: datetime, secret: str) -> Feed:
    """A new address for the actor's own jobs; the one before ends. `secret` is chance, given by the caller."""
    if len(secret) < SECRET:
        raise ValueError("a secret address needs more chance")
    Feed.objects.filter(person_id=actor.person, revoked_at=None).update(revoked_at=now)
    feed = Feed.objects.create(person_id=actor.person, sha256=hashed(secret), made_at=now)
    trace(actor, "schedule.feed_made", now=now)
    return feed


@transaction.atomic
def end_feed(actor: Actor, now: datetime) -> None:
    """The address answers no longer. Raises NotFound when there is none."""
    if not Feed.objects.filter(person_id=actor.person, revoked_at=None).update(revoked_at=now):
        raise NotFound.because("schedule.no_feed", "目前没有订阅地址。", "There is no address to end.")
    trace(actor, "schedule.feed_ended", now=now)


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def fetched(feed: Feed, now: datetime) -> None:
    """Notes when a calendar program last came."""
    Feed.objects.filter(pk=feed.pk).update(fetched_at=now)
