"""What is already known for a sheet: nobody is asked twice for the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, State, Who, World
from aftercare.engine.values import as_rows, empty, known_already
from aftercare.handbook.model import Field, Form
from aftercare.values.places import PARTS, parse


def known_values(world: World, state: State, key: str, now: datetime, *, personal: bool = True) -> dict[str, Json]:
    """Values to fill in when a task's form opens: the draft, else the file of the customer or order, else what the
    handbook proposes or expects. Empty for a task without a form. `personal=False` leaves out what the file says of
    the customer as a person."""
    held = state["tasks"].get(key)
    task = world.procedure.tasks.get(held["task"]) if held else None
    if task is None or not task.form:
        return {}
    judge = Judge(state, world, Who(0, "", system=True), now, now)
    draft = {name: value for name, value in state["drafts"].get(key, {}).items() if name != CHECKS}
    with judge.within(task, held.get("element") if held else None):
        return fill(judge, world.handbook.forms[task.form], draft, personal=personal)


CHECKS = "checks"  # answers to attested duties travel beside the fields


def fill(judge: Judge, form: Form, draft: Mapping[str, Json], *, personal: bool = True) -> dict[str, Json]:
    """The draft with its gaps filled from what is known elsewhere."""
    values: dict[str, Json] = dict(draft)
    for one in form.fields:
        if empty(values.get(one.id)) and not known_already(judge, one):
            value = _known(judge, one, values, personal)
            if not empty(value):
                values[one.id] = value
    return values


def _known(judge: Judge, one: Field, values: Mapping[str, Json], personal: bool) -> Json:
    found: Json = None
    if one.of and (personal or not one.personal):
        root, _, name = one.of.partition(".")
        entity = judge.world.customer if root == "customer" else judge.world.subject
        found = _fitting(one, entity.get(name))
    for condition in (one.compute, one.source, one.propose):
        if empty(found) and condition is not None:
            found = _fitting(one, judge.json(condition, values))
    proposing = [column for column in one.columns if column.propose is not None]
    return [_proposed(judge, proposing, row, values) for row in found] if proposing and found else found


def _proposed(judge: Judge, columns: list[Field], row: Mapping[str, Json], values: Mapping[str, Json]) -> Json:
    """A row with the proposals of its columns in their gaps."""
    found = dict(row)
    for column in columns:
        if column.propose is not None and empty(found.get(column.id)):
            found[column.id] = judge.json(column.propose, values, row=found)
    return {name: value for name, value in found.items() if value is not None}


def _fitting(one: Field, value: Json) -> Json:
    """A value of elsewhere in the shape of the field: a written address in its parts, rows cut to the columns."""
    if one.type == "place" and isinstance(value, str) and value:
        parts = parse(value)
        return {**{name: part for name in PARTS if (part := getattr(parts, name))}, "text": value}
    if one.type == "lines" and isinstance(value, list):
        value = as_rows(one, value)
        wanted = {column.id for column in one.columns} | {"key"}
        return [
            {name: cell for name, cell in row.items() if name in wanted} for row in value if isinstance(row, Mapping)
        ]
    return value
