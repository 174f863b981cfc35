"""Bringing the stored data to this version of the program, with a backup before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aftercare.config import backups


def upgrade(now: datetime) -> list[str]:
    """Applies what is missing; makes a backup first when the database already holds something.

    Several processes may call it at once: one works, the others wait. Returns the migrations applied.
    """
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4712)")
        try:
            missing = pending()
            if missing and applied():
                back_up(now, "upgrade")
            if missing:
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("select pg_advisory_unlock(4712)")
    return missing


def pending() -> list[str]:
    """Migrations this program has and the database lacks, as "app.name"."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> dict[str, str]:
    """The last migration of each app that the database holds."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    last: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        last[app] = name
    return last


def known() -> dict[str, set[str]]:
    """Every migration this program knows, by app."""
    from django.db.migrations.loader import MigrationLoader

    names: dict[str, set[str]] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        names.setdefault(app, set()).add(name)
    return names


def back_up(now: datetime, reason: str) -> backups.Backup:
    """A backup of the database in use, then the keep rule."""
    made = backups.make(now, reason, settings_of_database(), applied())
    backups.prune(now)
    return made


def settings_of_database() -> dict[str, Any]:
    from django.db import connection

    return dict(connection.settings_dict)


def settings_are_embedded() -> bool:
    """Whether the database in use is the embedded one."""
    from django.conf import settings

    return bool(settings.EMBEDDED)
