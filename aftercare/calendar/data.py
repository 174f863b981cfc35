"""A calendar as JSON, the shape of `calendars:` in a handbook and of the settings page.

zone: Asia/Shanghai
week: {mon-fri: ["09:00-12:00", "13:30-18:00"], sat: ["10:00-16:00"]}     # what is not named is free
holidays: china                                                          # or none
makeup: ["09:00-12:00"]
closed: [{day: 2026-03-02, why: {zh: 盘点, en: Stock-taking}}, {from: 2026-07-01, to: 2026-07-03}]
extra: [{day: 2026-03-07, shifts: ["09:00-12:00"]}]
years: [{year: 2027, days: [{day: 2027-01-01, works: false, name: {zh: 元旦, en: New Year's Day}}]}]
base: {...}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aftercare.calendar.holidays_china import HolidayDay, HolidayYear
from aftercare.calendar.model import Week, WorkCalendar
from aftercare.calendar.shifts import Shift, parse_shifts
from aftercare.errors import Refused
from aftercare.texts import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("zone", "week", "holidays", "makeup", "closed", "extra", "years", "base")
_CLOSED = Text("休业", "Closed")
_LONGEST_CLOSING = 3_660


def to_json(calendar: WorkCalendar) -> dict[str, Any]:
    """What `from_json` reads back to an equal calendar; keys that are left to the base are absent."""
    found: dict[str, Any] = {"zone": calendar.zone}
    if calendar.week is not None:
        found["week"] = {name: _texts(shifts) for name, shifts in zip(WEEKDAYS, calendar.week, strict=True)}
    if calendar.holidays:
        found["holidays"] = calendar.holidays
    if calendar.makeup is not None:
        found["makeup"] = _texts(calendar.makeup)
    found["closed"] = [{"day": day.isoformat(), "why": why.as_json()} for day, why in calendar.closed]
    found["extra"] = [{"day": day.isoformat(), "shifts": _texts(shifts)} for day, shifts in calendar.extra]
    found["years"] = [_year_json(year) for year in calendar.years]
    if calendar.base is not None:
        found["base"] = to_json(calendar.base)
    return {key: value for key, value in found.items() if value != [] or key == "makeup"}


def from_json(value: Mapping[str, Any], base: WorkCalendar | None = None) -> WorkCalendar:
    """A calendar from plain data; `base` is the company's for a store. Raises Refused that names the field."""
    _only(value, KEYS, "calendar")
    holidays = value.get("holidays")
    if holidays not in (None, "china", "none"):
        raise _bad("holidays", "holidays 只能是 china 或 none。", "holidays is china or none.")
    below = value.get("base")
    return WorkCalendar(
        zone=str(value.get("zone") or (base.zone if base else "Asia/Shanghai")),
        week=_week(_mapping(value["week"], "week")) if value.get("week") is not None else None,
        holidays=holidays,
        closed=tuple(_closed(_list(value.get("closed"), "closed"))),
        extra=tuple(_extra(_list(value.get("extra"), "extra"))),
        makeup=_shifts(value["makeup"], "makeup") if value.get("makeup") is not None else None,
        years=tuple(_year(_mapping(year, "years")) for year in _list(value.get("years"), "years")),
        base=from_json(_mapping(below, "base")) if below is not None else base,
    )


def _texts(shifts: Sequence[Shift]) -> list[str]:
    return [str(shift) for shift in shifts]


def _year_json(year: HolidayYear) -> dict[str, Any]:
    days = [{"day": d.day.isoformat(), "works": d.works, "name": d.name.as_json()} for d in year.days]
    return {"year": year.year, "days": days}


def _week(value: Mapping[str, Any]) -> Week:
    week: list[tuple[Shift, ...]] = [()] * 7
    for key, shifts in value.items():
        for index in _weekdays(str(key)):
            week[index] = _shifts(shifts, f"week.{key}")
    return tuple(week)


def _weekdays(key: str) -> range:
    """ "tue" or "mon-fri"."""
    first, _, last = key.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise _bad("week", f"没有星期“{key}”，可写 mon 或 mon-fri。", f"No weekday “{key}”; write mon or mon-fri.")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def _shifts(value: Any, field: str) -> tuple[Shift, ...]:
    if value is not None and not isinstance(value, (str, list, tuple)):
        raise _bad(field, "班次应是列表，如 [09:00-12:00]。", "Shifts are a list, like [09:00-12:00].")
    return parse_shifts(value or ())


def _closed(entries: Sequence[Any]) -> Iterator[tuple[dt.date, Text]]:
    for entry in entries:
        item = _mapping(entry, "closed")
        _only(item, ("day", "from", "to", "why"), "closed")
        first = _day(item.get("day", item.get("from")), "closed")
        last = _day(item.get("to", first), "closed")
        if not 0 <= (last - first).days <= _LONGEST_CLOSING:
            raise _bad("closed", f"休业起止日期不对：{first} 至 {last}。", f"Closed from {first} to {last} cannot be.")
        why = _text(item.get("why"), "closed.why", _CLOSED)
        for number in range((last - first).days + 1):
            yield first + dt.timedelta(days=number), why


def _extra(entries: Sequence[Any]) -> Iterator[tuple[dt.date, tuple[Shift, ...]]]:
    for entry in entries:
        item = _mapping(entry, "extra")
        _only(item, ("day", "shifts"), "extra")
        yield _day(item.get("day"), "extra"), _shifts(item.get("shifts"), "extra.shifts")


def _year(item: Mapping[str, Any]) -> HolidayYear:
    _only(item, ("year", "days"), "years")
    year = item.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1900 <= year <= 9000:
        raise _bad("years", f"年份不对：{year}。", f"Not a year: {year}.")
    return HolidayYear(year, tuple(_holiday(_mapping(day, "years.days")) for day in _list(item.get("days"), "years")))


def _holiday(item: Mapping[str, Any]) -> HolidayDay:
    _only(item, ("day", "works", "name"), "years.days")
    works = item.get("works", False)
    if not isinstance(works, bool):
        raise _bad("years.days.works", "works 应为 true 或 false。", "works is true or false.")
    name = _text(item.get("name"), "years.days.name", Text("节假日", "Holiday"))
    return HolidayDay(_day(item.get("day"), "years.days"), works, name)


def _day(value: Any, field: str) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _bad(field, f"“{value}”应写成 2026-03-02。", f"Not a date: {value}; write 2026-03-02.") from error


def _text(value: Any, field: str, default: Text) -> Text:
    if value is None:
        return default
    if isinstance(value, Mapping) and set(value) == {"zh", "en"} and all(isinstance(v, str) for v in value.values()):
        return Text(value["zh"], value["en"])
    raise _bad(field, "文字应写成 {zh: ..., en: ...}。", "A text is written {zh: ..., en: ...}.")


def _mapping(value: Any, field: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise _bad(field, f"{field} 应是键值表。", f"{field} must be a mapping.")


def _list(value: Any, field: str) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return value
    raise _bad(field, f"{field} 应是列表。", f"{field} must be a list.")


def _only(value: Mapping[str, Any], known: Sequence[str], field: str) -> None:
    for key in value:
        if key not in known:
            names = ", ".join(known)
            raise _bad(field, f"不认识“{key}”，可用：{names}。", f"Unknown key “{key}”; known are {names}.")


def _bad(field: str, zh: str, en: str) -> Refused:
    return Refused.because("calendar.data", zh, en, field=field)
