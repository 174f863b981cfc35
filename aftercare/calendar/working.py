"""Arithmetic in working time: inside the shifts, outside the pauses. Lengths are whole minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from aftercare.calendar.model import Due, WorkCalendar
from aftercare.calendar.timeline import Stretch, Timeline, timeline, too_long
from aftercare.calendar.zones import utc

MINUTE = dt.timedelta(minutes=1)
_NOTHING = dt.timedelta()
_LONGEST = 10 * 366 * 1440


def add_working(calendar: WorkCalendar, start: dt.datetime, minutes: int, *, pauses: Iterable[Stretch] = ()) -> Due:
    """The first moment by which so many working minutes have passed since `start`.

    For none that is `start` itself, or the end of the pause around it: nothing is due inside a pause.
    Raises Refused `calendar.never_open`, or `calendar.too_long` (negative, over ten years).
    """
    if not 0 <= minutes <= _LONGEST:
        raise too_long()
    line, moment, need = timeline(calendar), utc(start), minutes * MINUTE
    stops = merged(pauses)
    if not minutes:
        return Due(out_of_pause(moment, stops))
    provisional = False
    for day in line.working_days(line.ordinal(moment) - 1, 1):
        if day.end > moment:
            provisional = provisional or day.provisional
        for begins, ends in day.spans:
            if ends <= moment:
                continue
            for a, b in without((max(begins, moment), ends), stops):
                if b - a >= need:
                    return Due(a + need, provisional)
                need -= b - a
    raise AssertionError("the days never end")


def subtract_working(calendar: WorkCalendar, end: dt.datetime, minutes: int) -> Due:
    """The last moment from which so many working minutes remain until `end`; `end` itself for none."""
    if not 0 <= minutes <= _LONGEST:
        raise too_long()
    line, moment, need = timeline(calendar), utc(end), minutes * MINUTE
    if not minutes:
        return Due(moment)
    provisional = False
    for day in line.working_days(line.ordinal(moment), -1):
        provisional = provisional or (day.provisional and day.start < moment)
        for begins, ends in reversed(day.spans):
            if begins >= moment:
                continue
            length = min(ends, moment) - begins
            if length >= need:
                return Due(min(ends, moment) - need, provisional)
            need -= length
    raise AssertionError("the days never end")


def working_time_between(
    calendar: WorkCalendar, a: dt.datetime, b: dt.datetime, *, pauses: Iterable[Stretch] = ()
) -> dt.timedelta:
    """Working time from `a` to `b`; negative when `b` lies before `a`."""
    if b < a:
        return -working_time_between(calendar, b, a, pauses=pauses)
    stops = merged(pauses)
    pieces = working_stretches(timeline(calendar), utc(a), utc(b))
    return sum((y - x for piece in pieces for x, y in without(piece, stops)), _NOTHING)


def working_minutes_between(
    calendar: WorkCalendar, a: dt.datetime, b: dt.datetime, *, pauses: Iterable[Stretch] = ()
) -> int:
    """Whole working minutes from `a` to `b` (begun ones are not counted); negative when `b` lies before `a`."""
    length = working_time_between(calendar, a, b, pauses=pauses)
    return length // MINUTE if length >= _NOTHING else -(-length // MINUTE)


def next_working_moment(calendar: WorkCalendar, moment: dt.datetime) -> Due:
    """The moment itself when a shift runs then, else the start of the next one. Raises Refused `calendar.never_open`.

    The end of a shift no longer belongs to it: at 12:00 sharp the answer is 13:30.
    """
    line, at = timeline(calendar), utc(moment)
    provisional = False
    for day in line.working_days(line.ordinal(at) - 1, 1):
        if day.end > at:
            provisional = provisional or day.provisional
        for begins, ends in day.spans:
            if ends > at:
                return Due(max(begins, at), provisional)
    raise AssertionError("the days never end")


def is_working(calendar: WorkCalendar, moment: dt.datetime) -> bool:
    """Does a shift run at this moment?"""
    line, at = timeline(calendar), utc(moment)
    today = line.ordinal(at)
    return any(a <= at < b for ordinal in (today - 1, today) for a, b in line.day(ordinal).spans)


def working_stretches(line: Timeline, a: dt.datetime, b: dt.datetime) -> Iterator[Stretch]:
    """The working time within [a, b), in order, without overlap."""
    for ordinal in range(line.ordinal(a) - 1, line.ordinal(b) + 1):
        for begins, ends in line.day(ordinal).spans:
            if ends > a and begins < b:
                yield max(begins, a), min(ends, b)


def merged(pauses: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Pauses in UTC, in order, overlapping ones joined, empty ones dropped."""
    found: list[Stretch] = []
    for start, end in sorted((utc(start), utc(end)) for start, end in pauses):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def out_of_pause(moment: dt.datetime, stops: tuple[Stretch, ...]) -> dt.datetime:
    """The end of the (merged) pause that the moment lies within, else the moment itself."""
    return next((end for start, end in stops if start < moment < end), moment)


def without(stretch: Stretch, stops: tuple[Stretch, ...]) -> Iterator[Stretch]:
    """What is left of a stretch outside the (merged) pauses."""
    start, end = stretch
    for begins, ends in stops:
        if ends <= start:
            continue
        if begins >= end:
            break
        if begins > start:
            yield start, begins
        start = ends
    if start < end:
        yield start, end
