"""Checks that prove the stored state sound. Packages register theirs; `aftercare doctor` runs them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from aftercare.texts import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be, worded for an administrator."""

    check: str
    text: Text


Check = Callable[[datetime], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Adds a check; `name` is a short dotted word ("cases.chain"). The same name twice is a mistake."""
    if name in _checks and _checks[name] is not check:
        raise ValueError(f"two checks are called {name!r}")
    _checks[name] = check


def names() -> tuple[str, ...]:
    return tuple(sorted(_checks))


def examine(now: datetime, only: str = "") -> Iterator[tuple[str, list[Finding]]]:
    """Runs each check in turn and yields (name, findings). A check that raises is itself a finding."""
    for name in names():
        if only and not name.startswith(only):
            continue
        yield name, _run(name, now)


def _run(name: str, now: datetime) -> list[Finding]:
    try:
        return list(_checks[name](now))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return [Finding(name, Text(f"检查无法完成：{reason}", f"The check could not be completed: {reason}"))]
