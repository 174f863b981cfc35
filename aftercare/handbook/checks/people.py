"""Four eyes: what must be decided by another person can be decided by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aftercare.handbook.build.context import Build
from aftercare.handbook.model import Handbook, Party, Procedure, Task


@dataclass(frozen=True, slots=True)
class EyesConflict:
    """In this store only `persons` could decide, and each of them is also one who may not."""

    procedure: str
    task: str
    deciders: tuple[str, ...]  # roles
    excluded: tuple[str, ...]  # roles
    persons: frozenset[int]
    clauses: tuple[str, ...] = ()


def check(handbook: Handbook, build: Build) -> None:
    for procedure, task, party in _four_eyes(handbook):
        who, excluded = roles_of(procedure, party.who), _excluded(procedure, party)
        if who and who == excluded:
            build.faults.warn(
                "four_eyes",
                party.spot,
                f"任务 {task.id} 的决定人与被排除的人是同一角色，至少要有两人担任",
                f"in {task.id!r} those who decide and those who may not share the role: two holders are needed",
            )


def four_eyes_conflicts(
    handbook: Handbook, holders: Mapping[str, frozenset[int] | set[int]]
) -> tuple[EyesConflict, ...]:
    """Where a store with these `holders` (role -> ids of persons) cannot keep four eyes: nobody else may decide."""
    found = []
    for procedure, task, party in _four_eyes(handbook):
        who, excluded = roles_of(procedure, party.who), _excluded(procedure, party)
        deciders = frozenset(person for role in who for person in holders.get(role, ()))
        asked = frozenset(person for role in excluded for person in holders.get(role, ()))
        if deciders and excluded and len(deciders) == 1 and deciders <= asked:
            clauses = party.clauses or task.clauses
            found.append(
                EyesConflict(procedure.id, task.id, tuple(sorted(who)), tuple(sorted(excluded)), deciders, clauses)
            )
    return tuple(found)


def _four_eyes(handbook: Handbook) -> Iterator[tuple[Procedure, Task, Party]]:
    for procedure in handbook.procedures.values():
        for task in procedure.tasks.values():
            parties = (*task.parties, *(party for outcome in task.outcomes.values() for party in outcome.parties))
            yield from ((procedure, task, party) for party in parties if party.not_)


def _excluded(procedure: Procedure, party: Party) -> frozenset[str]:
    return roles_of(procedure, party.not_)


def roles_of(procedure: Procedure, names: tuple[str, ...]) -> frozenset[str]:
    """The roles behind roles, people, tasks and case.opener."""
    found: set[str] = set()
    todo, seen = list(names), set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        person, task = procedure.people.get(name), procedure.tasks.get(name)
        if name == "case.opener":
            found.update(role for start in procedure.starts for role in start.by)
        elif person:
            todo += [one for one in (person.role, person.same_as) if one]
        elif task:
            todo += task.role
        elif name != "customer":
            found.add(name)
    return frozenset(found)
