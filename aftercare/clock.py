"""The one clock of the program. Only edges (web, api, cli, worker) read it; everything else takes `now` as an argument.

A test may set it by a file named in AFTERCARE_CLOCK_FILE, and only with AFTERCARE_TEST=1. The file holds either
an ISO instant with a zone ("2026-11-21T09:00:00+08:00": time stands still there) or an offset to the real clock
in seconds with a sign ("+3600", "-60"), or both ("2026-11-21T09:00:00+08:00 +3600": the instant plus the offset).
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE_VARIABLE = "AFTERCARE_CLOCK_FILE"
TEST_VARIABLE = "AFTERCARE_TEST"
_OFFSET = re.compile(r"[+-]\d+(\.\d+)?")


class ClockRefused(RuntimeError):
    """The clock seam is set where it may not be, or its file cannot be read."""


def check() -> None:
    """Called when a process starts: refuses a clock file outside of tests."""
    if os.environ.get(FILE_VARIABLE) and os.environ.get(TEST_VARIABLE) != "1":
        raise ClockRefused(f"{FILE_VARIABLE} is only honoured with {TEST_VARIABLE}=1; unset it to start.")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    path = os.environ.get(FILE_VARIABLE)
    if not path:
        return datetime.now(UTC)
    check()
    return parse(Path(path).read_text(encoding="utf-8"), real=datetime.now(UTC))


def parse(text: str, real: datetime) -> datetime:
    """What a clock file with this `text` means while the real clock shows `real`."""
    words = text.split()
    instant, offset = real, timedelta()
    for place, word in enumerate(words):
        if _OFFSET.fullmatch(word) and place == len(words) - 1:
            offset = timedelta(seconds=float(word))
        elif place == 0:
            instant = _instant(word)
        else:
            raise ClockRefused(f"clock file: cannot read {word!r}")
    if not words:
        raise ClockRefused("clock file is empty")
    return instant + offset


def _instant(word: str) -> datetime:
    try:
        instant = datetime.fromisoformat(word)
    except ValueError as error:
        raise ClockRefused(f"clock file: {word!r} is not an ISO instant") from error
    if instant.tzinfo is None:
        raise ClockRefused(f"clock file: {word!r} names no zone")
    return instant.astimezone(UTC)
