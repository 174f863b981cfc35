"""Settings of the test run: the product's own, on a server of its own, with cheap passwords."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("AFTERCARE_TEST", "1")
os.environ.setdefault("AFTERCARE_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 4)

from aftercare.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
