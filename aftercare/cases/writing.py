"""From an accepted command to the rows of one statement: events with their chain, projections, marks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from aftercare.cases import chain, marks, projection, store
from aftercare.cases.world import ZONE
from aftercare.engine import Accepted, State, World
from aftercare.engine.types import moment

Json = Any
Rows = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """Which case, and what it is about."""

    case: int
    number: str
    store: int
    customer: int | None
    subject: Mapping[str, Json] | None


def write_new(about: About, world: World, accepted: Accepted, now: datetime) -> None:
    """A case with everything that follows from opening it."""
    state = accepted.state
    written = _written(about.case, 0, chain.START, world, accepted, now)
    row = opening_row(about, world, state)
    children = {
        "tasks": list(written.tasks.values()), "deadlines": list(projection.deadlines(state).values()),
        "copies": list(projection.pending_copies(state).values()),
    }  # fmt: skip
    store.write(store.OPEN, written.row | row, written.children | children)


def opening_row(about: About, world: World, state: State) -> Rows:
    """The columns of a case that its opening settles."""
    subject = about.subject or {}
    return {
        "number": about.number, "handbook": world.handbook.id, "store": about.store,
        "subject_kind": subject.get("kind") or "", "subject_id": subject.get("id"), "customer": about.customer,
        "opener": (state.get("opener") or {}).get("id"), "opened_at": state["opened_at"],
        "adopted_at": state.get("adopted_at"),
    }  # fmt: skip


def write_next(row: store.Row, world: World, accepted: Accepted, now: datetime) -> None:
    """What a command changed: only rows that differ travel."""
    state = accepted.state
    written = _written(row.id, row.seq, row.head, world, accepted, now)
    tasks, gone_tasks = _difference(projection.tasks(row.state, world.procedure), written.tasks)
    before, after = projection.deadlines(row.state), projection.deadlines(state)
    deadlines, gone = _difference(before, after)
    stale = gone + [name for name, one in after.items() if name in before and before[name]["round"] != one["round"]]
    held = projection.pending_copies(row.state)
    copies, gone_copies = _difference(held, projection.pending_copies(state))
    values = {
        "store": row.store, "customer": (state.get("customer") or {}).get("id"), "expected": row.seq,
        "gone_tasks": gone_tasks, "gone_deadlines": _keys(before, stale, ("element", "level", "round")),
        "gone_copies": _keys(held, gone_copies, ("document", "copy")),
    }  # fmt: skip
    children = {"tasks": tasks, "deadlines": deadlines, "copies": copies}
    store.write(store.ADVANCE, written.row | values, written.children | children)


@dataclass(frozen=True, slots=True)
class _Written:
    """What opening and advancing have in common."""

    row: Rows
    children: Rows
    tasks: Rows


def _written(case: int, start: int, head: bytes, world: World, accepted: Accepted, now: datetime) -> _Written:
    state, procedure = accepted.state, world.procedure
    events, personal, head = chained(case, start, head, accepted, moment(now))
    tasks = projection.tasks(state, procedure)
    rows = mark_rows(start, world, accepted)
    row = {
        "case": case, "procedure": procedure.id, "version": world.handbook.hash, "seq": state["seq"], "head": head,
        "state": orjson.dumps(state).decode(), "now": moment(now), "day": day_of(now),
        **projection.summary(state, tasks),
    }  # fmt: skip
    return _Written(row, {"events": events, "personal": personal, "marks": rows}, tasks)


def mark_rows(start: int, world: World, accepted: Accepted) -> list[Rows]:
    """How clauses fared: {clause, kind, person_id, seq}. `start`: events there were before."""
    fared = marks.marks(accepted.events, world.handbook, world.procedure, accepted.state.get("adopted_at"))
    return [{"clause": c, "kind": kind, "person_id": person, "seq": start + 1 + n} for c, kind, person, n in fared]


def day_of(now: datetime) -> str:
    return now.astimezone(ZONE).date().isoformat()


def chained(
    case: int,
    start: int,
    head: bytes,
    accepted: Accepted,
    now: str,
    salts: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[list[Rows], list[Rows], bytes]:
    """Events with their hashes, their personal parts with salts, and the new head of the chain."""
    events, personal = [], []
    for seq, event in enumerate(accepted.events, start + 1):
        salt = salts(16) if event.personal else b""
        digest = chain.digest(salt, event.personal) if event.personal else None
        head = chain.link(head, case, seq, event.kind, now, event.data, digest)
        told = {"seq": seq, "kind": event.kind, "data": event.data, "hash": head.hex()}
        events.append({**told, "digest": digest.hex() if digest else None})
        if event.personal:
            personal.append({"seq": seq, "salt": salt.hex(), "data": event.personal})
    return events, personal, head


def _difference(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[list[Json], list[str]]:
    """(rows that are new or changed, keys that are gone)."""
    return [row for key, row in new.items() if old.get(key) != row], [key for key in old if key not in new]


def _keys(rows: Mapping[str, Json], names: list[str], columns: tuple[str, ...]) -> str:
    return orjson.dumps([{column: rows[name][column] for column in columns} for name in names]).decode()
