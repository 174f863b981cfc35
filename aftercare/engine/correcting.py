"""Mending a finished sheet: the old value is kept, papers made from it are issued anew, consents over it lapse."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine import parties
from aftercare.engine.access import may, not_yours, reason_of
from aftercare.engine.consequences import note
from aftercare.engine.gates import enforce
from aftercare.engine.judge import Judge
from aftercare.engine.papers import issue, set_value
from aftercare.engine.sheets import entered, form_of, refuse_types, save_bound, split
from aftercare.engine.types import Json, Refuse
from aftercare.engine.values import sheet_faults
from aftercare.errors import Fault
from aftercare.handbook.model import Form, Task


def correct(judge: Judge, data: Mapping[str, Json]) -> None:
    key = str(data.get("task", ""))
    held = judge.state["tasks"].get(key)
    if held is None or held.get("state") != "done" or key not in judge.state["sheets"]:
        zh, en = "这一步还没有可更正的表单", "There is no finished sheet to correct"
        raise Refuse("nothing_to_correct", Fault("nothing_to_correct", zh, en, field="task"))
    reason, task = reason_of(data), judge.procedure.tasks[held["task"]]
    if not may(judge, task, held.get("assignee")):
        raise not_yours(judge, task)
    form = form_of(judge, task)
    assert form is not None
    with judge.within(task, held.get("element")):
        old = dict(judge.state["sheets"][key])
        values, _ = entered(judge, key, form, {"values": {**old, **(data.get("values") or {})}})
        refuse_types(judge, form, values)
        enforce(judge, list(sheet_faults(judge, form, values, whole=True)), "form", key)
        changes = {
            name: {"old": old.get(name), "new": values.get(name)}
            for name in {**old, **values}
            if old.get(name) != values.get(name)
        }
        if not changes:
            raise Refuse("no_change", Fault("no_change", "没有改动", "Nothing was changed"))
        _write(judge, key, form, changes, reason, held.get("actor"))
        _follow(judge, key, task, form, old, values)


def _write(judge: Judge, key: str, form: Form, changes: Mapping[str, Json], reason: str, author: Json) -> None:
    open_part, hidden = split(form, changes)
    names = sorted(changes)
    judge.emit(
        "corrected", {"changes": hidden} if hidden else None, key=key, changes=open_part, fields=names, reason=reason,
        against=author,
    )  # fmt: skip
    if form.correction is not None:
        clause = ",".join(form.correction.clauses)
        note(judge, finding="correction", person=author, element=key, clause=clause, fields=names)


def _follow(
    judge: Judge, key: str, task: Task, form: Form, old: Mapping[str, Json], values: Mapping[str, Json]
) -> None:
    """What was made of the sheet follows: bound records, values of the case, consents, papers."""
    outcome = task.outcomes.get(judge.state["tasks"][key].get("outcome") or "")
    save_bound(judge, form, values, accepted=outcome is not None and outcome.tone == "good")
    changed = {("sheets", task.id)}
    for path, condition in outcome.set.items() if outcome else ():
        root, _, name = path.partition(".")
        before, now = judge.json(condition, old), judge.json(condition, values)
        if root == "case" and now is not None and before != now and judge.state["values"].get(name) == before:
            set_value(judge, name, now)
            changed.add(("case", name))
    parties.lapse(judge, key, task, values)
    for document in sorted(judge.state["papers"]):
        definition = judge.world.handbook.documents.get(document)
        reads = {path[:2] for condition in (definition.data.values() if definition else ()) for path in condition.names}
        if changed & reads:
            issue(judge, document)
