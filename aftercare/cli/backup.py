"""Makes a backup, lists or checks them."""

from __future__ import annotations

import argparse
from pathlib import Path

from aftercare import clock
from aftercare.cli import started, upgrading
from aftercare.config import backups

NAME = "backup"
HELP = "make a backup now; --list shows them, --check proves one whole"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="show the backups there are")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="prove that this backup is whole")
    parser.add_argument("--reason", default="manual", choices=["manual", "nightly"], help="written into its name")


def run(arguments: argparse.Namespace) -> int:
    if arguments.list:
        for backup in backups.list_backups():
            print(f"{backup.made_at:%Y-%m-%d %H:%M:%SZ}  {backup.reason:8}  {backup.folder}")
        return 0
    if arguments.check:
        print(f"whole: {backups.check(arguments.check).folder}")
        return 0
    started.django()
    made = upgrading.back_up(clock.now(), arguments.reason)
    backups.check(made.folder)
    print(made.folder)
    return 0
