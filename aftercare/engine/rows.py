"""Work row by row: a list of hundreds is one task, and each row is finished, kept and followed up by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.engine.gates import enforce
from aftercare.engine.judge import Judge
from aftercare.engine.papers import carry_out_row
from aftercare.engine.sheets import form_of, is_personal
from aftercare.engine.types import Json, Refuse
from aftercare.engine.values import empty, row_faults
from aftercare.errors import Fault
from aftercare.handbook.model import Field, RowWork, Task

Row = dict[str, Json]


def save(judge: Judge, key: str, task: Task, data: Mapping[str, Json]) -> None:
    """`rows`: {field: {key: {column: value}}}. A row is saved whole or refused; the others do not matter to it."""
    work, lines = task.rows, _lines(judge, task)
    given = data.get("rows")
    if work is None or lines is None or not isinstance(given, Mapping) or set(given) != {lines.id}:
        zh, en = "这一步不能逐行办理", "This task is not worked line by line"
        raise Refuse("no_rows", Fault("no_rows", zh, en, field="rows"))
    rows = given[lines.id]
    if not isinstance(rows, Mapping) or not all(isinstance(one, Mapping) for one in rows.values()):
        raise Refuse("values", Fault("values", "表单内容格式不对", "The values must be an object", field="rows"))
    expected, seen = expected_rows(judge, key, task), data.get("seen") or {}
    for name, values in rows.items():
        if name not in expected:
            zh, en = f"名单上没有“{name}”", f"“{name}” is not on the list"
            raise Refuse("no_such_row", Fault("no_such_row", zh, en, field=f"{lines.id}.{name}"))
        _not_taken(judge, key, str(name), seen)
        _save_one(judge, key, work, lines, str(name), expected[name], values)


def whole(judge: Judge, key: str, task: Task) -> bool:
    """Is every row done, and does the handbook say what follows?"""
    if task.rows is None or not task.rows.then:
        return False
    done = judge.state["tasks"][key].get("rows") or {}
    return set(expected_rows(judge, key, task)) <= set(done)


def expected_rows(judge: Judge, key: str, task: Task) -> dict[str, Row]:
    """Row key -> what the list says of it, overlaid by what was saved."""
    lines = _lines(judge, task)
    if lines is None:
        return {}
    columns = {one.id for one in lines.columns} | {lines.key}
    listed = judge.json(lines.source) if lines.source is not None else None
    found = {str(row[lines.key]): {k: v for k, v in row.items() if k in columns} for row in listed or ()}
    held = judge.state["drafts"].get(key) or judge.state["sheets"].get(key) or {}
    saved = {str(row.get(lines.key)): row for row in held.get(lines.id) or ()}
    return {name: {**row, **saved.get(name, {})} for name, row in found.items()}


def _lines(judge: Judge, task: Task) -> Field | None:
    form = form_of(judge, task)
    return form.field(task.rows.of) if form is not None and task.rows is not None else None


def _not_taken(judge: Judge, key: str, name: str, seen: Mapping[str, Json]) -> None:
    """What somebody else finished meanwhile is not written over unseen."""
    held = (judge.state["tasks"][key].get("rows") or {}).get(name)
    if held is None or held["person"] == judge.who.person or seen.get(name) == held["at"]:
        return
    fault = Fault(
        "row_done", "这一行刚由别人办完，请先查看", "Somebody else has just done this line; look at it first",
        field=name, data={"person": held["person"], "at": held["at"]},
    )  # fmt: skip
    raise Refuse("already_done", fault)


def _save_one(
    judge: Judge, key: str, work: RowWork, lines: Field, name: str, before: Row, values: Mapping[str, Json]
) -> None:
    typed = {one.id for one in lines.columns if not one.locked and one.compute is None}
    for column in set(values) - typed:
        zh, en = f"没有“{column}”这一列", f"There is no column “{column}”"
        raise Refuse("unknown_field", Fault("unknown_field", zh, en, field=f"{lines.id}.{name}.{column}"))
    known = (judge.state["tasks"][key].get("rows") or {}).get(name)
    row = {**before, **values}
    row = {one: value for one, value in row.items() if not empty(value)}
    faults = list(row_faults(judge, lines, row, {}, f"{lines.id}.{name}"))
    broken = [fault for fault in faults if fault.code not in ("required", "check")]
    if broken:
        raise Refuse("form", *broken)
    enforce(judge, faults, faults[0].code if faults else "", key)
    hidden = {one.id for one in lines.columns if is_personal(one)}
    parts: list[dict[str, Any]] = [{k: v for k, v in row.items() if (k in hidden) is part} for part in (False, True)]
    judge.emit(
        "row_saved", {"values": parts[1]} if parts[1] else None, key=key, field=lines.id, by=lines.key, row=name,
        values=parts[0],
    )  # fmt: skip
    for effect in work.do:
        fresh = known is None or not judge.holds(effect.shown, row=before)
        if judge.holds(effect.shown, row=row) and (fresh or effect.name == "contact"):
            carry_out_row(judge, effect, row, key, name)
