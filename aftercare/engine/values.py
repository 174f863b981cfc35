"""Is a value of its field's type, within its limits, and is a sheet complete? Values are raw JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json
from aftercare.errors import Fault
from aftercare.handbook.model import Field, Form
from aftercare.values.names import full_name_fault
from aftercare.values.phones import phone_fault
from aftercare.values.places import place_fault
from aftercare.values.plain import text_fault

LONGEST = {"text": 500, "name": 100, "long_text": 20_000}


def empty(value: Json) -> bool:
    return value is None or value == "" or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def known_already(judge: Judge, one: Field) -> bool:
    """Is this asked only while it is missing from the file, and is it there?"""
    if one.ask != "when_missing" or not one.of:
        return False
    root, _, name = one.of.partition(".")
    return not empty((judge.world.customer if root == "customer" else judge.world.subject).get(name))


def sheet_faults(judge: Judge, form: Form, values: Mapping[str, Json], *, whole: bool) -> Iterator[Fault]:
    """Everything wrong with a sheet; `whole`: required fields too (a draft may have gaps)."""
    for name in values:
        if form.field(name) is None:
            yield Fault("unknown_field", f"表单没有“{name}”这一项", f"The form has no field “{name}”", field=name)
    for one in form.fields:
        if not judge.holds(one.shown, values) or (known_already(judge, one) and empty(values.get(one.id))):
            continue
        yield from _field_faults(judge, one, values.get(one.id), values, whole, one.id)


def _field_faults(
    judge: Judge, one: Field, value: Json, values: Mapping[str, Json], whole: bool, path: str, **names: Any
) -> Iterator[Fault]:
    if _declined(one, value):
        return
    if empty(value) or (one.type == "check" and value is False):
        if whole and _required(judge, one, values, names):
            yield _missing(one, path)
        if empty(value):
            return
    fault = type_fault(one, value, path, strict=whole)
    if fault:
        yield _with_clause(fault, one)
        return
    yield from _limits(one, value, path)
    if one.type == "lines":
        yield from _line_faults(judge, one, value, values, whole, path)
    if whole:
        for gate in one.check:
            if judge.ask(gate.that, values, **names) is not True:
                text = gate.message
                yield Fault(
                    "check",
                    text.zh if text else f"“{one.name.zh}”不符合要求",
                    text.en if text else f"“{one.name.en}” is not acceptable",
                    field=path,
                    clause=_clause(one, gate.clauses),
                )


def _required(judge: Judge, one: Field, values: Mapping[str, Json], names: Mapping[str, Any]) -> bool:
    if isinstance(one.required, bool):
        return one.required or one.at_least > 0
    return judge.ask(one.required, values, **names) is True


def _declined(one: Field, value: Json) -> bool:
    return isinstance(value, dict) and set(value) == {"instead"} and value["instead"] in one.instead


def _missing(one: Field, path: str) -> Fault:
    return Fault("required", f"“{one.name.zh}”未填", f"“{one.name.en}” is missing", field=path, clause=_clause(one))


def _clause(one: Field, more: tuple[str, ...] = ()) -> str:
    return ",".join(more or one.clauses)


def _with_clause(fault: Fault, one: Field) -> Fault:
    return Fault(fault.code, fault.zh, fault.en, field=fault.field, row=fault.row, clause=_clause(one), data=fault.data)


def _limits(one: Field, value: Json, path: str) -> Iterator[Fault]:
    if one.minimum is not None and isinstance(value, int | float) and value < one.minimum:
        yield Fault(
            "too_small",
            f"“{one.name.zh}”不能小于 {_shown(one, one.minimum)}",
            f"“{one.name.en}” must be at least {_shown(one, one.minimum)}",
            field=path,
            clause=_clause(one),
        )
    if one.maximum is not None and isinstance(value, int | float) and value > one.maximum:
        yield Fault(
            "too_large",
            f"“{one.name.zh}”不能大于 {_shown(one, one.maximum)}",
            f"“{one.name.en}” must be at most {_shown(one, one.maximum)}",
            field=path,
            clause=_clause(one),
        )


def _shown(one: Field, limit: Json) -> str:
    return f"{limit / 100:.2f}" if one.type == "money" else str(limit)


def _line_faults(
    judge: Judge, one: Field, rows: list[dict[str, Json]], values: Mapping[str, Json], whole: bool, path: str
) -> Iterator[Fault]:
    if whole and len(rows) < one.at_least:
        yield Fault(
            "too_few_lines",
            f"“{one.name.zh}”至少要有 {one.at_least} 行",
            f"“{one.name.en}” needs at least {one.at_least} lines",
            field=path,
            clause=_clause(one),
        )
    if whole and one.source is not None:
        yield from _expected_faults(judge, one, rows, values, path)
    known = {column.id for column in one.columns} | {"key"}
    for n, row in enumerate(rows, 1):
        for name in set(row) - known:
            yield Fault(
                "unknown_field",
                f"第 {n} 行：没有“{name}”这一列",
                f"Line {n}: there is no column “{name}”",
                field=f"{path}.{n}.{name}",
                row=n,
            )
        for column in one.columns:
            if judge.holds(column.shown, values, row=row):
                for fault in _field_faults(
                    judge, column, row.get(column.id), values, whole, f"{path}.{n}.{column.id}", row=row
                ):
                    yield Fault(
                        fault.code,
                        f"第 {n} 行：{fault.zh}",
                        f"Line {n}: {fault.en}",
                        field=fault.field,
                        row=n,
                        clause=fault.clause or _clause(one),
                    )


def row_faults(
    judge: Judge, one: Field, row: Mapping[str, Json], values: Mapping[str, Json], path: str
) -> Iterator[Fault]:
    """What is wrong with one row of a list, as a finished one."""
    for column in one.columns:
        if judge.holds(column.shown, values, row=row):
            yield from _field_faults(judge, column, row.get(column.id), values, True, f"{path}.{column.id}", row=row)


def as_rows(one: Field, listed: list[Json]) -> list[Json]:
    """A list of people (or of words) as rows: each in the key column, or in the only one."""
    column = one.key or (one.columns[0].id if len(one.columns) == 1 else "")
    if not column:
        return listed
    return [
        row if isinstance(row, Mapping) and (column in row or "kind" not in row) else {column: row} for row in listed
    ]


def _expected_faults(
    judge: Judge, one: Field, rows: list[dict[str, Json]], values: Mapping[str, Json], path: str
) -> Iterator[Fault]:
    """Lines against the rows they are expected to repeat: none missing, none more, equal where the handbook says so."""
    expected = judge.json(one.source, values) if one.source else None
    if not isinstance(expected, list):
        return
    expected = as_rows(one, expected)
    name = one.key or "key"
    by_key = {str(row[name]): row for row in expected if name in row} if one.key else {}
    pairs = [(row, by_key.get(str(row.get(name)))) for row in rows] if by_key else list(zip_longest(rows, expected))
    for n, (row, source) in enumerate(pairs, 1):
        if row is None or source is None:
            zh, en = ("缺少应有的一行", "a line is missing") if row is None else ("来源中没有这一行", "not expected")
            yield Fault("line", f"第 {n} 行：{zh}", f"Line {n}: {en}", field=path, row=n, clause=_clause(one))
            continue
        for column in one.columns:
            if (
                column.must_equal
                and row.get(column.id) != source.get(column.id)
                and column.release not in judge.who.roles
            ):
                yield Fault(
                    "differs", f"第 {n} 行：“{column.name.zh}”与原单不符", f"Line {n}: “{column.name.en}” differs",
                    field=f"{path}.{n}.{column.id}", row=n, clause=_clause(column) or _clause(one),
                )  # fmt: skip
    for key in set(by_key) - {str(row.get(name)) for row in rows}:
        yield Fault("line", f"缺少：{key}", f"Missing: {key}", field=path, clause=_clause(one))


# --- types


def type_fault(one: Field, value: Json, path: str, *, strict: bool = True) -> Fault | None:
    """Why `value` cannot stand in the field. `strict`: also what only a finished sheet must satisfy."""
    check = _TYPES.get(one.type)
    reason = check(one, value, path, strict) if check else None
    if isinstance(reason, Fault):
        return reason
    if reason:
        return Fault("type", f"“{one.name.zh}”：{reason[0]}", f"“{one.name.en}”: {reason[1]}", field=path)
    return None


Reason = Fault | tuple[str, str] | None


def _text(one: Field, value: Json, path: str, strict: bool) -> Reason:
    if not isinstance(value, str):
        return ("应为文字", "must be text")
    if len(value) > LONGEST.get(one.type, 500):
        return (f"最多 {LONGEST.get(one.type, 500)} 个字", f"at most {LONGEST.get(one.type, 500)} characters")
    return text_fault(value, path)


def _name(one: Field, value: Json, path: str, strict: bool) -> Reason:
    return _text(one, value, path, strict) or (full_name_fault(value, path) if strict and one.full_name else None)


def _phone(one: Field, value: Json, path: str, strict: bool) -> Reason:
    return _text(one, value, path, strict) or (phone_fault(value, path) if strict else None)


def _place(one: Field, value: Json, path: str, strict: bool) -> Reason:
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        return ("地址格式不对", "is not an address")
    for part in value.values():
        fault = text_fault(part, path)
        if fault:
            return fault
    return place_fault(value, path) if strict and one.findable else None


def _whole(one: Field, value: Json, path: str, strict: bool) -> Reason:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**13:
        return ("金额不对", "is not an amount")
    return None


def _number(one: Field, value: Json, path: str, strict: bool) -> Reason:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 10**13:
        return ("应为数字", "must be a number")
    return None


def _check(one: Field, value: Json, path: str, strict: bool) -> Reason:
    return None if isinstance(value, bool) else ("应为是或否", "must be yes or no")


def _parsed(parse: Callable[[str], object], zh: str, en: str) -> Callable[[Field, Json, str, bool], Reason]:
    def check(one: Field, value: Json, path: str, strict: bool) -> Reason:
        try:
            parse(value)
        except (ValueError, TypeError):
            return (zh, en)
        return None

    return check


def _aware(text: str) -> None:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("naive")


def _choice(one: Field, value: Json, path: str, strict: bool) -> Reason:
    known = {option.id for option in one.options}
    return None if value in known else ("请从选项中选择", "choose one of the options")


def _choices(one: Field, value: Json, path: str, strict: bool) -> Reason:
    known = {option.id for option in one.options}
    return None if isinstance(value, list) and set(value) <= known else ("请从选项中选择", "choose from the options")


def _lines(one: Field, value: Json, path: str, strict: bool) -> Reason:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return ("应为明细行", "must be lines")
    return ("最多 1000 行", "at most 1,000 lines") if len(value) > 1000 else None


_TYPES: dict[str, Callable[[Field, Json, str, bool], Reason]] = {
    "text": _text,
    "long_text": _text,
    "product": _text,
    "email": _text,
    "name": _name,
    "phone": _phone,
    "place": _place,
    "money": _whole,
    "number": _number,
    "score": _number,
    "check": _check,
    "choice": _choice,
    "choices": _choices,
    "lines": _lines,
    "date": _parsed(dt.date.fromisoformat, "日期不对", "is not a date"),
    "time": _parsed(dt.time.fromisoformat, "时间不对", "is not a time"),
    "moment": _parsed(_aware, "时间不对", "is not a moment"),
}
