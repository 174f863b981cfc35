"""What a web process must not load before somebody needs it: each worker pays for it in memory and start-up."""

from __future__ import annotations

import subprocess
import sys

from aftercare.config import paths

LOAD = """
import django, sys
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in ("pypinyin", "typst", "chinese_calendar", "lunar_python") if name in sys.modules])
"""


def test_dictionaries_wait_until_they_are_needed() -> None:
    told = subprocess.run([sys.executable, "-c", LOAD], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    assert "pypinyin" not in told.stdout, told.stdout
