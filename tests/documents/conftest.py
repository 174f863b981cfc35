from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Every test has a file store of its own."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.PUBLIC_URL = ""
