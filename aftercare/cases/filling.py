"""What a task's form holds before anybody types: the draft, what customer and order already say, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftercare.cases.actions import who_is
from aftercare.cases.models import Case
from aftercare.cases.sheets import world_of
from aftercare.engine import checks, known
from aftercare.engine.access import may
from aftercare.engine.judge import Judge
from aftercare.engine.types import Who
from aftercare.engine.values import known_already
from aftercare.engine.work import can_begin
from aftercare.handbook.model import Check, Field, Form, Task
from aftercare.people.actor import Actor

Json = Any


def known_values(case: Case, key: str, actor: Actor, now: datetime) -> dict[str, Json]:
    """Values to begin with. Personal data of the customer only for those who may see it in full."""
    full = actor.may("customers.reveal", case.store_id)
    return known.known_values(world_of(case, now), case.state, key, now, personal=full)


def offered_fields(case: Case, form: Form, now: datetime) -> tuple[Field, ...]:
    """The fields the case has a use for; those that hang on what is typed into the form itself stay in it.

    What is asked only while it is missing is left out when the file has it."""
    settled = {one.id for one in form.fields if one.shown and not any(path[0] == "form" for path in one.shown.names)}
    gaps = {one.id for one in form.fields if one.ask == "when_missing"}
    if not settled | gaps:
        return form.fields
    judge = _judge(case, now)
    return tuple(
        one
        for one in form.fields
        if not (one.id in settled and not judge.holds(one.shown, {})) and not known_already(judge, one)
    )


def asked_checks(case: Case, task: Task, values: Mapping[str, Json], now: datetime) -> list[Check]:
    """The attested duties of a task as they stand: its own, and those of a list that the shop edits."""
    return checks.asked(_judge(case, now), task, values) if task.checks or task.checks_from is not None else []


def to_begin(case: Case, actor: Actor, now: datetime) -> list[Task]:
    """Tasks that the actor may open by hand at this moment, as the handbook lists them."""
    if case.status != "open" or not actor.may("cases.act", case.store_id):
        return []
    judge = Judge(case.state, world_of(case, now), who_is(actor, case.store_id), now, now)
    demanded = [task for task in judge.procedure.tasks.values() if task.opens.demand]
    return [task for task in demanded if may(judge, task, None) and can_begin(judge, task)]


def _judge(case: Case, now: datetime) -> Judge:
    return Judge(case.state, world_of(case, now), Who(0, ""), now, now)


def with_locked(form: Form, given: Mapping[str, Json], known: Mapping[str, Json]) -> dict[str, Json]:
    """What was posted, with the columns nobody may type put back into the rows they belong to, by row key."""
    values = dict(given)
    for one in form.fields:
        locked = [column.id for column in one.columns if column.locked or column.compute is not None]
        if not locked or not isinstance(values.get(one.id), list):
            continue
        before = {str(row.get("key")): row for row in known.get(one.id) or [] if row.get("key")}
        values[one.id] = [_restored(row, before.get(str(row.get("key")), {}), locked) for row in values[one.id]]
    return values


def _restored(row: Mapping[str, Json], before: Mapping[str, Json], locked: Sequence[str]) -> dict[str, Json]:
    return {**row, **{name: before[name] for name in locked if before.get(name) is not None}}
