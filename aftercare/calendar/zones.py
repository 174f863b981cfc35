"""Local time: a zone's name to its tzinfo, moments to local days and back. Never asks the machine's own zone."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercare.errors import Refused

UTC = dt.UTC
BEIJING = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")

# The tz database moves these by minutes before 1901 and by an hour in the summers of 1986-1991. A purchase date of
# 1988-07-01 or a day of 23 hours would then shift by an hour; people here mean UTC+8, always.
_CHINA = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC"})


@lru_cache(maxsize=64)
def zone_of(name: str) -> dt.tzinfo:
    """The zone of this name. Raises Refused `calendar.zone` when there is none."""
    if name in _CHINA:
        return BEIJING
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused.because(
            "calendar.zone", f"没有这个时区：{name}。", f"There is no time zone {name}.", field="zone"
        ) from error


def utc(moment: dt.datetime) -> dt.datetime:
    """The same moment in UTC. Raises ValueError for a moment without a zone: it would mean the machine's."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment.isoformat()}")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def local_day(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    return utc(moment).astimezone(zone).date()


def day_start(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The local midnight at which the day begins, in UTC."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def moment_on(day: dt.date, at: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The moment of a wall-clock time of a local day, in UTC."""
    return dt.datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def iso(moment: dt.datetime) -> str:
    """How moments are written in JSON: UTC with a Z."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def from_iso(text: str) -> dt.datetime:
    """The other way. Raises Refused `calendar.moment`."""
    try:
        return utc(dt.datetime.fromisoformat(text))
    except (TypeError, ValueError) as error:
        raise Refused.because(
            "calendar.moment", f"不是带时区的时刻：{text}。", f"Not a moment with its zone: {text}."
        ) from error
