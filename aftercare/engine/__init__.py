"""The pure engine: (definition, state, command, now, world) -> events, or a refusal. No I/O, no clock, no chance."""

from aftercare.engine.commands import Command
from aftercare.engine.decide import decide
from aftercare.engine.fold import fold, rebuild
from aftercare.engine.types import Accepted, Decision, EffectCall, Event, Refusal, State, Who, World

__all__ = [
    "Accepted",
    "Command",
    "Decision",
    "EffectCall",
    "Event",
    "Refusal",
    "State",
    "Who",
    "World",
    "decide",
    "fold",
    "rebuild",
]
