"""Works the calendar out again from the cases."""

from __future__ import annotations

import argparse

from aftercare import clock
from aftercare.cli import started

NAME = "calendar"
HELP = "work all rows of the calendar out again from the cases; run it when doctor says that one stands wrongly"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", nargs="*", type=int, help="ids of cases; none: all")


def run(arguments: argparse.Namespace) -> int:
    started.django()
    from aftercare.schedule.projection import rebuild

    print(rebuild(clock.now(), arguments.case or None))
    return 0
