"""What a browser posted, read back into raw JSON values by the fields of a handbook form.

Only what cannot be read at all is a fault here, named by field and line; whether a value is allowed, complete or
within its limits is judged where the value is used.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as own
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from aftercare.errors import JSON, Fault
from aftercare.handbook.model import Field
from aftercare.values import places as addresses
from aftercare.values.plain import text_fault
from aftercare.web import forms_shape as shape
from aftercare.web.words import ZONE, utc_text

LONGEST = 20_000  # characters of the longest field; engine and packages set tighter limits
MOST_FEN = 10**13
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DRAWN = "data:image/png;base64,"
_LONGEST_DRAWING = 400_000


@dataclass
class Parsed:
    """`values`: raw JSON of the fields that could be read. `typed`: what was posted, to draw the form again.

    `uploads`: files by field path, to be stored by the caller, who puts references into `values` (see `with_files`).
    """

    values: dict[str, JSON] = own(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = own(default_factory=dict)
    faults: list[Fault] = own(default_factory=list)
    uploads: dict[str, list[Any]] = own(default_factory=dict)
    drawings: dict[str, str] = own(default_factory=dict)  # field -> base64 of a PNG drawn by hand


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field stands: input name, path for faults ("items.2.qty"), line from 1 or None."""

    name: str
    path: str
    row: int | None = None


class _Unreadable(Exception):
    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en


def parse(fields: Iterable[Field], posted: Any, files: Any = None, prefix: str = shape.ROOT) -> Parsed:
    """`posted` is a QueryDict or a mapping of lists; `files` likewise (request.FILES). Locked fields are not read."""
    parsed = Parsed(typed=_lists(posted))
    uploaded = _lists(files or {})
    for one in fields:
        place = _Place(f"{prefix}.{one.id}", one.id)
        value = _field(one, place, parsed, uploaded)
        if value is not None:
            parsed.values[one.id] = value
    return parsed


def with_files(parsed: Parsed, store: Callable[[Any], int]) -> dict[str, JSON]:
    """The values with every upload stored by `store` (file -> id) and referred to."""
    values = dict(parsed.values)
    for name, files in parsed.uploads.items():
        kept = values.get(name)
        references: list[JSON] = [{"kind": "file", "id": store(file)} for file in files]
        values[name] = (kept if isinstance(kept, list) else []) + references
    return values


def missing(fields: Iterable[Field], values: Mapping[str, JSON]) -> list[Fault]:
    """Faults for fields that are always required and empty: for pages whose form no engine judges."""
    empty: tuple[JSON, ...] = (None, "", [], {}, False)
    return [
        Fault("required", f"请填写“{one.name.zh}”。", f"“{one.name.en}” is missing.", field=one.id)
        for one in fields
        if one.required is True and values.get(one.id) in empty
    ]


def _lists(posted: Any) -> dict[str, list[Any]]:
    if hasattr(posted, "lists"):
        return dict(posted.lists())
    return {key: value if isinstance(value, list) else [value] for key, value in posted.items()}


def _field(one: Field, place: _Place, parsed: Parsed, uploaded: Mapping[str, list[Any]]) -> JSON:
    if one.locked or one.compute is not None:
        return None
    instead = _first(parsed.typed, f"{place.name}.{shape.INSTEAD}")
    if instead and instead in one.instead:
        return {shape.INSTEAD: instead}
    if one.type == "lines":
        return _lines(one, place, parsed, uploaded)
    if one.type in shape.FILES:
        return _files(place, parsed, uploaded)
    try:
        return _READ.get(one.type, _text)(place, parsed)
    except _Unreadable as reason:
        parsed.faults.append(_fault(one, place, reason))
        return None


def _fault(one: Field, place: _Place, reason: _Unreadable) -> Fault:
    zh, en = f"“{one.name.zh}”：{reason.zh}", f"“{one.name.en}”: {reason.en}"
    if place.row:
        zh, en = f"第 {place.row} 行{zh}", f"Line {place.row}, {en}"
    return Fault("unreadable", zh, en, field=place.path, row=place.row)


def _first(typed: Mapping[str, Sequence[str]], name: str) -> str:
    """The text of an input as typed, line ends as one sign; outer blanks belong to nobody."""
    texts = typed.get(name) or [""]
    return str(texts[0]).replace("\r\n", "\n").strip()


def _text(place: _Place, parsed: Parsed) -> JSON:
    return _checked(_first(parsed.typed, place.name), place) or None


def _checked(text: str, place: _Place) -> str:
    if len(text) > LONGEST:
        raise _Unreadable(f"最多 {LONGEST} 个字。", f"at most {LONGEST} characters.")
    fault = text_fault(text, place.path)
    if fault:
        raise _Unreadable(fault.zh, fault.en)
    return text


def _figures(text: str, place: _Place) -> Decimal | None:
    """A number as people write it: full-width digits, thousands commas, ¥ and 元."""
    plain = (
        unicodedata.normalize("NFKC", _checked(text, place)).strip().strip("¥￥元").replace(",", "").replace(" ", "")
    )
    if not plain:
        return None
    if len(plain) > 30 or not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise _Unreadable(f"“{text[:30]}”不是数字。", f"“{text[:30]}” is not a number.")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise _Unreadable("不是数字。", "not a number.") from error


def _money(place: _Place, parsed: Parsed) -> JSON:
    amount = _figures(_first(parsed.typed, place.name), place)
    if amount is None:
        return None
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise _Unreadable("金额最多两位小数。", "an amount has two decimals at most.")
    if abs(fen) > MOST_FEN:
        raise _Unreadable("金额太大。", "the amount is too large.")
    return int(fen)


def _number(place: _Place, parsed: Parsed) -> JSON:
    number = _figures(_first(parsed.typed, place.name), place)
    if number is None:
        return None
    if abs(number) > MOST_FEN:
        raise _Unreadable("数字太大。", "the number is too large.")
    return int(number) if number == number.to_integral_value() else float(number)


def _date(place: _Place, parsed: Parsed) -> JSON:
    text = _checked(_first(parsed.typed, place.name), place)
    plain = unicodedata.normalize("NFKC", text)
    parts = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", plain)
    if not plain:
        return None
    try:
        year, month, day = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise _Unreadable(f"“{text[:30]}”不是日期，请写成 2026-11-21。", f"“{text[:30]}” is not a date.") from error


def _time(place: _Place, parsed: Parsed) -> JSON:
    text = _checked(_first(parsed.typed, place.name), place)
    if not text:
        return None
    try:
        return time.fromisoformat(unicodedata.normalize("NFKC", text)).strftime("%H:%M")
    except ValueError as error:
        raise _Unreadable(f"“{text[:30]}”不是时间，请写成 17:30。", f"“{text[:30]}” is not a time.") from error


def _moment(place: _Place, parsed: Parsed) -> JSON:
    text = _checked(_first(parsed.typed, place.name), place)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))
    except (ValueError, OverflowError) as error:
        raise _Unreadable(f"“{text[:30]}”不是日期和时间。", f"“{text[:30]}” is not a date and time.") from error


def _choices(place: _Place, parsed: Parsed) -> JSON:
    texts: list[JSON] = [_checked(str(text), place) for text in parsed.typed.get(place.name, []) if text]
    return list(dict.fromkeys(texts)) or None


def _check(place: _Place, parsed: Parsed) -> JSON:
    return bool(_first(parsed.typed, place.name))


def _reference(kind: str) -> Callable[[_Place, Parsed], JSON]:
    def read(place: _Place, parsed: Parsed) -> JSON:
        text = _checked(_first(parsed.typed, place.name), place)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise _Unreadable("请从列表中选择。", "choose from the list.")
        return {"kind": kind, "id": int(text)}

    return read


def _place(place: _Place, parsed: Parsed) -> JSON:
    """The parts as typed; from a pasted whole when that is what changed, or all there is."""
    text = _checked(_first(parsed.typed, f"{place.name}.text"), place)
    parts = {part: _checked(_first(parsed.typed, f"{place.name}.{part}"), place) for part in shape.PLACE_PARTS}
    was = _was(_first(parsed.typed, f"{place.name}.was"))
    given: dict[str, JSON] = {part: value for part, value in parts.items() if value}
    if text and (text != was.get("text", "") or not given):
        read = addresses.parse(text)
        given = {part: value for part in shape.PLACE_PARTS if (value := getattr(read, part))}
        return {**given, "text": text}
    if not given:
        return None
    if given == {part: value for part, value in was.items() if part != "text"}:
        return {**given, "text": text} if text else given
    return {**given, "text": addresses.Parts(**parts).text()}


def _was(text: str) -> dict[str, Any]:
    try:
        known = json.loads(text or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _signature(place: _Place, parsed: Parsed) -> JSON:
    drawn = str((parsed.typed.get(f"{place.name}.drawn") or [""])[0])
    if drawn:
        if not drawn.startswith(_DRAWN) or len(drawn) > _LONGEST_DRAWING:
            raise _Unreadable("签名无法读取，请重签。", "the signature cannot be read; sign again.")
        parsed.drawings[place.path] = drawn.removeprefix(_DRAWN)
        return None
    kept = _kept(place, parsed)
    return kept[0] if kept else None


def _kept(place: _Place, parsed: Parsed) -> list[JSON]:
    texts = [str(text) for text in parsed.typed.get(f"{place.name}.kept", [])]
    return [{"kind": "file", "id": int(text)} for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _files(place: _Place, parsed: Parsed, uploaded: Mapping[str, list[Any]]) -> JSON:
    fresh = uploaded.get(place.name, [])
    if fresh:
        parsed.uploads[place.path] = list(fresh)
    return _kept(place, parsed) or None


def _lines(one: Field, place: _Place, parsed: Parsed, uploaded: Mapping[str, list[Any]]) -> JSON:
    rows: list[JSON] = []
    for number in shape.row_numbers(parsed.typed, place.name):
        row: dict[str, JSON] = {}
        before = len(parsed.faults)
        for column in one.columns:
            path = f"{place.path}.{len(rows) + 1}.{column.id}"
            inner = _Place(f"{place.name}.{number}.{column.id}", path, len(rows) + 1)
            if (value := _field(column, inner, parsed, uploaded)) is not None:
                row[column.id] = value
        key = _first(parsed.typed, f"{place.name}.{number}.key")
        if key or any(value is not False for value in row.values()) or len(parsed.faults) > before:
            rows.append({**row, "key": key} if key else row)
    return rows or None


_READ: Mapping[str, Callable[[_Place, Parsed], JSON]] = {
    "money": _money,
    "number": _number,
    "score": _number,
    "date": _date,
    "time": _time,
    "moment": _moment,
    "choices": _choices,
    "check": _check,
    "place": _place,
    "signature": _signature,
    **{kind: _reference(kind) for kind in shape.REFERENCES},
}
