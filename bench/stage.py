"""Where measuring happens: an own PostgreSQL in a temporary folder, with the product's options."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def stage(keep: str = "") -> Iterator[Path]:
    """Django ready on a fresh database; everything is gone afterwards, unless `keep` names the folder to keep.

    fsync, full_page_writes and synchronous_commit stay as PostgreSQL brings them: on.
    """
    folder = Path(keep or tempfile.mkdtemp(prefix="aftercare-bench-"))
    os.environ |= {"AFTERCARE_VAR": str(folder), "AFTERCARE_LOG": "ERROR", "SECRET_KEY": "only-for-measuring-" * 3}
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftercare.config.settings"
    from aftercare.config import embedded

    try:
        _ready()
        yield folder
    finally:
        from django.db import connections

        connections.close_all()
        embedded.server().stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _ready() -> None:
    from aftercare.cli import started

    started.django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def dsn() -> dict[str, str]:
    """Keyword arguments for psycopg.connect to the measured database."""
    from django.db import connection

    held = connection.settings_dict
    return {"host": held["HOST"], "user": held["USER"], "password": held["PASSWORD"], "dbname": held["NAME"]}
