"""State as a fold over events. The fold evaluates nothing: events carry results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercare.engine.kinds import KINDS
from aftercare.engine.types import NO_JSON, Event, Json, State


def empty() -> State:
    """The state before the first event. Keys beside these are written by `case_opened`."""
    return {
        "status": "new",
        "seq": 0,
        "stage": "",
        "tasks": {},
        "sheets": {},
        "drafts": {},
        "values": {},
        "people": {},
        "deadlines": {},
        "papers": {},
        "flags": {},
        "charges": {},
        "children": {},
        "facts": {},
        "pauses": [],
        "fired": {},
        "things": {},
        "frozen": {},
        "signals": {},
        "findings": [],
        "shown_status": "",
    }


def clone(value: Json) -> Json:
    """A deep copy of plain JSON, five times as fast as `copy.deepcopy`."""
    if isinstance(value, dict):
        return {key: clone(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clone(one) for one in value]
    return value


def apply(state: State, kind: str, data: Mapping[str, Json], personal: Mapping[str, Json] | None) -> None:
    """Change `state` by one event. `personal` None: never had any, or erased."""
    KINDS[kind].apply(state, data, personal or NO_JSON)
    state["seq"] += 1


def fold(state: State, events: Iterable[Event]) -> State:
    for event in events:
        apply(state, event.kind, event.data, event.personal)
    return state


def rebuild(events: Iterable[Event]) -> State:
    return fold(empty(), events)
