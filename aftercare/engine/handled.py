"""Who had a thing in hand: the people behind one row of the sheets of a case, and of the cases it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aftercare.engine.persons import persons_in
from aftercare.engine.types import Json, State, World
from aftercare.handbook.model import Form, Task


def handlers(state: State, world: World, row: Json) -> list[Json] | None:
    """References to people in the order they had it, no doubles: who finished a task whose sheet has a line with that
    key (or that was done for it), and whom the line itself names. `row`: the key, or a line that holds it."""
    if row is None:
        return None
    found: list[tuple[str, Json]] = []
    for one in (*world.linked.values(), state):
        procedure = world.handbook.procedures.get(one.get("procedure") or "")
        for key, held in one["tasks"].items():
            task = procedure.tasks.get(held["task"]) if procedure else None
            if task is not None and held.get("state") == "done":
                form = world.handbook.forms.get(task.form)
                at = str(held.get("done_at") or "")
                people = _of_task(one["sheets"].get(key) or {}, held, task, form, row)
                found += [(at, person) for person in people]
    ids = [person for _, person in sorted(found, key=lambda pair: pair[0]) if person]
    return [{"kind": "person", "id": person} for person in dict.fromkeys(ids)]


def _of_task(
    sheet: Mapping[str, Json], held: Mapping[str, Json], task: Task, form: Form | None, row: Json
) -> Iterator[Json]:
    lines = [line for name, key in _keyed(form) for line in sheet.get(name) or () if _same(line, key, row)]
    each, element = task.for_each, held.get("element")
    if each is not None and _same(element, each.key, row):
        lines.append(element)
    if lines:
        yield held.get("actor")
        for line in lines:
            yield from persons_in(line if isinstance(line, Mapping) else None)


def _keyed(form: Form | None) -> Iterator[tuple[str, str]]:
    """(field, column that tells its lines apart)."""
    for field in form.fields if form else ():
        if field.type == "lines" and field.key:
            yield field.id, field.key


def _same(line: Json, key: str, row: Json) -> bool:
    own = line.get(key) if isinstance(line, Mapping) and key else line
    wanted = row.get(key) if isinstance(row, Mapping) and key else row
    return own is not None and not isinstance(own, Mapping | list) and str(own) == str(wanted)
