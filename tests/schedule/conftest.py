from __future__ import annotations

import pytest

from tests.schedule.stage import Yard, open_yard


@pytest.fixture
def yard(db: None) -> Yard:
    return open_yard()
