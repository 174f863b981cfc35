from __future__ import annotations

import pytest

from tests.clauses.surface import House, Promise
from tests.showroom import open_showroom


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    """The invented showroom behind its API; Saturday 2026-11-21, 10:00."""
    made = House(open_showroom())
    monkeypatch.setattr("aftercare.clock.now", lambda: made.now)
    return made


@pytest.fixture
def order(house: House) -> Promise:
    """A fresh order of the salesperson, nothing filled in yet."""
    return house.promise()
