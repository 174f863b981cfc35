"""Why a condition is unknown: the names whose values are missing and matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftercare.handbook.conditions.build import BUDGET, build
from aftercare.handbook.conditions.scope import Op
from aftercare.handbook.conditions.types import List
from aftercare.handbook.conditions.values import READ, UNKNOWN

Path = tuple[str, ...]
_LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_MOST = 20


def unknown_names(op: Op, env: Mapping[str, Any], variables: list[Any]) -> tuple[Path, ...]:
    found: dict[Path, None] = {}
    if _value(op, env, variables) is not UNKNOWN:
        return ()
    for path in _missing(op, env, variables, {}):
        found.setdefault(path)
        if len(found) >= _MOST:
            break
    return tuple(found)


def _value(op: Op, env: Mapping[str, Any], variables: list[Any]) -> Any:
    variables[0] = BUDGET
    return build(op)(env, variables)


def _missing(op: Op, env: Mapping[str, Any], variables: list[Any], rows: dict[int, Path]) -> Iterator[Path]:
    if op.code != "list" and _value(op, env, variables) is not UNKNOWN and not _holes(op):
        return
    if op.code in ("path", "var", "field"):
        yield from _leaf(op, env, variables, rows)
    elif op.code in _LOOPS:
        yield from _in_rows(op, env, variables, rows)
    elif op.code == "if":
        yield from _branch(op, env, variables, rows)
    else:
        yield from _arguments(op, env, variables, rows)


def _holes(op: Op) -> bool:
    """A list can be known and still hold unknown cells."""
    return op.code in ("map", "column", "path", "field") and op.type.kind == "list"


def _leaf(op: Op, env: Mapping[str, Any], variables: list[Any], rows: dict[int, Path]) -> Iterator[Path]:
    value = _value(op, env, variables)
    if value is UNKNOWN:
        yield _path(op, rows)
    elif isinstance(op.type, List):
        read = READ[op.type.of.kind]
        yield from ((*_path(op, rows), str(place)) for place, raw in enumerate(value) if read(raw) is UNKNOWN)


def _path(op: Op, rows: dict[int, Path]) -> Path:
    if op.code == "path":
        return tuple(op.data)
    if op.code == "var":
        return rows.get(op.data[0], (op.data[2],))
    if op.code == "field":
        return (*_path(op.args[0], rows), op.data[0])
    return _path(op.args[0], rows) if op.args else ()


def _in_rows(op: Op, env: Mapping[str, Any], variables: list[Any], rows: dict[int, Path]) -> Iterator[Path]:
    items = _value(op.args[0], env, variables)
    if items is UNKNOWN:
        yield from _missing(op.args[0], env, variables, rows)
        return
    slot, kind = op.data
    base = _path(op.args[0], rows)
    for place, raw in enumerate(items):
        variables[slot + 1] = READ[kind](raw)
        row = (*base, str(_place(op.args[0], raw, place, env, variables)))
        yield from _missing(op.args[1], env, variables, {**rows, slot: row})


def _place(items: Op, raw: Any, place: int, env: Mapping[str, Any], variables: list[Any]) -> int:
    """The row's place in the sheet, also where a filter stands before."""
    if items.code != "filter":
        return place
    source = _value(items.args[0], env, variables)
    return next((at for at, row in enumerate(source) if row is raw), place)


def _branch(op: Op, env: Mapping[str, Any], variables: list[Any], rows: dict[int, Path]) -> Iterator[Path]:
    test, yes, no = op.args
    value = _value(test, env, variables)
    yield from _missing(test if value is UNKNOWN else yes if value else no, env, variables, rows)


def _arguments(op: Op, env: Mapping[str, Any], variables: list[Any], rows: dict[int, Path]) -> Iterator[Path]:
    told = False
    if op.code == "column":
        cells = _value(op, env, variables)
        for place, cell in enumerate(cells if cells is not UNKNOWN else ()):
            if READ[op.type.of.kind](cell) is UNKNOWN:  # type: ignore[attr-defined]
                told = True
                yield (*_path(op.args[0], rows), str(place), op.data[0])
    for arg in op.args:
        for path in _missing(arg, env, variables, rows):
            told = True
            yield path
    if told or _value(op, env, variables) is not UNKNOWN:
        return
    if op.code == "call":
        yield tuple(op.data[:2])
    else:  # nothing is missing and yet there is no answer (a division by zero): everything it reads
        yield from (_path(step, rows) for step in op.walk() if step.code in ("path", "field"))
