"""What a form shows when it opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aftercare.cases.models import Case
from aftercare.cases.world import epoch, world_for
from aftercare.engine import World
from aftercare.engine.known import known_values


def world_of(case: Case, now: datetime) -> World:
    """The world a case is judged in, for reading."""
    subject = {"kind": case.subject_kind, "id": case.subject_id} if case.subject_kind else None
    about = (case.store_id, subject, case.customer_id)
    return world_for(case.version, case.procedure, *about, now, epoch(), whole=True)


def prefilled(case: Case, key: str, now: datetime) -> dict[str, Any]:
    """Values for the form of a task: raw JSON by field id."""
    return known_values(world_of(case, now), case.state, key, now)
