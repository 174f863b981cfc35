"""Looks at a state: the instances of a task, and namespaces worked out only for the names a condition asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftercare.engine.types import Json, State


class View(dict[str, Any]):
    """A mapping whose values come into being with the first `get`. Conditions read by `get` only."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = self._make(name)
        value = self[name]
        return default if value is None else value


def instances(state: State, task: str) -> list[tuple[str, dict[str, Json]]]:
    """(key, held) of every instance of a task, `visit#2` before `visit#10`, whatever order the stored JSON has."""
    found = [(key, held) for key, held in state["tasks"].items() if held["task"] == task]
    return found if len(found) < 2 else sorted(found, key=lambda one: (len(one[0]), one[0]))
