"""Findings as people read them: what was found, by which clause, with what was noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.cases.finding_queries import facts_of
from aftercare.cases.models import FindingRow
from aftercare.cases.world import handbook_of
from aftercare.handbook.model import Field, Handbook, Task
from aftercare.texts import Text
from aftercare.web.naming import House, listed
from aftercare.web.words import text_in

Json = Any
STATES = {
    "standing": Text("成立", "Stands"),
    "appealed": Text("申诉中", "Appealed"),
    "upheld": Text("维持", "Upheld"),
    "dropped": Text("已撤销", "Dropped"),
}
TONES = {"standing": "broken", "appealed": "soon", "upheld": "broken", "dropped": "kept"}
OWN = {
    "check": Text("检查项没有做到", "A check was not kept"),
    "correction": Text("填写有误", "A mistake on a sheet"),
    "by_hand": Text("主管登记", "Noted by a manager"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the list. `clauses`: (id, its text)."""

    row: FindingRow
    person: str
    store: str
    what: str
    clauses: list[tuple[str, Any]]
    tone: str
    state: Text
    note: str
    pictures: list[int]

    @property
    def texts(self) -> str:
        return listed(text_in(text) for _, text in self.clauses)


def shown(rows: Iterable[FindingRow], house: House) -> list[Shown]:
    """One statement for what was noted, whatever the number of rows."""
    rows = list(rows)
    told = facts_of(rows)
    return [_shown(row, told.get((row.case_id, row.seq), {}), house) for row in rows]


def _shown(row: FindingRow, facts: Mapping[str, Json], house: House) -> Shown:
    book = handbook_of(row.case.version)
    clauses = [(one, book.clauses[one].text if one in book.clauses else "") for one in row.clauses]
    return Shown(
        row, house.person(row.person_id) if row.person_id else "", house.store(row.store_id), what(book, row), clauses,
        TONES[row.state], STATES[row.state], _note(facts), _pictures(facts),
    )  # fmt: skip


def what(book: Handbook, row: FindingRow) -> str:
    """The kind that was chosen on the sheet, the check that was missed, else the name of the table."""
    procedure = book.procedures.get(row.case.procedure)
    task = procedure.tasks.get(row.element.split("[")[0].split("#")[0]) if procedure else None
    if row.kind and (named := _kind(book, task, row)):
        return named
    if row.finding in OWN:
        return text_in(OWN[row.finding])
    rule = book.rules.get(row.finding)
    return text_in(rule.name) if rule else row.finding


def _kind(book: Handbook, task: Task | None, row: FindingRow) -> str:
    if row.finding == "check":
        found = next((one.ask for one in (task.checks if task else ()) if one.id == row.kind), None)
        return text_in(found) if found else row.kind
    form = book.forms.get(task.form) if task else None
    for one in _with_columns(form.fields if form else ()):
        for option in one.options:
            if option.id == row.kind:
                return text_in(option.name)
    return row.kind


def _with_columns(fields: Iterable[Field]) -> Iterable[Field]:
    for one in fields:
        yield one
        yield from one.columns


def _note(facts: Mapping[str, Json]) -> str:
    texts = [value for value in facts.values() if isinstance(value, str)]
    return listed(text for text in texts if text)


def _pictures(facts: Mapping[str, Json]) -> list[int]:
    found = [one for value in facts.values() for one in (value if isinstance(value, list) else [value])]
    return [int(one["id"]) for one in found if isinstance(one, Mapping) and one.get("kind") == "file" and one.get("id")]
