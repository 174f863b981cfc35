"""What only shows when the whole handbook is known: one small function per rule, all faults at once."""

from __future__ import annotations

from aftercare.handbook.build.context import Build
from aftercare.handbook.checks import clauses, flow, later, names, people, reads
from aftercare.handbook.model import Handbook


def check_all(handbook: Handbook, build: Build, complete: bool) -> None:
    """Notes every fault in `build.faults`; what counts absences is left out unless every element could be read."""
    names.check(handbook, build)
    flow.check(handbook, build)
    people.check(handbook, build)
    later.check(handbook, build)
    if complete and not build.faults.wrong:
        reads.check(handbook, build)
        clauses.check(handbook, build)
        names.unused_settings(handbook, build)
