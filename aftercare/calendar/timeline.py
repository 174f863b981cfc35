"""The days of a calendar, worked out once each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from aftercare.calendar import holidays_china
from aftercare.calendar.holidays_china import Given, HolidayDay, Provider
from aftercare.calendar.model import OFFICE_WEEK, DayStatus, Week, WorkCalendar
from aftercare.calendar.shifts import Shift
from aftercare.calendar.zones import day_start, zone_of
from aftercare.errors import Refused
from aftercare.texts import Text

Stretch = tuple[dt.datetime, dt.datetime]

# A calendar that is not open for so long is a mistake of its maker, not a long holiday.
HORIZON_DAYS = 3_660
# Room on both sides for neighbouring days and zones.
_FIRST = dt.date(2, 1, 1).toordinal()
_LAST = dt.date(9998, 12, 31).toordinal()
_KEPT_CALENDARS = 256
_KEPT_DAYS = 50_000

_WORK = Text("工作日", "Working day")
_WEEKEND = Text("周末", "Weekend")
_SPECIAL = Text("特别营业日", "Special opening day")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Day:
    """A local day. `spans` is the working time that begins on it (UTC), less what the night before still covers."""

    date: dt.date
    start: dt.datetime
    end: dt.datetime
    status: DayStatus
    shifts: tuple[Shift, ...]
    spans: tuple[Stretch, ...]
    works: bool
    provisional: bool


class Timeline:
    """The days of one calendar with one provider of holidays."""

    __slots__ = ("_days", "_known", "_specials", "heeds_holidays", "makeup", "provider", "source", "week", "zone")

    def __init__(self, calendar: WorkCalendar, provider: Provider) -> None:
        layers = tuple(_layers(calendar))
        self.zone = zone_of(calendar.zone)
        self.week: Week = next((layer.week for layer in layers if layer.week is not None), OFFICE_WEEK)
        self.heeds_holidays = next((layer.holidays for layer in layers if layer.holidays), "china") == "china"
        self.makeup = next((layer.makeup for layer in layers if layer.makeup is not None), None)
        if self.makeup is None and all(self.week[:5]):
            self.makeup = self.week[0]
        years = tuple(year for layer in layers for year in layer.years)
        self.provider = provider
        self.source: Provider = Given(years, provider) if years else provider
        self._known: frozenset[int] | None = None
        self._specials = _specials(layers)
        self._days: dict[int, Day] = {}

    def day(self, ordinal: int) -> Day:
        """The day with this proleptic ordinal (date.toordinal())."""
        return self._days.get(ordinal) or self._make(ordinal)

    def ordinal(self, moment: dt.datetime) -> int:
        """Of the local day in which the (aware) moment lies."""
        return moment.astimezone(self.zone).toordinal()

    def start(self, ordinal: int) -> dt.datetime:
        """The midnight that begins the day, without working the day out. Raises Refused `calendar.too_long`."""
        if not _FIRST <= ordinal <= _LAST + 1:
            raise too_long()
        return day_start(dt.date.fromordinal(ordinal), self.zone)

    def working_days(self, ordinal: int, step: int) -> Iterator[Day]:
        """Every day from `ordinal` on, forwards (step 1) or back (-1). Raises Refused when none works for years."""
        idle = 0
        while True:
            day = self.day(ordinal)
            idle = 0 if day.works else idle + 1
            if idle > HORIZON_DAYS:
                raise Refused.because(
                    "calendar.never_open", "该日历十年内没有工作时间。", "This calendar does not open in ten years."
                )
            yield day
            ordinal += step

    def _make(self, ordinal: int) -> Day:
        if not _FIRST <= ordinal <= _LAST:
            raise too_long()
        if len(self._days) >= _KEPT_DAYS:
            self._days.clear()
        date = dt.date.fromordinal(ordinal)
        status, shifts = self._resolve(date)
        covered = self._covered_until(ordinal)
        stretches = (shift.on(date, self.zone) for shift in shifts)
        clipped = ((max(start, covered), end) for start, end in stretches)
        spans = tuple((start, end) for start, end in clipped if start < end)
        starts, ends = self.start(ordinal), self.start(ordinal + 1)
        day = Day(date, starts, ends, status, shifts, spans, bool(shifts), status.provisional)
        self._days[ordinal] = day
        return day

    def _covered_until(self, ordinal: int) -> dt.datetime:
        """How far the night shift of the day before reaches."""
        before = dt.date.fromordinal(ordinal - 1)
        _, shifts = self._resolve(before)
        if shifts and shifts[-1].overnight:
            return shifts[-1].on(before, self.zone)[1]
        return self.start(ordinal)

    def _resolve(self, date: dt.date) -> tuple[DayStatus, tuple[Shift, ...]]:
        if date in self._specials:
            return self._specials[date]
        plain = self.week[date.weekday()]
        provisional = self.heeds_holidays and not self._settled(date)
        entry = self.source.day(date) if self.heeds_holidays else None
        if entry and not entry.works:
            return DayStatus("holiday", entry.name, provisional), ()
        if entry and not plain and self.makeup:
            return DayStatus("makeup", _makeup_name(entry), provisional), self.makeup
        if plain:
            return DayStatus("work", _WORK, provisional), plain
        return DayStatus("weekend", _free_name(date), provisional), ()

    def _settled(self, date: dt.date) -> bool:
        """Is the schedule of this day published? The next year's may still change the last days of December."""
        if self._known is None:
            self._known = self.source.known_years()
        if date.year not in self._known:
            return False
        return date.month < 12 or date.day < 26 or date.year + 1 in self._known


def too_long() -> Refused:
    return Refused.because(
        "calendar.too_long", "时长为负、过长，或日期太远。", "A duration is negative or too long or a date too far."
    )


def _layers(calendar: WorkCalendar) -> Iterator[WorkCalendar]:
    layer: WorkCalendar | None = calendar
    while layer is not None:
        yield layer
        layer = layer.base


def _specials(layers: tuple[WorkCalendar, ...]) -> dict[dt.date, tuple[DayStatus, tuple[Shift, ...]]]:
    found: dict[dt.date, tuple[DayStatus, tuple[Shift, ...]]] = {}
    for layer in reversed(layers):
        found |= {day: (DayStatus("closed", why), ()) for day, why in layer.closed}
        found |= {day: (DayStatus("special", _SPECIAL), shifts) for day, shifts in layer.extra}
    return found


def _makeup_name(entry: HolidayDay) -> Text:
    return Text(f"调休上班（{entry.name.zh}）", f"Make-up working day ({entry.name.en})")


def _free_name(date: dt.date) -> Text:
    weekday = date.weekday()
    if weekday >= 5:
        return _WEEKEND
    return Text(f"周{_WEEKDAYS_ZH[weekday]}不营业", f"Not open on {_WEEKDAYS_EN[weekday]}")


_timelines: dict[WorkCalendar, Timeline] = {}


def timeline(calendar: WorkCalendar) -> Timeline:
    """The timeline of a calendar; equal calendars share one."""
    found = _timelines.get(calendar)
    current = holidays_china.provider()
    if found is None or found.provider is not current:
        if len(_timelines) >= _KEPT_CALENDARS:
            _timelines.clear()
        found = _timelines[calendar] = Timeline(calendar, current)
    return found
