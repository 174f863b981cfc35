"""What each step does with known values. Every step here answers UNKNOWN where it cannot answer; none raises.

`conditions.js` has a function of the same name for each entry of `STEPS`, proven by the same vectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from aftercare.handbook.conditions import timing
from aftercare.handbook.conditions.patterns import SUBJECT
from aftercare.handbook.conditions.values import BLANKS, READ, UNKNOWN, cell, half_up, ref_key
from aftercare.handbook.duration import Duration

_OUTER = re.compile(f"^[{BLANKS}]+|[{BLANKS}]+$")
_HUGE = 10**60


def _bounded(value: Any) -> Any:
    """Numbers stay of a size that the next step can handle."""
    return value if -_HUGE < value < _HUGE and (isinstance(value, int) or value.denominator < _HUGE) else UNKNOWN


# comparison


def eq(left: Any, right: Any, kind: str) -> Any:
    if kind == "ref":
        return ref_key(left) == ref_key(right)
    if kind == "duration":
        return same_length(left, right)
    if kind in ("struct", "file", "list"):
        return UNKNOWN
    return _eq_any(left, right) if kind == "any" else bool(left == right)


def _eq_any(left: Any, right: Any) -> Any:
    for kind in (str, bool):
        if isinstance(left, kind) or isinstance(right, kind):
            return left == right if isinstance(left, kind) and isinstance(right, kind) else UNKNOWN
    one, two = READ["number"](left), READ["number"](right)
    return UNKNOWN if one is UNKNOWN or two is UNKNOWN else bool(one == two)


def same_length(left: Duration, right: Duration) -> Any:
    (one, mine), (two, theirs) = left.measure, right.measure
    return mine == theirs if one == two else UNKNOWN


def lt(left: Any, right: Any, kind: str) -> Any:
    if kind != "duration":
        return bool(left < right)
    (one, mine), (two, theirs) = left.measure, right.measure
    return mine < theirs if one == two else UNKNOWN


def le(left: Any, right: Any, kind: str) -> Any:
    above = lt(right, left, kind)
    return above if above is UNKNOWN else not above


def eq_list(left: Any, right: Any, kind: str) -> Any:
    if len(left) != len(right):
        return False
    found: Any = True
    for one, two in zip(left, right, strict=True):
        one, two = READ[kind](one), READ[kind](two)
        answer = UNKNOWN if one is UNKNOWN or two is UNKNOWN else eq(one, two, kind)
        if answer is False:
            return False
        found = UNKNOWN if answer is UNKNOWN else found
    return found


# numbers


def add(left: Any, right: Any) -> Any:
    return _bounded(left + right)


def sub(left: Any, right: Any) -> Any:
    return _bounded(left - right)


def mul(left: Any, right: Any) -> Any:
    return _bounded(left * right)


def div(left: Any, right: Any) -> Any:
    return _bounded(Fraction(left) / right) if right else UNKNOWN


def mod(left: Any, right: Any) -> Any:
    """The rest keeps the sign of the left side, as in CEL."""
    return _bounded((abs(left) % abs(right)) * (-1 if left < 0 else 1)) if right else UNKNOWN


def neg(value: Any, kind: str) -> Any:
    return -value


def mul_money(left: Any, right: Any) -> Any:
    return half_up(left * right) if _bounded(left * right) is not UNKNOWN else UNKNOWN


def div_money(left: Any, right: Any) -> Any:
    return half_up(Fraction(left) / right) if right else UNKNOWN


def yuan(value: Any) -> Any:
    return half_up(value * 100)


def share(whole: Any, percent: Any, kind: str) -> Any:
    part = _bounded(Fraction(whole) * percent / 100)
    return half_up(part) if kind == "money" and part is not UNKNOWN else part


# lists


def size(value: Any) -> Any:
    return len(value) if isinstance(value, str | list | tuple) else UNKNOWN


def column(rows: Any, name: str) -> Any:
    return [cell(row, name) for row in rows]


def _cells(values: Any, kind: str) -> list[Any] | None:
    """All cells read, or None when one is unknown."""
    found = [READ[kind](value) for value in values]
    return None if any(value is UNKNOWN for value in found) else found


def sum_(values: Any, kind: str) -> Any:
    found = _cells(values, kind)
    if found is None:
        return UNKNOWN
    if kind != "duration":
        return _bounded(sum(found))
    total: Any = found[0] if found else Duration(0, "d")
    for value in found[1:]:
        total = UNKNOWN if total is UNKNOWN else timing.add_duration(total, value)
    return total


def mean(values: Any, kind: str) -> Any:
    total = sum_(values, kind)
    if total is UNKNOWN or not values:
        return UNKNOWN
    return half_up(Fraction(total, len(values))) if kind == "money" else Fraction(total) / len(values)


def _extreme(values: Any, kind: str, largest: bool) -> Any:
    found = _cells(values, kind)
    if not found:
        return UNKNOWN
    best = found[0]
    for value in found[1:]:
        ahead = lt(best, value, kind) if largest else lt(value, best, kind)
        if ahead is UNKNOWN:
            return UNKNOWN
        best = value if ahead else best
    return best


def min_(values: Any, kind: str) -> Any:
    return _extreme(values, kind, largest=False)


def max_(values: Any, kind: str) -> Any:
    return _extreme(values, kind, largest=True)


def weighted(values: Any, weights: Any, kind: str) -> Any:
    parts, loads = _cells(values, kind), _cells(weights, "number")
    if parts is None or loads is None or not sum(loads):
        return UNKNOWN
    found = Fraction(sum(part * load for part, load in zip(parts, loads, strict=True))) / sum(loads)
    return half_up(found) if kind == "money" else _bounded(found)


def index(values: Any, place: Any, kind: str) -> Any:
    return READ[kind](values[int(place)]) if place.denominator == 1 and 0 <= place < len(values) else UNKNOWN


# texts


def concat(left: str, right: str) -> Any:
    return left + right if len(left) + len(right) <= 100_000 else UNKNOWN


def same(left: str, right: str) -> Any:
    return fold_width(left) == fold_width(right)


def fold_width(text: str) -> str:
    """Full-width ASCII becomes ASCII and half-width kana full-width; outer blanks go; nothing else changes."""
    folded = "".join(_narrow(sign) for sign in text)
    return _OUTER.sub("", folded)


def _narrow(sign: str) -> str:
    code = ord(sign)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    if code == 0x3000:
        return " "
    return unicodedata.normalize("NFKC", sign) if 0xFF5F <= code <= 0xFFEE else sign


@lru_cache(maxsize=512)
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


def matches(text: str, source: str) -> Any:
    return bool(_pattern(source).search(text)) if len(text) <= SUBJECT else UNKNOWN


STEPS: dict[str, Callable[..., Any]] = {
    "eq": eq, "lt": lt, "le": le, "eq_list": eq_list, "add": add, "sub": sub, "mul": mul, "div": div, "mod": mod,
    "neg": neg, "mul_money": mul_money, "div_money": div_money, "yuan": yuan, "share": share,
    "add_duration": timing.add_duration, "sub_duration": timing.sub_duration, "mul_duration": timing.mul_duration,
    "diff_date": timing.diff_date, "days": timing.days, "diff_moment": timing.diff_moment,
    "diff_time": timing.diff_time, "day": timing.day, "plus": timing.plus,
    "size": size, "column": column, "sum": sum_, "mean": mean, "min": min_, "max": max_, "weighted": weighted,
    "index": index, "concat": concat, "same": same, "matches": matches,
    "startsWith": str.startswith, "endsWith": str.endswith, "contains": str.__contains__,
}  # fmt: skip
