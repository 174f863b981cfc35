"""crash-1, the other half: the database process that serves a request is killed; nothing is lost or done twice."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from aftercare import faults
from aftercare.config import embedded
from tests.reliability.operations import NAMES, Operations, Request
from tests.reliability.stage import Answer, added, counts, ills
from tests.showroom import Showroom, open_showroom

POINTS = ("request.claimed", "case.locked", "case.numbered", "case.written", "request.finished", "request.committed")


@pytest.fixture(scope="module")
def own_shop(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Showroom]:
    """A server of its own, safe against power cuts: a killed backend ends everybody's transactions."""
    server = embedded.Server(tmp_path_factory.mktemp("own") / "postgres", "spring-water", {"shared_buffers": "64MB"})
    server.start()
    server.ensure_database()
    usual = dict(connection.settings_dict)
    known = server.connection_parameters()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        connection.settings_dict.update(NAME=known["dbname"], HOST=known["host"], PASSWORD=known["password"])
        try:
            call_command("migrate", verbosity=0, interactive=False)
            yield open_showroom()
        finally:
            connections.close_all()
            connection.settings_dict.update(usual)
            server.stop()


def until_served(request: Request, key: str) -> Answer:
    """A client that is told 503 tries again; the house is back within ten seconds, without a restart of the program."""
    until = time.monotonic() + 10
    while True:
        answer = request.send(key)
        if answer.status != 503:
            return answer
        assert time.monotonic() < until, f"not back within ten seconds\n{server_log()}"
        connection.close()
        time.sleep(0.1)


def server_log() -> str:
    return "\n".join(
        (Path(connection.settings_dict["HOST"]).parent / "postgres" / "server.log").read_text().splitlines()[-25:]
    )


def broken(request: Request, key: str, point: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Send while the backend dies at the point; whether the point was passed."""
    faults._passed.clear()
    monkeypatch.setenv(faults.VARIABLE, f"{point}:backend")
    answer = request.send(key)
    passed = faults._passed[point] > 0
    monkeypatch.delenv(faults.VARIABLE)
    if passed and point != "request.committed":
        assert answer.status == 503, answer
    return passed


@pytest.mark.parametrize("name", NAMES)
def test_crash_1_the_database_process_dies(
    own_shop: Showroom, name: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations = Operations(own_shop)
    for _ in range(2):
        request, before = operations.make(name), counts()
        assert request.send(secrets.token_hex(8)).good
    whole = added(before, counts())
    chosen = POINTS if full else (POINTS[NAMES.index(name) % len(POINTS)], "request.finished")
    for point in chosen:
        request, key, before = operations.make(name), secrets.token_hex(8), counts()
        broken(request, key, point, monkeypatch)
        answer = until_served(request, key)
        assert answer.good, answer
        assert added(before, counts()) == whole
    assert ills() == []
