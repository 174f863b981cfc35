"""Attested duties: what people say about what no software can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aftercare.engine.consequences import note
from aftercare.engine.judge import Judge
from aftercare.engine.persons import persons_in
from aftercare.engine.types import Json, Refuse
from aftercare.errors import Fault
from aftercare.handbook.model import Check, Task
from aftercare.texts import Text

ANSWERS = ("kept", "missed", "not_applicable")


def asked(judge: Judge, task: Task, values: Mapping[str, Json]) -> list[Check]:
    """The checks of a task as they stand: its own, and the list of texts that the shop edits (id = the text)."""
    found = [one for one in task.checks if judge.holds(one.shown, values)]
    listed = judge.json(task.checks_from, values) if task.checks_from is not None else None
    texts = [
        str(one.get("text") or one.get("name") or "") if isinstance(one, dict) else str(one) for one in listed or ()
    ]
    miss, clause = task.listed
    shop = [Check(id=text, ask=Text(text, text), miss=miss, clause=clause) for text in dict.fromkeys(texts) if text]  # type: ignore[arg-type]
    return found + shop


def answered(judge: Judge, task: Task, values: Mapping[str, Json], given: Json) -> dict[str, str]:
    """Answers by id; what the handbook takes as kept is kept unless somebody says otherwise. Refuses broken input."""
    if given is not None and not isinstance(given, Mapping):
        raise _broken("checks")
    checks = asked(judge, task, values)
    known = {one.id for one in checks} | {one.id for one in task.checks}
    for name, answer in (given or {}).items():
        if name not in known or answer not in ANSWERS:
            raise _broken(f"checks.{name}")
    kept = {one.id: "kept" for one in checks if one.kept_by_default}
    return {**kept, **{name: str(answer) for name, answer in (given or {}).items()}}


def check_faults(judge: Judge, task: Task, values: Mapping[str, Json], answers: Mapping[str, str]) -> Iterator[Fault]:
    """Unanswered checks, and missed ones that the handbook does not let pass."""
    for one in asked(judge, task, values):
        answer = answers.get(one.id)
        if answer is None:
            yield _fault("check_unanswered", one, f"“{one.ask.zh}”未确认", f"“{one.ask.en}” has no answer")
        elif answer == "missed" and one.miss == "refuse":
            yield _fault("check_missed", one, f"“{one.ask.zh}”没有做到", f"“{one.ask.en}” was not kept")


def note_misses(judge: Judge, key: str, task: Task, values: Mapping[str, Json], answers: Mapping[str, str]) -> None:
    """A miss counts against who answers for the task; one that is to be shown is shown."""
    for one in asked(judge, task, values):
        if answers.get(one.id) != "missed":
            continue
        if one.miss == "show":
            judge.warnings.append(
                _fault("check_missed", one, f"“{one.ask.zh}”没有做到", f"“{one.ask.en}” was not kept")
            )
        for person in _concerned(judge, task, one, values):
            note(judge, finding="check", check=one.id, person=person, element=key, clause=one.clause)


def _concerned(judge: Judge, task: Task, check: Check, values: Mapping[str, Json]) -> list[Json]:
    """Whom the handbook names, even if nobody is known by that name yet; else who finishes the task."""
    against = check.against or task.checks_against
    if against is None:
        return [judge.who.person or None]
    return persons_in(judge.json(against, values)) or [None]


def _fault(code: str, one: Check, zh: str, en: str) -> Fault:
    return Fault(code, zh, en, field=f"checks.{one.id}", clause=one.clause)


def _broken(field: str) -> Refuse:
    return Refuse("checks", Fault("checks", "检查项的回答格式不对", "An answer to a check is not valid", field=field))
