"""Findings become rows as they are made, and lose their mark when they are dropped."""

from __future__ import annotations

from collections.abc import Sequence

from aftercare.cases.models import FindingRow, Mark
from aftercare.cases.registry import EffectContext, listen
from aftercare.cases.world import ZONE
from aftercare.engine import Event, State
from aftercare.engine.types import instant
from aftercare.handbook.model import Procedure

TURNS = {"finding_appealed": "appealed", "finding_upheld": "upheld", "finding_dropped": "dropped"}


def rows_of(case: int, store: int, events: Sequence[Event], start: int = 1) -> list[FindingRow]:
    """Rows of a case's events; `start` is the number of the first of them. What became of a finding is in them too."""
    rows: dict[int, FindingRow] = {}
    for seq, event in enumerate(events, start):
        if event.kind == "finding":
            rows[seq] = _row(case, store, seq, event)
        elif event.kind in TURNS and event.data["finding"] in rows:
            rows[event.data["finding"]].state = TURNS[event.kind]
    return list(rows.values())


def _row(case: int, store: int, seq: int, event: Event) -> FindingRow:
    data, at = event.data, instant(event.data["at"])
    facts = data.get("facts") or {}
    bears = data.get("bears", data.get("amount"))
    until = data.get("appeal_until")
    return FindingRow(
        case_id=case, seq=seq, store_id=store, finding=str(data["finding"])[:64], person_id=data.get("person"),
        kind=str(facts.get("kind") or data.get("check") or "")[:64], element=str(data.get("element") or "")[:96],
        clauses=[one for one in str(data.get("clause") or "").split(",") if one],
        amount=round(bears) if isinstance(bears, int | float) else None, severe=bool(data.get("severe")),
        undecided=bool(data.get("open")), appeal_until=instant(until) if until else None, at=at,
        day=at.astimezone(ZONE).date(),
    )  # fmt: skip


def on_events(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    """`context.seq` is the number of the first event. A dropped finding no longer counts; the trace keeps both."""
    made = rows_of(context.case, context.store, events, context.seq)
    if made:
        FindingRow.objects.bulk_create(made)
    for event in events:
        if event.kind in TURNS:
            own = {"case_id": context.case, "seq": event.data["finding"]}
            FindingRow.objects.filter(**own).update(state=TURNS[event.kind])
            if event.kind == "finding_dropped":
                Mark.objects.filter(**own, kind="broken").delete()


def register() -> None:
    listen(on_events)
