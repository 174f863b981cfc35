"""State as a fold over events. The fold evaluates nothing: events carry results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

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


def clone(state: State) -> State:
    """A state that events can change without touching the given one. Values of sheets, marks and elements are shared:
    events replace them whole and never change them inside."""
    return {name: _COPIERS.get(name, _deep)(part) for name, part in state.items()}


def _deep(value: Json) -> Json:
    kind = type(value)
    if kind is dict:
        return {key: _deep(one) if type(one) in _NESTED else one for key, one in value.items()}
    return [_deep(one) for one in value] if kind is list else value


def _rows(part: Json) -> Json:
    return {key: one.copy() for key, one in part.items()}


def _drafts(part: Json) -> Json:
    """Lines are worked one by one: their lists grow."""
    return {key: {k: v.copy() if type(v) is list else v for k, v in one.items()} for key, one in part.items()}


def _tasks(part: Json) -> Json:
    copied = {}
    for key, one in part.items():
        copied[key] = one = one.copy()
        for name in ("marks", "rows"):
            if name in one:
                one[name] = one[name].copy()
    return copied


def _papers(part: Json) -> Json:
    return {
        name: {**one, "copies": {n: copy.copy() for n, copy in one["copies"].items()}} if "copies" in one else {**one}
        for name, one in part.items()
    }


def _flat(part: Json) -> Json:
    return part.copy()


_NESTED = (dict, list)
_COPIERS: Mapping[str, Callable[[Json], Json]] = {
    "tasks": _tasks, "sheets": _rows, "drafts": _drafts, "deadlines": _rows, "charges": _rows, "frozen": _rows,
    "things": _rows, "children": _rows, "links": _rows, "papers": _papers,
    **dict.fromkeys(("values", "people", "flags", "fired", "facts", "signals"), _flat),
}  # fmt: skip


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
