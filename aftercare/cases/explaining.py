"""When is this task due, and why then: span by span."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from aftercare import calendar as working_time
from aftercare.cases.models import Case
from aftercare.cases.sheets import world_of
from aftercare.engine.judge import Judge
from aftercare.engine.timing import anchor_of, length, pauses, resolve
from aftercare.engine.types import Who
from aftercare.errors import NotFound
from aftercare.handbook.duration import Duration

Json = Any


def explain_due(case: Case, key: str, now: datetime) -> Json:
    """JSON of `calendar.Explanation` for the deadline of an open or planned task of the case.

    Raises NotFound where the task has no deadline, or its anchor is not known yet.
    """
    world = world_of(case, now)
    judge = Judge(case.state, world, Who(0, "", system=True), now, now)
    held = case.state["tasks"].get(key)
    task = world.procedure.tasks.get(held["task"]) if held else None
    due = resolve(judge, task.due.offset, key) if task and task.due else None
    if task is None or task.due is None or due is None:
        raise NotFound.because(
            "no_deadline",
            "这一步没有时限，或起算时间还不知道。",
            "This task has no deadline, or its starting point is not known yet.",
        )
    offset = task.due.offset
    anchor, by = anchor_of(judge, offset.anchor, key, None), length(judge, offset)
    side: Literal["after", "before"] = "before" if offset.side == "before" else "after"
    by = by if by is not None and offset.side != "at" else Duration(0, "d")
    found = working_time.explain(world.calendar, anchor, by, side, due, pauses=pauses(judge))
    return {
        **found.to_json(),
        "clauses": list(task.due.clauses or task.clauses),
        "settings": sorted(".".join(path) for path in (offset.by.names if offset.by else ())),
    }
