"""The flow of a procedure drawn from left to right by what comes after what, with the way taken lit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.handbook.model import Procedure, Task
from aftercare.web.naming import Names

Json = Any
_TONES = {
    "done": "done",
    "open": "open",
    "planned": "planned",
    "skipped": "off",
    "withdrawn": "off",
    "missed": "broken",
}
_ICONS = {
    "done": "circle-check", "open": "circle-dot", "planned": "clock", "off": "circle-minus", "broken": "alert-triangle",
    "ahead": "circle-dashed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One task of the flow. `tone`: done, open, broken, planned, off (not needed), ahead (not reached)."""

    id: str
    name: str
    tone: str
    outcome: str
    round: int

    @property
    def icon(self) -> str:
        return _ICONS[self.tone]


def columns(state: Mapping[str, Json], names: Names) -> list[list[Node]]:
    """Tasks by how many others come before them."""
    depths = depth_of(names.procedure)
    found: list[list[Node]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for task in names.procedure.tasks.values():
        found[depths[task.id]].append(_node(task, state, names))
    return [column for column in found if column]


def _node(task: Task, state: Mapping[str, Json], names: Names) -> Node:
    held = [(key, one) for key, one in state["tasks"].items() if one["task"] == task.id]
    if not held:
        return Node(task.id, names.task(task.id), "ahead", "", 1)
    key, last = held[-1]
    tone = _TONES.get(last.get("state", ""), "ahead")
    late = state["deadlines"].get(f"{key}|due", {}).get("fired")
    if tone == "open" and late:
        tone = "broken"
    outcome = names.outcome(key, last.get("outcome")) if last.get("state") == "done" else ""
    return Node(task.id, names.task(task.id), tone, outcome, last.get("round", 1))


def depth_of(procedure: Procedure) -> dict[str, int]:
    """Task -> the longest way to it; a circle made by reopening does not count."""
    depths: dict[str, int] = {}

    def depth(name: str, seen: tuple[str, ...]) -> int:
        if name in depths:
            return depths[name]
        task = procedure.tasks.get(name)
        before = [one for one in _before(task) if one in procedure.tasks and one not in seen] if task else []
        found = max((depth(one, (*seen, name)) + 1 for one in before), default=0)
        depths[name] = found
        return found

    for name in procedure.tasks:
        depth(name, (name,))
    return depths


def _before(task: Task) -> list[str]:
    opens = task.opens
    starts = [one.task for one in (opens.start,) if one]
    when = [path[1] for path in opens.when.names if len(path) > 1 and path[0] == "tasks"] if opens.when else []
    return [*(one.task for one in opens.after), *starts, *when]
