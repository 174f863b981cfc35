"""A condition that reads a sheet which cannot have been written yet."""

from __future__ import annotations

from collections.abc import Iterator

from aftercare.handbook.build.context import Build
from aftercare.handbook.checks.order import before, reach, waits_for
from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Form, Gate, Handbook, Party, Procedure, Spot, Task


def check(handbook: Handbook, build: Build) -> None:
    for procedure in handbook.procedures.values():
        settled, direct = before(procedure), waits_for(procedure)
        for task in procedure.tasks.values():
            later = {name for name in procedure.tasks if task.id in reach(direct, name)}
            for condition, spot in _judged(handbook, task):
                _one(build, procedure, task, condition, spot, settled[task.id], later)


def _one(
    build: Build, procedure: Procedure, task: Task, condition: Condition, spot: Spot, settled: set[str], later: set[str]
) -> None:
    for name in sorted({path[1] for path in condition.names if len(path) > 1 and path[0] == "sheets"}):
        if name not in procedure.tasks or name == task.id or name in settled or _guarded(condition, name):
            continue
        if name in later:
            build.faults.add(
                "reads_later",
                spot,
                f"任务 {task.id} 的条件读取 {name} 的表单，而 {name} 在它之后才填写",
                f"a condition of {task.id!r} reads the sheet of {name!r}, which is written only after it",
            )
        else:
            build.faults.warn(
                "reads_unordered",
                spot,
                f"任务 {task.id} 的条件读取 {name} 的表单，但没有说 {name} 先完成",
                f"a condition of {task.id!r} reads the sheet of {name!r}, but nothing says that {name!r} comes first",
                f"after: [{name}]",
            )


def _guarded(condition: Condition, name: str) -> bool:
    """The condition itself asks whether the sheet is there."""
    return "filled" in condition.calls or any(path[:2] == ("tasks", name) for path in condition.names)


def _judged(handbook: Handbook, task: Task) -> Iterator[tuple[Condition, Spot]]:
    """The conditions that hold a task up: its `if`, gates, parties, and those of its form."""
    if task.shown:
        yield task.shown, task.spot
    yield from _gates(task.requires)
    yield from _parties(task.parties)
    for outcome in task.outcomes.values():
        yield from _gates(outcome.requires)
        yield from _parties(outcome.parties)
        for value in outcome.set.values():
            yield value, outcome.spot
    form = handbook.forms.get(task.form)
    if form:
        yield from _fields(form)


def _gates(gates: tuple[Gate, ...]) -> Iterator[tuple[Condition, Spot]]:
    for gate in gates:
        yield gate.that, gate.spot
        if gate.each:
            yield gate.each, gate.spot


def _parties(parties: tuple[Party, ...]) -> Iterator[tuple[Condition, Spot]]:
    for party in parties:
        if party.shown:
            yield party.shown, party.spot


def _fields(form: Form) -> Iterator[tuple[Condition, Spot]]:
    for field in (*form.fields, *(column for one in form.fields for column in one.columns)):
        for condition in (field.required, field.compute, field.source):
            if isinstance(condition, Condition):
                yield condition, field.spot
        yield from _gates(field.check)
