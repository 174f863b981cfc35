"""The working time of a company or store, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aftercare.calendar.holidays_china import HolidayYear
from aftercare.calendar.shifts import Shift, in_order
from aftercare.calendar.zones import iso, zone_of
from aftercare.errors import Refused
from aftercare.texts import Text

if TYPE_CHECKING:
    from aftercare.calendar.timeline import Day

Week = tuple[tuple[Shift, ...], ...]
Kind = Literal["work", "weekend", "holiday", "makeup", "closed", "special"]

_OFFICE = (Shift(dt.time(9), dt.time(12)), Shift(dt.time(13, 30), dt.time(18)))
OFFICE_WEEK: Week = (_OFFICE,) * 5 + ((), ())


@dataclass(frozen=True, slots=True)
class DayStatus:
    """What a day is. `provisional`: its year's schedule is not published yet, so it may still change."""

    kind: Kind
    name: Text
    provisional: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "name": self.name.as_json(), "provisional": self.provisional}


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Shifts by weekday, statutory holidays or none, closing days and special opening days.

    A store's calendar names the company's as `base`: what it leaves out (None) is the company's, and its own closing
    and opening days win over the company's. `makeup` are the hours of a make-up day (调休) that is otherwise free;
    without them it has Monday's hours where all of Monday to Friday are worked, and stays free elsewhere (a shop that
    opens on Tuesdays only). `years` are published schedules that the libraries do not know yet.
    """

    zone: str = "Asia/Shanghai"
    week: Week | None = None
    holidays: Literal["china", "none"] | None = None
    closed: tuple[tuple[dt.date, Text], ...] = ()
    extra: tuple[tuple[dt.date, tuple[Shift, ...]], ...] = ()
    makeup: tuple[Shift, ...] | None = None
    years: tuple[HolidayYear, ...] = ()
    base: WorkCalendar | None = None
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if isinstance(self.closed, Mapping):
            object.__setattr__(self, "closed", tuple(self.closed.items()))
        if isinstance(self.extra, Mapping):
            object.__setattr__(self, "extra", tuple(self.extra.items()))
        if self.week is not None:
            if len(self.week) != 7:
                raise Refused.because("calendar.week", "一周应有七天。", "A week has seven days.", field="week")
            object.__setattr__(self, "week", tuple(in_order(shifts) for shifts in self.week))
        object.__setattr__(self, "closed", tuple(sorted(self.closed, key=lambda entry: entry[0])))
        extra = sorted((day, in_order(shifts)) for day, shifts in dict(self.extra).items())
        object.__setattr__(self, "extra", tuple(extra))
        self._check_days()
        parts = (self.zone, self.week, self.holidays, self.closed, self.extra, self.makeup, self.years, self.base)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        # Looked up at every step; walking hundreds of closing days each time would cost more than the sum.
        return self._hash

    def _check_days(self) -> None:
        shut = {day for day, _ in self.closed}
        for day, shifts in self.extra:
            if day in shut:
                raise Refused.because(
                    "calendar.both", f"{day} 既是休业日又是特别营业日。", f"{day} is both closed and specially open."
                )
            if not shifts:
                raise Refused.because(
                    "calendar.no_shifts", f"特别营业日 {day} 没有班次。", f"The opening day {day} has no shifts."
                )

    def shifts_on(self, day: dt.date) -> tuple[Shift, ...]:
        """The shifts that begin on this day; empty on a free one."""
        return _day(self, day).shifts

    def status_of(self, day: dt.date) -> DayStatus:
        return _day(self, day).status

    def to_json(self) -> dict[str, Any]:
        from aftercare.calendar import data

        return data.to_json(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any], base: WorkCalendar | None = None) -> WorkCalendar:
        """From the shape of `calendars:` in a handbook. Raises Refused that names the field."""
        from aftercare.calendar import data

        return data.from_json(value, base)


def _day(calendar: WorkCalendar, day: dt.date) -> Day:
    from aftercare.calendar.timeline import timeline

    return timeline(calendar).day(day.toordinal())


@dataclass(frozen=True, slots=True)
class Due:
    """A moment (UTC) at which something is due or opens.

    `day` is set when a whole local day counts: then `at` is the midnight that ends it, what happens before `at` is in
    time, and offsets from it count from that day. Without `day` the moment itself is still in time.
    """

    at: dt.datetime
    provisional: bool = False
    day: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        day = self.day.isoformat() if self.day else None
        return {"at": iso(self.at), "provisional": self.provisional, "day": day}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Due:
        from aftercare.calendar.zones import from_iso

        day = value.get("day")
        return cls(from_iso(value["at"]), bool(value.get("provisional")), dt.date.fromisoformat(day) if day else None)
