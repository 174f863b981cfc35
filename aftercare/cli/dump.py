"""The whole state as text, to compare two of them byte by byte."""

from __future__ import annotations

import argparse
import sys

from aftercare.cli import started

NAME = "dump"
HELP = "write the whole state as sorted JSON lines; holds personal data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--canonical", action="store_true", required=True, help="sorted; equal states give equal bytes")
    parser.add_argument("--digests", action="store_true", help="one line per table: rows and sha256")


def run(arguments: argparse.Namespace) -> int:
    started.django()
    from aftercare.config import dump

    for line in dump.digests() if arguments.digests else dump.lines():
        sys.stdout.write(line + "\n")
    return 0
