"""What follows from what has happened: tasks open, are skipped or not called for, flags change, the case closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from aftercare.engine import timing
from aftercare.engine.gates import gate_faults
from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, Unsettled, instant, moment
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.model import After, Task

SETTLED = frozenset({"done", "skipped", "uncalled", "withdrawn", "missed"})
LIMIT = 50


def settle(judge: Judge) -> None:
    """Work out all consequences until nothing more follows."""
    for _ in range(LIMIT):
        before = len(judge.events)
        if judge.state["status"] == "open":
            _people(judge)
            _charges(judge)
            _flags(judge)
            _stage(judge)
            for task in judge.procedure.tasks.values():
                _consider(judge, task)
        timing.refresh(judge)
        if judge.state["status"] == "open":
            _close(judge)
        if len(judge.events) == before:
            return
    raise Unsettled(f"{judge.procedure.id} does not come to rest after {LIMIT} rounds")


# --- people, money, flags


def _people(judge: Judge) -> None:
    for rule in judge.procedure.people.values():
        if judge.state["people"].get(rule.id):
            continue
        person: Json = None
        if rule.is_ in ("opener", "case.opener"):
            person = judge.state.get("opener")
        elif rule.is_.startswith("subject."):
            person = judge.world.subject.get(rule.is_.partition(".")[2])
        elif rule.same_as:
            actor = judge.state["tasks"].get(rule.same_as, {}).get("actor")
            person = {"kind": "person", "id": actor} if actor else None
        if person:
            judge.emit("person_chosen", role=rule.id, person=person)


def _charges(judge: Judge) -> None:
    for charge in judge.procedure.charges.values():
        amount = judge.json(charge.of) if charge.of else None
        if amount is None:
            continue
        parts: dict[str, Json] = {}
        for part in charge.parts:
            if part.amount is not None:
                parts[part.id] = judge.json(part.amount)
            elif part.share is not None:
                parts[part.id] = round(amount * part.share / 100)
        rest = [part.id for part in charge.parts if part.id not in parts]
        if rest:
            parts[rest[0]] = amount - sum(value or 0 for value in parts.values())
        held = judge.state["charges"].get(charge.id, {})
        if held.get("amount") != amount or held.get("parts", {}) != parts:
            judge.emit("charge_set", charge=charge.id, amount=amount, parts=parts)


def _flags(judge: Judge) -> None:
    for flag in judge.procedure.flags.values():
        raised = judge.holds(flag.when)
        if raised != bool(judge.state["flags"].get(flag.id)):
            judge.emit("flag_raised" if raised else "flag_lowered", flag=flag.id)


# --- stages


def _stage(judge: Judge) -> None:
    stages = judge.procedure.stages
    if not stages:
        return
    if not judge.state["stage"]:
        judge.emit("stage_entered", stage=stages[0])
    while True:
        n = stages.index(judge.state["stage"])
        if n + 1 == len(stages) or not _stage_over(judge, stages[n]):
            return
        judge.emit("stage_entered", stage=stages[n + 1])


def _stage_over(judge: Judge, stage: str) -> bool:
    """Every required task of the stage has come to an end, and there was one."""
    for task in judge.procedure.tasks.values():
        if task.stage == stage and not task.optional and not task.opens.demand and not task.opens.when:
            held = [one for one in judge.state["tasks"].values() if one["task"] == task.id]
            if not held or any(one.get("state") not in SETTLED for one in held):
                return False
    return True


def _reached(judge: Judge, task: Task) -> bool:
    stages = judge.procedure.stages
    return not task.stage or not stages or stages.index(task.stage) <= stages.index(judge.state["stage"])


# --- opening


def _consider(judge: Judge, task: Task) -> None:
    if task.opens.demand or not _reached(judge, task):
        return
    if task.for_each is not None:
        _consider_each(judge, task)
    elif task.opens.every is not None:
        _consider_every(judge, task)
    else:
        _consider_one(judge, task, task.id, None)


def _consider_each(judge: Judge, task: Task) -> None:
    assert task.for_each is not None
    for raw in judge.json(task.for_each.source) or []:
        name = str(raw.get(task.for_each.key or "key", raw)) if isinstance(raw, dict) else str(raw)
        key = f"{task.id}[{name}]"
        _consider_one(judge, task, key, raw)
        if task.for_each.one_by_one and judge.state["tasks"].get(key, {}).get("state") not in SETTLED:
            return


def _consider_every(judge: Judge, task: Task) -> None:
    """The next instance of a recurring task is planned when the one before has opened."""
    held = [key for key in judge.state["tasks"] if key.startswith(f"{task.id}#")]
    opens = task.opens
    started = _happened_at(judge, opens.start) if opens.start else instant(judge.state["opened_at"])
    if started is None or (opens.until and _happened_at(judge, opens.until)):
        for key in held:
            if judge.state["tasks"][key].get("state") in ("open", "planned"):
                judge.emit("task_withdrawn", key=key, task=task.id, round=judge.state["tasks"][key]["round"])
        return
    if held and judge.state["tasks"][held[-1]].get("state") == "planned":
        _open_planned(judge, task, held[-1])
        return
    from aftercare import calendar as working_time

    last = judge.state["tasks"][held[-1]].get("slot") if held else None
    every = judge.ask(opens.every) if opens.every else UNKNOWN
    if every is UNKNOWN:
        return
    at = working_time.opens_after(judge.world.calendar, instant(last) if last else started, every).at
    _plan(judge, task, f"{task.id}#{len(held) + 1}", at, 1)


def _happened_at(judge: Judge, after: After) -> dt.datetime | None:
    held = judge.state["tasks"].get(after.task, {})
    if held.get("state") == "done" and (not after.outcome or held.get("outcome") == after.outcome):
        return instant(held["done_at"])
    return None


def _consider_one(judge: Judge, task: Task, key: str, element: Json) -> None:
    held = judge.state["tasks"].get(key)
    status = held.get("state") if held else None
    if status == "planned":
        _open_planned(judge, task, key)
        return
    if status == "open" or (status in SETTLED and not (status in ("uncalled", "withdrawn") or task.opens.when)):
        return
    if held and held.get("not_before") and instant(held["not_before"]) > judge.now:
        _plan(judge, task, key, instant(held["not_before"]), held["round"], element)
        return
    called = bool(held and held.get("called"))
    ready, settled_at = (True, judge.happened_at) if called and status == "pending" else _ready(judge, task, key)
    if ready is None:
        return
    round_ = held["round"] if held else 1
    if ready is False:
        if status != "uncalled":
            judge.emit("task_uncalled", key=key, task=task.id, round=round_)
        return
    if task.opens.when is not None and not called:
        _consider_when(judge, task, key, element, status)
        return
    _schedule(judge, task, key, round_, element, settled_at, called)


def _consider_when(judge: Judge, task: Task, key: str, element: Json, status: str | None) -> None:
    """A task that opens when something becomes true opens again when it becomes true once more."""
    assert task.opens.when is not None
    held = judge.state["tasks"].get(key, {})
    true = judge.holds(task.opens.when, task=element)
    if status in SETTLED:
        if not true and not held.get("armed"):
            judge.emit("task_rearmed", key=key, task=task.id)
        if not (true and held.get("armed")):
            return
    if true:
        round_ = held.get("round", 0) + (1 if status in SETTLED else 0) or 1
        _schedule(judge, task, key, round_, element, None, False)


def _schedule(
    judge: Judge, task: Task, key: str, round_: int, element: Json, settled_at: dt.datetime | None, called: bool
) -> None:
    """Open now, or plan for later; `if` is judged when the task would open."""
    opens = task.opens
    if (opens.before is not None or opens.wait is not None) and not called:
        at = timing.opens_at(judge, task, key, settled_at)
        if at is None:
            return
        if at > judge.now:
            if _wanted(judge, task, element) is True:
                _plan(judge, task, key, at, round_, element)
            return
    wanted = _wanted(judge, task, element)
    if wanted is None:
        return
    if wanted:
        _open(judge, task, key, round_, element)
    else:
        judge.emit("task_skipped", key=key, task=task.id, round=round_)


def _wanted(judge: Judge, task: Task, element: Json) -> bool | None:
    """The answer of `if`; None while unknown."""
    if task.shown is None:
        return True
    names = {task.for_each.var: element} if task.for_each else {}
    value = judge.ask(task.shown, **names)
    return None if value is UNKNOWN else bool(value)


def _plan(judge: Judge, task: Task, key: str, at: dt.datetime, round_: int, element: Json = None) -> None:
    judge.emit(
        "task_planned", key=key, task=task.id, opens_at=moment(at), round=round_, element=element, **_whose(judge, task)
    )


def _open_planned(judge: Judge, task: Task, key: str) -> None:
    held = judge.state["tasks"][key]
    at: dt.datetime | None = instant(held["opens_at"])
    if task.opens.every is None and not held.get("not_before"):
        at = timing.opens_at(judge, task, key, _settled_at(judge, task))
        if at is None or (at > judge.now and _wanted(judge, task, held.get("element")) is False):
            judge.emit("task_withdrawn", key=key, task=task.id, round=held["round"])
            return
        if at > judge.now and moment(at) != held["opens_at"]:
            _plan(judge, task, key, at, held["round"], held.get("element"))
    if at is not None and at <= judge.now:
        if _wanted(judge, task, held.get("element")) is False:
            judge.emit("task_skipped", key=key, task=task.id, round=held["round"])
        else:
            _open(judge, task, key, held["round"], held.get("element"))


def _open(judge: Judge, task: Task, key: str, round_: int, element: Json) -> None:
    judge.emit("task_opened", key=key, task=task.id, round=round_, element=element, **_whose(judge, task))


def open_by_hand(judge: Judge, task: Task) -> str:
    """A new instance of a task that is opened on demand."""
    n = 1 + sum(1 for key in judge.state["tasks"] if key == task.id or key.startswith(f"{task.id}#"))
    key = task.id if n == 1 else f"{task.id}#{n}"
    _open(judge, task, key, 1, None)
    return key


def _whose(judge: Judge, task: Task) -> dict[str, Json]:
    """Roles that may do it, and the one person it falls to where the case knows one."""
    roles: list[str] = []
    assignee: Json = None
    for name in task.role:
        rule = judge.procedure.people.get(name)
        roles.append(rule.role if rule else name)
        person = judge.state["people"].get(name) if rule else None
        assignee = assignee or (person or {}).get("id")
    return {"roles": roles, "assignee": assignee}


# --- after


def _ready(judge: Judge, task: Task, key: str) -> tuple[bool | None, dt.datetime | None]:
    """(True may open | False is not called for | None must wait, when the last of what it waits for was settled)."""
    return after_holds(judge, task.opens.after)


def after_holds(judge: Judge, after: Sequence[After]) -> tuple[bool | None, dt.datetime | None]:
    """LANGUAGE ground rule 5: every named outcome happened and, of bare names, at least one is done or skipped."""
    wanted: dict[str, set[str]] = {}
    for one in after:
        wanted.setdefault(one.task, set())
        if one.outcome:
            wanted[one.task].add(one.outcome)
    bare, any_bare, last = False, False, None
    for name, outcomes in wanted.items():
        instances = [one for one in judge.state["tasks"].values() if one["task"] == name]
        if not instances or any(one.get("state") not in SETTLED for one in instances):
            return None, None
        for one in instances:
            if one.get("done_at"):
                at = instant(one["done_at"])
                last = max(last, at) if last else at
        if outcomes:
            if not all(one.get("state") == "done" and one.get("outcome") in outcomes for one in instances):
                return False, None
        else:
            any_bare = True
            bare = bare or any(one.get("state") in ("done", "skipped") for one in instances)
    return (bare or not any_bare), last


def _settled_at(judge: Judge, task: Task) -> dt.datetime | None:
    return after_holds(judge, task.opens.after)[1]


# --- reopening and closing


def reachable(judge: Judge, tasks: Sequence[str]) -> list[str]:
    """Task ids that follow, through `after` and later stages, from the given ones (not these themselves)."""
    procedure = judge.procedure
    found: set[str] = set(tasks)
    grew = True
    while grew:
        grew = False
        for task in procedure.tasks.values():
            if task.id in found:
                continue
            follows = any(after.task in found for after in task.opens.after)
            later = (
                task.stage
                and any(
                    procedure.tasks[one].stage
                    and procedure.stages.index(procedure.tasks[one].stage) < procedure.stages.index(task.stage)
                    for one in found
                    if one in procedure.tasks
                )
                if procedure.stages
                else False
            )
            if follows or later:
                found.add(task.id)
                grew = True
    return [task for task in procedure.tasks if task in found and task not in tasks]


def reopen(judge: Judge, tasks: Sequence[str], not_before: dt.datetime | None = None, reason: str = "") -> None:
    """Begin a new round of the tasks; what follows from them is withdrawn and opens again by its own conditions."""
    followers = reachable(judge, tasks)
    keys = [key for key, held in judge.state["tasks"].items() if held["task"] in tasks or held["task"] in followers]
    called = [key for key in keys if judge.state["tasks"][key]["task"] in tasks]
    judge.emit(
        "reopened", tasks=called, keys=keys, not_before=moment(not_before) if not_before else None, reason=reason
    )


def _close(judge: Judge) -> None:
    closes = judge.procedure.closes
    if not closes.after and closes.at is None:
        return
    if closes.at is not None:
        at: Any = judge.ask(closes.at)
        if at is UNKNOWN or judge.ask(closes.at) > judge.now:
            return
    elif after_holds(judge, closes.after)[0] is not True:
        return
    if closes.open_tasks == "refuse" and any(_holds_open(judge, held) for held in judge.state["tasks"].values()):
        return
    if any(child.get("wait") and not child["done"] for child in judge.state["children"].values()):
        return
    if any(True for gate in closes.requires for _ in gate_faults(judge, gate, None)):
        return
    judge.emit("closed")


def _holds_open(judge: Judge, held: dict[str, Json]) -> bool:
    task = judge.procedure.tasks.get(held["task"])
    return held.get("state") in ("open", "planned", "pending") and bool(task and not task.optional)
