"""A stretch of working time within a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from aftercare.calendar.zones import moment_on
from aftercare.errors import Refused

_SHIFT = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~～]\s*(\d{1,2}):(\d{2})\s*")
_MIDNIGHT = dt.time(0)


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time from `start` until `end`. An end at or before the start lies on the next day; 24:00 is time(0)."""

    start: dt.time
    end: dt.time

    @property
    def overnight(self) -> bool:
        """Reaches the next day (an end at midnight does not)."""
        return self.end != _MIDNIGHT and self.end <= self.start

    @property
    def length(self) -> int:
        """Minutes."""
        return (self.last_minute - self.first_minute) if self.last_minute > self.first_minute else 0

    @property
    def first_minute(self) -> int:
        return self.start.hour * 60 + self.start.minute

    @property
    def last_minute(self) -> int:
        """Minutes from the midnight that begins the day: 24:00 is 1440, 06:00 of the next day 1800."""
        minute = self.end.hour * 60 + self.end.minute
        return minute if self.end > self.start else minute + 1440

    def on(self, day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """Its two ends on a local day, in UTC."""
        last = day if self.end > self.start else day + dt.timedelta(days=1)
        return moment_on(day, self.start, zone), moment_on(last, self.end, zone)

    def __str__(self) -> str:
        end = "24:00" if self.end == _MIDNIGHT else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}-{end}"

    @classmethod
    def parse(cls, text: str) -> Shift:
        """From "09:00-12:00", "18:00-24:00", "22:00-06:00". Raises Refused `calendar.shift`."""
        found = _SHIFT.fullmatch(text) if isinstance(text, str) else None
        if found:
            hours, minutes, end_hours, end_minutes = (int(part) for part in found.groups())
            if (end_hours, end_minutes) == (24, 0):
                end_hours = 0
            if hours < 24 and end_hours < 24 and minutes < 60 and end_minutes < 60:
                return cls(dt.time(hours, minutes), dt.time(end_hours, end_minutes))
        raise Refused.because(
            "calendar.shift",
            f"班次“{text}”应写成 09:00-12:00。",
            f"The shift “{text}” should read like 09:00-12:00.",
            field="shifts",
        )


def in_order(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The shifts of one day, earliest first. Raises Refused `calendar.shifts_overlap`."""
    ordered = tuple(sorted(shifts, key=lambda shift: shift.first_minute))
    for earlier, later in pairwise(ordered):
        if later.first_minute < earlier.last_minute:
            raise Refused.because(
                "calendar.shifts_overlap",
                f"班次 {earlier} 与 {later} 重叠。",
                f"The shifts {earlier} and {later} overlap.",
                field="shifts",
            )
    return ordered


def parse_shifts(texts: Iterable[str]) -> tuple[Shift, ...]:
    """Several shifts of one day from their texts. Raises Refused."""
    if isinstance(texts, str):
        texts = texts.replace("，", ",").replace("、", ",").split(",")
    return in_order(Shift.parse(text) for text in texts)
