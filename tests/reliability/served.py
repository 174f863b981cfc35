"""The real web server and the real worker on the database of the test, with clock and faults of the test's choice."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from django.db import connection

from aftercare.config import paths
from tests.reliability.stage import Program


def environment(folder: Path, fault: str = "") -> dict[str, str]:
    """The files of the test run, backups in a folder of the test."""
    known = connection.settings_dict
    host = quote(str(known["HOST"]), safe="")
    address = f"postgresql://{known['USER']}:{known['PASSWORD']}@/{known['NAME']}?host={host}"
    mine = {"DATABASE_URL": address, "AFTERCARE_BACKUPS": str(folder / "shelf"), "PYTHONPATH": str(paths.ROOT)}
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return kept | mine | {"AFTERCARE_FAULT": fault, "AFTERCARE_TEST": "1", "AFTERCARE_LOG": "ERROR"}


class Web:
    """`aftercare web` as granian runs it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def post(self, by: Program, path: str, body: Any, key: str) -> httpx.Response | None:
        """None when the connection ended without an answer: the client does not know."""
        headers = {"Authorization": f"Bearer {by.token}", "Idempotency-Key": key}
        try:
            return httpx.post(f"{self.address}/api{path}", json=body, headers=headers, timeout=20)
        except httpx.TransportError:
            return None

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/health", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def web(var: Path, fault: str = "") -> Iterator[Web]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["web", "--port", str(port), "--workers", "1", "--threads", "1"]
    process = subprocess.Popen([sys.executable, "-m", "aftercare.cli", *words], env=environment(var, fault))
    one, until = Web(port), time.monotonic() + 30
    try:
        while not one.ready():
            assert time.monotonic() < until, "the web server did not come up"
            time.sleep(0.1)
        yield one
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def work_once(var: Path, fault: str = "") -> int:
    """`aftercare worker --once`; its exit code, -9 when it was killed."""
    command = [sys.executable, "-m", "aftercare.cli", "worker", "--once"]
    return subprocess.run(command, env=environment(var, fault), timeout=120, check=False).returncode
