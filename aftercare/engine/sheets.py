"""What is on a sheet: entered, worked out, split into its open and personal parts, saved where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, Refuse
from aftercare.engine.values import empty, sheet_faults
from aftercare.errors import Fault
from aftercare.handbook.fields import field_named
from aftercare.handbook.model import Field, Form, Task

PERSONAL_TYPES = frozenset({"name", "phone", "email", "place", "photo", "signature", "file", "long_text"})


def form_of(judge: Judge, task: Task) -> Form | None:
    return judge.world.handbook.forms[task.form] if task.form else None


def entered(judge: Judge, key: str, form: Form | None, data: Mapping[str, Json]) -> tuple[dict[str, Json], Json]:
    """(values, answers to checks): the draft, overlaid by what came now, with everything computed."""
    given = data.get("values")
    if given is not None and not isinstance(given, Mapping):
        raise Refuse("values", Fault("values", "表单内容格式不对", "The values must be an object", field="values"))
    draft = judge.state["drafts"].get(key, {})
    both: dict[str, Any] = {**draft, **(given or {})}
    checks = both.pop("checks", None)
    if isinstance(checks, Mapping):
        checks = {**draft.get("checks", {}), **checks}
    if form is None:
        if both:
            raise Refuse("no_form", Fault("no_form", "这一步没有表单", "This task has no form", field="values"))
        return {}, checks
    _frozen(judge, key, both)
    return computed(judge, form, both), checks


def _frozen(judge: Judge, key: str, values: Mapping[str, Json]) -> None:
    sheet = judge.state["sheets"].get(key, {})
    for name in judge.state["frozen"].get(key, ()):
        if name in values and values[name] != sheet.get(name):
            raise Refuse(
                "frozen", Fault("frozen", "这一项已锁定，不能再改", "This can no longer be changed", field=name)
            )


def computed(judge: Judge, form: Form, values: Mapping[str, Json]) -> dict[str, Json]:
    """Work out locked fields, fill proposals into gaps, drop what is not shown. A tick not made is a no."""
    unticked = dict.fromkeys(
        (one.id for one in form.fields if one.type == "check" and empty(values.get(one.id))), False
    )
    full = {**values, **unticked}
    for one in form.fields:
        if one.type == "lines" and isinstance(full.get(one.id), list):
            kept = _locked_rows(judge, one)
            full[one.id] = [_computed_row(judge, one, _restored(one, row, kept), full) for row in full[one.id]]
        if one.compute is not None:
            full[one.id] = judge.json(one.compute, full)
        elif one.propose is not None and empty(full.get(one.id)):
            full[one.id] = judge.json(one.propose, full)
    known = {one.id: one for one in form.fields}
    return {name: value for name, value in full.items() if name not in known or judge.holds(known[name].shown, full)}


def _locked_rows(judge: Judge, one: Field) -> Sequence[Mapping[str, Json]] | None:
    """The rows in the file of the customer or order that locked columns repeat; None where there are none to ask."""
    if not one.of or not any(column.locked and column.compute is None for column in one.columns):
        return None
    root, _, name = one.of.partition(".")
    rows = (judge.world.customer if root == "customer" else judge.world.subject).get(name)
    return rows if isinstance(rows, list) else None


def _restored(one: Field, row: Json, kept: Sequence[Mapping[str, Json]] | None) -> Json:
    """A row as it came, its locked columns as they stand in the file: nobody types them."""
    if kept is None or not isinstance(row, dict):
        return row
    key = "key" if row.get("key") else one.key
    own = next((other for other in kept if key and other.get(key) == row.get(key)), {})
    locked = [column.id for column in one.columns if column.locked and column.compute is None]
    return {**row, **{name: own.get(name) for name in locked}}


def _computed_row(judge: Judge, one: Field, row: Json, values: Mapping[str, Json]) -> Json:
    """What is worked out, and a no for every tick that was not made: rows are filtered by them."""
    if not isinstance(row, dict):
        return row
    unticked = {column.id: False for column in one.columns if column.type == "check" and row.get(column.id) is None}
    row = {**row, **unticked}
    for column in one.columns:
        if column.propose is not None and empty(row.get(column.id)):
            row[column.id] = judge.json(column.propose, values, row=row)
    found = {column.id: judge.json(column.compute, values, row=row) for column in one.columns if column.compute}
    return {**row, **found}


def refuse_types(judge: Judge, form: Form | None, values: Mapping[str, Json]) -> None:
    """Broken types are refused whatever the dial says."""
    faults = list(sheet_faults(judge, form, values, whole=False)) if form else []
    if faults:
        raise Refuse("form", *faults)


def keep_draft(
    judge: Judge, key: str, form: Form | None, values: Mapping[str, Json], answers: Mapping[str, Json]
) -> None:
    held = judge.state["drafts"].get(key)
    now = {**values, **({"checks": dict(answers)} if answers else {})}
    if (form is not None or answers) and now != held:
        open_part, hidden = split(form, values)
        judge.emit(
            "draft_saved", {"values": hidden} if hidden else None, key=key, values=open_part, checks=dict(answers)
        )


def split(form: Form | None, values: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """(open, personal) parts of a sheet."""
    if form is None:
        return {}, {}
    personal = {one.id for one in form.fields if is_personal(one)}
    return {k: v for k, v in values.items() if k not in personal}, {k: v for k, v in values.items() if k in personal}


def is_personal(one: Field) -> bool:
    return one.personal or one.type in PERSONAL_TYPES or any(is_personal(column) for column in one.columns)


def value_is_personal(judge: Judge, name: str) -> bool:
    """Is a value of the case of a kind that an erasure takes along?"""
    kind = judge.procedure.values.get(name, "")
    like = field_named(kind, judge.world.handbook.forms)
    return kind in PERSONAL_TYPES or (like is not None and is_personal(like))


def save_bound(judge: Judge, form: Form | None, values: Mapping[str, Json], *, accepted: bool = True) -> None:
    """Fields bound to the customer, order or asset are written there, so that nobody is asked twice.

    `accepted`: the sheet ends with a good outcome; what is saved on acceptance waits for one."""
    bound: dict[str, dict[str, Json]] = {}
    for one in form.fields if form else ():
        wanted = one.saves == "on_save" or (one.saves == "on_accept" and accepted)
        if one.of and wanted and not empty(values.get(one.id)):
            entity, _, name = one.of.partition(".")
            bound.setdefault(entity, {})[name] = values[one.id]
    for entity, fields in bound.items():
        judge.effect("save", {"entity": entity, "with": fields}, public={"entity": entity})
