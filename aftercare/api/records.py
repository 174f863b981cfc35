"""Registers: every form as a list, with totals."""

from __future__ import annotations

from typing import Any

from ninja import Query

from aftercare.api import personal
from aftercare.api.bodies import Moment
from aftercare.api.edge import Ask
from aftercare.api.paging import newest_first
from aftercare.api.routes import CURSOR, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import INT, MOMENT, NUMBER, OBJECT, WORDS, by_key, listing, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases.world import epoch, handbook_of, live_handbooks
from aftercare.errors import NotFound
from aftercare.handbook.model import Form
from aftercare.records import queries
from aftercare.records.models import Record

routes = Routes("records")
MAYBE_MOMENT: Any = Query(None)
RECORD = obj(
    id=INT, case=INT, number=WORD, key=WORD, outcome=WORD, store=INT, customer=maybe(INT), person=maybe(INT), at=MOMENT,
    values=OBJECT, personal=maybe(OBJECT), corrected_at=maybe(MOMENT), round=INT,
)  # fmt: skip
REGISTER: dict[str, Any] = page(RECORD)


@routes.get("/records", access="cases.see", answer=listing(obj(form=WORD, name=WORDS, rows=INT)))
def registers(ask: Ask) -> Any:
    """Every form of the live handbooks with the number of its sheets one may see."""
    counts = queries.counts(ask.actor)
    forms = [form for version in live_handbooks(epoch()) for form in handbook_of(version).forms.values()]
    return {"items": [{"form": one.id, "name": one.name, "rows": counts.get(one.id, 0)} for one in forms]}


@routes.get(
    "/records/{form}",
    access="cases.see",
    answer={**REGISTER, "properties": {**REGISTER["properties"], "totals": by_key(NUMBER)}},
)
def register(
    ask: Ask,
    form: str,
    since: Moment | None = MAYBE_MOMENT,
    until: Moment | None = MAYBE_MOMENT,
    store: int | None = MAYBE_ID,
    person: int | None = MAYBE_ID,
    q: str = TEXT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Sheets of a form, newest first, with sums over all that match: two statements."""
    definition = _form(form)
    rows = queries.register(ask.actor, form, since=since, until=until, store=store, text=q, person=person)
    found = newest_first(rows, "at", cursor, limit, lambda row: _told(ask, row))
    return {**found, "totals": queries.totals(rows, definition)}


def _form(name: str) -> Form:
    for version in live_handbooks(epoch()):
        if found := handbook_of(version).forms.get(name):
            return found
    raise NotFound.because("records.no_form", "没有这份表单。", "There is no such form.", field="form")


def _told(ask: Ask, row: Record) -> dict[str, Any]:
    return {
        "id": row.pk, "case": row.case_id, "number": row.number, "key": row.key, "outcome": row.outcome,
        "store": row.store_id, "customer": row.customer_id, "person": row.person_id, "at": row.at,
        "values": row.values, "personal": row.personal if personal.may_read(ask.actor, row.store_id) else None,
        "corrected_at": row.corrected_at, "round": row.round,
    }  # fmt: skip
