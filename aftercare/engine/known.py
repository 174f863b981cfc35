"""What is already known for a sheet: nobody is asked twice for the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, State, Who, World
from aftercare.engine.values import empty
from aftercare.handbook.model import Field, Form


def known_values(world: World, state: State, key: str, now: datetime) -> dict[str, Json]:
    """Values to fill in when a task's form opens: the draft, else the file of the customer or order, else what the
    handbook proposes or expects. Empty for a task without a form."""
    held = state["tasks"].get(key)
    task = world.procedure.tasks.get(held["task"]) if held else None
    if task is None or not task.form:
        return {}
    judge = Judge(state, world, Who(0, "", system=True), now, now)
    with judge.within(task, held.get("element") if held else None):
        return fill(judge, world.handbook.forms[task.form], state["drafts"].get(key, {}))


def fill(judge: Judge, form: Form, draft: Mapping[str, Json]) -> dict[str, Json]:
    """The draft with its gaps filled from what is known elsewhere."""
    values: dict[str, Json] = dict(draft)
    for one in form.fields:
        if empty(values.get(one.id)):
            value = _known(judge, judge.world, one, values)
            if not empty(value):
                values[one.id] = value
    return values


def _known(judge: Judge, world: World, one: Field, values: Mapping[str, Json]) -> Json:
    if one.of:
        root, _, name = one.of.partition(".")
        entity = world.customer if root == "customer" else world.subject
        value = entity.get(name)
        return _columns(one, value) if one.type == "lines" and isinstance(value, list) else value
    if one.compute is not None:
        return judge.json(one.compute, values)
    if one.propose is not None:
        return judge.json(one.propose, values)
    if one.source is not None:
        return _columns(one, judge.json(one.source, values) or [])
    return None


def _columns(one: Field, rows: Json) -> Json:
    """Rows of another sheet or of the order, cut to the columns this sheet has."""
    wanted = {column.id for column in one.columns}
    return [{name: value for name, value in row.items() if name in wanted} for row in rows if isinstance(row, Mapping)]
