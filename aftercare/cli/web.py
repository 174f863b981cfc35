"""The web processes."""

from __future__ import annotations

import argparse
import os
import sys

from aftercare.cli import started

NAME = "web"
HELP = "run the web processes alone (serve runs everything)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets the shop network in (default: this machine)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads, each with a database connection, per process")


def run(arguments: argparse.Namespace) -> int:
    """Becomes granian; a signal to this process is a signal to it."""
    started.database()
    sys.stdout.flush()
    os.execv(sys.executable, [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", arguments.host, "--port", str(arguments.port),
        "--workers", str(arguments.workers), "--blocking-threads", str(arguments.threads), "--no-ws",
        "--respawn-failed-workers", "--workers-kill-timeout", "15", "--backpressure", "64", "--log-level", "warning",
        "aftercare.config.wsgi:application",
    ])  # fmt: skip
