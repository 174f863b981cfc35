"""Durations as people write them, and what a month is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.handbook.duration import UNITS, Duration, DurationFault, add_calendar, parse_duration


@given(st.integers(0, 100_000), st.sampled_from(UNITS))
def test_what_is_written_reads_back(n: int, unit: str) -> None:
    assert parse_duration(str(Duration(n, unit))) == Duration(n, unit)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3 wrkdays", "3wd"),
        ("3 working days", "3wd"),
        ("14 days", "14d"),
        ("14 d", "14d"),
        ("2 hours", "2h"),
        ("1 month", "1mo"),
        ("15mins", "15min"),
        ("3天", "3d"),
        ("3个工作日", "3wd"),
        ("半天", ""),
        ("", ""),
        ("d", ""),
        ("1.5h", ""),
        ("14D", "14d"),
        ("-3d", "3d"),
        ("99999999999d", ""),
        ("1fortnight", ""),
    ],
)
def test_a_slip_is_told_with_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(DurationFault) as caught:
        parse_duration(text)
    assert caught.value.meant == meant
    assert (meant in caught.value.zh and meant in caught.value.en) or not meant


def test_minus_is_read_only_where_asked_for() -> None:
    assert parse_duration("-3d", signed=True) == Duration(-3, "d")
    with pytest.raises(DurationFault):
        Duration(1, "fortnight")
    with pytest.raises(DurationFault):
        Duration(10**12, "d")


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-01-31", "1mo", "2026-02-28"),
        ("2028-01-31", "1mo", "2028-02-29"),
        ("2028-02-29", "1y", "2029-02-28"),
        ("2028-02-29", "4y", "2032-02-29"),
        ("2026-11-30", "1q", "2027-02-28"),
        ("2026-03-31", "-1mo", "2026-02-28"),
        ("2026-12-31", "1d", "2027-01-01"),
        ("2026-01-15", "-1w", "2026-01-08"),
        ("2026-01-31", "13mo", "2027-02-28"),
        ("2026-01-15", "-13mo", "2024-12-15"),
    ],
)
def test_calendar_units_on_a_date(start: str, length: str, end: str) -> None:
    assert add_calendar(date.fromisoformat(start), parse_duration(length, signed=True)) == date.fromisoformat(end)


def test_hours_are_exact_and_days_keep_the_wall_time() -> None:
    zone = ZoneInfo("Europe/Berlin")  # a zone with summer time shows the difference
    start = datetime(2026, 3, 28, 12, tzinfo=zone)
    assert add_calendar(start, Duration(1, "d")) == datetime(2026, 3, 29, 12, tzinfo=zone)
    assert add_calendar(start, Duration(24, "h")).hour == 13
    assert add_calendar(datetime(2026, 1, 31, 9, tzinfo=UTC), Duration(15, "min")).minute == 15


@pytest.mark.parametrize("length", ["3wd", "2wh", "30wmin", "2h", "9000y", "99999999w"])
def test_what_cannot_be_added_to_a_date(length: str) -> None:
    with pytest.raises(ValueError):
        add_calendar(date(2026, 11, 21), parse_duration(length))


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ("1d", "1w", "8d"),
        ("1h", "30min", "5400s"),
        ("1y", "1q", "15mo"),
        ("1d", "12h", "129600s"),
        ("2wh", "30wmin", "150wmin"),
        ("1mo", "1d", None),
        ("1wd", "1wh", None),
    ],
)
def test_sums(left: str, right: str, both: str | None) -> None:
    found = parse_duration(left).plus(parse_duration(right))
    assert (None if found is None else str(found)) == both
