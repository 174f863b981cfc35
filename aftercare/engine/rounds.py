"""New rounds: a task begins again, and what followed from it is withdrawn and opens by its own conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from aftercare.engine.after import RUNNING, SETTLED, instances
from aftercare.engine.judge import Judge
from aftercare.engine.types import moment


def reachable(judge: Judge, tasks: Sequence[str]) -> list[str]:
    """Task ids that follow, through `after` and later stages, from the given ones (not these themselves)."""
    procedure, found = judge.procedure, set(tasks)
    order = {stage: n for n, stage in enumerate(procedure.stages)}
    while True:
        first = min((order[one.stage] for one in procedure.tasks.values() if one.id in found and one.stage), default=99)
        more = {
            one.id
            for one in procedure.tasks.values()
            if one.id not in found
            and (any(after.task in found for after in one.opens.after) or (one.stage and order[one.stage] > first))
        }
        if not more:
            return [task for task in procedure.tasks if task in found and task not in tasks]
        found |= more


def reopen(judge: Judge, tasks: Sequence[str], not_before: dt.datetime | None = None, reason: str = "") -> None:
    """Begin a new round of the tasks. Gates must be met again; history stays; a task not yet begun opens now."""
    called = [key for task in tasks for key in _again(judge, task)]
    followers: list[str] = []
    for task in reachable(judge, tasks):
        repeats = judge.procedure.tasks[task].opens.demand or judge.procedure.tasks[task].opens.every is not None
        for key, held in instances(judge.state, task):
            if not repeats:
                followers.append(key)
            elif held.get("state") in RUNNING:
                judge.emit("task_withdrawn", key=key, task=task, round=held["round"])
    judge.emit(
        "reopened",
        tasks=called,
        keys=[*called, *followers],
        not_before=moment(not_before) if not_before else None,
        reason=reason,
    )
    _back_to_stage(judge, tasks)


def _again(judge: Judge, task: str) -> list[str]:
    """The keys that begin again: of a recurring task the latest that has ended, of a task not yet begun its own id."""
    held = instances(judge.state, task)
    opens = judge.procedure.tasks[task].opens
    if opens.demand or opens.every is not None:
        ended = [key for key, one in held if one.get("state") in SETTLED]
        return ended[-1:] or ([task] if opens.demand and not held else [])
    return [key for key, _ in held] or ([task] if judge.procedure.tasks[task].for_each is None else [])


def _back_to_stage(judge: Judge, tasks: Sequence[str]) -> None:
    stages = judge.procedure.stages
    named = [stages.index(stage) for task in tasks if (stage := judge.procedure.tasks[task].stage)]
    if named and judge.state["stage"] and min(named) < stages.index(judge.state["stage"]):
        judge.emit("stage_entered", stage=stages[min(named)])
