"""`aftercare <command>`: what an operator types."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from aftercare import clock
from aftercare.cli import registry
from aftercare.errors import Refused


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 refused or failed, 2 not understood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
    parser = argparse.ArgumentParser(prog="aftercare", description="Runs a company's service handbook.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    known = registry.load()
    for name, command in known.items():
        command.add_arguments(commands.add_parser(name, help=command.HELP, description=command.HELP))
    parsed, rest = parser.parse_known_args(arguments)
    if rest and not getattr(parsed, "takes_rest", False):
        parser.error(f"not understood: {' '.join(rest)}")
    parsed.rest = rest
    try:
        clock.check()
        return known[parsed.command].run(parsed)
    except Refused as refusal:
        for fault in refusal.faults:
            print(f"{fault.zh}\n{fault.en}", file=sys.stderr)
        return 1
    except (RuntimeError, OSError) as failure:
        print(f"aftercare {parsed.command}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
