"""The commands there are. Each is a module of this package; add its name here.

A command module has NAME, HELP, add_arguments(parser) and run(arguments) -> exit code. It imports Django models
inside run(), after `started.django()`, so that `aftercare --help` stays quick.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

MODULES = (
    "serve",
    "stop",
    "web",
    "worker",
    "migrate",
    "backup",
    "restore",
    "doctor",
    "calendar",
    "dump",
    "outbox",
    "demo",
    "simulate",
    "handbook",
    "clauses",
    "sample_orderbook",
    "django",
)


class Command(Protocol):
    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def load() -> dict[str, Command]:
    """Every command that exists, by name."""
    modules = [f"aftercare.cli.{name}" for name in MODULES if find_spec(f"aftercare.cli.{name}")]
    commands = [cast(Command, import_module(module)) for module in modules]
    return {command.NAME: command for command in commands}
