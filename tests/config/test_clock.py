"""The clock seam: honoured in tests only, refused everywhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aftercare import clock

REAL = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-21T09:00:00+08:00", datetime(2026, 11, 21, 1, 0, tzinfo=UTC)),
        ("2026-11-21T01:00:00Z\n", datetime(2026, 11, 21, 1, 0, tzinfo=UTC)),
        ("+3600", REAL + timedelta(hours=1)),
        ("-60", REAL - timedelta(minutes=1)),
        ("2026-11-21T09:00:00+08:00 +3600", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_clock_file_means(text: str, meant: datetime) -> None:
    assert clock.parse(text, REAL) == meant


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-11-21T09:00:00", "+3600 +3600", "2026-11-21T09:00:00Z now"])
def test_a_clock_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(clock.ClockRefused):
        clock.parse(text, REAL)


def test_a_clock_file_outside_of_tests_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-11-21T09:00:00+08:00")
    monkeypatch.setenv(clock.FILE_VARIABLE, str(file))
    monkeypatch.setenv(clock.TEST_VARIABLE, "1")
    assert clock.now() == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    monkeypatch.delenv(clock.TEST_VARIABLE)
    with pytest.raises(clock.ClockRefused):
        clock.check()
    with pytest.raises(clock.ClockRefused):
        clock.now()
