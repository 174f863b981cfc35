"""What a task's form holds before anybody types: the draft, what customer and order already say, what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aftercare.cases.models import Case
from aftercare.cases.registry import ENTITIES
from aftercare.cases.sheets import world_of
from aftercare.engine import checks
from aftercare.engine.judge import Judge
from aftercare.engine.types import Who
from aftercare.engine.values import empty
from aftercare.handbook.model import Check, Field, Form, Task
from aftercare.people.actor import SYSTEM, Actor
from aftercare.values import places as addresses

Json = Any


def known_values(case: Case, key: str, form: Form, actor: Actor, now: datetime) -> dict[str, Json]:
    """Values to begin with. Personal data of the customer only for those who may see it in full."""
    judge = _judge(case, now, actor)
    values = {name: value for name, value in (case.state["drafts"].get(key) or {}).items() if name != "checks"}
    bound = _bound(case, actor)
    for one in form.fields:
        if not empty(values.get(one.id)):
            continue
        value = bound(one) if one.of else None
        if empty(value) and one.source is not None:
            value = _rows(one, judge.json(one.source, values))
        if empty(value) and one.propose is not None:
            value = judge.json(one.propose, values)
        if not empty(value):
            values[one.id] = value
    return values


def offered_fields(case: Case, form: Form, now: datetime) -> tuple[Field, ...]:
    """The fields the case has a use for; those that hang on what is typed into the form itself stay in it."""
    settled = {one.id for one in form.fields if one.shown and not any(path[0] == "form" for path in one.shown.names)}
    judge = _judge(case, now) if settled else None
    return tuple(one for one in form.fields if judge is None or one.id not in settled or judge.holds(one.shown, {}))


def asked_checks(case: Case, task: Task, values: Mapping[str, Json], now: datetime) -> list[Check]:
    """The attested duties of a task as they stand: its own, and those of a list that the shop edits."""
    return checks.asked(_judge(case, now), task, values) if task.checks or task.checks_from is not None else []


def _judge(case: Case, now: datetime, actor: Actor = SYSTEM) -> Judge:
    return Judge(case.state, world_of(case, now), Who(actor.person, actor.name), now, now)


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


def _bound(case: Case, actor: Actor) -> Callable[[Field], Json]:
    """Reads `of: customer.name` and the like; each entity is loaded once."""
    loaded: dict[str, Mapping[str, Json]] = {}
    ids = {"customer": case.customer_id, case.subject_kind: case.subject_id}
    full = actor.may("customers.reveal", case.store_id)

    def read(one: Field) -> Json:
        entity, _, name = one.of.partition(".")
        if entity not in ENTITIES or not ids.get(entity) or (one.personal and not full):
            return None
        if entity not in loaded:
            loaded[entity] = ENTITIES[entity](int(ids[entity] or 0))
        return _fitting(one, loaded[entity].get(name))

    return read


def _fitting(one: Field, value: Json) -> Json:
    """A value of another package in the shape of the field."""
    if one.type == "place" and isinstance(value, str) and value:
        parts = addresses.parse(value)
        named = {part: text for part in addresses.PARTS if (text := getattr(parts, part, ""))}
        return {**named, "text": value}
    return _rows(one, value) if one.type == "lines" else value


def _rows(one: Field, rows: Json) -> Json:
    """Rows of elsewhere with the columns this table has."""
    if not isinstance(rows, list):
        return None
    names = {column.id for column in one.columns} | {"key"}
    return [{name: value for name, value in row.items() if name in names} for row in rows]
