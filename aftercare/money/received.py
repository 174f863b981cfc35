"""Who is told when money was received. The case is told by whoever puts the packages together: siblings do not meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aftercare.money.models import Entry
from aftercare.people.actor import Actor

Listener = Callable[[Entry, Actor, datetime], None]
_listeners: list[Listener] = []


def on_received(listener: Listener) -> Listener:
    """Register a function called with every new entry (payment, refund, reversal) inside its transaction.

    It must write rows only; what it raises takes the entry back. Registering the same function again does nothing.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def forget(listener: Listener) -> None:
    """Take a listener out again (tests)."""
    _listeners.remove(listener)


def tell(entry: Entry, actor: Actor, now: datetime) -> None:
    """Called by the actions only."""
    for listener in tuple(_listeners):
        listener(entry, actor, now)
