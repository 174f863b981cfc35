from __future__ import annotations

import pytest

from aftercare.money import received
from tests import shop as shops


@pytest.fixture
def shop(db: None) -> shops.Shop:
    return shops.open_shop()


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money on its own: the cases these tests name do not exist."""
    monkeypatch.setattr(received, "_listeners", [])
