"""The web server as it ships, and the same server around the bare function; a client that keeps its connection."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.stage import ROOT


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(12)}
        return json.loads(self._ask("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers))

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(workers: int = 2) -> Iterator[tuple[int, int, float]]:
    """(port, process, seconds until the first page)."""
    command = [sys.executable, "-m", "aftercare.cli", "web", "--workers", str(workers)]
    with _running(command, "/sign-in/", {}) as found:
        yield found


@contextmanager
def bare(what: Path, workers: int = 2) -> Iterator[tuple[int, int, float]]:
    """The same server and options around `bench.bare`; `what`: the pickled (dsn, Written)."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", str(workers),
        "--blocking-threads", "4", "--no-ws", "--backpressure", "64", "--log-level", "warning",
        "bench.bare:application",
    ]  # fmt: skip
    with _running(command, "/", {"BENCH_LIMIT": str(what)}) as found:
        yield found


@contextmanager
def _running(command: list[str], page: str, more: dict[str, str]) -> Iterator[tuple[int, int, float]]:
    port, begun = free_port(), time.perf_counter()
    environment = {**os.environ, **more, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield port, child.pid, _first_page(port, page, begun)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


def _first_page(port: int, page: str, begun: float) -> float:
    while time.perf_counter() - begun < 60:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", page)
            connection.getresponse().read()
            return time.perf_counter() - begun
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"no answer on {page} after a minute")


def memory(process: int) -> float:
    """Proportional share of memory of a process and all below it, in MB."""
    total = 0
    for one in (process, *_below(process)):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _below(process: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            found += [child, *_below(child)]
    return found
