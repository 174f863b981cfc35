"""What other packages do when customers merge or are erased, and what they add to the caller's panel.

They register at start (AppConfig.ready), by a name of theirs; all but the panel run inside the action's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from aftercare.errors import JSON
from aftercare.people.actor import Actor


class Merge(Protocol):
    """Point what belongs to `dropped` at `kept`; returns what the undo needs (ids, no personal data)."""

    def __call__(self, kept: int, dropped: int, actor: Actor, now: datetime) -> JSON: ...


class UndoMerge(Protocol):
    def __call__(self, kept: int, dropped: int, memento: JSON, actor: Actor, now: datetime) -> None: ...


class Erase(Protocol):
    """Wipe what is personal about this customer; raises Refused when it must still be kept (a legal hold)."""

    def __call__(self, customer: int, actor: Actor, now: datetime) -> JSON: ...


class Panel(Protocol):
    """A part of the panel or timeline, in a constant number of queries."""

    def __call__(self, customer: int, actor: Actor) -> JSON: ...


_merges: dict[str, tuple[Merge, UndoMerge]] = {}
_erasures: dict[str, Erase] = {}
_panels: dict[str, Panel] = {}


def on_merge(name: str, merge: Merge, undo: UndoMerge) -> None:
    """Both ways at once: what cannot be undone must not be merged."""
    _merges[name] = (merge, undo)


def on_erase(name: str, erase: Erase) -> None:
    _erasures[name] = erase


def on_panel(name: str, panel: Panel) -> None:
    _panels[name] = panel


def merged(kept: int, dropped: int, actor: Actor, now: datetime) -> dict[str, JSON]:
    return {name: merge(kept, dropped, actor, now) for name, (merge, _) in sorted(_merges.items())}


def merge_undone(kept: int, dropped: int, effects: Mapping[str, JSON], actor: Actor, now: datetime) -> None:
    for name, (_, undo) in sorted(_merges.items()):
        if name in effects:
            undo(kept, dropped, effects[name], actor, now)


def erased(customer: int, actor: Actor, now: datetime) -> dict[str, JSON]:
    return {name: erase(customer, actor, now) for name, erase in sorted(_erasures.items())}


def panels(customer: int, actor: Actor) -> dict[str, JSON]:
    return {name: panel(customer, actor) for name, panel in sorted(_panels.items())}
