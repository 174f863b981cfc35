"""Which task is meant, whether it can be worked on now, and by whom."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.judge import Judge
from aftercare.engine.opening import wanted
from aftercare.engine.people import ids_of, role_of
from aftercare.engine.types import Json, Refuse
from aftercare.errors import Fault
from aftercare.handbook.model import Task


def open_task(judge: Judge, data: Mapping[str, Json], *, anyone: bool = False) -> tuple[str, Task]:
    """The task to work on; a planned one opens now where the handbook allows it. Refuses everything else."""
    key = data.get("task")
    held = judge.state["tasks"].get(key) if isinstance(key, str) else None
    task = judge.procedure.tasks.get(held["task"]) if held else None
    if held is None and key in judge.procedure.tasks:
        raise _not_yet(judge, judge.procedure.tasks[str(key)])
    if held is None or task is None:
        raise Refuse("no_such_task", Fault("no_such_task", "没有这一步", "There is no such task", field="task"))
    if not anyone and not may(judge, task, held.get("assignee")):
        raise not_yours(judge, task)
    if held.get("state") == "planned":
        _sooner(judge, str(key), task, held)
    elif held.get("state") != "open":
        raise _gone(judge, task, held)
    return str(key), task


def _not_yet(judge: Judge, task: Task) -> Refuse:
    """It has not been called for: what must come first, with the clauses that say so."""
    first = [judge.procedure.tasks[one.task].name for one in task.opens.after]
    zh = f"，要先完成：{'、'.join(f'“{one.zh}”' for one in first)}" if first else ""
    en = f"; first comes: {', '.join(f'“{one.en}”' for one in first)}" if first else ""
    return Refuse(
        "not_yet",
        Fault(
            "not_yet",
            f"“{task.name.zh}”还不能办理{zh}",
            f"“{task.name.en}” cannot be done yet{en}",
            field="task",
            clause=",".join(task.clauses),
        ),
    )


def _sooner(judge: Judge, key: str, task: Task, held: Mapping[str, Json]) -> None:
    """Work on a planned task before its time: allowed for `before` openings, else as the handbook says."""
    opens = task.opens
    waits = (opens.wait is not None and opens.before is None) or opens.every is not None or held.get("not_before")
    at = held["opens_at"][:16].replace("T", " ")
    fault = Fault(
        "too_early", f"{at}（UTC）起才能办理", f"This opens at {at} (UTC)", clause=",".join(task.clauses),
        data={"opens_at": held["opens_at"]},
    )  # fmt: skip
    if waits and opens.sooner == "refuse":
        raise Refuse("too_early", fault)
    with judge.within(task, held.get("element")):
        if wanted(judge, task) is False:
            raise _gone(judge, task, {"state": "skipped"})
    if waits and opens.sooner == "warn":
        judge.warnings.append(fault)
    kept = {name: held.get(name) for name in ("round", "element", "roles", "assignee")}
    judge.emit("task_opened", key=key, task=task.id, **kept)


def _gone(judge: Judge, task: Task, held: Mapping[str, Json]) -> Refuse:
    if held.get("state") == "done":
        outcome = task.outcomes.get(held.get("outcome") or "")
        data = {"actor": held.get("actor"), "at": held.get("done_at"), "outcome": held.get("outcome")}
        zh, en = (outcome.name.zh, outcome.name.en) if outcome else ("", "")
        zh, en = f"“{task.name.zh}”已经办结：{zh}", f"“{task.name.en}” is already done: {en}"
        return Refuse("already_done", Fault("already_done", zh, en, data=data))
    zh, en = f"“{task.name.zh}”现在不能办理", f"“{task.name.en}” is not open now"
    return Refuse("not_open", Fault("not_open", zh, en, data={"state": held.get("state")}))


def may(judge: Judge, task: Task, assignee: Json) -> bool:
    """Managers may do everything of their store; others what falls to them or to their role."""
    who = judge.who
    if who.system or who.manages or (assignee and assignee == who.person):
        return True
    if any(who.person in ids_of(judge.state, name) for name in task.role if name in judge.procedure.people):
        return True
    return bool({role_of(judge, name) for name in task.role} & who.roles)


def not_yours(judge: Judge, task: Task) -> Refuse:
    roles = [judge.world.handbook.roles.get(role_of(judge, name)) for name in task.role]
    zh, en = "、".join(r.name.zh for r in roles if r), ", ".join(r.name.en for r in roles if r)
    zh, en = f"这一步由{zh}办理", f"This task belongs to: {en}"
    return Refuse("not_yours", Fault("not_yours", zh, en, clause=",".join(task.clauses)))


def managers_only(judge: Judge) -> None:
    if not (judge.who.manages or judge.who.system):
        raise Refuse("not_allowed", Fault("not_allowed", "需要主管权限", "This needs a manager"))


def reason_of(data: Mapping[str, Json]) -> str:
    reason = str(data.get("reason") or "").strip()
    if not reason:
        raise Refuse("reason", Fault("reason", "请写明原因", "Give the reason", field="reason"))
    return reason
