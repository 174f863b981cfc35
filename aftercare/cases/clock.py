"""The clock: claims rows that are due, tells the engine `tick`, marks them fired in the same transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from aftercare import faults
from aftercare.cases.actions import act
from aftercare.engine import Command
from aftercare.errors import AftercareError
from aftercare.people.actor import SYSTEM

log = logging.getLogger(__name__)
CLAIM = """
select d.id, d.case_id, d.element, d.level, d.round from cases_deadline d join cases_case c on c.id = d.case_id
where d.fired_at is null and d.at <= %s and (d.retry_at is null or d.retry_at <= %s)
order by d.at, d.id limit 1 for no key update of c skip locked
"""
FIRED = "update cases_deadline set fired_at = %s where id = %s and fired_at is null"
LATER = "update cases_deadline set retry_at = %s where id = %s"
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Swept:
    fired: int
    failed: int


def run_due(now: datetime, limit: int = 500) -> Swept:
    """Fire what is due at `now`, earliest first. Several workers may run it at once.

    The case is locked, not the deadline: every writer locks the case first, so nobody waits for the other in a circle.
    """
    fired = failed = 0
    for _ in range(limit):
        row = _one(now)
        if row is None:
            break
        fired, failed = (fired + 1, failed) if row else (fired, failed + 1)
    return Swept(fired, failed)


def _one(now: datetime) -> bool | None:
    """True fired, False failed and pushed ahead, None nothing left."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [now, now])
            claimed = cursor.fetchone()
        if claimed is None:
            return None
        row, case, element, level, round_ = claimed
        faults.point("timer.claimed")
        try:
            with transaction.atomic():
                act(SYSTEM, now, case, Command("tick", {"element": element, "level": level, "round": round_}))
        except (AftercareError, ArithmeticError, LookupError, ValueError, AssertionError):
            log.exception("deadline %s of case %s could not be fired", row, case)
            with connection.cursor() as cursor:
                cursor.execute(LATER, [now + PAUSE, row])
            return False
        with connection.cursor() as cursor:
            cursor.execute(FIRED, [now, row])
        faults.point("timer.fired")
        faults.point_after_commit("timer.committed")
        return True
