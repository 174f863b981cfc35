from __future__ import annotations

import pytest

from tests.showroom import Showroom, open_showroom


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()
