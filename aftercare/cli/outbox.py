"""What waits to leave the house, and letting it go after a restore."""

from __future__ import annotations

import argparse

from aftercare import clock
from aftercare.cli import started

NAME = "outbox"
HELP = "show what waits to leave; --release lets it go after a restore"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--release", action="store_true", help="end the hold that a restore has set")


def run(arguments: argparse.Namespace) -> int:
    started.django()
    from aftercare.messages.actions import release
    from aftercare.messages.queries import held_since, waiting
    from aftercare.people.actor import SYSTEM

    if arguments.release:
        print(f"released: {release(SYSTEM, clock.now())} messages may leave")
        return 0
    since = held_since()
    print(f"held since {since:%Y-%m-%d %H:%M:%SZ}" if since else "not held")
    for row in waiting():
        print(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M:%SZ}  {row.channel:8} {row.message}")
    return 0
