"""Everything under one command: database, web and worker; what dies is started again."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from io import TextIOWrapper

from aftercare import clock
from aftercare.cli import started, upgrading, web
from aftercare.config import embedded, paths, processes

NAME = "serve"
HELP = "run everything: database, web and worker; Ctrl-C or `aftercare stop` ends it cleanly"
GRACE_SECONDS = 15
log = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):
    """Another `aftercare serve` works on the same folder."""


@dataclass
class Child:
    """A process that is kept alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        environment = {**os.environ, processes.SUPERVISED: "1"}
        self.process = subprocess.Popen(self.command, env=environment, preexec_fn=processes.die_with_parent_always)

    def watch(self, moment: float) -> None:
        """Starts the process again when it is gone; ever more slowly when it keeps dying."""
        if self.process is None or self.process.poll() is None:
            return
        recent = [death for death in self.deaths if moment - death < 60]
        if recent and moment - recent[-1] < min(2 ** (len(recent) - 1), 30):
            return
        if not recent or self.deaths[-1] != moment:
            log.warning("%s ended with code %s; it is started again", self.name, self.process.returncode)
        self.deaths = [*recent, moment]
        self.start()

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self, until: float) -> None:
        """Waits for the end, and forces it when the time of grace is over."""
        if self.process is None:
            return
        try:
            self.process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    web.add_arguments(parser)
    parser.add_argument("--keep-database", action="store_true", help="leave the embedded database running at the end")


def run(arguments: argparse.Namespace) -> int:
    with hold_place():
        started.django()
        applied = upgrading.upgrade(clock.now())
        if applied:
            print(f"database brought to this version: {len(applied)} migrations", flush=True)
        from django.db import connections

        connections.close_all()
        children = [Child("web", _web(arguments)), Child("worker", [sys.executable, "-m", "aftercare.cli", "worker"])]
        try:
            supervise(children, f"http://{arguments.host}:{arguments.port}/")
        finally:
            if upgrading.settings_are_embedded() and not arguments.keep_database:
                embedded.server().stop()
    return 0


def supervise(children: list[Child], address: str) -> None:
    """Keeps the children alive until SIGTERM or SIGINT, then ends them within the time of grace."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        child.start()
    print(f"Aftercare: {address}  (stop: Ctrl-C or bin/aftercare stop)", flush=True)
    while not stopping.wait(0.5):
        watch_database()
        for child in children:
            child.watch(time.monotonic())
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.end(until)


def watch_database() -> None:
    """Starts the embedded database again when it has gone."""
    if not upgrading.settings_are_embedded() or embedded.server().running():
        return
    log.warning("the database has gone; it is started again")
    try:
        embedded.server().start()
    except embedded.EmbeddedFailure:
        log.exception("the database could not be started; tried again")


def hold_place() -> TextIOWrapper:
    """Holds var/serve.pid for as long as the returned file is open."""
    handle = (paths.var() / "serve.pid").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise AlreadyRunning(f"already running as process {handle.read().strip()}; see `aftercare stop`") from None
    handle.seek(0)
    handle.truncate()
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle


def _web(arguments: argparse.Namespace) -> list[str]:
    options = ["host", "port", "workers", "threads"]
    named = [word for option in options for word in (f"--{option}", str(getattr(arguments, option)))]
    return [sys.executable, "-m", "aftercare.cli", "web", *named]
