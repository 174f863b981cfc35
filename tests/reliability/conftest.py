from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.stage import set_clock
from tests.showroom import NOW, Showroom, open_showroom


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The API reads the story's instant; `set_clock(clock, moment)` moves it."""
    monkeypatch.setenv("AFTERCARE_CLOCK_FILE", "")
    set_clock(tmp_path, NOW)
    return tmp_path


@pytest.fixture
def shop(transactional_db: None) -> Iterator[Showroom]:
    """Real commits, so that several connections see each other."""
    yield open_showroom()


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the storms are asked for (--full)."""
    return bool(request.config.getoption("--full"))
