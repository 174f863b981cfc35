"""Brings a backup back, into a fresh database first; what is live is touched only when everything else is done."""

from __future__ import annotations

import argparse
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aftercare import clock
from aftercare.cli import serve, started, upgrading
from aftercare.config import backups, paths
from aftercare.texts import Text

NAME = "restore"
HELP = "bring a backup back, into an empty database, a named one, or in place of the live one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="the folder of the backup")
    parser.add_argument("--database", default="", help="restore into this new database and leave the live one alone")
    parser.add_argument("--replace", action="store_true", help="put it in place of the live data, which is kept aside")


def run(arguments: argparse.Namespace) -> int:
    import django

    django.setup()
    backup = backups.check(arguments.backup, upgrading.known())
    with nullcontext() if arguments.database else serve.hold_place():  # nobody works on the live data meanwhile
        started.database()
        return _restore(backup, arguments)


def _restore(backup: backups.Backup, arguments: argparse.Namespace) -> int:
    settings = upgrading.settings_of_database()
    live, now = str(settings["NAME"]), clock.now()
    with closing(_administrator(settings)) as administrator:
        target = arguments.database or live
        if _holds_something(settings, target) and not (arguments.replace and target == live):
            print(f"The database {target!r} holds data. Nothing was changed. Use --replace or --database NEW_NAME.")
            return 1
        fresh = f"{target}_restoring"
        _command(administrator, "drop database if exists {} with (force)", fresh)
        _command(administrator, "create database {}", fresh)
        try:
            backups.restore_database({**settings, "NAME": fresh}, backup.folder / "database.dump")
            written = backups.unpack_files(backup, paths.files())
            said = _make_current(fresh, now)
            aside = _swap(administrator, fresh, target, now)
        finally:
            _command(administrator, "drop database if exists {} with (force)", fresh)
    _report(backup, target, written, aside, now)
    for sentence in said:
        print(f"{sentence.zh}\n{sentence.en}")
    return 0


def _make_current(database: str, now: datetime) -> list[Text]:
    """Brings the restored database to this version and lets each package do what a restore asks of it."""
    from django.core.management import call_command
    from django.db import connection

    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
        return [sentence for hook in backups.restore_hooks() for sentence in hook(now)]
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _swap(administrator: psycopg.Connection[Any], fresh: str, target: str, now: datetime) -> str:
    """Renames the restored database into place; the former one is kept under the returned name."""
    aside = f"{target}_before_{now.astimezone(UTC):%Y%m%d%H%M%S}"
    here = administrator.execute("select 1 from pg_database where datname = %s", [target]).fetchone()
    if here:
        administrator.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [target])
    with administrator.transaction():  # a kill between the two must not leave us without a database
        if here:
            _command(administrator, "alter database {} rename to {}", target, aside)
        _command(administrator, "alter database {} rename to {}", fresh, target)
    return aside if here else ""


def _report(backup: backups.Backup, target: str, written: int, aside: str, now: datetime) -> None:
    """The dated record of the restore, to be printed and filed."""
    print(f"Restored {backup.folder.name} into {target!r}")
    print(f"  backup made   {backup.made_at:%Y-%m-%d %H:%M:%SZ} ({backup.reason})")
    print(f"  restored at   {now.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}")
    for name, said in sorted(backup.manifest["parts"].items()):
        print(f"  {name:13} {said['bytes']} bytes, sha256 {said['sha256']}: proved")
    print(f"  files         {written} brought back")
    if aside:
        print(f"  former data   kept as database {aside!r}")


def _holds_something(settings: dict[str, Any], name: str) -> bool:
    try:
        with closing(_connect(settings, name)) as connection:
            found = connection.execute("select 1 from pg_tables where schemaname = 'public' limit 1").fetchone()
    except psycopg.OperationalError:
        return False
    return found is not None


def _administrator(settings: dict[str, Any]) -> psycopg.Connection[Any]:
    return _connect(settings, "postgres")


def _connect(settings: dict[str, Any], name: str) -> psycopg.Connection[Any]:
    known = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    where = {theirs: settings[ours] for ours, theirs in known.items() if settings.get(ours)}
    return psycopg.connect(dbname=name, autocommit=True, **where)


def _command(administrator: psycopg.Connection[Any], statement: str, *names: str) -> None:
    administrator.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
