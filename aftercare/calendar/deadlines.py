"""When something is due or opens: an anchor, a side and a duration.

Day units (d w mo q y, and wd in working days) count whole local days; day 0 is the day of the anchor. Exact units
(min h, and wmin wh in working time) count from the moment itself. An anchor is a moment, a date, or another Due (for
warnings and escalations). A date has no time: hours after it count from its end, hours before it from its start.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Iterable

from aftercare.calendar.model import Due, WorkCalendar
from aftercare.calendar.timeline import Stretch, Timeline, timeline, too_long
from aftercare.calendar.working import add_working, merged, next_working_moment, subtract_working
from aftercare.calendar.zones import utc
from aftercare.errors import Refused
from aftercare.handbook.duration import Duration, add_calendar

Anchor = dt.datetime | dt.date | Due

EXACT = {"s": dt.timedelta(seconds=1), "min": dt.timedelta(minutes=1), "h": dt.timedelta(hours=1)}
WORKING = {"wmin": 1, "wh": 60}
# Longer ones are slips of the pen, and run out of the years that a date can hold.
_LONGEST_DAYS = 200 * 366
_LONGEST_WORKING_DAYS = 20_000
_HOUR = 60

_DAY_OF_MONTH = re.compile(r"day\s+(\d{1,2})")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})-(\d{1,2})")


def after(calendar: WorkCalendar, anchor: Anchor, duration: Duration, *, pauses: Iterable[Stretch] = ()) -> Due:
    """Due so long after the anchor. Day units: the end of that local day; `3wd`: of the third working day after day 0.

    Midnights that fall into a pause do not count: paused from the 3rd to the 5th moves a day deadline by two days.
    `0wd` is the anchor's day, or the next working day after a free one. Raises Refused.
    """
    line, stops = timeline(calendar), merged(pauses)
    if duration.unit in WORKING:
        return add_working(calendar, moment_after(line, anchor), duration.n * WORKING[duration.unit], pauses=stops)
    if duration.unit in EXACT:
        return Due(_pushed(moment_after(line, anchor), _exact(duration), stops))
    last, provisional = day_after(line, day_zero(line, anchor), duration, stops)
    return _day_end(line, last, provisional)


def before(calendar: WorkCalendar, anchor: Anchor, duration: Duration) -> Due:
    """Due no later than so long before the anchor: `14d` is the end of the fourteenth day before, that day included."""
    line = timeline(calendar)
    if duration.unit in WORKING:
        return subtract_working(calendar, moment_before(line, anchor), duration.n * WORKING[duration.unit])
    if duration.unit in EXACT:
        return Due(_moved(moment_before(line, anchor), -_exact(duration)))
    day, provisional = day_before(line, day_zero(line, anchor), duration)
    return _day_end(line, day, provisional)


def opens_after(calendar: WorkCalendar, anchor: Anchor, wait: Duration, *, pauses: Iterable[Stretch] = ()) -> Due:
    """Opens so long after the anchor: day units at the local start of that day, exact ones at the moment."""
    return _opening(calendar, after(calendar, anchor, wait, pauses=pauses))


def opens_before(calendar: WorkCalendar, anchor: Anchor, by: Duration) -> Due:
    """Opens so long before the anchor: `21d` at the local start of the twenty-first day before."""
    return _opening(calendar, before(calendar, anchor, by))


def at_day(calendar: WorkCalendar, spec: str, anchor: Anchor, *, exclusive: bool = False) -> Due:
    """The next day that `spec` names: "day 25" of a month, "12-20" of a year, or "2026-12-20".

    Inclusive (`at:`): due at its end; the anchor's own day may be it. Exclusive (`before:`): due before it begins, so
    the first such day after the anchor's. A day that a month lacks is its last one. Raises Refused `calendar.day`.
    """
    line = timeline(calendar)
    zero = dt.date.fromordinal(day_zero(line, anchor))
    named = _named_day(spec, zero + dt.timedelta(days=1) if exclusive else zero)
    return _day_end(line, named.toordinal() - (1 if exclusive else 0), False)


def closing(calendar: WorkCalendar, anchor: Anchor) -> Due:
    """The end of the last shift of the anchor's day; when that has passed or the day is free, of the next working day.

    The night shift of the day before counts while it runs.
    """
    line = timeline(calendar)
    if isinstance(anchor, dt.datetime):
        moment = utc(anchor)
        first = line.ordinal(moment) - 1
    else:
        first = day_zero(line, anchor)
        moment = line.start(first)
    provisional = False
    for day in line.working_days(first, 1):
        provisional = provisional or (day.provisional and day.end > moment)
        if day.shifts:
            ends = day.shifts[-1].on(day.date, line.zone)[1]
            if ends > moment:
                return Due(ends, provisional)
    raise AssertionError("the days never end")


def is_late(done_at: dt.datetime, due: Due) -> bool:
    """Was it done too late? A moment is in time to the microsecond; of a day, everything before its midnight."""
    done = utc(done_at)
    return done >= due.at if due.day else done > due.at


def reminder(calendar: WorkCalendar, due: Due, duration: Duration) -> Due:
    """When to warn so long before `due`, never outside working time: then at the next opening, if that is still before
    it is due, else an hour of working time before."""
    wanted = before(calendar, due, duration)
    moment = next_working_moment(calendar, wanted.at)
    if moment.at < due.at:
        return Due(moment.at, wanted.provisional or moment.provisional)
    return subtract_working(calendar, wanted.at, _HOUR)


def day_zero(line: Timeline, anchor: Anchor) -> int:
    """The ordinal of day 0."""
    if isinstance(anchor, Due):
        return anchor.day.toordinal() if anchor.day else line.ordinal(anchor.at)
    if isinstance(anchor, dt.datetime):
        return line.ordinal(utc(anchor))
    return anchor.toordinal()


def moment_after(line: Timeline, anchor: Anchor) -> dt.datetime:
    """The moment from which exact units after the anchor count."""
    if isinstance(anchor, Due):
        return anchor.at
    return utc(anchor) if isinstance(anchor, dt.datetime) else line.start(anchor.toordinal() + 1)


def moment_before(line: Timeline, anchor: Anchor) -> dt.datetime:
    """The moment from which exact units before the anchor count."""
    if isinstance(anchor, Due):
        return anchor.at
    return utc(anchor) if isinstance(anchor, dt.datetime) else line.start(anchor.toordinal())


def day_after(line: Timeline, zero: int, duration: Duration, stops: tuple[Stretch, ...]) -> tuple[int, bool]:
    """The day that a day unit leads to, and whether that may still change."""
    while stops and midnight_paused(line, zero, stops):
        zero += 1
    if duration.unit == "wd":
        return _working_day(line, zero, duration.n, 1, stops)
    last = _target(zero, duration, 1)
    if stops:
        left, last = last - zero, zero
        while left:
            last += 1
            left -= not midnight_paused(line, last, stops)
    return last, False


def day_before(line: Timeline, zero: int, duration: Duration) -> tuple[int, bool]:
    if duration.unit == "wd":
        return _working_day(line, zero, duration.n, -1, ())
    return _target(zero, duration, -1), False


def midnight_paused(line: Timeline, ordinal: int, stops: tuple[Stretch, ...]) -> bool:
    """Does the midnight that ends this day fall into a pause?"""
    midnight = line.start(ordinal + 1)
    return any(start < midnight <= end for start, end in stops)


def _working_day(line: Timeline, zero: int, n: int, step: int, stops: tuple[Stretch, ...]) -> tuple[int, bool]:
    if not 0 <= n <= _LONGEST_WORKING_DAYS:
        raise too_long()
    provisional = False
    ordinal = zero
    for day in line.working_days(zero if n == 0 else zero + step, step):
        ordinal = day.date.toordinal()
        provisional = provisional or day.provisional
        if day.works and not (stops and midnight_paused(line, ordinal, stops)):
            n -= 1
            if n <= 0:
                break
    return ordinal, provisional


def _target(zero: int, duration: Duration, sign: int) -> int:
    if not 0 <= duration.n <= _LONGEST_DAYS:
        raise too_long()
    try:
        day = add_calendar(dt.date.fromordinal(zero), duration if sign > 0 else -duration)
    except ValueError as error:
        raise too_long() from error
    return day.toordinal()


def _exact(duration: Duration) -> dt.timedelta:
    if duration.n < 0 or duration.n * EXACT[duration.unit] > dt.timedelta(days=_LONGEST_DAYS):
        raise too_long()
    return duration.n * EXACT[duration.unit]


def _moved(moment: dt.datetime, by: dt.timedelta) -> dt.datetime:
    try:
        return moment + by
    except OverflowError as error:
        raise too_long() from error


def _pushed(start: dt.datetime, need: dt.timedelta, stops: tuple[Stretch, ...]) -> dt.datetime:
    """The moment when so much time outside the pauses has passed."""
    at = _moved(start, need)
    for begins, ends in stops:
        if begins < at and ends > start:
            at = _moved(at, ends - max(begins, start))
    return at


def _day_end(line: Timeline, ordinal: int, provisional: bool) -> Due:
    return Due(line.start(ordinal + 1), provisional, dt.date.fromordinal(ordinal))


def _opening(calendar: WorkCalendar, due: Due) -> Due:
    """The start of the day that a day unit led to; a moment stays as it is."""
    if due.day is None:
        return due
    return Due(timeline(calendar).start(due.day.toordinal()), due.provisional)


def _named_day(spec: str, first: dt.date) -> dt.date:
    """The first day from `first` on that `spec` names."""
    text = spec.strip()
    try:
        if found := _DAY_OF_MONTH.fullmatch(text):
            return _in_month(int(found[1]), first)
        if found := _DAY_OF_YEAR.fullmatch(text):
            return _in_year(int(found[1]), int(found[2]), first)
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused.because(
            "calendar.day",
            f"“{spec}”不是日期，应写成 day 25 或 12-20。",
            f"“{spec}” names no day; write day 25 or 12-20.",
        ) from error


def _in_month(number: int, first: dt.date) -> dt.date:
    if not 1 <= number <= 31:
        raise ValueError(number)
    for ahead in (0, 1):
        month = add_calendar(first.replace(day=1), Duration(ahead, "mo"))
        day = month.replace(day=min(number, months.monthrange(month.year, month.month)[1]))
        if day >= first:
            return day
    raise AssertionError("one of two months holds it")


def _in_year(month: int, number: int, first: dt.date) -> dt.date:
    dt.date(2000, month, number)  # a day that exists in some year
    for year in (first.year, first.year + 1):
        day = dt.date(year, month, min(number, months.monthrange(year, month)[1]))
        if day >= first:
            return day
    raise AssertionError("one of two years holds it")
