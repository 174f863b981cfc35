"""Who is told when an order changes. Its case is told by whoever puts the packages together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aftercare.orders.models import Order
from aftercare.people.actor import Actor

# {field: (old, new)} in JSON values; a cancellation is {"status": ("open", "cancelled")}
Changes = Mapping[str, tuple[Any, Any]]
Listener = Callable[[Order, Changes, Actor, datetime], None]
_listeners: list[Listener] = []


def on_changed(listener: Listener) -> Listener:
    """Register a function called inside the transaction of every change made by a person (not by the case itself).

    It must write rows only; what it raises takes the change back. Registering the same function again does nothing.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def forget(listener: Listener) -> None:
    """Take a listener out again (tests)."""
    _listeners.remove(listener)


def tell(order: Order, changes: Changes, actor: Actor, now: datetime) -> None:
    """Called by the actions only."""
    for listener in tuple(_listeners):
        listener(order, changes, actor, now)
