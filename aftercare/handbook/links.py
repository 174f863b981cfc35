"""What comes after what in a procedure: its tasks as the nodes, and the links between them, of a graph. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import After, Offset, Procedure, Task


@dataclass(frozen=True, slots=True)
class Link:
    """`target` follows `source`. `after`: once it is done (with `outcome`, if one is named); `when`: a condition reads
    it; `again`: an outcome of the source opens the target once more."""

    source: str
    target: str
    kind: Literal["after", "when", "again"]
    outcome: str = ""


def links(procedure: Procedure) -> tuple[Link, ...]:
    """Every link once, in the order of the tasks; nothing points at itself."""
    found = [link for task in procedure.tasks.values() for link in (*_before(procedure, task), *_again(task))]
    known = procedure.tasks
    return tuple(
        dict.fromkeys(one for one in found if one.source != one.target and one.source in known and one.target in known)
    )


def _before(procedure: Procedure, task: Task) -> Iterable[Link]:
    opens = task.opens
    for one in (*opens.after, *((opens.start,) if opens.start else ())):
        yield Link(one.task, task.id, "after", one.outcome)
    read = _read(procedure, opens.when) if opens.when else []
    if opens.before is not None and not opens.after:
        read += _anchor(procedure, opens.before)
    for one in read:
        yield Link(one.task, task.id, "when", one.outcome)


def _anchor(procedure: Procedure, offset: Offset) -> list[After]:
    """The tasks that a moment comes from."""
    if offset.anchor.kind == "task":
        return [After(offset.anchor.task, offset.anchor.outcome)]
    return _read(procedure, offset.anchor.expr) if offset.anchor.expr else []


def _read(procedure: Procedure, condition: Condition, seen: frozenset[str] = frozenset()) -> list[After]:
    """The tasks whose results a condition reads, through flags and values of the case too."""
    found: list[After] = []
    for path in sorted(path for path in condition.names if len(path) > 1):
        root, name = path[0], path[1]
        if root in ("tasks", "sheets"):
            found.append(After(name))
        elif root == "flags" and name in procedure.flags and name not in seen:
            found += _read(procedure, procedure.flags[name].when, seen | {name})
        elif root == "case":
            found += _setters(procedure, name)
    return found


def _setters(procedure: Procedure, value: str) -> list[After]:
    return [
        After(task.id, outcome.id)
        for task in procedure.tasks.values()
        for outcome in task.outcomes.values()
        if f"case.{value}" in outcome.set
    ]


def _again(task: Task) -> Iterable[Link]:
    for outcome in task.outcomes.values():
        for target in outcome.reopen.tasks if outcome.reopen else ():
            yield Link(task.id, target, "again", outcome.id)


def gated_by(task: Task) -> tuple[str, ...]:
    """The tasks that the gates of a task read: it can be opened before them, but not finished."""
    gates = [*task.requires, *(gate for one in task.outcomes.values() for gate in one.requires)]
    paths = sorted(path for gate in gates for path in gate.that.names)
    return tuple(
        dict.fromkeys(path[1] for path in paths if len(path) > 1 and path[0] == "tasks" and path[1] != task.id)
    )


def depths(procedure: Procedure, names: Iterable[str], known: Iterable[Link]) -> Mapping[str, int]:
    """Task -> the longest way to it inside `names`; what opens again, and circles, do not count."""
    inside = list(names)
    before: dict[str, list[str]] = {name: list(gated_by(procedure.tasks[name])) for name in inside}
    for link in known:
        if link.kind != "again" and link.target in before:
            before[link.target].append(link.source)
    found: dict[str, int] = {}

    def depth(name: str, way: frozenset[str]) -> int:
        if name not in found:
            earlier = [one for one in before[name] if one in before and one not in way]
            found[name] = max((depth(one, way | {one}) + 1 for one in earlier), default=0)
        return found[name]

    for name in inside:
        depth(name, frozenset({name}))
    return found
