"""Steps in time: durations, dates, times of day and moments. None raises; what cannot be answered is UNKNOWN."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.handbook.conditions.values import READ, UNKNOWN
from aftercare.handbook.duration import Duration, DurationFault, add_calendar


def add_duration(left: Duration, right: Duration) -> Any:
    try:
        found = left.plus(right)
    except DurationFault:
        return UNKNOWN
    return UNKNOWN if found is None else found


def sub_duration(left: Duration, right: Duration) -> Any:
    return add_duration(left, -right)


def mul_duration(left: Any, right: Any) -> Any:
    length, times = (left, right) if isinstance(left, Duration) else (right, left)
    amount = times * length.n
    try:
        return Duration(int(amount), length.unit) if amount.denominator == 1 else UNKNOWN
    except DurationFault:
        return UNKNOWN


def diff_date(left: date, right: date) -> Any:
    return Duration((left - right).days, "d")


def days(start: date, end: date) -> Any:
    return (end - start).days


def diff_moment(left: datetime, right: datetime) -> Any:
    """In seconds, rounded away from zero: what lies a hair over 24 hours is over 24 hours."""
    micros = (left - right) // timedelta(microseconds=1)
    seconds = -(-abs(micros) // 1_000_000)
    try:
        return Duration(seconds if micros >= 0 else -seconds, "s")
    except DurationFault:
        return Duration((left - right).days, "d")


def _seconds(value: time) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


def diff_time(left: time, right: time) -> Any:
    return Duration(_seconds(left) - _seconds(right), "s")


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def day(moment: datetime, zone: str) -> Any:
    try:
        return moment.astimezone(zone_of(zone)).date()
    except OverflowError:
        return UNKNOWN


def plus(start: Any, length: Duration, kind: str, sign: int, zone: str) -> Any:
    length = length if sign > 0 else -length
    try:
        if kind == "time":
            return _plus_time(start, length)
        if kind == "date":
            return add_calendar(start, length)
        return READ["moment"](add_calendar(start.astimezone(zone_of(zone)), length))
    except (ValueError, OverflowError):
        return UNKNOWN


def _plus_time(start: time, length: Duration) -> Any:
    if length.unit not in ("s", "min", "h"):
        return UNKNOWN
    seconds = _seconds(start) + length.measure[1]
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60) if 0 <= seconds < 86400 else UNKNOWN
