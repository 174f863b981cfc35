"""Ends everything cleanly."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import time

from aftercare.cli import upgrading
from aftercare.config import embedded, paths

NAME = "stop"
HELP = "end web, worker and the embedded database cleanly"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=30, help="how long to wait (default 30)")


def run(arguments: argparse.Namespace) -> int:
    until = time.monotonic() + arguments.seconds
    asked = False
    while (process := running()) and time.monotonic() < until:
        if not asked:
            os.kill(process, signal.SIGTERM)
            asked = True
        time.sleep(0.1)
    if running():
        print(f"process {running()} has not ended within {arguments.seconds:.0f} s")
        return 1
    stopped = upgrading.settings_are_embedded() and embedded.server().stop()
    print("stopped" if asked or stopped else "nothing was running")
    return 0


def running() -> int | None:
    """The process of `aftercare serve` on this folder, if it lives."""
    path = paths.var() / "serve.pid"
    if not path.exists():
        return None
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(handle.read().strip() or 0) or None
    return None
