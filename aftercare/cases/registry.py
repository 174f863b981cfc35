"""What other packages hang into a case: effects they carry out, entities and facts they know. Filled at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aftercare.engine import Event, State
from aftercare.handbook.model import Handbook, Procedure
from aftercare.people.actor import Actor

Json = Any


@dataclass(frozen=True, slots=True)
class EffectContext:
    """Where an effect comes from. It runs inside the transaction of its event and writes rows only."""

    case: int
    number: str
    store: int
    customer: int | None
    subject: Mapping[str, Json] | None
    handbook: Handbook
    actor: Actor
    now: datetime
    seq: int  # of the event that asked
    depth: int  # how many effects led here
    procedure: Procedure
    state: State  # of the case, as it is after the command; only to be read


class EffectHandler(Protocol):
    def __call__(self, context: EffectContext, params: Mapping[str, Json]) -> None: ...


Loader = Callable[[int], Mapping[str, Json]]
FactLoader = Callable[[Mapping[str, Json]], Json]
EFFECTS: dict[str, list[EffectHandler]] = {}
ENTITIES: dict[str, Loader] = {}
FACTS: dict[str, FactLoader] = {}
Listener = Callable[[EffectContext, Procedure, State, Sequence[Event]], None]
LISTENERS: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Register for every batch of events of a case, inside its transaction: for projections of other packages."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)
    return listener


def effect(name: str) -> Callable[[EffectHandler], EffectHandler]:
    """Register a handler of an effect; several packages may listen to one."""

    def register(handler: EffectHandler) -> EffectHandler:
        handlers = EFFECTS.setdefault(name, [])
        if handler not in handlers:
            handlers.append(handler)
        return handler

    return register


def entity(kind: str, loader: Loader) -> None:
    """How conditions see a customer, an order, an asset: raw JSON in the shape of `handbook.entities`."""
    ENTITIES[kind] = loader


def fact(kind: str, loader: FactLoader) -> None:
    FACTS[kind] = loader
