"""The database of a test run."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aftercare.config import embedded, paths

# Tests need no data to survive a power cut; those that do start a server of their own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
_users: list[TextIOWrapper] = []


def server() -> embedded.Server:
    return embedded.Server(paths.var() / "postgres", paths.secret("postgres-password"), extra=FAST)


def begin_run() -> None:
    """Notes that a run uses the server; the last one to end stops it."""
    handle = (paths.var() / "users.lock").open("w")
    fcntl.flock(handle, fcntl.LOCK_SH)
    _users.append(handle)


def end_run() -> None:
    handle = _users.pop()
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        server().stop()
    handle.close()


@contextmanager
def for_this_process(blocker: Any) -> Iterator[None]:
    """A fresh copy of the migrated template, under a name of this process; dropped at the end."""
    from django.db import connection, connections

    name = f"test_{os.getpid()}"
    server().start()
    with _administrator() as administrator:
        _drop_leftovers(administrator)
        template = _template(administrator, blocker)
        _run(administrator, "create database {} template {}", name, template)
    with blocker.unblock():
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            with _administrator() as administrator:
                _run(administrator, "drop database if exists {} with (force)", name)


def _template(administrator: psycopg.Connection[Any], blocker: Any) -> str:
    """The name of the template for the present migrations; made by whoever comes first."""
    name = f"template_{_state()}"
    administrator.execute("select pg_advisory_lock(4711)")
    known = administrator.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if not known:
        _run(administrator, "drop database if exists {} with (force)", f"{name}_half")
        _run(administrator, "create database {}", f"{name}_half")
        _migrate(f"{name}_half", blocker)
        _run(administrator, "alter database {} rename to {}", f"{name}_half", name)
    administrator.execute("select pg_advisory_unlock(4711)")
    return name


def _migrate(name: str, blocker: Any) -> None:
    from django.core.management import call_command
    from django.db import connection

    with blocker.unblock():
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()


def _state() -> str:
    """A short hash of everything that decides what a migrated database looks like."""
    digest = hashlib.sha256()
    for path in sorted(
        [*Path(paths.ROOT, "aftercare").glob("*/migrations/*.py"), paths.ROOT / "requirements/base.txt"]
    ):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _drop_leftovers(administrator: psycopg.Connection[Any]) -> None:
    """Databases of runs that were killed, and templates of migrations that are no more."""
    keep = f"template_{_state()}"
    for (name,) in administrator.execute(
        "select datname from pg_database where datname ~ '^(test|template)_'"
    ).fetchall():
        word = name.split("_")[1]
        dead_run = name.startswith("test_") and word.isdigit() and not Path("/proc", word).exists()
        old_template = name.startswith("template_") and not name.startswith(keep) and not name.endswith("_half")
        if dead_run or old_template:
            with suppress(psycopg.Error):
                _run(administrator, "drop database if exists {}", name)


def _administrator() -> psycopg.Connection[Any]:
    return psycopg.connect(**server().connection_parameters("postgres"), autocommit=True)


def _run(administrator: psycopg.Connection[Any], statement: str, *names: str) -> None:
    administrator.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
