"""backup-1: a backup made while people work comes back on an empty machine by the documented commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection

from aftercare.cases.models import Deadline, Event
from aftercare.config import paths
from aftercare.config.dump import digests
from aftercare.messages.actions import queue
from tests.reliability.served import environment
from tests.reliability.stage import program, set_clock
from tests.showroom import NOW, Showroom


class Machine:
    """An empty machine: a folder and the command line."""

    def __init__(self, var: Path) -> None:
        var.mkdir()
        self.environment = {**os.environ, "AFTERCARE_VAR": str(var), "PYTHONPATH": str(paths.ROOT)}
        for name in ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATABASE_URL", "AFTERCARE_BACKUPS"):
            self.environment.pop(name, None)
        self.var = var

    def done(self, *words: str) -> str:
        command = [sys.executable, "-m", "aftercare.cli", *words]
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def rows(self, table: str) -> list[dict[str, object]]:
        said = [json.loads(line) for line in self.done("dump", "--canonical").splitlines()]
        return [line["row"] for line in said if line["table"] == table]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    one = Machine(tmp_path / "machine")
    yield one
    one.done("stop")


def back_up(folder: Path) -> Path:
    command = [sys.executable, "-m", "aftercare.cli", "backup"]
    connection.close()
    return Path(
        subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=True).stdout.strip()
    )


def test_backup_1_made_under_load(shop: Showroom, machine: Machine, tmp_path: Path) -> None:
    case, sales, over, acknowledged = shop.open().id, program(shop, "sales"), Flag(), 0

    def work() -> None:
        while not over.is_set():
            sales.command(case, "note", text="备份时写下")
        connection.close()

    for _ in range(5):
        acknowledged += sales.command(case, "note", text="备份前写下").good
    load = [Thread(target=work) for _ in range(2)]
    for thread in load:
        thread.start()
    try:
        backup = back_up(tmp_path)
    finally:
        over.set()
        for thread in load:
            thread.join()
    machine.done("restore", str(backup))
    machine.done("doctor")
    kept = [row for row in machine.rows("cases_event") if row["kind"] == "note"]
    assert acknowledged == 5 <= len(kept) <= Event.objects.filter(kind="note").count()


def test_backup_1_everything_is_back_and_nothing_happens_twice(
    shop: Showroom, machine: Machine, tmp_path: Path, clock: Path
) -> None:
    story = shop.open()
    story.issue()
    story.tick(NOW + timedelta(hours=6))
    fired = Deadline.objects.exclude(fired_at=None).count()
    left = Deadline.objects.filter(fired_at=None, at__lte=NOW + timedelta(days=2)).count()
    assert fired and left
    queue(NOW, channel_name="file", recipient="13800138000", message="news", body="您的订单已到货")
    before = {one["table"]: one for one in map(json.loads, digests())}
    backup = back_up(tmp_path)
    set_clock(clock, NOW + timedelta(days=2))
    said = machine.done("restore", str(backup))
    assert f"Deadlines that are due and have not fired: {left}." in said
    assert "demand_sheet" not in said.split("fired:")[1].split("\n")[1] and story.case.number in said
    after = {
        one["table"]: one for one in map(json.loads, machine.done("dump", "--canonical", "--digests").splitlines())
    }
    assert after.pop("messages_hold")["rows"] == 1 and before.pop("messages_hold")["rows"] == 0
    assert after == before
    machine.done("doctor")
    outgoing(machine)
    events = [row for row in machine.rows("cases_event") if row["kind"] in ("deadline_missed", "warned", "escalated")]
    once = {(row["data"]["element"], row["data"]["level"], row["data"]["round"]) for row in events}  # type: ignore[index]
    assert len(once) == len(events) >= fired, "what had fired did not fire again, what was overdue fired once"
    machine.done("doctor")


def outgoing(machine: Machine) -> None:
    """Nothing leaves until an operator says so; then it leaves once."""
    sink = machine.var / "outbox" / "messages.jsonl"
    machine.done("worker", "--once")
    assert not sink.exists()
    assert "held since" in machine.done("outbox")
    machine.done("outbox", "--release")
    machine.done("worker", "--once")
    assert len(sink.read_text().splitlines()) == 1
