"""Cases that were joined by one: a van and its deliveries, in their order, with how far each has come.

Nothing here knows vans: a case belongs to another when it has joined it (`state.links`), and the order is that of the
references on the other's sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from aftercare.cases.models import Case
from aftercare.cases.queries import definition
from aftercare.handbook.model import Procedure, Task
from aftercare.orders.models import Order
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.web.naming import House, Names
from aftercare.web.shown.about import abouts
from aftercare.web.shown.sentences import Sentences
from aftercare.web.words import text_in

Json = Any
RUNNING = ("open", "paused")
LEFT_OUT = frozenset({"skipped", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Stop:
    """One of the cases that joined. `done` of `all` are this person's tasks; `next` is the one that is open."""

    case: int
    n: int
    number: str
    customer: str
    place: str
    note: str
    done: int
    all: int
    next: str
    here: bool
    ended: bool

    @property
    def url(self) -> str:
        return reverse("job", args=[self.case])

    @property
    def is_done(self) -> bool:
        return self.ended or (self.done == self.all and not self.next)


@dataclass(frozen=True, slots=True)
class Trip:
    """The case that others joined, and these in their order."""

    case: int
    number: str
    title: str
    notes: tuple[str, ...]
    stops: Sequence[Stop]
    here: bool = False

    @property
    def url(self) -> str:
        return reverse("job", args=[self.case])

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.stops)

    @property
    def tasks_done(self) -> int:
        return sum(one.done for one in self.stops)

    @property
    def tasks_all(self) -> int:
        return sum(one.all for one in self.stops)

    @property
    def onward(self) -> Stop | None:
        """Where to go from here: the next that still waits, in order, then from the top."""
        at = next((one.n for one in self.stops if one.here), 0)
        waiting = [one for one in self.stops if not one.is_done and not one.here]
        return next((one for one in waiting if one.n > at), waiting[0] if waiting else None)


def trips(cases: Iterable[Case], actor: Actor, now: datetime, house: House, here: int = 0) -> list[Trip]:
    """The trips that these cases are or have joined, and that still run. Five statements, however many."""
    cases = list(cases)
    wanted = {int(link["case"]) for one in cases for link in (one.state.get("links") or {}).values()}
    wanted |= {one.pk for one in cases if _named(one.state)}
    found = visible(Case.objects.filter(pk__in=wanted, status__in=RUNNING), actor, "cases.see").order_by("pk")
    leading = {one.pk: _named(one.state) for one in found}
    members = {number for numbers in leading.values() for number in numbers}
    rows = {one.pk: one for one in visible(Case.objects.filter(pk__in=members), actor, "cases.see")}
    joined = {pk: [rows[n] for n in numbers if n in rows and _joined(rows[n], pk)] for pk, numbers in leading.items()}
    known, places = abouts(rows.values()), places_of(rows.values(), actor)
    made = []
    for one in found:
        if stops := joined[one.pk]:
            seen = [_stop(n, row, known, places, actor, now, house, here) for n, row in enumerate(stops, 1)]
            made.append(_trip(one, seen, now, house, here))
    return made


def _named(state: Mapping[str, Json]) -> list[int]:
    """Cases that the sheets of a case refer to, in their order."""
    return list(dict.fromkeys(_references(list((state.get("sheets") or {}).values()))))


def _references(value: Json) -> Iterator[int]:
    if isinstance(value, Mapping):
        if value.get("kind") == "case" and value.get("id"):
            yield int(value["id"])
        else:
            yield from _references(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _joined(case: Case, other: int) -> bool:
    return any(int(link["case"]) == other for link in (case.state.get("links") or {}).values())


def _trip(case: Case, stops: Sequence[Stop], now: datetime, house: House, here: int) -> Trip:
    handbook, procedure = definition(case)
    say = Sentences(Names(handbook, procedure, house), now)
    notes = tuple(said for path, value in case.state["values"].items() if (said := say.value(path, value)))
    return Trip(case.pk, case.number, text_in(procedure.name), notes, stops, case.pk == here)


def _stop(
    n: int, case: Case, known: Mapping[int, Any], places: Mapping[int, str], actor: Actor, now: datetime,
    house: House, here: int,
) -> Stop:  # fmt: skip
    handbook, procedure = definition(case)
    names = Names(handbook, procedure, house)
    mine = _mine(case, procedure, actor)
    waiting = [key for key, held in mine if held.get("state") == "open"]
    say, values = Sentences(names, now), case.state["values"]
    short = [name for name, kind in procedure.values.items() if "." in kind and isinstance(values.get(name), str)]
    note = "，".join(say.value(name, values[name]) for name in short)
    return Stop(
        case.pk, n, case.number, known[case.pk].customer, places.get(case.pk, ""), note,
        sum(held.get("state") == "done" for _, held in mine), len(mine), names.task(waiting[0]) if waiting else "",
        case.pk == here, case.status not in RUNNING,
    )  # fmt: skip


def _mine(case: Case, procedure: Procedure, actor: Actor) -> list[tuple[str, Mapping[str, Json]]]:
    """Steps that fall to this person, in the order of the handbook; not those that come only when need be."""
    return [pair for task in procedure.tasks.values() for pair in _of_task(case, procedure, task, actor)]


def _of_task(case: Case, procedure: Procedure, task: Task, actor: Actor) -> list[tuple[str, Mapping[str, Json]]]:
    if task.optional or task.opens.demand:
        return []
    roles = actor.roles_in(case.store_id)
    held = [(key, one) for key, one in case.state["tasks"].items() if one["task"] == task.id]
    if held:
        found = [(key, one) for key, one in held if one.get("state") not in LEFT_OUT]
        return [(key, one) for key, one in found if _falls_to(one, actor, roles)]
    rules = procedure.people
    wanted = {rule.role if (rule := rules.get(name)) and rule.role else name for name in task.role}
    return [(task.id, {})] if wanted & roles and task.shown is None and not task.opens.when else []


def _falls_to(held: Mapping[str, Json], actor: Actor, roles: frozenset[str]) -> bool:
    return bool(held.get("assignee") == actor.person or set(held.get("roles") or ()) & roles)


def places_of(cases: Iterable[Case], actor: Actor) -> dict[int, str]:
    """Where each case is, as its order says; for those who may see orders. One statement."""
    orders = {
        one.subject_id: one.pk
        for one in cases
        if one.subject_kind == "order" and one.subject_id and actor.may("orders.see", one.store_id)
    }
    rows = Order.objects.filter(pk__in=orders).values_list("pk", "address")
    return {orders[number]: _said(place or {}) for number, place in rows}


def _said(place: Mapping[str, Json]) -> str:
    return str(place.get("text") or "".join(str(part) for name, part in place.items() if name != "text"))
