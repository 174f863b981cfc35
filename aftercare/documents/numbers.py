"""Document numbers: a small safe pattern language and a counter per store and period.

A pattern is literal text with places in braces: `{yyyy} {yy} {mm} {dd} {store} {n} {n:04}`.
The finest date place decides when counting starts again; without `{store}` the whole company counts together.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db import connection

from aftercare.errors import Refused

_PLACE = re.compile(r"\{(yyyy|yy|mm|dd|store|n)(?::0([1-9]))?\}")
_LITERAL = re.compile(r"[0-9A-Za-z\u4e00-\u9fff._/-]*\Z")

_TAKE = """
INSERT INTO documents_numberseries (series, store_id, period, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (series, store_id, period) DO UPDATE SET last = documents_numberseries.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern; `parts` are literals and (place, width) pairs."""

    text: str
    parts: tuple[str | tuple[str, int], ...]

    def uses(self, place: str) -> bool:
        return any(isinstance(part, tuple) and part[0] == place for part in self.parts)

    def period(self, day: date) -> str:
        """The span of time within which numbers count up: a day, a month, a year or for ever ("")."""
        for place, form in (("dd", "%Y%m%d"), ("mm", "%Y%m"), ("yyyy", "%Y"), ("yy", "%Y")):
            if self.uses(place):
                return day.strftime(form)
        return ""

    def fill(self, day: date, store_code: str, serial: int) -> str:
        values = {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}", "store": store_code}
        return "".join(
            part if isinstance(part, str) else f"{serial:0{part[1]}d}" if part[0] == "n" else values[part[0]]
            for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A number taken from its series."""

    number: str
    series: str
    store: int
    period: str
    serial: int


def _bad(text: str, zh: str, en: str) -> Refused:
    return Refused.because(
        "bad_number_pattern", f"编号规则“{text}”{zh}", f"Number pattern “{text}” {en}", field="number"
    )


def parse(text: str) -> Pattern:
    """Check a pattern; raises Refused with what is wrong."""
    parts: list[str | tuple[str, int]] = []
    at = 0
    for match in _PLACE.finditer(text):
        parts += [text[at : match.start()], (match[1], int(match[2] or 1))]
        at = match.end()
    parts = [part for part in [*parts, text[at:]] if part]
    if not all(isinstance(part, tuple) or _LITERAL.match(part) for part in parts):
        raise _bad(text, "含有不认识的占位或符号", "has a place or sign that is not known")
    pattern = Pattern(text, tuple(parts))
    if len(text) > 60 or sum(isinstance(part, tuple) and part[0] == "n" for part in parts) != 1:
        raise _bad(text, "必须正好有一个 {n}，且不超过 60 个字符", "needs exactly one {n} and at most 60 characters")
    if (pattern.uses("mm") and not _has_year(pattern)) or (pattern.uses("dd") and not pattern.uses("mm")):
        raise _bad(
            text,
            "有月无年或有日无月，编号会重复",
            "has a month without a year or a day without a month: numbers would repeat",
        )
    return pattern


def _has_year(pattern: Pattern) -> bool:
    return pattern.uses("yyyy") or pattern.uses("yy")


def take(pattern: Pattern, store: int, store_code: str, day: date) -> Taken:
    """The next number. The counter is a row of the caller's transaction: what is rolled back leaves no gap."""
    if pattern.uses("store") and not _LITERAL.match(store_code or " "):
        raise _bad(
            pattern.text,
            "用到门店代码，但门店没有合用的代码",
            "uses the store's code, but the store has none that fits",
        )
    counted = store if pattern.uses("store") else 0
    period = pattern.period(day)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [pattern.text, counted, period])
        serial = int(cursor.fetchone()[0])
    return Taken(pattern.fill(day, store_code, serial), pattern.text, counted, period, serial)
