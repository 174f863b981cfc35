"""Proves the stored state sound."""

from __future__ import annotations

import argparse
import json

from aftercare import clock, doctor
from aftercare.cli import started

NAME = "doctor"
HELP = "check the stored state; exit 1 when something is wrong"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", default="", metavar="PREFIX", help="only checks whose name begins so")
    parser.add_argument("--json", action="store_true", help="findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    started.django()
    wrong: list[doctor.Finding] = []
    for name, findings in doctor.examine(clock.now(), arguments.only):
        wrong += findings
        if not arguments.json:
            print(f"{'ok  ' if not findings else 'BAD '} {name}")
            for finding in findings:
                print(f"       {finding.text.zh}\n       {finding.text.en}")
    if arguments.json:
        print(json.dumps([{"check": f.check, "text": f.text.as_json()} for f in wrong], ensure_ascii=False))
    return 1 if wrong else 0
