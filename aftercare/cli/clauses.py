"""Prints how many clauses the shipped handbooks carry and how many tests have proven."""

from __future__ import annotations

import argparse
import json
import sys

from aftercare.errors import Refused

NAME = "clauses"
HELP = "clauses carried and proven, per system"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one object per clause")
    parser.add_argument("--system", default="", metavar="SC", help="one system: SC or sales-contract")


def run(arguments: argparse.Namespace) -> int:
    from aftercare.measures.clauses import Report, report

    try:
        found: Report = report(arguments.system)
    except ValueError as broken:
        raise Refused.because("handbook", f"手册无法载入：{broken}", str(broken)) from broken
    if arguments.system and not found.rows:
        raise Refused.because(
            "unknown_system", f"没有“{arguments.system}”这套条款。", f"There is no system “{arguments.system}”."
        )
    for sentence in found.stale:
        print(f"{sentence.zh}\n{sentence.en}", file=sys.stderr)
    if arguments.json:
        print(json.dumps([row.as_json() for row in found.rows], ensure_ascii=False, indent=1))
        return 0
    for system in found.systems:
        _line(f"{system.code}  {system.system}", system.clauses, system.carried, system.proven)
        for row in found.rows:
            if row.system == system.system and row.state != "proven":
                print(f"      {row.id}  {row.state}")
    totals = [(one.clauses, one.carried, one.proven) for one in found.systems]
    _line("total", *(sum(column) for column in zip(*totals, strict=True)))
    return 0


def _line(name: str, clauses: int, carried: int, proven: int) -> None:
    print(f"{name:<32} carried {carried:>4} of {clauses:<4} proven {proven:>4} of {clauses}")
