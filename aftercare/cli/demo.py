"""The invented company at work: set up at the first start, filled in the background, served at once."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from aftercare import clock
from aftercare.cli import serve, started, upgrading, web

NAME = "demo"
HELP = "an invented showroom of three stores with a simulated year of work, served with a sign-in per role"
PASSWORD = "anju-2026-demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    web.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1, help="the same seed invents the same people and orders")
    parser.add_argument("--orders", type=int, default=5000, help="orders of the year")
    parser.add_argument("--keep-database", action="store_true", help="leave the embedded database running at the end")
    parser.add_argument("--fill-only", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    started.django()
    if arguments.fill_only:
        return _fill(arguments)
    upgrading.upgrade(clock.now())
    from aftercare.people.queries import is_set_up

    if not is_set_up():
        _found()
        command = [sys.executable, "-m", "aftercare.cli", "demo", "--fill-only"]
        subprocess.Popen([*command, "--seed", str(arguments.seed), "--orders", str(arguments.orders)])
    _print_ways(arguments)
    return serve.run(arguments)


def _found() -> None:
    from aftercare.simulation import company, filling

    print("setting up the invented company ...", flush=True)
    company.found(clock.now() - filling.YEAR, PASSWORD, filling.habits()["staff"])
    filling.note(0, 1)


def _print_ways(arguments: argparse.Namespace) -> None:
    """One sign-in per role: the people are in the database, so the second start prints the same."""
    from aftercare.people.models import Membership, RoleName

    names = {row.role: row.name for row in RoleName.objects.all()}
    print(f"\n  http://{arguments.host}:{arguments.port}/    password for everybody: {PASSWORD}\n")
    seen: set[str] = set()
    for row in Membership.objects.select_related("person").order_by("id"):
        if row.role not in seen and row.ends is None:
            seen.add(row.role)
            name = names.get(row.role, {"zh": row.role, "en": row.role})
            print(f"  {name['zh']:　<8}{name['en']:<18}{row.person.sign_in:<14}{row.person.full_name}")
    print(flush=True)


def _fill(arguments: argparse.Namespace) -> int:
    from aftercare.simulation import filling

    begun = time.monotonic()

    def progress(done: int, of: int) -> None:
        filling.note(done, of)
        print(f"\r  a year of work: {done * 100 // of} % ", end="", flush=True)

    try:
        year = filling.fill(arguments.seed, clock.now(), arguments.orders, progress)
    except BaseException:
        filling.note(0, 1, failed=True)  # pages must not wait for what will never come
        raise
    filling.note(1, 1, ended=True)
    took = time.monotonic() - begun
    print(
        f"\r  a year of work: {year.orders} orders of {year.customers} customers, {year.events} things happened; "
        f"{took:.0f} s.   ", flush=True,
    )  # fmt: skip
    return 0
