"""What has come to an end, and what may begin because of it (LANGUAGE ground rule 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, instant
from aftercare.engine.views import instances
from aftercare.handbook.model import After, Task

__all__ = ["RUNNING", "SETTLED", "after_holds", "closing_holds", "elements", "happened_at", "instances"]

SETTLED = frozenset({"done", "skipped", "uncalled", "withdrawn", "missed"})
RUNNING = frozenset({"open", "planned", "pending"})


def elements(judge: Judge, task: Task) -> dict[str, Json] | None:
    """Key -> element of a task that is done once for each; None while the list is unknown."""
    assert task.for_each is not None
    source = judge.json(task.for_each.source)
    if source is None:
        return None
    found: dict[str, Json] = {}
    for n, element in enumerate(source, 1):
        names = (task.for_each.key, "key", "id")
        name = next((element[k] for k in names if k and element.get(k)), n) if isinstance(element, dict) else element
        found.setdefault(f"{task.id}[{str(name)[:60]}]", element)
    return found


def is_single(task: Task) -> bool:
    """Can there be one instance only, under the task's own name?"""
    return task.for_each is None and task.opens.every is None and not task.opens.demand


def _all_instances(judge: Judge, name: str) -> list[dict[str, Json]] | None:
    """Every instance there will be; None while some are still to come."""
    task = judge.procedure.tasks.get(name)
    if task is not None and is_single(task) and f"{name}#2" not in judge.state["tasks"]:
        only = judge.state["tasks"].get(name)
        return None if only is None else [only]
    held = instances(judge.state, name)
    if task is not None and task.for_each is not None:
        wanted = elements(judge, task)
        known = dict(held)
        if wanted is None or (not wanted and name not in known) or any(key not in known for key in wanted):
            return None
        return [known[key] for key in wanted]
    return [one for _, one in held] or None


def after_holds(judge: Judge, after: Sequence[After]) -> tuple[bool | None, dt.datetime | None]:
    """(True: may open, False: not called for, None: must wait; when the last of what it waited for came to its end).

    Every named outcome must have happened; of bare names at least one must be done or skipped; several outcomes of
    one task mean any of them.
    """
    any_bare, bare, last = False, False, None
    for name, outcomes in _wanted(after).items():
        found = _all_instances(judge, name)
        if found is None or any(one.get("state") not in SETTLED for one in found):
            return None, None
        ends = [instant(one["done_at"]) for one in found if one.get("done_at")]
        last = max([*ends, *([last] if last else [])], default=None)
        if outcomes and not all(one["state"] == "done" and one.get("outcome") in outcomes for one in found):
            # Others may still be running, but this one can no longer end as wanted.
            return _once_settled(judge, after), None
        if not outcomes:
            any_bare = True
            bare = bare or not found or any(one["state"] in ("done", "skipped") for one in found)
    return (bare or not any_bare), last


def _once_settled(judge: Judge, after: Sequence[After]) -> bool | None:
    """False when everything waited for is settled, else None: "not called for" is said at the end."""
    for name in _wanted(after):
        found = _all_instances(judge, name)
        if found is None or any(one.get("state") not in SETTLED for one in found):
            return None
    return False


def closing_holds(judge: Judge, after: Sequence[After]) -> bool:
    """May the case end? Every task named is settled; named outcomes happened, unless the task was skipped or not called
    for: nothing that cannot happen any more keeps a case open."""
    for name, outcomes in _wanted(after).items():
        found = _all_instances(judge, name)
        if found is None or any(one.get("state") not in SETTLED for one in found):
            return False
        if outcomes and any(one["state"] == "done" and one.get("outcome") not in outcomes for one in found):
            return False
    return True


def happened_at(judge: Judge, after: After) -> dt.datetime | None:
    """When a task ended as named; of several instances the latest."""
    ends = [
        instant(held["done_at"])
        for _, held in instances(judge.state, after.task)
        if held.get("state") == "done" and (not after.outcome or held.get("outcome") == after.outcome)
    ]
    return max(ends, default=None)


def _wanted(after: Sequence[After]) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    for one in after:
        outcomes = wanted.setdefault(one.task, set())
        if one.outcome:
            outcomes.add(one.outcome)
    return wanted
