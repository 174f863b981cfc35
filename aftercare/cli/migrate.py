"""Brings the database to this version."""

from __future__ import annotations

import argparse

from aftercare import clock
from aftercare.cli import started, upgrading

NAME = "migrate"
HELP = "bring the database to this version; a backup is made before an upgrade"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what is missing; exit 1 when something is")


def run(arguments: argparse.Namespace) -> int:
    started.django()
    if arguments.check:
        missing = upgrading.pending()
        print("\n".join(missing) or "nothing missing")
        return 1 if missing else 0
    done = upgrading.upgrade(clock.now())
    print(f"{len(done)} migrations applied" if done else "nothing to do")
    return 0
