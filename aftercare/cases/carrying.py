"""Events and effects of an accepted command reach the other packages, inside its transaction."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime

from aftercare.cases.registry import EFFECTS, LISTENERS, EffectContext
from aftercare.cases.writing import About
from aftercare.engine import Accepted, World
from aftercare.errors import Refused
from aftercare.people.actor import Actor

DEEPEST = 8  # how many effects may lead to one another
_depth: ContextVar[int] = ContextVar("depth", default=0)


def carry(about: About, world: World, accepted: Accepted, actor: Actor, now: datetime, start: int) -> None:
    """Hand the events to those who listen and every effect to its handlers. `start`: events there were before."""
    depth = _depth.get()
    if depth >= DEEPEST:
        raise Refused.because(
            "too_deep", "工单之间互相触发过多，请检查手册。", "Too many cases set each other off; check the handbook."
        )

    def context(seq: int) -> EffectContext:
        return EffectContext(
            about.case, about.number, about.store, about.customer, about.subject, world.handbook, actor, now, seq,
            depth + 1, world.procedure, accepted.state,
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
