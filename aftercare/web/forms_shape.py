"""How the values of a handbook form become the flat texts of HTML inputs: one name per input, a list of texts each.

Value of field `name` -> input "f.name"; column `qty` of the second line -> "f.items.1.qty"; part of a place ->
"f.address.street". The same flat texts are what a browser posts back, so a form with faults is drawn again from
exactly what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.web.words import local, yuan

Flat = dict[str, list[str]]
ROOT = "f"
REFERENCES = frozenset({"person", "store", "customer", "order", "asset", "record", "case"})
FILES = frozenset({"photo", "file"})
PLACE_PARTS = ("province", "city", "district", "street", "building", "door")
INSTEAD = "instead"
MOST_ROWS = 1000


def flatten(fields: Iterable[Field], values: Mapping[str, JSON], prefix: str = ROOT) -> Flat:
    """The texts of all inputs for these values; absent values give no text."""
    flat: Flat = {}
    for field in fields:
        value = values.get(field.id)
        name = f"{prefix}.{field.id}"
        if _is_instead(value):
            flat[f"{name}.{INSTEAD}"] = [str(value[INSTEAD])]  # type: ignore[index,call-overload]
        elif value not in (None, "", [], {}):
            flat |= _FLAT.get(field.type, _plain)(field, value, name)
    return flat


def row_numbers(flat: Mapping[str, Any], name: str) -> list[int]:
    """Which lines were posted for the field at `name`, in order; gaps are removed lines."""
    found = set()
    for key in flat:
        rest = key[len(name) + 1 :] if key.startswith(f"{name}.") else ""
        number = rest.partition(".")[0]
        if number.isascii() and number.isdigit() and len(number) <= 4:
            found.add(int(number))
    return sorted(found)[: MOST_ROWS + 1]


def moment_text(value: str) -> str:
    """What a date-and-time input holds: the company's wall clock, seconds only when there are any."""
    moment = local(value)
    return moment.strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")


def number_text(value: JSON) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_instead(value: JSON) -> bool:
    return isinstance(value, dict) and set(value) == {INSTEAD}


def _plain(field: Field, value: Any, name: str) -> Flat:
    return {name: [str(value)]}


def _money(field: Field, value: Any, name: str) -> Flat:
    return {name: [yuan(value)]}


def _number(field: Field, value: Any, name: str) -> Flat:
    return {name: [number_text(value)]}


def _moment(field: Field, value: Any, name: str) -> Flat:
    return {name: [moment_text(value)]}


def _choices(field: Field, value: Any, name: str) -> Flat:
    return {name: [str(one) for one in value]}


def _check(field: Field, value: Any, name: str) -> Flat:
    return {name: ["1"]} if value else {}


def _reference(field: Field, value: Any, name: str) -> Flat:
    label = {f"{name}.label": [str(value["name"])]} if value.get("name") else {}
    return {name: [str(value["id"])]} | label


def _files(field: Field, value: Any, name: str) -> Flat:
    kept = value if isinstance(value, list) else [value]
    return {f"{name}.kept": [str(one["id"]) for one in kept]}


def _place(field: Field, value: Any, name: str) -> Flat:
    flat = {f"{name}.{part}": [str(value[part])] for part in PLACE_PARTS if value.get(part)}
    was = json.dumps({part: value[part] for part in (*PLACE_PARTS, "text") if value.get(part)}, ensure_ascii=False)
    return flat | {f"{name}.text": [str(value.get("text", ""))], f"{name}.was": [was]}


def _lines(field: Field, value: Any, name: str) -> Flat:
    flat: Flat = {}
    for number, row in enumerate(value):
        flat[f"{name}.{number}.key"] = [str(row.get("key", ""))]
        flat |= flatten(field.columns, row, f"{name}.{number}")
    return flat


_FLAT: Mapping[str, Callable[[Field, Any, str], Flat]] = {
    "money": _money,
    "number": _number,
    "score": _number,
    "moment": _moment,
    "choices": _choices,
    "check": _check,
    "place": _place,
    "photo": _files,
    "file": _files,
    "signature": _files,
    "lines": _lines,
    **dict.fromkeys(REFERENCES, _reference),
}
