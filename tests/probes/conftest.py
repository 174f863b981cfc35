from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.probes.stage import Trade, open_trade


@pytest.fixture
def trade(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Trade]:
    def opened(folder: Path) -> Trade:
        made = open_trade(folder)
        monkeypatch.setattr("aftercare.clock.now", lambda: made.now)
        return made

    return opened
