"""Django's own commands (makemigrations, shell, check), for those who work on Aftercare."""

from __future__ import annotations

import argparse

from aftercare.cli import started

NAME = "django"
HELP = "run one of Django's own commands, e.g. `aftercare django check --deploy`"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help="the command and what it takes")
    parser.set_defaults(takes_rest=True)


def run(arguments: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    started.django()
    execute_from_command_line(["aftercare django", *arguments.words, *arguments.rest])
    return 0
