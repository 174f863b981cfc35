"""Working time: the data that `aftercare.calendar` reads, its hours checked here."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercare.handbook.build.context import Build
from aftercare.handbook.nodes import Map, Scalar, one_or_many, plain, spot_of
from aftercare.handbook.source.others import CalendarSource

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


def calendar(build: Build, source: CalendarSource) -> dict[str, Any]:
    """JSON of a calendar: zone, week, holidays, closed, extra, makeup, years; what is not said is left out."""
    if source.zone is not None and not _known_zone(source.zone):
        build.faults.add(
            "zone",
            source.zone.spot,
            f"没有时区 {source.zone[:40]}",
            f"there is no time zone {source.zone[:40]!r}",
            "Asia/Shanghai",
        )
    _check_week(build, source)
    names = ("zone", "holidays", "week", "closed", "extra", "makeup", "years")
    found = {name: getattr(source, "closed_" if name == "closed" else name) for name in names}
    return {name: _json(value) for name, value in found.items() if value is not None}


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, Scalar) else plain(value)


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_week(build: Build, source: CalendarSource) -> None:
    if source.week is None:
        return
    if not isinstance(source.week, Map):
        build.faults.add("not_a_map", spot_of(source.week), 'week 写 mon: ["09:00-12:00"]', "`week` is weekday: shifts")
        return
    for day, shifts in source.week.items():
        spot = source.week.key_spots.get(day, source.week.spot)
        for part in day.split("-", 1):
            if part not in WEEKDAYS:
                build.faults.unknown("weekday", spot, "星期", "weekday", part, WEEKDAYS)
        for shift in one_or_many(shifts):
            _check_shift(build, shift)


def _check_shift(build: Build, shift: Any) -> None:
    found = _SHIFT.fullmatch(shift) if isinstance(shift, Scalar) else None
    if found is None or found[1] + found[2] >= found[3] + found[4]:
        build.faults.add(
            "shift", spot_of(shift), '班次写成 "09:00-12:00"', 'a shift is written "09:00-12:00"', '"09:00-12:00"'
        )
