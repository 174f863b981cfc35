"""Promises as they end, noted in the transaction of the command: kept when their task is done in time, else broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from aftercare.cases.models import Event as EventRow
from aftercare.cases.registry import EffectContext, listen
from aftercare.cases.world import ZONE
from aftercare.engine import Event, State
from aftercare.engine.types import instant
from aftercare.handbook.model import Procedure
from aftercare.measures.models import Promise

Json = Any
# The same promise may be broken first and turn out to have been kept; a promise that was kept stays so.
NOTE = """
insert into measures_promise (case_id, element, round, store_id, procedure, person_id, kind, due_at, at, day)
select %s, x.element, x.round, %s, %s, x.person, x.kind, x.due, %s, %s
from jsonb_to_recordset(%s::jsonb) x(element text, round int, person bigint, kind text, due timestamptz)
on conflict (case_id, element, round) do update set kind = excluded.kind, person_id = excluded.person_id,
    due_at = excluded.due_at
where excluded.kind = 'kept'
"""


@listen
def note(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    ended = {(one["element"], one["round"]): one for one in promises(events, state.get("adopted_at"))}
    if ended:
        write(context.case, context.store, procedure.id, context.now, list(ended.values()))


def promises(events: Sequence[Event], adopted_at: str | None) -> Iterator[dict[str, Json]]:
    """Pure: {element, round, person, kind, due} of every promise that ended. What lay before an adoption is none."""
    for event in events:
        data = event.data
        if event.kind == "task_done":
            for one in data.get("kept", ()):
                yield {**one, "person": data.get("actor"), "kind": "kept"}
        elif event.kind == "deadline_missed" and not (adopted_at and instant(data["due"]) <= instant(adopted_at)):
            found = {name: data[name] for name in ("element", "round", "due")}
            yield {**found, "person": data.get("by"), "kind": "broken"}


def write(case: int, store: int, procedure: str, at: datetime, ended: Sequence[Json]) -> None:
    import orjson

    day = at.astimezone(ZONE).date()
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [case, store, procedure, at, day, orjson.dumps(list(ended)).decode()])


def rebuild(case: int, store: int, procedure: str, adopted_at: str | None) -> list[tuple[str, int, str]]:
    """What the events of a case say, as (element, round, kind): for the doctor, and for whoever builds anew."""
    rows = EventRow.objects.filter(case_id=case, kind__in=("task_done", "deadline_missed")).order_by("seq")
    found: dict[tuple[str, int], str] = {}
    for kind, data in rows.values_list("kind", "data"):
        for one in promises([Event(kind, data)], adopted_at):
            if one["kind"] == "kept" or (one["element"], one["round"]) not in found:
                found[one["element"], one["round"]] = one["kind"]
    return sorted((element, round, kind) for (element, round), kind in found.items())


def held(case: int) -> list[tuple[str, int, str]]:
    return sorted(Promise.objects.filter(case_id=case).values_list("element", "round", "kind"))
