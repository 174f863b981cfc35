"""The invented people of a store: one thing at a time, days away, and some who leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from aftercare.engine import Who
from aftercare.handbook.model import Handbook
from aftercare.simulation.plan import Plan

Stretch = tuple[datetime, datetime]
LONG = timedelta(days=2)  # whoever is away longer is stood in for


@dataclass(slots=True)
class Worker:
    """Somebody of a store. `free`: until then busy with something else."""

    who: Who
    role: str
    free: datetime
    away: tuple[Stretch, ...] = ()
    leaves: datetime | None = None

    def back(self, at: datetime) -> datetime:
        """`at`, or the end of the leave around it."""
        return next((end for start, end in self.away if start <= at < end), at)

    def is_gone(self, at: datetime) -> bool:
        return self.leaves is not None and at >= self.leaves


@dataclass(slots=True)
class Staff:
    """Who works in a store, and the things there are a few of."""

    workers: list[Worker]
    lanes: dict[str, list[datetime]] = field(default_factory=dict)

    def by_id(self, person: int) -> Worker | None:
        return next((one for one in self.workers if one.who.person == person), None)

    def pick(self, roles: Iterable[str], assignee: int | None, at: datetime) -> Worker | None:
        """Who takes it up: the one it falls to, unless gone or long away; else whoever is free first."""
        own = self.by_id(assignee) if assignee else None
        if own and not own.is_gone(at) and own.back(at) - at < LONG:
            return own
        return min(self.able(roles, at), key=lambda one: (max(one.back(at), one.free), one.who.person), default=None)

    def able(self, roles: Iterable[str], at: datetime) -> list[Worker]:
        wanted = set(roles)
        return [one for one in self.workers if one.who.roles & wanted and not one.is_gone(at)]

    def manager(self, at: datetime) -> Worker | None:
        able = [one for one in self.workers if one.who.manages and not one.is_gone(at)]
        return min(able, key=lambda one: one.who.person, default=None)

    def lane(self, name: str, at: datetime) -> tuple[int, datetime]:
        """(which of the things is free first, from when)."""
        held = self.lanes[name]
        n = min(range(len(held)), key=lambda place: (max(held[place], at), place))
        return n, max(held[n], at)


def manages(handbook: Handbook, role: str) -> bool:
    known = handbook.roles.get(role)
    return bool(known and "cases.manage" in known.may)


def hire(plan: Plan, store: int, begin: datetime, names: Mapping[str, list[tuple[int, str]]] | None = None) -> Staff:
    """The people of a store: those given (role -> [(id, name)]), else as many invented ones as the plan says."""
    random = Random(f"{plan.seed}|staff|{store}")
    workers: list[Worker] = []
    given = names or {}
    for place, (role, count) in enumerate(plan.staff.items()):
        known = given.get(role) or [(store * 1000 + place * 20 + n, f"{role} {n}") for n in range(1, count + 1)]
        for n, (person, name) in enumerate(known[: max(count, 0)]):
            who = Who(person, name, frozenset({role}), manages(plan.handbook, role))
            workers.append(Worker(who, role, begin, *_fate(plan, random, begin, only=count == 1 or n == 0)))
    lanes = {name: [begin] * max(1, count) for name, count in plan.lanes.items()}
    return Staff(workers, lanes)


def _fate(plan: Plan, random: Random, begin: datetime, *, only: bool) -> tuple[tuple[Stretch, ...], datetime | None]:
    """Days away, and the day somebody leaves. The last of a role stays: a store without one would only stand still."""
    days = round(plan.habits.away_days * plan.days / 365)
    away: list[Stretch] = []
    while days > 0:
        length = min(days, random.choice((1, 2, 3, 5)))
        start = begin + timedelta(days=random.randrange(max(plan.days, 1)))
        away.append((start, start + timedelta(days=length)))
        days -= length
    goes = random.random() < plan.habits.leaves * plan.days / 365
    day = begin + timedelta(days=random.uniform(0.2, 0.95) * plan.days)
    return tuple(sorted(away)), day if goes and not only else None
