"""Cases that belong together: who opened it, what it opened, what takes it along, and all others of the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from aftercare.cases import queries
from aftercare.cases.models import Case
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.web.shown.about import abouts

Json = Any
MOST = 30


@dataclass(frozen=True, slots=True)
class Related:
    """One of them. `how`: in a word, why it stands here, "" when it is of the same order or customer only."""

    case: Case
    name: Text
    customer: str
    order: str
    how: str


def related_to(case: Case, actor: Actor) -> list[Related]:
    """In the order they were opened. Three statements."""
    how = dict(_known(case.state))
    same = Q(subject_kind=case.subject_kind, subject_id=case.subject_id) if case.subject_id else Q()
    wanted = Q(pk__in=how) | same if case.subject_kind == "order" else Q(pk__in=how)
    return _described(queries.cases(actor).filter(wanted).exclude(pk=case.pk).order_by("opened_at", "id")[:MOST], how)


def others_of(case: Case, actor: Actor, shown: set[int]) -> list[Related]:
    """Other cases of the same customer, newest first. Three statements."""
    if not case.customer_id:
        return []
    rows = queries.cases(actor, customer=case.customer_id).exclude(pk__in={case.pk, *shown})
    return _described(rows.order_by("-opened_at")[:8], {})


def _described(rows: Any, how: Mapping[int, str]) -> list[Related]:
    found = list(rows)
    known = abouts(found)
    return [
        Related(
            one, queries.definition(one)[1].name, known[one.pk].customer, known[one.pk].order, how.get(one.pk, "")
        )
        for one in found
    ]  # fmt: skip


def _known(state: Mapping[str, Json]) -> Iterator[tuple[int, str]]:
    """The cases that the state itself names; what is said last of one stays."""
    for sheet in state["sheets"].values():
        yield from ((one, _("taken along")) for one in _named(sheet))
    for link in (state.get("links") or {}).values():
        yield int(link["case"]), _("takes it along")
    for child in state["children"].values():
        if child.get("case"):
            yield int(child["case"]), _("opened from here")
    if parent := state.get("parent"):
        yield int(parent["case"]), _("opened this one")


def _named(value: Json) -> Iterator[int]:
    """References {kind: case, id} anywhere in the values of a sheet."""
    if isinstance(value, Mapping):
        if value.get("kind") == "case" and value.get("id"):
            yield int(value["id"])
        else:
            for one in value.values():
                yield from _named(one)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one)
