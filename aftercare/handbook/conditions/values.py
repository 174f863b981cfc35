"""Values at run time: how JSON is read by kind, the value UNKNOWN, and how results become JSON again.

Kinds and what stands for them inside: text str · number, money (fen) int or Fraction · bool · date date ·
time time · moment aware datetime in UTC · duration Duration · ref, file, struct, list as in JSON · any as in JSON.
Reading is idempotent and never raises: what does not fit its kind is UNKNOWN. `conditions.js` mirrors this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from aftercare.handbook.duration import Duration, DurationFault, parse_duration


class Unknown:
    """The third truth value. It has no truth of its own: ask `is UNKNOWN`, never `if value`."""

    _one: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false; compare with `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

BLANKS = " \t\n\r\f\v\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
BLANK = re.compile(f"[{BLANKS}]*")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
BIGGEST = 10**20
PLACES = 12


def read_text(raw: Any) -> Any:
    return raw if isinstance(raw, str) and not BLANK.fullmatch(raw) else UNKNOWN


def read_number(raw: Any) -> Any:
    """int, float (by its shortest decimal form), Decimal, Fraction or decimal text; at most 20 digits either side."""
    if isinstance(raw, bool):
        return UNKNOWN
    if isinstance(raw, int | Fraction):
        return raw if -BIGGEST < raw < BIGGEST else UNKNOWN
    text = repr(raw) if isinstance(raw, float) else str(raw) if isinstance(raw, str | Decimal) else ""
    if not _NUMBER.fullmatch(text):
        return UNKNOWN
    exact = Fraction(text)
    if not -BIGGEST < exact < BIGGEST:
        return UNKNOWN
    return exact.numerator if exact.denominator == 1 else exact


def read_money(raw: Any) -> Any:
    fen = read_number(raw)
    return fen if isinstance(fen, int) else UNKNOWN


def read_bool(raw: Any) -> Any:
    return raw if isinstance(raw, bool) else UNKNOWN


def read_date(raw: Any) -> Any:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        return UNKNOWN
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return UNKNOWN


def read_time(raw: Any) -> Any:
    if isinstance(raw, time):
        return raw
    if not isinstance(raw, str) or not _TIME.fullmatch(raw):
        return UNKNOWN
    try:
        return time.fromisoformat(raw)
    except ValueError:
        return UNKNOWN


def read_moment(raw: Any) -> Any:
    """ISO text with Z or an offset, or an aware datetime."""
    if isinstance(raw, str):
        if not _MOMENT.fullmatch(raw):
            return UNKNOWN
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError:
            return UNKNOWN
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        return UNKNOWN
    try:
        return raw.astimezone(UTC)
    except (OverflowError, ValueError):
        return UNKNOWN


def read_duration(raw: Any) -> Any:
    if isinstance(raw, Duration):
        return raw
    try:
        return parse_duration(raw, signed=True) if isinstance(raw, str) else UNKNOWN
    except DurationFault:
        return UNKNOWN


def read_ref(raw: Any) -> Any:
    return raw if ref_key(raw) else UNKNOWN


def ref_key(raw: Any) -> str:
    """What two references are compared by: their id as text, "" when there is none."""
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        return ""
    return str(raw) if isinstance(raw, str) or abs(raw) < BIGGEST else ""


def read_struct(raw: Any) -> Any:
    return raw if isinstance(raw, Mapping) else UNKNOWN


def read_list(raw: Any) -> Any:
    return raw if isinstance(raw, list | tuple) else UNKNOWN


def read_any(raw: Any) -> Any:
    return UNKNOWN if raw is None or (isinstance(raw, str) and BLANK.fullmatch(raw)) else raw


def read_file(raw: Any) -> Any:
    known = isinstance(raw, str | Mapping | list | tuple | int) and raw not in (False, [], {})
    return read_any(raw) if known else UNKNOWN


READ: Final[dict[str, Callable[[Any], Any]]] = {
    "text": read_text, "number": read_number, "money": read_money, "bool": read_bool, "date": read_date,
    "time": read_time, "moment": read_moment, "duration": read_duration, "ref": read_ref, "struct": read_struct,
    "list": read_list, "file": read_file, "any": read_any,
}  # fmt: skip


def write(kind: str, value: Any) -> Any:
    """A result as JSON (`kind` may be `list:date`); UNKNOWN stays UNKNOWN at the top and becomes None in a list."""
    if value is UNKNOWN:
        return UNKNOWN
    if kind.startswith("list:"):
        inner = kind[5:]
        cells = (write(inner, READ[inner.split(":")[0]](cell)) for cell in value)
        return [None if cell is UNKNOWN else cell for cell in cells]
    writer = _WRITE.get(kind)
    return writer(value) if writer else value


def write_number(value: int | Fraction) -> int | str:
    """An int, or decimal text with at most 12 places, rounded half up."""
    if value.denominator == 1:
        return int(value)
    scaled = half_up(value * 10**PLACES)
    whole, part = divmod(abs(scaled), 10**PLACES)
    digits = f"{part:0{PLACES}d}".rstrip("0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else int(f"{sign}{whole}")


def half_up(value: int | Fraction) -> int:
    """Rounded to a whole number; a half goes away from zero, as on a till receipt."""
    if isinstance(value, int):
        return value
    doubled = abs(value) * 2
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    return -whole if value < 0 else whole


def write_moment(value: datetime) -> str:
    text = value.replace(tzinfo=None).isoformat(timespec="seconds" if value.microsecond == 0 else "microseconds")
    return f"{text}Z"


def write_time(value: time) -> str:
    return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")


_WRITE: Final[dict[str, Callable[..., Any]]] = {
    "number": write_number, "money": half_up, "date": date.isoformat, "time": write_time, "moment": write_moment,
    "duration": str,
}  # fmt: skip


def cell(row: Any, name: str) -> Any:
    """One field of a row as in JSON, None where it is missing."""
    return row.get(name) if isinstance(row, Mapping) else None
