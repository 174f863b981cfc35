"""The calendar: where cases stand, and what falls on the days. A job is moved by the commands of its case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Query

from aftercare.api import personal
from aftercare.api.edge import Ask
from aftercare.api.routes import MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import BOOL, INT, MOMENT, WORDS, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.errors import Refused
from aftercare.schedule import queries
from aftercare.schedule.models import Entry

routes = Routes("calendar")
DAY: Any = Query(...)
MAYBE_LANE: Any = Query(None, max_length=120)
JOB = obj(
    id=INT, case=INT, number=WORD, procedure=WORD, entry=WORD, task=WORD, store=INT, customer=maybe(INT), day=WORD,
    starts=maybe(MOMENT), ends=maybe(MOMENT), lane=WORD, people=many(INT), roles=many(WORD), area=WORD, done=BOOL,
    title=maybe(WORDS),
)  # fmt: skip
NOTE = obj(kind=WORD, first=WORD, last=WORD, text=WORDS)


def _span(first: dt.date, last: dt.date) -> None:
    if not 0 <= (last - first).days <= queries.DAYS:
        raise Refused.because(
            "calendar.span", f"日期范围最多 {queries.DAYS} 天，且先后要对。",
            f"Ask for {queries.DAYS} days at most, the first before the last.", field="last",
        )  # fmt: skip


@routes.get("/calendar", access="cases.see", answer=listing(JOB))
def jobs(
    ask: Ask,
    first: dt.date = DAY,
    last: dt.date = DAY,
    store: int | None = MAYBE_ID,
    lane: str | None = MAYBE_LANE,
    role: str = TEXT,
    person: int | None = MAYBE_ID,
    kind: str = TEXT,
) -> Any:
    """Jobs of some days, both included; `lane=` alone finds what is not planned. One statement."""
    _span(first, last)
    asked = queries.Asked(first, last, store, lane, role, person, kind)
    return {"items": [_told(ask, row) for row in queries.jobs(ask.actor, asked)]}


@routes.get("/calendar/notes", access="cases.see", answer=listing(NOTE))
def notes(ask: Ask, first: dt.date = DAY, last: dt.date = DAY, store: int | None = MAYBE_ID) -> Any:
    """Festivals, closing days, absences and birthdays of some days."""
    _span(first, last)
    found = queries.notes(ask.actor, first, last, store)
    return {
        "items": [
            {"kind": one.kind, "first": one.first.isoformat(), "last": one.last.isoformat(), "text": one.text}
            for one in found
        ]
    }


def _told(ask: Ask, row: Entry) -> dict[str, Any]:
    whole = personal.may_read(ask.actor, row.store_id)
    return {
        "id": row.pk, "case": row.case_id, "number": row.number, "procedure": row.procedure, "entry": row.entry,
        "task": row.task, "store": row.store_id, "customer": row.customer_id, "day": row.day.isoformat(),
        "starts": row.starts, "ends": row.ends, "lane": row.lane, "people": row.people, "roles": row.roles,
        "area": row.area, "done": row.done, "title": {"zh": row.title_zh, "en": row.title_en} if whole else None,
    }  # fmt: skip
