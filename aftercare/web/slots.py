"""Where other rooms add to a page: each names a template for what its package reports about a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a customer's timeline. `html` is a template that sees `data`; `kind` groups and filters."""

    at: datetime
    kind: str
    template: str
    data: Any


Timeline = Callable[[int, Actor, datetime], list[Moment]]

# Package name (as registered by customers.on_panel) -> template that sees `part`, shown beside the customer.
customer_parts: dict[str, str] = {}
# Sources of the timeline, in a constant number of queries each.
customer_timeline: dict[str, Timeline] = {}
# Templates of buttons on the panel of a caller (question, repair, complaint ...), each sees `customer`.
caller_buttons: list[str] = []


def timeline_of(customer: int, actor: Actor, now: datetime, limit: int = 100) -> list[Moment]:
    """Everything about a customer, newest first."""
    found = [moment for source in customer_timeline.values() for moment in source(customer, actor, now)]
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:limit]
