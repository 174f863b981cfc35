"""Keeps the rows in step with the cases, inside the transaction of every command; refuses what would overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftercare.cases.models import Case
from aftercare.cases.registry import EffectContext, listen
from aftercare.cases.world import handbook_of
from aftercare.engine import Event, State
from aftercare.errors import JSON
from aftercare.handbook.model import Handbook, Procedure
from aftercare.people.actor import Actor
from aftercare.schedule import booking
from aftercare.schedule.models import Entry
from aftercare.schedule.placing import Row, placed

PLACE = ("day", "starts", "ends", "lane", "people")  # what must not overlap
COLUMNS = tuple(one.name for one in Entry._meta.concrete_fields if one.name not in ("id", "case_id", "key"))


def register() -> None:
    listen(follow)


def follow(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    """The case itself, and those that read it."""
    if procedure.calendar:
        write(Case.objects.get(pk=context.case), context.now)
    if _is_read(context.handbook, procedure.id):
        readers = Entry.objects.filter(reads__contains=[context.case]).values_list("case_id", flat=True)
        for case in Case.objects.filter(pk__in=set(readers)).order_by("pk"):
            write(case, context.now, judge=False)


def _is_read(handbook: Handbook, procedure: str) -> bool:
    return any(one.calendar and procedure in one.reads.values() for one in handbook.procedures.values())


def write(case: Case, now: datetime, *, judge: bool = True) -> int:
    """Bring the rows of a case up to date; returns how many changed. Raises Refused for a double booking."""
    wanted = {row["key"]: row for row in placed(case, now)}
    held = {row.key: row for row in Entry.objects.filter(case_id=case.pk)}
    changed = [row for key, row in wanted.items() if key not in held or differs(held[key], row, COLUMNS)]
    for row in changed:
        moved = row["key"] not in held or differs(held[row["key"]], row, PLACE)
        if judge and moved and not row["done"]:
            booking.refuse_double(case, row, now)
        Entry.objects.update_or_create(case_id=case.pk, key=row["key"], defaults=_columns(row))
    gone = set(held) - set(wanted)
    if gone:
        Entry.objects.filter(case_id=case.pk, key__in=gone).delete()
    return len(changed) + len(gone)


def differs(held: Entry, row: Row, columns: Sequence[str]) -> bool:
    return any(getattr(held, name) != row[name] for name in columns)


def _columns(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS}


def rebuild(now: datetime, cases: Sequence[int] | None = None) -> int:
    """Work all rows out again from the states of the cases (or of some); returns how many rows changed."""
    found = Case.objects.order_by("pk") if cases is None else Case.objects.filter(pk__in=cases).order_by("pk")
    changed = 0
    for case in found.iterator(chunk_size=200):
        definition = handbook_of(case.version).procedures.get(case.procedure)
        if definition is not None and definition.calendar:
            changed += write(case, now, judge=False)
    return changed


def erase(customer: int, actor: Actor, now: datetime) -> JSON:
    """What was done for a customer stays on its day; what it says of them goes."""
    rows = Entry.objects.filter(customer_id=customer)
    return {"calendar": rows.update(title_zh="—", title_en="—", address="", area="")}


def wanted_rows(case: Case, now: datetime) -> Mapping[str, Row]:
    return {row["key"]: row for row in placed(case, now)}
