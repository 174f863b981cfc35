"""Backups: where they lie, how old the last one is, making and checking them.

One backup is a folder `<UTC stamp>-<reason>` with `database.dump` (pg_dump, compressed), `files.tar` and
`manifest.json` (sizes and sha256 of both, program version, migrations). It is written beside and renamed when whole,
so a folder without `.partial` in its name is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from aftercare import faults
from aftercare.config import embedded, paths
from aftercare.texts import Text

OVERDUE_AFTER = timedelta(hours=26)
KEEP_ALL_FOR = timedelta(days=14)
KEEP_MONTHLY = 12
FORMAT = 1
_STAMP = "%Y%m%dT%H%M%SZ"


class BackupDamaged(RuntimeError):
    """A backup that must not be used; the text says which part and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup on disk."""

    folder: Path
    made_at: datetime
    reason: str
    manifest: Mapping[str, Any]


RestoreHook = Callable[[datetime], Iterable[Text]]
_restore_hooks: dict[str, RestoreHook] = {}


def on_restore(name: str, hook: RestoreHook) -> None:
    """Registers what a package does once in a database just brought back, before anyone works in it.

    The hook gets `now` and yields sentences for the record of the restore (what waits, what is overdue).
    """
    _restore_hooks[name] = hook


def restore_hooks() -> tuple[RestoreHook, ...]:
    return tuple(hook for _, hook in sorted(_restore_hooks.items()))


def last_backup(now: datetime) -> datetime | None:
    """When the newest finished backup not later than `now` was made."""
    return max((backup.made_at for backup in list_backups() if backup.made_at <= now), default=None)


def overdue(now: datetime) -> bool:
    """True when the last backup is over 26 hours old or none exists although the installation is older than that."""
    return now - (last_backup(now) or _begun(now)) > OVERDUE_AFTER


def list_backups() -> list[Backup]:
    """Finished backups, oldest first; folders without a readable manifest are left out."""
    home = paths.backups()
    return list(_listed(home, home.stat().st_mtime_ns))


@lru_cache(maxsize=4)
def _listed(home: Path, changed: int) -> tuple[Backup, ...]:
    """Every page asks how old the last backup is, so the answer is kept until the folder changes."""
    found = [_read(folder) for folder in sorted(home.iterdir()) if folder.is_dir()]
    return tuple(sorted((backup for backup in found if backup), key=lambda backup: backup.made_at))


def make(now: datetime, reason: str, connection: Mapping[str, Any], migrations: Mapping[str, str]) -> Backup:
    """Dumps the database (Django's description) and the files. Safe while people work.

    Files are stored before the rows that name them, so the dump comes first and the files after it.
    """
    name = f"{now.astimezone(UTC).strftime(_STAMP)}-{reason}"
    partial, final = paths.backups() / f".{name}.partial-{os.getpid()}", paths.backups() / name
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    try:
        dump_database(connection, partial / "database.dump")
        faults.point("backup.dumped")
        _pack_files(partial / "files.tar")
        manifest = {
            "format": FORMAT,
            "made_at": now.astimezone(UTC).isoformat(),
            "reason": reason,
            "migrations": dict(migrations),
            "parts": {part.name: _measure(part) for part in sorted(partial.iterdir())},
        }
        _write(partial / "manifest.json", json.dumps(manifest, indent=1).encode())
        faults.point("backup.whole")
        partial.rename(final)
        faults.point("backup.placed")
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    made = _read(final)
    assert made is not None
    return made


def check(folder: Path, known_migrations: Mapping[str, Iterable[str]] | None = None) -> Backup:
    """Proves that a backup is whole and not newer than this program; raises BackupDamaged otherwise."""
    backup = _read(folder)
    if backup is None:
        raise BackupDamaged(f"{folder}: no readable manifest.json; this is not a finished backup.")
    if backup.manifest.get("format") != FORMAT:
        raise BackupDamaged(f"{folder}: made by another format of backups ({backup.manifest.get('format')}).")
    for name in ("database.dump", "files.tar"):
        said = backup.manifest["parts"].get(name)
        if not (folder / name).is_file() or said is None:
            raise BackupDamaged(f"{folder}: {name} is missing.")
        if _measure(folder / name) != said:
            raise BackupDamaged(f"{folder}: {name} is damaged; its size or sha256 differs from the manifest.")
    for app, last in backup.manifest["migrations"].items():
        if known_migrations is not None and last not in known_migrations.get(app, ()):
            raise BackupDamaged(f"{folder}: made by a newer version of Aftercare ({app} {last} is unknown here).")
    return backup


def dump_database(connection: Mapping[str, Any], target: Path) -> None:
    """pg_dump of one database into one compressed file, mode 0600."""
    _write(target, b"")
    embedded.run("pg_dump", "--format=custom", "--compress=6", "--no-owner", "--no-privileges", f"--file={target}",
                 environment=client_environment(connection))  # fmt: skip
    _sync(target)


def restore_database(connection: Mapping[str, Any], source: Path) -> None:
    """pg_restore of one file into an existing, empty database; all or nothing."""
    embedded.run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
                 f"--dbname={connection['NAME']}", str(source), environment=client_environment(connection))  # fmt: skip


def unpack_files(backup: Backup, target: Path) -> int:
    """Puts the files of a backup under `target`; those already there stay. Returns how many were written."""
    written = 0
    with tarfile.open(backup.folder / "files.tar") as tar:
        for member in tar:
            if member.isfile() and not (target / member.name).exists():
                tar.extract(member, target, filter="data")
                written += 1
    return written


def prune(now: datetime) -> list[Path]:
    """Deletes what the keep rule lets go: all of 14 days stay, then the first of each of 12 months."""
    doomed, months = [], set()
    for backup in list_backups():
        month = backup.made_at.strftime("%Y-%m")
        old = now - backup.made_at > KEEP_ALL_FOR
        too_old = now - backup.made_at > timedelta(days=31 * KEEP_MONTHLY)
        if old and (too_old or month in months):
            doomed.append(backup.folder)
        months.add(month)
    for folder in doomed:
        shutil.rmtree(folder)
    return doomed


def client_environment(connection: Mapping[str, Any]) -> dict[str, str]:
    """How PostgreSQL's own programs are told where to go; never on the command line, where others can read it."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    options = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    asked = connection.get("OPTIONS") or {}  # what stood behind the ? of DATABASE_URL
    known = {theirs: str(asked[ours]) for ours, theirs in options.items() if asked.get(ours)}
    return known | {theirs: str(connection[ours]) for ours, theirs in names.items() if connection.get(ours)}


def _begun(now: datetime) -> datetime:
    """When backups were first asked about here, noted at that time."""
    note = paths.backups() / ".begun"
    try:
        with note.open("x") as handle:
            handle.write(now.isoformat())
    except FileExistsError:
        pass
    text = note.read_text()
    return datetime.fromisoformat(text) if text else now


def _pack_files(target: Path) -> None:
    _write(target, b"")
    with tarfile.open(target, "w") as tar:
        for path in sorted(paths.files().rglob("*")):
            if path.is_file() and not path.is_symlink():
                tar.add(path, arcname=str(path.relative_to(paths.files())), recursive=False)
    _sync(target)


def _read(folder: Path) -> Backup | None:
    if ".partial" in folder.name:
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        return Backup(folder, datetime.fromisoformat(manifest["made_at"]), manifest["reason"], manifest)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _measure(path: Path) -> dict[str, Any]:
    with path.open("rb") as handle:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(handle, "sha256").hexdigest()}


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
