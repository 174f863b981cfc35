"""The shapes that go into and come out of the engine. Everything stored is plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aftercare.calendar import WorkCalendar
from aftercare.errors import Fault
from aftercare.handbook.model import Handbook, Procedure

Json = Any
# The state of a case: plain JSON, stored and loaded without conversion. `engine.fold.empty` shows its keys.
State = dict[str, Any]
NO_JSON: Mapping[str, Json] = {}


@dataclass(frozen=True, slots=True)
class Who:
    """The acting person as the engine sees them: roles held in the store of the case."""

    person: int
    name: str
    roles: frozenset[str] = frozenset()
    manages: bool = False  # may act on any task of the store
    system: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What a judgement may read beside the state. Loaded before, never queried from here."""

    handbook: Handbook
    procedure: Procedure
    calendar: WorkCalendar
    settings: Mapping[str, Json] = field(default_factory=dict)
    subject: Mapping[str, Json] = field(default_factory=dict)
    customer: Mapping[str, Json] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    dial: Callable[[str], str] = lambda clause: "refuse"  # clause -> observe | warn | refuse
    linked: Mapping[str, State] = field(default_factory=dict)  # name of `reads` -> state of that case, as it is now


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `personal` is kept apart so that it can be erased without breaking the chain."""

    kind: str
    data: Mapping[str, Json]
    personal: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class EffectCall:
    """What another package shall write in the same transaction. `event` is the index of its event."""

    name: str
    params: Mapping[str, Json]
    event: int


@dataclass(frozen=True, slots=True)
class Accepted:
    events: tuple[Event, ...]
    state: State
    effects: tuple[EffectCall, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, worded for people; nothing has changed."""

    code: str
    faults: tuple[Fault, ...]


Decision = Accepted | Refusal


class Refuse(Exception):
    """Raised inside the engine to leave a judgement; never leaves `decide`."""

    def __init__(self, code: str, *faults: Fault) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, faults)


class Unsettled(AssertionError):
    """The consequences of a command never come to rest: the handbook has a circle."""


def moment(at: datetime) -> str:
    """An aware instant as stored: UTC, ISO, `Z`."""
    return f"{(at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:-6]}Z"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
