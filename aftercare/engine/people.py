"""The people of a case: how they are found, and to whom a task falls."""

from __future__ import annotations

from aftercare.engine.after import instances
from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, State
from aftercare.handbook.model import PersonRule, Task


def ids_of(state: State, name: str) -> list[int]:
    """The person, or the crew, that stands behind a name of the procedure."""
    held = state["people"].get(name)
    found = held if isinstance(held, list) else [held]
    return [one["id"] for one in found if one and one.get("id")]


def actor_of(state: State, task: str) -> int | None:
    """Who finished a task; of several instances the latest."""
    done = [held for _, held in instances(state, task) if held.get("state") == "done"]
    return done[-1].get("actor") if done else None


def choose(judge: Judge, rule: PersonRule) -> None:
    """Find a person that the procedure names; who is known already stays, unless a sheet names somebody else."""
    held = judge.state["people"].get(rule.id)
    follows = "." in rule.chosen_by or ".people." in rule.is_
    if held and not follows:
        return
    person = _found(judge, rule)
    if person and person != held and not _excluded(judge, rule, person):
        judge.emit("person_chosen", role=rule.id, person=person)


def _found(judge: Judge, rule: PersonRule) -> Json:
    if rule.is_ in ("opener", "case.opener"):
        return judge.state.get("opener")
    if rule.is_.startswith("subject."):
        return judge.world.subject.get(rule.is_.partition(".")[2])
    if ".people." in rule.is_:
        name, _, person = rule.is_.partition(".people.")
        return judge.world.linked.get(name, {}).get("people", {}).get(person)
    if rule.same_as:
        actor = actor_of(judge.state, rule.same_as)
        return {"kind": "person", "id": actor} if actor else None
    if "." in rule.chosen_by:
        task, _, path = rule.chosen_by.removeprefix("sheets.").partition(".")
        field, _, column = path.partition(".")
        value = judge.state["sheets"].get(task, {}).get(field)
        return [row[column] for row in value or () if row.get(column)] if column else value
    return None


def _excluded(judge: Judge, rule: PersonRule, person: Json) -> bool:
    """Is it one of those who may not be the same?"""
    chosen = {one.get("id") for one in (person if isinstance(person, list) else [person])}
    return any(set(persons_behind(judge, other)) & chosen for other in rule.not_)


def persons_behind(judge: Judge, name: str) -> list[int]:
    """Who stands behind a person's name, a task (who did it) or `case.opener`."""
    if name == "case.opener":
        opener = (judge.state.get("opener") or {}).get("id")
        return [opener] if opener else []
    if name in judge.procedure.tasks:
        actor = actor_of(judge.state, name)
        return [actor] if actor else []
    return ids_of(judge.state, name)


def role_of(judge: Judge, name: str) -> str:
    """The role that a name of the procedure stands for; a role stands for itself."""
    rule = judge.procedure.people.get(name)
    return rule.role if rule else name


def whose(judge: Judge, task: Task) -> dict[str, Json]:
    """Roles that may do it, and the one person it falls to where the case knows one."""
    assignee: Json = None
    for name in task.role:
        known = ids_of(judge.state, name) if name in judge.procedure.people else []
        assignee = assignee or (known[0] if len(known) == 1 else None)
    return {"roles": [role for name in task.role if (role := role_of(judge, name))], "assignee": assignee}
