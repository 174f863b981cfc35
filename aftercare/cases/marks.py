"""How clauses fared in a batch of events: the rows behind every figure. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aftercare.engine import Event
from aftercare.engine.types import instant
from aftercare.handbook.model import Handbook, Procedure

Mark = tuple[str, str, int | None, int]  # clause, kind, person, index of the event


def marks(events: Sequence[Event], handbook: Handbook, procedure: Procedure, adopted_at: str | None) -> Iterator[Mark]:
    """kept: a task, field or deadline that carries it was done in time without a breach; broken: missed, or found;
    observed: a gate did not hold but its dial let it pass. What lay before an adoption counts for nothing."""
    broken = {clause for event in events if event.kind == "breach" for clause in event.data["clause"].split(",")}
    for n, event in enumerate(events):
        data = event.data
        if event.kind == "task_done":
            late = due_clauses(handbook, procedure, data["key"]) if data.get("late") else set()
            met = {one for kept in data.get("kept") or () for one in due_clauses(handbook, procedure, kept["element"])}
            for clause in (_done_clauses(handbook, procedure, event) | met) - broken - late:
                yield clause, "kept", data.get("actor"), n
        elif event.kind == "deadline_missed" and not (adopted_at and instant(data["due"]) <= instant(adopted_at)):
            for clause in due_clauses(handbook, procedure, data["element"]):
                yield clause, "broken", data.get("by"), n
        elif event.kind in ("breach", "finding"):
            kind = "observed" if event.kind == "breach" else "broken"
            for clause in filter(None, data.get("clause", "").split(",")):
                found = event.kind == "finding"  # without a person it counts against nobody, not against who noted it
                yield clause, kind, data.get("person") if found else data.get("person") or data.get("actor"), n


def _task_of(procedure: Procedure, key: str) -> Any:
    return procedure.tasks.get(key.split("[")[0].split("#")[0])


def _done_clauses(handbook: Handbook, procedure: Procedure, event: Event) -> set[str]:
    """Of the task, its gates and parties, and of the fields that were filled in."""
    task = _task_of(procedure, event.data["key"])
    if task is None:
        return set()
    gates = [*task.requires, *(gate for outcome in task.outcomes.values() for gate in outcome.requires)]
    carried = [task.clauses, *(gate.clauses for gate in gates), *(party.clauses for party in task.parties)]
    filled = {**(event.data.get("values") or {}), **(event.personal or {}).get("values", {})}
    form = handbook.forms.get(task.form)
    carried += [one.clauses for one in form.fields if one.id in filled] if form else []
    return {clause for clauses in carried for clause in clauses}


def due_clauses(handbook: Handbook, procedure: Procedure, element: str) -> set[str]:
    """The clauses of a deadline: its own, else those of its task that are about time."""
    task = _task_of(procedure, element)
    if task is not None:
        about_time = {one for one in task.clauses if handbook.clauses[one].enforce == "schedule"}
        return set(task.due.clauses if task.due else ()) or about_time
    named = [deadline.clauses for deadline in procedure.deadlines if deadline.id == element]
    for charge in procedure.charges.values():
        named += [part.clauses or charge.clauses for part in charge.parts if f"{charge.id}.{part.id}" == element]
    return {clause for clauses in named for clause in clauses}


def refused(clauses: Mapping[str, Any] | Sequence[str]) -> list[str]:
    return sorted({one for clause in clauses for one in clause.split(",") if one})
