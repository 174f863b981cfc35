"""What follows from what has happened: people are found, money is worked out, tasks open, the case closes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from aftercare.engine import opening, people, timing
from aftercare.engine.after import SETTLED, closing_holds, instances
from aftercare.engine.gates import gate_faults, level_of
from aftercare.engine.judge import Judge
from aftercare.engine.reads import STAGE, STATUS, Touched, reads_of
from aftercare.engine.types import Json, Unsettled
from aftercare.handbook.model import Charge, Flag, Gate

LIMIT = 50


def settle(judge: Judge) -> None:
    """Work out all consequences until nothing more follows. A part of the procedure is looked at when something that it
    reads may have changed."""
    touched = Touched(reads_of(judge.world), judge.state, judge.events)
    for _ in range(LIMIT):
        if judge.state["status"] == "open":
            _follow(judge, touched)
        if touched.take(STATUS):
            _status(judge)
        timing.refresh(judge, touched)
        if judge.state["status"] == "open":
            _close(judge)
        if touched.rests(judge.state["status"] == "open"):
            return
    raise Unsettled(f"{judge.procedure.id} does not come to rest after {LIMIT} rounds")


def _follow(judge: Judge, touched: Touched) -> None:
    """One round over people, money, flags, stages and tasks, in this order."""
    for part, rule in touched.reads.people:
        if touched.take(part):
            people.choose(judge, rule)
    for part, charge in touched.reads.charges:
        if touched.take(part):
            _charge(judge, charge)
    for part, flag in touched.reads.flags:
        if touched.take(part):
            _flag(judge, flag)
    if touched.take(STAGE):
        _stage(judge)
    for part, task in touched.reads.tasks:
        if touched.take(part):
            opening.consider(judge, task)


# --- money, flags, status


def _charge(judge: Judge, charge: Charge) -> None:
    known = {part.id: judge.json(part.amount) for part in charge.parts if part.amount is not None}
    amount = judge.json(charge.of) if charge.of else _sum(charge, known)
    if amount is None:
        return
    parts, order = _parts(charge, amount, known), [part.id for part in charge.parts]
    held = judge.state["charges"].get(charge.id, {})
    if held.get("amount") != amount or held.get("parts", {}) != parts:
        judge.emit("charge_set", charge=charge.id, amount=amount, parts=parts, order=order)


def _sum(charge: Charge, known: dict[str, Json]) -> Json:
    """The whole where only its parts are written."""
    whole = bool(known) and len(known) == len(charge.parts) and None not in known.values()
    return sum(known.values()) if whole else None


def _parts(charge: Charge, amount: int, known: dict[str, Json]) -> dict[str, Json]:
    """Shares to the fen: half a fen rounds up, and what rounding leaves over goes to the rest or the last share."""
    parts: dict[str, Json] = dict(known)
    shared = [part for part in charge.parts if part.share is not None]
    for part in shared:
        parts[part.id] = (amount * round((part.share or 0) * 100) * 2 + 10_000) // 20_000
    rest = [part.id for part in charge.parts if part.id not in parts]
    if rest:
        parts[rest[0]] = amount - sum(value or 0 for value in parts.values())
    elif shared and len(shared) == len(charge.parts) and round(sum(part.share or 0 for part in shared) * 100) == 10_000:
        last = shared[-1].id
        parts[last] = amount - sum(value for name, value in parts.items() if name != last)
    return parts


def _flag(judge: Judge, flag: Flag) -> None:
    raised = judge.holds(flag.when)
    if raised != bool(judge.state["flags"].get(flag.id)):
        judge.emit("flag_raised" if raised else "flag_lowered", flag=flag.id)


def _status(judge: Judge) -> None:
    """The first row of `status` that holds."""
    word = next((word for word, when in judge.procedure.status if judge.holds(when)), "")
    if word and word != judge.state["shown_status"]:
        judge.emit("status_reached", status=word)


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
    """Every required task of the stage has come to an end. What comes again, on demand or when something becomes true
    is waited for only while it is open."""
    for task in judge.procedure.tasks.values():
        if task.stage != stage or task.optional:
            continue
        held = [one.get("state") for _, one in instances(judge.state, task.id)]
        loose = task.opens.demand or task.opens.when is not None or task.opens.every is not None
        if loose and "open" in held:
            return False
        if not loose and (not held or any(state not in SETTLED for state in held)):
            return False
    return True


# --- closing


def _close(judge: Judge) -> None:
    closes = judge.procedure.closes
    if not closes.after and closes.at is None:
        return
    at = timing.closes_at(judge)
    if closes.at is not None and (at is None or at > judge.now):
        return
    if not closing_holds(judge, closes.after) or any(
        child.get("wait") and not child["done"] for child in judge.state["children"].values()
    ):
        return
    if closes.open_tasks == "refuse" and any(_holds_open(judge, held) for held in judge.state["tasks"].values()):
        return
    unmet = [gate for gate in closes.requires if any(True for _ in gate_faults(judge, gate, None))]
    if any(_blocks(judge, gate) for gate in unmet):
        return
    for gate in unmet:
        clause = ",".join(gate.clauses)
        judge.emit("breach", clause=clause, level="observe", element="close", code="gate", field="")
    judge.emit("closed", outcome=_last_outcome(judge))


def _blocks(judge: Judge, gate: Gate) -> bool:
    return gate.otherwise not in ("warn", "flag") and level_of(judge, gate.clauses) == "refuse"


def _holds_open(judge: Judge, held: dict[str, Json]) -> bool:
    """Optional tasks, future repetitions and what nothing has called again since a new round hold nobody."""
    task = judge.procedure.tasks.get(held["task"])
    if task is None or task.optional:
        return False
    if held.get("state") == "planned":
        return task.opens.every is None
    return held.get("state") == "open" or bool(held.get("state") == "pending" and held.get("called"))


def _last_outcome(judge: Judge) -> str:
    """What the case ended with: the outcome of the task, among those it closes after, that ended last."""
    done: list[tuple[dt.datetime | str, Any]] = [
        (held["done_at"], held.get("outcome"))
        for after in judge.procedure.closes.after
        for _, held in instances(judge.state, after.task)
        if held.get("state") == "done"
    ]
    return str(max(done)[1]) if done else ""
