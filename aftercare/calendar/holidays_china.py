"""Statutory holidays and make-up working days of mainland China.

Two libraries know them: one holds the published schedules (with make-up days), the other works out holidays by rule for
years whose schedule is not published yet. Both are loaded at the first question only. `use` puts other data in
their place, for the whole process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from aftercare.texts import Text

NAMES: Mapping[str, Text] = {
    text.en: text
    for text in (
        Text("元旦", "New Year's Day"),
        Text("春节", "Spring Festival"),
        Text("清明节", "Tomb-Sweeping Day"),
        Text("劳动节", "Labour Day"),
        Text("端午节", "Dragon Boat Festival"),
        Text("中秋节", "Mid-Autumn Festival"),
        Text("国庆节", "National Day"),
    )
}
_BY_WORD = {"元旦": "元旦", "除夕": "春节", "春节": "春节", "清明": "清明节", "劳动": "劳动节", "国际劳动": "劳动节"}
_BY_WORD |= {"端午": "端午节", "中秋": "中秋节", "国庆": "国庆节"}


@dataclass(frozen=True, slots=True)
class HolidayDay:
    """A day that differs from its weekday: free for a holiday, or worked (`works`) to make up for one."""

    day: dt.date
    works: bool
    name: Text


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The published schedule of one year. It may name days of the neighbouring years too."""

    year: int
    days: tuple[HolidayDay, ...] = ()


class Provider(Protocol):
    """Where holidays come from."""

    def known_years(self) -> frozenset[int]:
        """The years whose schedule is published, make-up days included."""

    def day(self, day: dt.date) -> HolidayDay | None:
        """What differs on this day; None for a plain one. A guess for a year that is not known."""


class Published:
    """The two libraries."""

    @cached_property
    def _known(self) -> Mapping[dt.date, HolidayDay]:
        from chinese_calendar import constants

        free = {day: HolidayDay(day, False, _name(name)) for day, name in constants.holidays.items()}
        return free | {day: HolidayDay(day, True, _name(name)) for day, name in constants.workdays.items()}

    @cached_property
    def _years(self) -> frozenset[int]:
        # A year whose first days were only named by the schedule of the year before is not known yet.
        return frozenset(day.year for day in self._known if day.month == 10 and not self._known[day].works)

    @cached_property
    def _guessed(self) -> dict[int, Mapping[dt.date, HolidayDay]]:
        return {}

    def known_years(self) -> frozenset[int]:
        return self._years

    def day(self, day: dt.date) -> HolidayDay | None:
        if day.year in self._years:
            return self._known.get(day)
        if day.year not in self._guessed:
            self._guessed[day.year] = _by_rule(day.year)
        return self._guessed[day.year].get(day)


@dataclass(frozen=True)
class Given:
    """Schedules given as data: for tests, or laid over another provider."""

    years: tuple[HolidayYear, ...]
    beneath: Provider | None = None
    _days: dict[dt.date, HolidayDay] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._days.update((entry.day, entry) for year in self.years for entry in year.days)

    def known_years(self) -> frozenset[int]:
        below = self.beneath.known_years() if self.beneath else frozenset()
        return below | {year.year for year in self.years}

    def day(self, day: dt.date) -> HolidayDay | None:
        if day in self._days:
            return self._days[day]
        if self.beneath is None or any(year.year == day.year for year in self.years):
            return None
        return self.beneath.day(day)


def _by_rule(year: int) -> Mapping[dt.date, HolidayDay]:
    import holidays

    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    return {day: HolidayDay(day, False, _joined(found[day])) for day in found}


def _joined(names: str) -> Text:
    """One text for what falls on one day: "中秋节; 国庆节"."""
    texts = list(dict.fromkeys(_name(part) for part in names.split(";")))
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def _name(name: str) -> Text:
    """Our own name of a holiday that a library names in English or Chinese."""
    plain = name.strip()
    for english, text in NAMES.items():
        if english.lower() == plain.lower():
            return text
    for word, zh in _BY_WORD.items():
        if word in plain:
            return next(text for text in NAMES.values() if text.zh == zh)
    if "Anti-Fascist" in plain or "抗日战争" in plain:
        return Text("抗战胜利纪念日", "Victory Day")
    return Text(plain, plain)


_published: Provider = Published()
_current: Provider = _published


def provider() -> Provider:
    """The provider in use."""
    return _current


def use(other: Provider | None) -> None:
    """Take holidays from here from now on; None goes back to the libraries."""
    global _current
    _current = other or _published


@contextmanager
def using(other: Provider) -> Iterator[Provider]:
    """For a while (tests)."""
    before = provider()
    use(other)
    try:
        yield other
    finally:
        use(before)


def known_years() -> frozenset[int]:
    """The years whose schedule is published. Any other is worked out by rule and marked provisional."""
    return _current.known_years()
