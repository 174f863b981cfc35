"""Ending a piece of work at its n-th step, as `kill -9` does, and looking at what stayed.

The work runs in a process of its own, forked from the test. A step is a write the database has carried out (with
`every`: any statement), the moment before a commit and the moment after it; what the client has received comes
through a pipe.
"""

from __future__ import annotations

import json
import os
import re
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

Json = Any
WRITES = re.compile(r"\b(insert into|update|delete from|copy)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Left:
    """What a killed or finished process left behind: its answer, if it got so far, and whether it was killed."""

    answer: Json
    killed: bool


class Steps:
    """Counts steps and ends the process at the n-th."""

    def __init__(self, n: int, every: bool) -> None:
        self.n, self.every, self.taken = n, every, 0

    def step(self) -> None:
        self.taken += 1
        if self.taken == self.n:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        result = execute(sql, *given)
        if self.every or WRITES.search(sql):
            self.step()
        return result

    def install(self) -> None:
        commit = connection._commit  # type: ignore[attr-defined]

        def counted() -> None:
            self.step()
            commit()
            self.step()

        connection._commit = counted  # type: ignore[attr-defined]
        connection.execute_wrappers.append(self.statement)


def forked(work: Callable[[], Json], die_at: int = 0, fault: str = "", *, every: bool = False) -> Left:
    """Do `work` in a process of its own that dies at its `die_at`-th step (0: never) or at a named fault point."""
    connections.close_all()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        _in_child(work, Steps(die_at, every), fault, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the process failed by itself; see its output"
    return Left(json.loads(said) if said else None, killed)


def _in_child(work: Callable[[], Json], steps: Steps, fault: str, pipe: int) -> None:
    code = 1
    try:
        if fault:
            os.environ["AFTERCARE_FAULT"] = fault
        steps.install()
        answer = json.dumps(work()).encode()
        os.write(pipe, answer)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
