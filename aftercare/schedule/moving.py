"""What the dialog of a move asks: the form of the task the handbook names, filled in as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aftercare.cases.models import Case
from aftercare.cases.sheets import world_of
from aftercare.engine.judge import Judge
from aftercare.engine.known import fill
from aftercare.engine.types import Who
from aftercare.handbook.model import CalendarEntry, CalendarMove, Form, Handbook, Party, Procedure, Task
from aftercare.people.actor import Actor
from aftercare.schedule.actions import entry_of, lane_value, movable
from aftercare.schedule.models import Entry

Json = Any


@dataclass(frozen=True, slots=True)
class Moving:
    """A job that is about to move, its task and form, and the values to begin with."""

    row: Entry
    case: Case
    handbook: Handbook  # with the choices of the store
    procedure: Procedure
    entry: CalendarEntry
    how: CalendarMove
    task: Task
    form: Form
    values: Mapping[str, Json]

    @property
    def parties(self) -> list[Party]:
        outcome = self.task.outcomes.get(self.how.outcome)
        return [*self.task.parties, *(outcome.parties if outcome else ())]


def moving(actor: Actor, now: datetime, entry: int, day: date | None, lane: str | None) -> Moving:
    """`day` and `lane`: where it is to go; None leaves it where it stands. Raises NotFound, or Refused if it stays."""
    row = entry_of(actor, entry)
    case = Case.objects.get(pk=row.case_id)
    world = world_of(case, now)
    found = next((one for one in world.procedure.calendar if one.id == row.entry), None)
    how = movable(row, found)
    assert found is not None
    task = world.procedure.tasks[how.task]
    form = world.handbook.forms[task.form]
    full = actor.may("customers.reveal", row.store_id)
    values = dict(fill(Judge(case.state, world, Who(0, ""), now, now), form, {}, personal=full))
    values[how.date] = (day or row.day).isoformat()
    if how.lane:
        values[how.lane] = lane_value(row.lane if lane is None else lane)
    values = {name: value for name, value in values.items() if value is not None}
    return Moving(row, case, world.handbook, world.procedure, found, how, task, form, values)
