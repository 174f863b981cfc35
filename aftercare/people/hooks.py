"""What other packages do when people or calendars change. They register in AppConfig.ready, by a name of theirs.

A callback runs inside the transaction of the action, writes rows only, and returns JSON for the page that follows
(how many tasks moved, which customers are concerned). One that raises Refused stops the whole action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from aftercare.errors import JSON
from aftercare.people.actor import Actor


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """`store` None = every store; `days` None = any day may have changed (hours were edited)."""

    store: int | None
    days: tuple[date, ...] | None


class OnCalendarChange(Protocol):
    def __call__(self, change: CalendarChange, actor: Actor, now: datetime) -> JSON: ...


class OnLeaver(Protocol):
    def __call__(self, person: int, last_day: date, actor: Actor, now: datetime) -> JSON: ...


_calendar: dict[str, OnCalendarChange] = {}
_leaver: dict[str, OnLeaver] = {}


def on_calendar_change(name: str, callback: OnCalendarChange) -> None:
    """Called after the calendar of a store changed; the same name registered again replaces the callback."""
    _calendar[name] = callback


def on_leaver(name: str, callback: OnLeaver) -> None:
    """Called when somebody's last day was entered, so that their work moves to others."""
    _leaver[name] = callback


def calendar_changed(change: CalendarChange, actor: Actor, now: datetime) -> Mapping[str, JSON]:
    """What every registered package has to say about the change, by its name."""
    return {name: callback(change, actor, now) for name, callback in sorted(_calendar.items())}


def left(person: int, last_day: date, actor: Actor, now: datetime) -> Mapping[str, JSON]:
    return {name: callback(person, last_day, actor, now) for name, callback in sorted(_leaver.items())}
