"""The calendar of one person for their phone (RFC 5545). Who reads it has only an address: no phone number in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from aftercare.schedule.models import Entry
from aftercare.schedule.placing import shown_title

_NUMBER = re.compile(r"\d(?:[\d\- ]{5,}\d)")
LINE = 73  # octets of a line before it is folded


def calendar(
    rows: Iterable[Entry], *, language: str, name: str, host: str, now: datetime, whole: Collection[int] = ()
) -> str:
    """All jobs as one text with CRLF line ends. `host` makes the ids unique; `whole`: stores whose addresses
    the person may see to the door."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Aftercare//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}", "X-WR-TIMEZONE:Asia/Shanghai", "REFRESH-INTERVAL;VALUE=DURATION:PT30M",
    ]  # fmt: skip
    for row in rows:
        lines += _event(row, language, host, now, row.store_id in whole)
    return "\r\n".join(part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)) + "\r\n"


def _event(row: Entry, language: str, host: str, now: datetime, whole: bool) -> Iterator[str]:
    title = shown_title(row, language, whole=whole)
    yield "BEGIN:VEVENT"
    yield f"UID:{row.case_id}-{row.key.replace(':', '-')}@{host.partition(':')[0]}"
    yield f"DTSTAMP:{_moment(now)}"
    if row.starts is not None and row.ends is not None:
        yield f"DTSTART:{_moment(row.starts)}"
        yield f"DTEND:{_moment(row.ends)}"
    else:
        yield f"DTSTART;VALUE=DATE:{row.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{row.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(without_numbers(title))}"
    lane = "" if row.lane.startswith("person:") else row.lane
    yield f"DESCRIPTION:{_text(' · '.join(one for one in (row.number, lane) if one))}"
    if row.area:
        yield f"LOCATION:{_text(row.area)}"
    yield f"STATUS:{'CONFIRMED' if row.lane or row.task else 'TENTATIVE'}"
    yield "END:VEVENT"


def without_numbers(text: str) -> str:
    """A title without anything that may be a phone number: an address that leaked must not tell one."""
    return _NUMBER.sub(lambda found: "…" if sum(sign.isdigit() for sign in found[0]) >= 7 else found[0], text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(sign, written)
    return value.replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; a character is never cut in two."""
    held, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE:
            yield held
            held, size = " ", 1
        held, size = held + sign, size + octets
    yield held
