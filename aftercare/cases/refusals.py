"""Refusals are kept outside the chain: who, what, which clause, why. Figures and some clauses need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aftercare.cases import marks
from aftercare.cases.models import Mark, RefusalRow
from aftercare.engine import Refusal

if TYPE_CHECKING:
    from aftercare.cases.actions import _Kept


@dataclass(frozen=True, slots=True)
class Facts:
    case: int | None
    store: int
    person: int
    verb: str
    element: str
    refusal: Refusal
    now: datetime


def keep(kept: _Kept) -> None:
    """Write the refusal in a transaction of its own, after the refused one is rolled back."""
    from aftercare.cases.world import ZONE

    facts = kept.facts
    clauses = marks.refused([fault.clause for fault in facts.refusal.faults])
    faults: list[Any] = [fault.as_json() for fault in facts.refusal.faults]
    RefusalRow.objects.create(
        case_id=facts.case,
        store_id=facts.store,
        person_id=facts.person,
        verb=facts.verb,
        element=facts.element[:96],
        code=facts.refusal.code,
        clauses=clauses,
        faults=faults,
        at=facts.now,
    )
    day = facts.now.astimezone(ZONE).date()
    Mark.objects.bulk_create(
        [
            Mark(
                clause=clause,
                kind="refused",
                store_id=facts.store,
                person_id=facts.person,
                case_id=facts.case,
                procedure="",
                at=facts.now,
                day=day,
            )
            for clause in clauses
        ]
    )
