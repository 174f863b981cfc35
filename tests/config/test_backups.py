"""backup-1 and its neighbours: a backup brings everything back; a bad one is refused before anything is touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from aftercare.config import backups, embedded, paths

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class House:
    """An installation of its own in a temporary folder, driven through the command line."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = {**os.environ, "AFTERCARE_VAR": str(var), "PYTHONPATH": str(paths.ROOT)}
        for name in ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATABASE_URL", "AFTERCARE_BACKUPS"):
            self.environment.pop(name, None)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "aftercare.cli", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def done(self, *words: str) -> str:
        result = self.run(*words)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def connect(self, database: str = "aftercare") -> psycopg.Connection[tuple[str, ...]]:
        password = (self.var / "postgres-password").read_text().strip()
        server = embedded.Server(self.var / "postgres", password)
        return psycopg.connect(**server.connection_parameters(database), autocommit=True)

    def checksums(self, database: str = "aftercare") -> dict[str, str]:
        """A digest of every table."""
        with self.connect(database) as connection:
            tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            digest = "select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from {} t"
            queries = {name: sql.SQL(digest).format(sql.Identifier(name)) for (name,) in tables}
            del queries["messages_hold"]  # a restore holds what would leave the house, and notes it there
            return {name: str(connection.execute(query).fetchone()) for name, query in queries.items()}

    def add(self, word: str) -> None:
        with self.connect() as connection:
            statement = "insert into config_heartbeat (worker, started_at, beat_at) values (%s, now(), now())"
            connection.execute(statement, [word])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    one = House(tmp_path_factory.mktemp("house"))
    one.done("migrate")
    one.add("王建国")
    (one.var / "files" / "ab").mkdir(parents=True, exist_ok=True)
    (one.var / "files" / "ab" / "photo.jpg").write_bytes(os.urandom(5000))
    yield one
    one.run("stop")


@pytest.fixture(scope="module")
def backup(house: House) -> Path:
    return Path(house.done("backup").strip().splitlines()[-1])


def test_backup_1_restores_every_table_and_file_elsewhere(house: House, backup: Path, tmp_path: Path) -> None:
    photo = house.var / "files" / "ab" / "photo.jpg"
    empty = House(tmp_path / "other machine")
    empty.var.mkdir()
    try:
        said = empty.done("restore", str(backup))
        assert "Restored" in said
        assert empty.checksums() == house.checksums()
        assert (empty.var / "files" / "ab" / "photo.jpg").read_bytes() == photo.read_bytes()
        assert empty.done("migrate") == "nothing to do\n"
    finally:
        empty.run("stop")


def test_a_restore_in_place_keeps_the_former_data_aside(house: House, backup: Path) -> None:
    before = house.checksums()
    house.add("written after the backup")
    assert house.run("restore", str(backup)).returncode == 1, "live data is replaced only when asked for"
    assert house.checksums() != before
    said = house.done("restore", str(backup), "--replace")
    assert house.checksums() == before
    aside = said.split("kept as database '")[1].split("'")[0]
    assert house.checksums(aside)["config_heartbeat"] != before["config_heartbeat"]


@pytest.mark.parametrize("harm", ["flip", "truncate", "file gone", "no manifest", "newer", "other format"])
def test_a_bad_backup_is_refused_and_the_live_data_is_untouched(
    house: House, backup: Path, tmp_path: Path, harm: str
) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(backup, bad)
    damage(bad, harm)
    before = house.checksums()
    result = house.run("restore", str(bad), "--replace")
    assert result.returncode == 1
    assert "restore:" in result.stderr, result.stderr
    assert house.checksums() == before


def damage(folder: Path, harm: str) -> None:
    dump, manifest = folder / "database.dump", json.loads((folder / "manifest.json").read_text())
    content = bytearray(dump.read_bytes())
    if harm == "flip":
        content[len(content) // 2] ^= 1
        dump.write_bytes(content)
    elif harm == "truncate":
        dump.write_bytes(content[: len(content) // 2])
    elif harm == "file gone":
        (folder / "files.tar").unlink()
    elif harm == "no manifest":
        (folder / "manifest.json").unlink()
    elif harm == "newer":
        manifest["migrations"]["config"] = "9999_from_the_future"
    else:
        manifest["format"] = 99
    if harm in {"newer", "other format"}:
        (folder / "manifest.json").write_text(json.dumps(manifest))


def test_only_the_owner_may_read_a_backup(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    for part in backup.iterdir():
        assert stat.S_IMODE(part.stat().st_mode) == 0o600, part
    manifest = json.loads((backup / "manifest.json").read_text())
    for name, said in manifest["parts"].items():
        assert hashlib.sha256((backup / name).read_bytes()).hexdigest() == said["sha256"]


def test_an_upgrade_makes_a_backup_first(house: House) -> None:
    with house.connect() as connection:
        connection.execute("delete from django_migrations where app = 'config'")
        connection.execute("drop table config_heartbeat")
    house.done("migrate")
    assert house.done("backup", "--list").count("  upgrade ") == 1
    house.add("after the upgrade")


def note(folder: Path, made_at: datetime) -> None:
    one = folder / f"{made_at:%Y%m%dT%H%M%SZ}-nightly"
    one.mkdir(parents=True)
    said = {"format": 1, "made_at": made_at.isoformat(), "reason": "nightly", "migrations": {}, "parts": {}}
    (one / "manifest.json").write_text(json.dumps(said))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFTERCARE_BACKUPS", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


def test_the_alarm_comes_after_26_hours(shelf: Path) -> None:
    assert not backups.overdue(NOW), "a new installation has its first night before it"
    assert backups.overdue(NOW + timedelta(hours=26, seconds=1))
    note(shelf, NOW)
    assert backups.last_backup(NOW + timedelta(hours=1)) == NOW
    assert not backups.overdue(NOW + timedelta(hours=26))
    assert backups.overdue(NOW + timedelta(hours=26, seconds=1))


def test_a_backup_cut_short_does_not_count(shelf: Path) -> None:
    note(shelf, NOW)
    (shelf / f"{NOW:%Y%m%dT%H%M%SZ}-nightly").rename(shelf / ".20261121T020000Z-nightly.partial-1")
    assert backups.last_backup(NOW) is None


def test_the_keep_rule_keeps_two_weeks_and_one_of_each_month(shelf: Path) -> None:
    for day in range(420):
        note(shelf, NOW - timedelta(days=day))
    backups.prune(NOW)
    kept = [backup.made_at for backup in backups.list_backups()]
    assert [moment for moment in kept if NOW - moment <= timedelta(days=14)] == [
        NOW - timedelta(days=day) for day in range(14, -1, -1)
    ]
    older = [moment.strftime("%Y-%m") for moment in kept if NOW - moment > timedelta(days=14)]
    assert len(older) == len(set(older)) == 12
