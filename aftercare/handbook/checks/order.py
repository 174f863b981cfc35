"""Which tasks come before which, as far as `after`, stages and `when` promise it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Procedure, Task


def waits_for(procedure: Procedure) -> dict[str, set[str]]:
    """task -> the tasks it waits for directly (after, from, and every required task of an earlier stage)."""
    found: dict[str, set[str]] = {}
    for name, task in procedure.tasks.items():
        direct = {one.task for one in task.opens.after}
        if task.opens.start:
            direct.add(task.opens.start.task)
        found[name] = direct | _earlier(procedure, task)
    return found


def _earlier(procedure: Procedure, task: Task) -> set[str]:
    if task.stage not in procedure.stages:
        return set()
    at = procedure.stages.index(task.stage)
    before = set(procedure.stages[:at])
    return {one.id for one in procedure.tasks.values() if one.stage in before and not one.optional}


def before(procedure: Procedure) -> dict[str, set[str]]:
    """task -> every task that is settled when it opens, through any number of steps (`when` and flags included)."""
    direct = waits_for(procedure)
    for name, task in procedure.tasks.items():
        direct[name] = direct[name] | (asked(procedure, [task.opens.when]) - {name})
    return {name: reach(direct, name) for name in direct}


def asked(procedure: Procedure, conditions: Iterable[Condition | None]) -> set[str]:
    """Tasks that a condition reads, flags opened up."""
    found: set[str] = set()
    for condition in conditions:
        for path in condition.names if condition else ():
            if len(path) > 1 and path[0] in ("tasks", "sheets"):
                found.add(path[1])
            elif len(path) > 1 and path[0] == "flags" and path[1] in procedure.flags:
                found |= {one[1] for one in procedure.flags[path[1]].when.names if one[0] in ("tasks", "sheets")}
    return found & procedure.tasks.keys()


def reach(direct: Mapping[str, set[str]], start: str) -> set[str]:
    """Everything that can be reached from `start`; `start` itself only through a circle."""
    seen: set[str] = set()
    todo = list(direct.get(start, ()))
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(direct.get(name, ()))
    return seen
