"""The world of a case for reading."""

from __future__ import annotations

from datetime import datetime

from aftercare.cases.models import Case
from aftercare.cases.world import epoch, handbook_of, world_for
from aftercare.engine import World
from aftercare.engine.linked import links_of


def world_of(case: Case, now: datetime) -> World:
    """The world a case is judged in, for reading."""
    subject = {"kind": case.subject_kind, "id": case.subject_id} if case.subject_kind else None
    linked = links_of(case.state, handbook_of(case.version).procedures[case.procedure])
    about = (case.store_id, subject, case.customer_id)
    opened = case.opened_at
    return world_for(case.version, case.procedure, *about, now, epoch(), whole=True, opened=opened, linked=linked)
