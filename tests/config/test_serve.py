"""One command runs everything: what dies is started again, a second one is refused, the end is clean."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from aftercare.config import embedded, paths


class Serving:
    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {**os.environ, "AFTERCARE_VAR": str(var), "PYTHONPATH": str(paths.ROOT)}
        for name in ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATABASE_URL"):
            self.environment.pop(name, None)
        self.process = self.start()

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "aftercare.cli", *words]

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.var / "serve.log").open("ab")
        return subprocess.Popen(
            self.command("serve", "--port", str(self.port), "--workers", "1", "--threads", "1"),
            env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def children(self) -> dict[str, int]:
        """The processes of web and worker."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed}
        return {"worker" if b"worker\0" in command[-8:] else "web": pid for pid, command in commands.items()}

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, check=False)


def wait(what: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "not reached in time"
        time.sleep(0.1)


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    one = Serving(tmp_path)
    try:
        wait(one.ready)
        yield one
    finally:
        one.cli("stop")
        if one.process.poll() is None:
            one.process.kill()


def test_what_dies_is_started_again_and_the_end_is_clean(serving: Serving) -> None:
    before = serving.children()
    assert set(before) == {"web", "worker"}
    second = serving.cli("serve", "--port", "1")
    assert second.returncode == 1
    assert "already running" in second.stderr
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    wait(lambda: set(serving.children()) == {"web", "worker"} and serving.ready())
    assert not set(before.values()) & set(serving.children().values())
    postmaster = int((serving.var / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    wait(lambda: not serving.ready())
    wait(serving.ready)
    after = serving.children()
    serving.process.terminate()
    assert serving.process.wait(20) == 0
    assert all(gone(pid) for pid in after.values())
    assert not embedded.Server(serving.var / "postgres", "").running()


def test_kill_9_of_the_supervisor_leaves_no_child_but_the_database(serving: Serving) -> None:
    children = serving.children()
    serving.process.kill()
    serving.process.wait()
    wait(lambda: all(gone(pid) for pid in children.values()))
    assert embedded.Server(serving.var / "postgres", "").running()
    serving.process = serving.start()
    wait(serving.ready)
    assert serving.cli("stop").stdout == "stopped\n"
