"""Whom a task's form offers: where the handbook says which role a field chooses, only people who hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Q

from aftercare.cases.models import Case
from aftercare.cases.queries import definition
from aftercare.handbook.model import Field
from aftercare.people.models import Membership, Person
from aftercare.people.queries import holders_of


def people_at(case: Case, task: str, fields: Iterable[Field], now: datetime) -> dict[str, Mapping[int, str]]:
    """Path of each field of type person -> whom to choose from; "" -> for all others.

    One statement per role that is asked for, two for the rest."""
    paths = list(_paths(fields))
    if not paths:
        return {}
    rules = definition(case)[1].people.values()
    roles = {rule.chosen_by.removeprefix("sheets."): rule.role for rule in rules if "." in rule.chosen_by and rule.role}
    found: dict[str, Mapping[int, str]] = {}
    for path in paths:
        if role := roles.get(f"{task}.{path}"):
            found[path] = {one.person: one.name for one in holders_of(role, case.store_id, now)}
    if len(found) < len(paths):
        found[""] = _here(case)
    return found


def _paths(fields: Iterable[Field]) -> Iterator[str]:
    for one in fields:
        if one.type == "person":
            yield one.id
        yield from (f"{one.id}.{column.id}" for column in one.columns if column.type == "person")


def _here(case: Case) -> dict[int, str]:
    """People of the store, by name; first those who have to do with the case."""
    members = Membership.objects.filter(Q(store_id=case.store_id) | Q(store_id=None)).values("person_id")
    rows = Person.objects.filter(active=True, pk__in=members).order_by("pinyin", "pk").values_list("pk", "full_name")
    held = case.state["people"].values()
    first = {one["id"] for some in held for one in (some if isinstance(some, list) else [some]) if one and "id" in one}
    return dict(sorted(rows, key=lambda row: row[0] not in first))
