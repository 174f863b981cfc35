"""The one way in for cases. Every action is a short transaction: lock, load, judge, write, effects."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import OperationalError, transaction

from aftercare import faults
from aftercare.cases import chain, marks, projection, refusals, store
from aftercare.cases.registry import EFFECTS, LISTENERS, EffectContext
from aftercare.cases.world import ZONE, epoch, live_version, world_for
from aftercare.engine import Accepted, Command, Refusal, Who, World, decide
from aftercare.engine.types import instant, moment
from aftercare.errors import AftercareError, Fault, NotFound, Refused
from aftercare.people.access import require
from aftercare.people.actor import SYSTEM, Actor

Json = Any
SERIES = "case"  # one count per store and beginning of a number, whatever the procedure: numbers are unique
DEEPEST = 8  # how many effects may lead to one another
MOMENT = timedelta(minutes=5)
TRIES = 4  # after a deadlock between cases that signal each other
_CONFLICTS = frozenset({"already_done", "not_open", "ended", "paused", "state"})
_ABSENT = frozenset({"no_such_task"})
_depth: ContextVar[int] = ContextVar("depth", default=0)
_N = re.compile(r"\{n(?::0?(\d+))?\}")


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
        except _Kept as kept:
            refusals.keep(kept)
            raise kept.refused from None
        except OperationalError as error:
            deadlock = getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
            if last or not deadlock or transaction.get_connection().in_atomic_block:
                raise
    raise AssertionError("unreachable")


class _Kept(AftercareError):
    """Carries a refusal out of the transaction that is rolled back, so that it can be kept."""

    def __init__(self, refused: Refused, facts: refusals.Facts) -> None:
        super().__init__(str(refused))
        self.refused, self.facts = refused, facts


def _open(
    actor: Actor, now: datetime, opening: Opening, data: dict[str, Json], verb: str, happened_at: datetime | None
) -> Done:
    with transaction.atomic():
        version = live_version(opening.handbook, epoch())
        procedure_number = _pattern(version, opening.procedure)
        local = now.astimezone(ZONE)
        prefix, width, suffix = _number_parts(procedure_number, local)
        case, n, at_epoch = store.next_number(SERIES, opening.store, prefix)
        faults.point("case.numbered")
        number = f"{prefix}{_store_part(opening.store, procedure_number)}{n:0{width}d}{suffix}"
        about = (opening.store, opening.subject, opening.customer)
        world = world_for(version, opening.procedure, *about, now, at_epoch, whole=verb == "adopt")
        customer = {"kind": "customer", "id": opening.customer} if opening.customer else None
        data |= {
            "store": {"kind": "store", "id": opening.store},
            "subject": dict(opening.subject) if opening.subject else None,
            "customer": customer,
            "number": number,
        }
        command = Command(verb, data, happened_at)  # type: ignore[arg-type]
        accepted = _judged(world, None, command, actor, now, None, opening.store)
        _write_new(case, opening, world, accepted, now)
        faults.point("case.written")
        _effects(case, number, opening.store, opening.customer, opening.subject, world, accepted, actor, now, 0)
        return Done(case, number, accepted.state["seq"], accepted.state["status"], accepted.warnings)


def _act(actor: Actor, now: datetime, case: int, command: Command) -> Done:
    with transaction.atomic():
        row = store.lock(case)
        faults.point("case.locked")
        if row is None or not actor.may("cases.see", row.store):
            raise NotFound.because("no_case", "没有这张工单。", "There is no such case.")
        if actor is not SYSTEM:
            require(actor, "cases.act", row.store)
        now = _not_before(row.entered, now)
        version = live_version(row.handbook, row.epoch) if command.verb == "migrate" else row.version
        subject = {"kind": row.subject_kind, "id": row.subject_id} if row.subject_kind else None
        about = (row.store, subject, row.customer)
        opened = instant(row.state["opened_at"])
        world = world_for(version, row.procedure, *about, now, row.epoch, opened=opened)
        accepted = _judged(world, row.state, command, actor, now, case, row.store)
        if accepted.events:
            _write_next(row, version, world, accepted, now)
            faults.point("case.written")
            _effects(case, row.number, row.store, row.customer, subject, world, accepted, actor, now, row.seq)
        return Done(case, row.number, accepted.state["seq"], accepted.state["status"], accepted.warnings)


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
        raise _Kept(refused, refusals.Facts(case, where, actor.person, command.verb, element, decision, now))
    return decision


def _as_refused(refusal: Refusal, case: int | None, element: str) -> Refused:
    status = (
        409
        if refusal.code in _CONFLICTS
        else 404
        if refusal.code in _ABSENT
        else 403
        if refusal.code in ("not_yours", "not_allowed")
        else 422
    )
    return Refused([refusals.with_history(fault, case, element) for fault in refusal.faults], status=status)


# --- numbers


def _pattern(version: str, procedure: str) -> str:
    from aftercare.cases.world import handbook_of

    definition = handbook_of(version).procedures.get(procedure)
    if definition is None:
        raise NotFound.because(
            "no_procedure", f"手册没有流程“{procedure}”。", f"The handbook has no procedure “{procedure}”."
        )
    return definition.number or "{yyyy}{mm}{dd}-{n:03}"


def _number_parts(pattern: str, local: datetime) -> tuple[str, int, str]:
    """(what stands before the running number, its width, what stands after)."""
    dated = (
        pattern.replace("{yyyy}", f"{local:%Y}")
        .replace("{yy}", f"{local:%y}")
        .replace("{mm}", f"{local:%m}")
        .replace("{dd}", f"{local:%d}")
    )
    found = _N.search(dated)
    if found is None:
        return dated, 3, ""
    return dated[: found.start()].replace("{store}", ""), int(found[1] or 1), dated[found.end() :]


def _store_part(where: int, pattern: str) -> str:
    """Numbers count per store, so the store is part of them."""
    return f"{where}-"


# --- writing


def _chained(
    case: int, start: int, head: bytes, accepted: Accepted, now: str
) -> tuple[list[dict[str, Json]], list[dict[str, Json]], bytes]:
    events, personal = [], []
    for seq, event in enumerate(accepted.events, start + 1):
        salt = secrets.token_bytes(16) if event.personal else b""
        digest = chain.digest(salt, event.personal) if event.personal else None
        head = chain.link(head, case, seq, event.kind, now, event.data, digest)
        events.append(
            {
                "seq": seq,
                "kind": event.kind,
                "data": event.data,
                "digest": digest.hex() if digest else None,
                "hash": head.hex(),
            }
        )
        if event.personal:
            personal.append({"seq": seq, "salt": salt.hex(), "data": event.personal})
    return events, personal, head


def _children(
    case: int, start: int, head: bytes, world: World, accepted: Accepted, now: datetime
) -> tuple[dict[str, Json], dict[str, Json], dict[str, Json], bytes]:
    state, procedure = accepted.state, world.procedure
    events, personal, head = _chained(case, start, head, accepted, moment(now))
    tasks = projection.tasks(state, procedure)
    rows = [
        {"clause": clause, "kind": kind, "person_id": person, "seq": start + 1 + n}
        for clause, kind, person, n in marks.marks(accepted.events, world.handbook, procedure, state.get("adopted_at"))
    ]
    children = {"events": events, "personal": personal, "marks": rows}
    return children, tasks, projection.summary(state, tasks), head


def _common(
    case: int, world: World, state: Mapping[str, Json], columns: Mapping[str, Json], head: bytes, now: datetime
) -> dict[str, Json]:
    return {
        "case": case,
        "procedure": world.procedure.id,
        "version": world.handbook.hash,
        "state": orjson.dumps(state).decode(),
        "seq": state["seq"],
        "head": head,
        "now": moment(now),
        "day": now.astimezone(ZONE).date().isoformat(),
        **columns,
        "flags": columns["flags"],
    }


def _write_new(case: int, opening: Opening, world: World, accepted: Accepted, now: datetime) -> None:
    state = accepted.state
    children, tasks, columns, head = _children(case, 0, chain.START, world, accepted, now)
    subject = opening.subject or {}
    row = _common(case, world, state, columns, head, now) | {
        "number": state["number"],
        "handbook": world.handbook.id,
        "store": opening.store,
        "subject_kind": subject.get("kind") or "",
        "subject_id": subject.get("id"),
        "customer": opening.customer,
        "opener": (state.get("opener") or {}).get("id"),
        "opened_at": state["opened_at"],
        "adopted_at": state.get("adopted_at"),
    }
    store.write(
        store.OPEN,
        row,
        children
        | {
            "tasks": list(tasks.values()),
            "deadlines": list(projection.deadlines(state).values()),
            "copies": list(projection.pending_copies(state).values()),
        },
    )


def _write_next(row: store.Row, version: str, world: World, accepted: Accepted, now: datetime) -> None:
    state = accepted.state
    children, tasks, columns, head = _children(row.id, row.seq, row.head, world, accepted, now)
    old = world.procedure
    changed_tasks, gone_tasks = _difference(projection.tasks(row.state, old), tasks)
    new_d, old_d = projection.deadlines(state), projection.deadlines(row.state)
    changed_d, gone_d = _difference(old_d, new_d)
    changed_y, gone_y = _difference(projection.pending_copies(row.state), projection.pending_copies(state))
    stale = [old_d[name] for name in gone_d] + [
        old_d[n] for n, r in new_d.items() if n in old_d and old_d[n]["round"] != r["round"]
    ]
    copies = projection.pending_copies(row.state)
    values = _common(row.id, world, state, columns, head, now) | {
        "store": row.store,
        "customer": (state.get("customer") or {}).get("id"),
        "expected": row.seq,
        "gone_tasks": gone_tasks,
        "gone_deadlines": orjson.dumps([{k: one[k] for k in ("element", "level", "round")} for one in stale]).decode(),
        "gone_copies": orjson.dumps([{k: copies[name][k] for k in ("document", "copy")} for name in gone_y]).decode(),
    }
    store.write(store.ADVANCE, values, children | {"tasks": changed_tasks, "deadlines": changed_d, "copies": changed_y})


def _difference(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[list[Json], list[str]]:
    """(rows that are new or changed, keys that are gone)."""
    return [row for key, row in new.items() if old.get(key) != row], [key for key in old if key not in new]


# --- effects


def _effects(
    case: int,
    number: str,
    where: int,
    customer: int | None,
    subject: Mapping[str, Json] | None,
    world: World,
    accepted: Accepted,
    actor: Actor,
    now: datetime,
    start: int,
) -> None:
    """Hand the events to those who listen and every effect to its handlers, inside the transaction."""
    depth = _depth.get()
    if depth >= DEEPEST:
        raise Refused.because(
            "too_deep", "工单之间互相触发过多，请检查手册。", "Too many cases set each other off; check the handbook."
        )

    def context(seq: int) -> EffectContext:
        return EffectContext(
            case, number, where, customer, subject, world.handbook, actor, now, seq, depth + 1, world.procedure,
            accepted.state,
        )  # fmt: skip

    token = _depth.set(depth + 1)
    try:
        for listener in LISTENERS:
            listener(context(start + 1), world.procedure, accepted.state, accepted.events)
        for call in accepted.effects:
            for handler in EFFECTS.get(call.name, ()):
                handler(context(start + 1 + call.event), call.params)
    finally:
        _depth.reset(token)
