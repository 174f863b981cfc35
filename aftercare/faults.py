"""Named places where a test lets the program die or fail. Inert outside of tests.

AFTERCARE_FAULT   "name:what" or "name:what:n" (at the n-th passing), several by commas; only with AFTERCARE_TEST=1.
                  what is die (SIGKILL to this process), fail (raises Injected) or backend (SIGKILL to the database
                  process that serves us).

Points stand where a transaction begins or ends and where something outside the database happens, nowhere else.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from functools import cache, partial

VARIABLE = "AFTERCARE_FAULT"
TEST_VARIABLE = "AFTERCARE_TEST"
WAYS = ("die", "fail", "backend")
_passed: Counter[str] = Counter()


class Injected(RuntimeError):
    """What a point raises when a test asks it to fail."""


def armed() -> bool:
    """Whether a test has named a point."""
    return bool(os.environ.get(VARIABLE)) and os.environ.get(TEST_VARIABLE) == "1"


def point(name: str) -> None:
    """Does nothing, unless a test asks for a fault here."""
    if not armed():
        return
    _passed[name] += 1
    for wanted, way, n in _read(os.environ[VARIABLE]):
        if wanted == name and n == _passed[name]:
            _act(way, name)


def point_after_commit(name: str) -> None:
    """A point behind the commit of the present transaction, before anybody is told."""
    if armed():
        from django.db import transaction

        transaction.on_commit(partial(point, name))


def _act(way: str, name: str) -> None:
    if way == "fail":
        raise Injected(name)
    if way == "backend":
        from django.db import connection

        os.kill(connection.connection.info.backend_pid, signal.SIGKILL)
        return
    os.kill(os.getpid(), signal.SIGKILL)


@cache
def _read(text: str) -> tuple[tuple[str, str, int], ...]:
    found = []
    for one in filter(None, text.split(",")):
        name, way, *n = one.strip().split(":")
        if way not in WAYS:
            raise ValueError(f"{VARIABLE}: {way!r} is none of {', '.join(WAYS)}")
        found.append((name, way, int(n[0]) if n else 1))
    return tuple(found)
