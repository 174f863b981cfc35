"""crash-1: the process that serves a request is killed at every write of it; the same request is sent again.

The journal of the client judges: what was acknowledged is there, each request has had its effect once, nothing is half.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.reliability.killing import Left, forked
from tests.reliability.operations import NAMES, Operations, Request
from tests.reliability.served import web
from tests.reliability.stage import added, counts, ills
from tests.showroom import Showroom

Rows = dict[str, int]


def send(request: Request, key: str, die_at: int = 0, every: bool = False) -> Left:
    def work() -> object:
        answer = request.send(key)
        return {"status": answer.status, "good": answer.good, "body": answer.body}

    return forked(work, die_at, every=every)


def whole_effect(operations: Operations, name: str) -> Rows:
    """The rows that an undisturbed request adds.

    Not the first: it also begins series of numbers, and it is sent in this process, whose children are then warm.
    """
    assert operations.make(name).send(secrets.token_hex(8)).good
    request = operations.make(name)
    before = counts()
    left = send(request, secrets.token_hex(8))
    assert left.answer and left.answer["good"], left
    return added(before, counts())


def retried(request: Request, key: str, before: Rows, whole: Rows) -> None:
    """Sent again, the request is acknowledged and has had its effect once."""
    left = send(request, key)
    assert left.answer and left.answer["good"], left
    assert added(before, counts()) == whole


def kill_everywhere(operations: Operations, name: str, every: bool) -> tuple[int, int]:
    """Kill at step 1, 2, ... until the request comes through. Returns (kills, kills after the commit)."""
    whole = whole_effect(operations, name)
    request, key, before, late = operations.make(name), secrets.token_hex(8), counts(), 0
    for n in range(1, 500):
        left = send(request, key, n, every)
        rows = added(before, counts())
        assert rows in ({}, whole), f"{name} killed at step {n} left half: {rows}"
        if left.answer:
            assert left.answer["good"] and rows == whole, f"{name} acknowledged at step {n} but not there"
        if not left.killed:
            return n - 1, late
        if rows or every or n % 10 == 0:
            late += bool(rows)
            retried(request, key, before, whole)
            request, key, before = operations.make(name), secrets.token_hex(8), counts()
    raise AssertionError(f"{name} never came through")


@pytest.mark.parametrize("name", NAMES)
def test_crash_1_killed_at_every_write(shop: Showroom, name: str, full: bool) -> None:
    kills, late = kill_everywhere(Operations(shop), name, full)
    assert kills >= 5, "each operation has steps to die at"
    assert late >= 1, "one of them lies between the commit and the answer"
    assert ills() == []


@pytest.mark.parametrize("point", ["request.finished", "request.committed"])
def test_crash_1_the_web_server_itself(shop: Showroom, tmp_path: Path, point: str) -> None:
    """granian's worker dies before the commit, or between commit and answer; the client sends again to a new one."""
    request, key = Operations(shop).make("open_case"), secrets.token_hex(8)
    before = counts(["cases_case"])
    with web(tmp_path, f"{point}:die") as server:
        assert server.post(request.by, request.path, request.body, key) is None, "no answer, so nothing is promised"
    assert added(before, counts(["cases_case"])) == ({"cases_case": 1} if point == "request.committed" else {})
    with web(tmp_path) as server:
        answer = server.post(request.by, request.path, request.body, key)
        assert answer is not None and answer.status_code == 201
        again = server.post(request.by, request.path, request.body, key)
        assert again is not None and again.json() == answer.json()
    assert added(before, counts(["cases_case"])) == {"cases_case": 1}
    assert ills() == []
