"""Keeps the registers in step with the cases: registered with the cases package at start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from aftercare.cases.registry import EffectContext, listen
from aftercare.engine import Event, State
from aftercare.handbook.model import Procedure
from aftercare.records.models import Record

Json = Any
KEEP = """
insert into records_record (form, case_id, number, key, outcome, store_id, customer_id, person_id, at, values,
  personal, round)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s::timestamptz, %s::jsonb, %s::jsonb, %s)
on conflict (case_id, key, round) do update set outcome = excluded.outcome, person_id = excluded.person_id,
  at = excluded.at, values = excluded.values, personal = excluded.personal
"""


@listen
def keep(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    """A row for every sheet that was finished; a corrected one shows its new values."""
    for event in events:
        if event.kind == "task_done" and event.data.get("values") is not None:
            _keep(context, procedure, state, event.data["key"], event)
        elif event.kind == "corrected":
            _correct(context, state, event)
        elif event.kind == "customer_changed":
            Record.objects.filter(case_id=context.case).update(customer_id=event.data["customer"]["id"])


def _keep(context: EffectContext, procedure: Procedure, state: State, key: str, event: Event) -> None:
    import orjson

    held = state["tasks"][key]
    form = procedure.tasks[held["task"]].form
    personal: Mapping[str, Json] = (event.personal or {}).get("values", {})
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            [
                form,
                context.case,
                context.number,
                key,
                event.data["outcome"],
                context.store,
                context.customer,
                event.data.get("actor"),
                event.data["at"],
                orjson.dumps(event.data["values"]).decode(),
                orjson.dumps(personal).decode(),
                held["round"],
            ],
        )


def _correct(context: EffectContext, state: State, event: Event) -> None:
    row = Record.objects.filter(case_id=context.case, key=event.data["key"]).order_by("-round").first()
    if row is None:
        return
    row.values |= {name: change["new"] for name, change in event.data["changes"].items()}
    row.personal |= {name: change["new"] for name, change in (event.personal or {}).get("changes", {}).items()}
    row.corrected_at = context.now
    row.save(update_fields=["values", "personal", "corrected_at"])
