"""Durations as a handbook writes them: ``14d``, ``15min``, ``3wd``.

Pure values. Calendar units are added here (`add_calendar`); working units (wd, wh, wmin) need a calendar of a store
and are added by ``aftercare.calendar``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

UNITS = ("min", "h", "d", "w", "mo", "q", "y", "wd", "wh", "wmin", "s")
WORKING_UNITS = frozenset({"wd", "wh", "wmin"})
LARGEST = 1_000_000_000

# unit -> (family, size in the smallest unit of the family); durations of one family can be compared and added
_MEASURE = {
    "s": ("clock", 1), "min": ("clock", 60), "h": ("clock", 3600), "d": ("clock", 86400), "w": ("clock", 604800),
    "mo": ("months", 1), "q": ("months", 3), "y": ("months", 12),
    "wd": ("workdays", 1), "wmin": ("worktime", 1), "wh": ("worktime", 60),
}  # fmt: skip
_BASE = {"clock": "s", "months": "mo", "workdays": "wd", "worktime": "wmin"}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_SECONDS = {"s": 1, "min": 60, "h": 3600}

_WORDS = {
    "second": "s", "seconds": "s", "sec": "s", "秒": "s",
    "minute": "min", "minutes": "min", "mins": "min", "分": "min", "分钟": "min",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "小时": "h", "时": "h",
    "day": "d", "days": "d", "天": "d", "日": "d",
    "week": "w", "weeks": "w", "周": "w", "星期": "w",
    "month": "mo", "months": "mo", "mon": "mo", "月": "mo", "个月": "mo",
    "quarter": "q", "quarters": "q", "季": "q", "季度": "q",
    "year": "y", "years": "y", "年": "y",
    "workday": "wd", "workdays": "wd", "workingdays": "wd", "wdays": "wd", "工作日": "wd", "个工作日": "wd",
    "workhour": "wh", "workhours": "wh", "workinghours": "wh", "工作小时": "wh", "个工作小时": "wh",
    "workminutes": "wmin", "workingminutes": "wmin", "工作分钟": "wmin",
}  # fmt: skip
_SHAPE = re.compile(r"(-?)([0-9]{1,10})([a-z]+)", re.ASCII)
_LOOSE = re.compile(r"\s*(-?)\s*([0-9]{1,10})\s*([^\W\d_]+(?:\s+[^\W\d_]+)?)\s*")

D = TypeVar("D", date, datetime)


class DurationFault(ValueError):
    """A text is no duration. `zh` and `en` say so to a person; `meant` is the likely duration or ""."""

    def __init__(self, text: str, meant: str = "") -> None:
        shown = text[:40]
        self.meant = meant
        self.zh = f"“{shown}”不是有效的时长" + (f"，是否应为“{meant}”？" if meant else "，请写成 14d、15min、3wd 这样")
        self.en = f'"{shown}" is not a duration' + (
            f', did you mean "{meant}"?' if meant else "; write it like 14d, 15min or 3wd"
        )
        super().__init__(self.en)


@dataclass(frozen=True, slots=True)
class Duration:
    """`n` units; `unit` is one of `UNITS` (s, the second, comes from differences of moments)."""

    n: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in _MEASURE or abs(self.n) > LARGEST:
            raise DurationFault(f"{self.n}{self.unit}")

    def __str__(self) -> str:
        return f"{self.n}{self.unit}"

    @property
    def working(self) -> bool:
        return self.unit in WORKING_UNITS

    @property
    def measure(self) -> tuple[str, int]:
        """(family, amount): comparable with a duration of the same family only (a month is no number of days)."""
        family, size = _MEASURE[self.unit]
        return family, self.n * size

    def __neg__(self) -> Duration:
        return Duration(-self.n, self.unit)

    def plus(self, other: Duration) -> Duration | None:
        """Their sum in the larger exact unit; None when the two cannot be added (days and months)."""
        if self.unit == other.unit:
            return Duration(self.n + other.n, self.unit)
        (family, mine), (other_family, theirs) = self.measure, other.measure
        if family != other_family:
            return None
        if {self.unit, other.unit} == {"d", "w"}:
            return Duration((mine + theirs) // 86400, "d")
        return Duration(mine + theirs, _BASE[family])


@lru_cache(maxsize=1024)
def parse_duration(text: str, *, signed: bool = False) -> Duration:
    """`"14d"` -> Duration(14, "d"). A minus is read only when `signed`. Raises `DurationFault`."""
    found = _SHAPE.fullmatch(text)
    if found and found[3] in _MEASURE and (signed or not found[1]) and int(found[2]) <= LARGEST:
        return Duration(int(found[1] + found[2]), found[3])
    raise DurationFault(text, _meant(text))


def _meant(text: str) -> str:
    found = _LOOSE.fullmatch(text.lower())
    if not found or int(found[2]) > LARGEST:
        return ""
    word = re.sub(r"\s+", "", found[3])
    if word in _MEASURE or word in _WORDS:
        return f"{int(found[2])}{_WORDS.get(word, word)}"
    near = get_close_matches(word, [*_WORDS, *(unit for unit in UNITS if len(unit) > 1)], 1, 0.6)
    return f"{int(found[2])}{_WORDS.get(near[0], near[0])}" if near else ""


def add_calendar(start: D, duration: Duration) -> D:
    """`start` plus a duration in calendar units.

    Months keep the day of the month where it exists (31 Jan + 1mo = 28 or 29 Feb; 29 Feb + 1y = 28 Feb). A datetime
    keeps its wall time for days and longer and moves by exact time for hours and shorter. Raises ValueError for a
    working unit, for hours on a date, and outside the years 1 to 9999.
    """
    unit, n = duration.unit, duration.n
    if duration.working:
        raise ValueError(f"{duration} needs a calendar")
    try:
        if unit in _MONTHS:
            return _add_months(start, n * _MONTHS[unit])
        if unit in _DAYS:
            return start + timedelta(days=n * _DAYS[unit])
        if not isinstance(start, datetime):
            raise ValueError(f"{duration} cannot be added to a date")
        step = timedelta(seconds=n * _SECONDS[unit])
        return start + step if start.tzinfo is None else (start.astimezone(UTC) + step).astimezone(start.tzinfo)
    except OverflowError as error:
        raise ValueError(f"{start} plus {duration} lies outside the calendar") from error


def _add_months(start: D, months: int) -> D:
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise ValueError(f"year {years} lies outside the calendar")
    return start.replace(year=years, month=month + 1, day=min(start.day, monthrange(years, month + 1)[1]))
