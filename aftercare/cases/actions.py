"""The one way in for cases. Every action is a short transaction: lock, load, judge, write, effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction

from aftercare import faults
from aftercare.cases import refusals, store
from aftercare.cases.carrying import carry
from aftercare.cases.numbers import SERIES, shape_of
from aftercare.cases.refusals import Kept
from aftercare.cases.world import ZONE, epoch, handbook_of, live_version, world_for
from aftercare.cases.writing import About, write_new, write_next
from aftercare.engine import Accepted, Command, Refusal, Who, World, decide
from aftercare.engine.linked import links
from aftercare.engine.types import instant
from aftercare.errors import Fault, NotFound, Refused
from aftercare.people.access import require
from aftercare.people.actor import SYSTEM, Actor

Json = Any
MOMENT = timedelta(minutes=5)
TRIES = 4  # after a deadlock between cases that signal each other
# What a refusal of the engine is for a program that asks; 422 where nothing is said here.
STATUS = {
    "already_done": 409, "not_open": 409, "not_yet": 409, "ended": 409, "paused": 409, "state": 409,
    "no_such_task": 404, "not_yours": 403, "not_allowed": 403, "no_such_finding": 404, "appealed": 409,
    "no_appeal": 409, "appeal_late": 409,
}  # fmt: skip
OF_ANYBODY = frozenset({"appeal"})  # whom it concerns may do it without any right; the engine knows who that is


@dataclass(frozen=True, slots=True)
class Done:
    """What an accepted command left behind."""

    case: int
    number: str
    seq: int
    status: str
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new case is about."""

    handbook: str
    procedure: str
    store: int
    subject: Mapping[str, Json] | None = None  # {"kind", "id"}
    customer: int | None = None


def open_case(
    actor: Actor,
    now: datetime,
    opening: Opening,
    data: Mapping[str, Json] | None = None,
    *,
    verb: str = "open",
    happened_at: datetime | None = None,
) -> Done:
    """Open a case, or take over one in the middle (verb "adopt", data as in `engine.Command`). Raises Refused."""
    require(actor, "cases.open", opening.store)
    return _again(lambda: _open(actor, now, opening, dict(data or {}), verb, happened_at))


def act(actor: Actor, now: datetime, case: int, command: Command) -> Done:
    """Apply one command to a case. Raises Refused (refusals are kept), NotFound for a case that is not the actor's."""
    return _again(lambda: _act(actor, now, case, command))


def _again(work: Any) -> Done:
    """Deadlocks between cases are retried as a whole; inside an outer transaction they are the outer one's to retry."""
    for last in (*(False,) * (TRIES - 1), True):
        try:
            done: Done = work()
            return done
        except Kept as kept:
            refusals.write(kept.facts)
            raise kept.refused from kept  # whoever wraps this in a transaction loses what was written just now
        except OperationalError as error:
            deadlock = getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
            if last or not deadlock or transaction.get_connection().in_atomic_block:
                raise
    raise AssertionError("unreachable")


def _open(
    actor: Actor, now: datetime, opening: Opening, data: dict[str, Json], verb: str, happened_at: datetime | None
) -> Done:
    with transaction.atomic():
        shape = shape_of(live_version(opening.handbook, epoch()), opening.procedure, now.astimezone(ZONE))
        case, n, at_epoch = store.next_number(SERIES, opening.store, shape.before)
        faults.point("case.numbered")
        version, number = live_version(opening.handbook, at_epoch), shape.number(opening.store, n)
        about = About(case, number, opening.store, opening.customer, opening.subject)
        told = (opening.store, opening.subject, opening.customer)
        definition = handbook_of(version).procedures[opening.procedure]
        linked = links(definition, data.get("parent"), {}) if definition.reads else None
        more: dict[str, Any] = {"whole": verb == "adopt", "linked": linked, "period": data.get("period")}
        world = world_for(version, opening.procedure, *told, now, at_epoch, **more)
        customer = {"kind": "customer", "id": opening.customer} if opening.customer else None
        data |= {
            "store": {"kind": "store", "id": opening.store},
            "subject": dict(opening.subject) if opening.subject else None,
            "customer": customer,
            "number": number,
        }
        command = Command(verb, data, happened_at)  # type: ignore[arg-type]
        accepted = _judged(world, None, command, actor, now, None, opening.store)
        write_new(about, world, accepted, now)
        faults.point("case.written")
        carry(about, world, accepted, actor, now, 0)
        return Done(
            case, number, accepted.state["seq"], accepted.state["status"], tuple(refusals.with_names(accepted.warnings))
        )


def _act(actor: Actor, now: datetime, case: int, command: Command) -> Done:
    with transaction.atomic():
        row = store.lock(case)
        faults.point("case.locked")
        own = command.verb in OF_ANYBODY
        if row is None or not (own or actor.may("cases.see", row.store)):
            raise NotFound.because("no_case", "没有这张工单。", "There is no such case.")
        if actor is not SYSTEM and not own:
            require(actor, "cases.act", row.store)
        now = _not_before(row.entered, now)
        version = live_version(row.handbook, row.epoch) if command.verb == "migrate" else row.version
        subject = {"kind": row.subject_kind, "id": row.subject_id} if row.subject_kind else None
        about = (row.store, subject, row.customer)
        opened = instant(row.state["opened_at"])
        linked = _linked(version, row, command)
        world = world_for(version, row.procedure, *about, now, row.epoch, opened=opened, linked=linked)
        accepted = _judged(world, row.state, command, actor, now, case, row.store)
        if accepted.events:
            write_next(row, world, accepted, now)
            faults.point("case.written")
            carry(About(case, row.number, row.store, row.customer, subject), world, accepted, actor, now, row.seq)
        return Done(
            case,
            row.number,
            accepted.state["seq"],
            accepted.state["status"],
            tuple(refusals.with_names(accepted.warnings)),
        )


def _linked(version: str, row: store.Row, command: Command) -> dict[str, int] | None:
    """The cases it may read; one that it is about to join belongs to them."""
    definition = handbook_of(version).procedures.get(row.procedure)
    if definition is None or not definition.reads:
        return None
    joins = {command.data["link"]: command.data} if command.data.get("name") == "joined" else {}
    return links(definition, row.state.get("parent"), {**(row.state.get("links") or {}), **joins})


def _not_before(entered: datetime | None, now: datetime) -> datetime:
    """Whoever waited for the lock was asked a moment before the one who had it: in a case time does not run backwards.

    More than a moment is a clock that was wrong; it must not pull the case along.
    """
    return entered if entered and now < entered <= now + MOMENT else now


def who_is(actor: Actor, where: int) -> Who:
    """The actor as the engine sees them in a store."""
    system = actor is SYSTEM
    return Who(actor.person, actor.name, actor.roles_in(where), actor.may("cases.manage", where) and not system, system)


def _judged(
    world: World,
    state: dict[str, Any] | None,
    command: Command,
    actor: Actor,
    now: datetime,
    case: int | None,
    where: int,
) -> Accepted:
    decision = decide(world, state, command, who_is(actor, where), now)
    if isinstance(decision, Refusal):
        element = str(command.data.get("task") or command.data.get("paper") or "")
        refused = _as_refused(decision, case, element)
        raise Kept(refused, refusals.Facts(case, where, actor.person, command.verb, element, decision, now))
    return decision


def _as_refused(refusal: Refusal, case: int | None, element: str) -> Refused:
    status = STATUS.get(refusal.code, 422)
    named = refusals.with_names(refusal.faults)
    return Refused([refusals.with_history(fault, case, element) for fault in named], status=status)
