"""Every clause is carried by an element, or listed as missing."""

from __future__ import annotations

from aftercare.handbook.build.context import Build
from aftercare.handbook.model import Handbook


def check(handbook: Handbook, build: Build) -> None:
    for name in missing(handbook):
        clause = handbook.clauses[name]
        build.faults.warn(
            "not_carried", clause.spot, f"条款 {name} 没有任何元素承载", f"no element carries the clause {name}"
        )


def missing(handbook: Handbook) -> tuple[str, ...]:
    """Clauses that no element cites."""
    return tuple(name for name in handbook.clauses if name not in handbook.carried)
