"""Birthdays by the solar or the lunar calendar, with or without a year. Pure functions."""

from __future__ import annotations

import re
from datetime import date

from aftercare.errors import Fault

_SHAPE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")


def birthday_fault(text: str, lunar: bool, field: str = "birthday") -> Fault | None:
    """Why "1980-02-30" or "02-30" is no birthday, or None. The lunar calendar has months of at most 30 days."""
    if not text:
        return None
    found = _SHAPE.fullmatch(text)
    if found:
        year, month, day = int(found[1] or 2000), int(found[2]), int(found[3])
        if lunar and 1 <= month <= 12 and 1 <= day <= 30 and 1800 <= year <= 2099:
            return None
        if not lunar and year >= 1800 and _is_date(year, month, day):
            return None
    return Fault(
        "customer.birthday",
        f"“{text}”不是有效的生日，请写成 1980-05-17；年份不详时写 05-17。",
        f"“{text}” is not a birthday; write 1980-05-17, or 05-17 when the year is unknown.",
        field=field,
    )


def next_birthday(text: str, lunar: bool, today: date) -> date:
    """The solar date of the next birthday, today included. 29 February falls on the 28th, a lunar 30th on the 29th."""
    found = _SHAPE.fullmatch(text)
    if not found:
        raise ValueError(f"not a birthday: {text!r}")
    month, day = int(found[2]), int(found[3])
    for year in range(today.year - 1, today.year + 2):
        falls = _lunar(year, month, day) if lunar else _solar(year, month, day)
        if falls >= today:
            return falls
    raise ValueError(f"no birthday found for {text!r}")


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _solar(year: int, month: int, day: int) -> date:
    return date(year, month, day if _is_date(year, month, day) else day - 1)


def _lunar(year: int, month: int, day: int) -> date:
    from lunar_python import LunarMonth, LunarYear

    months: list[LunarMonth] = LunarYear.fromYear(year).getMonths()
    found = next(m for m in months if m.getYear() == year and m.getMonth() == month)
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, month, min(day, found.getDayCount())).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
