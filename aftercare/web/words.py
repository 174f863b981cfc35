"""How things are said to people: moments, spans, money. Pure but for the language, which is the active one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from aftercare.texts import Text

ZONE = ZoneInfo("Asia/Shanghai")
SOON = timedelta(hours=4)
FAR = timedelta(days=7)


def text_in(value: Any) -> str:
    """A Text, its JSON shape or a plain string, in the active language; the other language where one is empty."""
    if isinstance(value, Text):
        value = value.as_json()
    if isinstance(value, dict):
        first, second = ("zh", "en") if (get_language() or "zh").startswith("zh") else ("en", "zh")
        return str(value.get(first) or value.get(second) or "")
    return "" if value is None else str(value)


def local(at: datetime | str) -> datetime:
    """An aware moment (or its ISO text) on the wall clock of the company."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(ZONE)


def full_stamp(at: datetime | str) -> str:
    """2026-11-21 17:30:05, the whole of it."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S")


def day_said(day: date | str, today: date) -> str:
    """Today, yesterday, or the date with its weekday; the year only when it is another."""
    if isinstance(day, str):
        day = date.fromisoformat(day)
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow"), 2: _("in two days")}.get((day - today).days)
    if near:
        return near
    if day.year == today.year:
        return dateformat.format(day, pgettext("format of a day of this year", "D j M"))
    return dateformat.format(day, pgettext("format of a day of another year", "j M Y"))


def date_said(day: date) -> str:
    """A date with its weekday and year, never "today"."""
    return dateformat.format(day, pgettext("format of a day in full", "l, j F Y"))


def moment_said(at: datetime | str, now: datetime) -> str:
    """today 17:30 · Wed 25 Nov 09:00 · 3 Jan 2025 10:15."""
    moment = local(at)
    said = _("%(day)s %(time)s") % {"day": day_said(moment.date(), local(now).date()), "time": f"{moment:%H:%M}"}
    return said[:1].upper() + said[1:]


def due_said(at: datetime | str, now: datetime) -> str:
    """As `moment_said`; a deadline that falls on midnight is said by the day it ends."""
    moment = local(at)
    if moment.time() != time():
        return moment_said(at, now)
    last = (moment - timedelta(minutes=1)).date()
    said = _("%(day)s, by the end") % {"day": day_said(last, local(now).date())}
    return said[:1].upper() + said[1:]


def opens_said(at: datetime | str, now: datetime) -> str:
    """From when something may be done; a day that begins is said without its midnight."""
    moment = local(at)
    if moment.time() != time():
        return _("from %(when)s") % {"when": moment_said(at, now)}
    return _("from %(when)s") % {"when": day_said(moment.date(), local(now).date())}


def span_day(day: date) -> str:
    """16 November: an end of a week."""
    return dateformat.format(day, pgettext("format of a day without weekday", "j F"))


def month_said(day: date) -> str:
    """November 2026."""
    return dateformat.format(day, pgettext("format of a month", "F Y"))


def span_said(span: timedelta) -> str:
    """The two largest parts: 3 h 12 min, 2 days 4 h, 12 min; under a minute says so."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(n)s day", "%(n)s days", days)),
        (hours, ngettext("%(n)s h", "%(n)s h", hours)),
        (minutes, ngettext("%(n)s min", "%(n)s min", minutes)),
    ]
    while parts and not parts[0][0]:
        parts.pop(0)
    said = [form % {"n": number} for number, form in parts[:2] if number]
    return " ".join(said) or _("less than a minute")


def distance_said(at: datetime | str, now: datetime) -> str:
    """2 h left · overdue by 3 h 12 min."""
    span = local(at) - now
    if abs(span) >= FAR:
        span = timedelta(days=int(span / timedelta(days=1)))  # weeks away nobody counts hours
    words = _("%(span)s left") if span >= timedelta(0) else _("overdue by %(span)s")
    return words % {"span": span_said(span)}


def due_tone(at: datetime | str, now: datetime) -> str:
    """The colour of an open promise: open, soon or broken."""
    span = local(at) - now
    if span < timedelta(0):
        return "broken"
    return "soon" if span <= SOON else "open"


def money_said(fen: int | None) -> str:
    """¥12,345.00 from whole fen."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def yuan(fen: int | None) -> str:
    """12345.00: what a money field holds."""
    return "" if fen is None else money_said(fen).replace("¥", "").replace(",", "")


def utc_text(moment: datetime) -> str:
    """An aware moment as JSON keeps it: UTC, ISO, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
