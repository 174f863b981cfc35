"""What an order costs the staff: clicks and fields, counted while it is worked through.

A form opens with what is already known; what a person must add is what differs from it. Each task costs the click that
unfolds it (none where an outcome is one press), a click per tick and choice, a field per thing that is typed, a press
for the outcome, and one for each word of the customer that is noted. Seconds follow the keystroke-level model of Card,
Moran and Newell: pointing 1.1 s, pressing 0.2 s, a key 0.28 s, a decision 1.35 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from aftercare.handbook import load
from tests.clauses.surface import House
from tests.showroom import HANDBOOK

Json = Any
POINT, PRESS, KEY, THINK = 1.1, 0.2, 0.28, 1.35
CHOSEN = ("kind", "id")  # a reference is chosen from a list


@dataclass
class Effort:
    clicks: int = 0
    fields: int = 0
    keys: int = 0
    tasks: int = 0

    @property
    def seconds(self) -> float:
        return self.clicks * (POINT + PRESS) + self.fields * (POINT + PRESS) + self.keys * KEY + self.tasks * THINK

    def add(self, given: Json) -> None:
        """A tick, a choice or a reference is a click; everything else is typed."""
        if isinstance(given, bool) or (isinstance(given, Mapping) and set(given) == set(CHOSEN)):
            self.clicks += 1
        elif isinstance(given, Mapping):
            for one in given.values():
                self.add(one)
        elif isinstance(given, str) and given.isascii() and given.replace("_", "").isalpha():
            self.clicks += 1  # the id of a choice
        elif given not in (None, ""):
            self.fields += 1
            self.keys += len(str(given))


@dataclass
class CountedHouse(House):
    """The API of the shop, with every press of its staff counted by task."""

    spent: dict[str, Effort] = field(default_factory=dict)
    blank: Effort = field(default_factory=Effort)  # the same if no form knew anything

    def send(self, role: str, method: str, path: str, body: Json) -> Json:
        if path.endswith("/commands"):
            self._count(role, path.removesuffix("/commands"), body["verb"], body["data"])
        return super().send(role, method, path, body)

    def _count(self, role: str, case: str, verb: str, data: Mapping[str, Json]) -> None:
        task = str(data.get("task") or data.get("paper") or verb)
        effort = self.spent.setdefault(task.split("[")[0].split("#")[0], Effort())
        known = self.get(role, f"{case}/tasks/{task}/known") if verb in ("complete", "save") else {}
        for cost, before in ((effort, known), (self.blank, {})):
            cost.clicks += 1 + len(data.get("marks") or [])  # the outcome, the save, the word given
            cost.tasks += verb == "complete"
            added = list(_added(before, data.get("values") or {}))
            cost.clicks += bool(added)  # unfolding the form
            for one in added:
                cost.add(one)

    @property
    def total(self) -> Effort:
        whole = Effort()
        for one in self.spent.values():
            whole.clicks += one.clicks
            whole.fields += one.fields
            whole.keys += one.keys
            whole.tasks += one.tasks
        return whole


@cache
def by_default() -> frozenset[str]:
    """Attested duties that the handbook takes as kept unless somebody says otherwise."""
    book = load(HANDBOOK).handbook
    assert book is not None
    tasks = [task for procedure in book.procedures.values() for task in procedure.tasks.values()]
    return frozenset(check.id for task in tasks for check in task.checks if check.kept_by_default)


def _added(known: Mapping[str, Json], given: Mapping[str, Json]) -> Iterator[Json]:
    """What somebody had to give besides what stood there."""
    for name, value in given.items():
        before = known.get(name)
        if value == before or (value is False and before is None):
            continue
        if isinstance(value, list):
            rows = before if isinstance(before, list) else []
            for n, row in enumerate(value):
                old = rows[n] if n < len(rows) else {}
                yield from _added(old, row) if isinstance(row, Mapping) else [row]
        elif name == "checks":
            yield from (True for one, answer in value.items() if answer != "kept" or one not in by_default())
        else:
            yield value
