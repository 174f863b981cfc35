"""Cases: the list, one with its history, opening, every command, why a task is due when it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from django.http import HttpResponse
from pydantic import Field

from aftercare.api import personal, sql
from aftercare.api.answers import dumps, ready
from aftercare.api.bodies import Body, Id, Moment, Reference
from aftercare.api.day import paged
from aftercare.api.edge import SIGNED_IN, Ask
from aftercare.api.paging import chosen, moment, number, values_of
from aftercare.api.routes import CURSOR, ID, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import (
    ANY,
    BOOL,
    FAULT,
    INT,
    MOMENT,
    OBJECT,
    REFERENCE,
    WORDS,
    by_key,
    many,
    maybe,
    obj,
    page,
)  # fmt: skip
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases import queries
from aftercare.cases.actions import Done, Opening, act, open_case
from aftercare.cases.explaining import explain_due
from aftercare.cases.filling import known_values
from aftercare.engine import Command
from aftercare.engine.kinds import KINDS
from aftercare.errors import NotFound

routes = Routes("cases")
Verb = Literal[
    "begin", "save", "complete", "correct", "sign", "accept", "hand", "reassign", "set", "pause", "resume", "waive",
    "note", "reopen", "cancel", "migrate", "find", "appeal", "answer_appeal",
]  # fmt: skip
Word = Annotated[str, Field(max_length=64)]
CASE = obj(
    id=INT, number=WORD, handbook=WORD, procedure=WORD, store=INT, customer=maybe(INT), subject=maybe(REFERENCE),
    opener=maybe(INT), status=WORD, opened_at=MOMENT, closed_at=maybe(MOMENT), adopted_at=maybe(MOMENT),
    next_due=maybe(MOMENT), overdue=BOOL, flags=many(WORD), seq=INT,
)  # fmt: skip
EVENT = obj(seq=INT, kind=WORD, entered_at=MOMENT, data=OBJECT, personal=maybe(OBJECT), hash=WORD)
DONE = obj(case=INT, number=WORD, seq=INT, status=WORD, warnings=many(FAULT))


class NewCase(Body):
    """`adopt` takes over a case in the middle; `data` as in the handbook of commands."""

    handbook: Word
    procedure: Word
    store: Id
    subject: Reference | None = None
    customer: Id | None = None
    data: dict[str, Any] = {}
    verb: Literal["open", "adopt"] = "open"
    happened_at: Moment | None = None


class CaseCommand(Body):
    """A verb and what it needs: {task, outcome, values, marks?} for `complete`, {reason} for `pause` and so on."""

    verb: Verb
    data: dict[str, Any] = {}
    happened_at: Moment | None = None


@routes.get("/cases", access="cases.see", answer=page(CASE))
def cases(
    ask: Ask,
    status: str = TEXT,
    procedure: str = TEXT,
    store: int | None = MAYBE_ID,
    customer: int | None = MAYBE_ID,
    subject_kind: str = TEXT,
    subject_id: int | None = MAYBE_ID,
    number_is: str = TEXT,
    flag: str = TEXT,
    overdue: bool = False,
    sort: str = "-id",
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> HttpResponse:
    """Cases one may see; sort by -id (the newest first), next_due, opened_at or -opened_at. One statement."""
    chosen(sort, sql.CASE_SORTS)
    wanted = {
        "status": status, "procedure": procedure, "store": store, "customer": customer, "subject_kind": subject_kind,
        "subject_id": subject_id, "number": number_is, "flag": flag, "overdue": overdue or None,
    }  # fmt: skip
    filters = {name: value for name, value in wanted.items() if value not in ("", None)}
    held, seen = values_of(cursor, moment, number), sql.seen(ask.actor, "cases.see")
    edge, last = held or (None, None)
    text = sql.cases_text(sort, filters, seen is not None, held is not None)
    return paged(sql.one_row(text, {**filters, "seen": seen, "edge": edge, "last": last, "most": limit + 1}))


@routes.post("/cases", access="cases.open", body=NewCase, status=201, keeps_refusal=True, answer=DONE)
def new(ask: Ask, body: NewCase) -> Any:
    """Open a case, or adopt one that is half-way."""
    subject = body.subject.model_dump() if body.subject else None
    opening = Opening(body.handbook, body.procedure, body.store, subject, body.customer)
    done = open_case(ask.actor, ask.now, opening, body.data, verb=body.verb, happened_at=body.happened_at)
    return told(done)


@routes.get(
    "/cases/{case}",
    access="cases.see",
    answer=obj(case=CASE, version=WORD, state=OBJECT, events=many(EVENT)),
)
def one(ask: Ask, case: int = ID) -> HttpResponse:
    """A case with its state and its last 200 events, newest first. One statement.

    What is personal is left out for who may not reveal it.
    """
    row = sql.one_row(sql.CASE, {"case": case, "seen": sql.seen(ask.actor, "cases.see")})
    if row is None:
        raise NotFound.because("no_case", "没有这张工单。", "There is no such case.")
    version, procedure, store, whole = row
    if personal.may_read(ask.actor, store):
        return ready(whole.encode())
    return ready(dumps(personal.without(orjson.loads(whole), version, procedure)))


@routes.post("/cases/{case}/commands", access="cases.act", body=CaseCommand, keeps_refusal=True, answer=DONE)
def command(ask: Ask, body: CaseCommand, case: int = ID) -> Any:
    """Do something in a case. A refusal names the clause, and is kept."""
    return told(act(ask.actor, ask.now, case, Command(body.verb, body.data, body.happened_at)))


@routes.get("/cases/{case}/timeline", access="cases.see", answer=obj(items=many(EVENT), next=maybe(INT)))
def timeline(ask: Ask, case: int = ID, before: int | None = MAYBE_ID, limit: int = LIMIT) -> Any:
    """Events newest first; `next` is the `before` of the following page."""
    row = queries.case_of(ask.actor, case)
    found = queries.timeline(case, before=before, limit=limit + 1)
    may = personal.may_read(ask.actor, row.store_id)
    items = [
        {
            "seq": event.seq, "kind": event.kind, "entered_at": event.entered_at, "data": event.data,
            "personal": personal.of_event(event.kind, hidden, may), "hash": bytes(event.hash).hex(),
        }
        for event, hidden in found[:limit]
    ]  # fmt: skip
    return {"items": items, "next": items[-1]["seq"] if len(found) > limit else None}


@routes.get("/cases/{case}/tasks/{key}/due", access="cases.see", answer={**OBJECT, "description": "span by span"})
def due(ask: Ask, key: str, case: int = ID) -> Any:
    """When a task is due, and why then: which spans counted, which did not, as a sentence in both languages."""
    return explain_due(queries.case_of(ask.actor, case), key, ask.now)


@routes.get("/cases/{case}/tasks", access="cases.see", answer=by_key(ANY))
def tasks(ask: Ask, case: int = ID) -> Any:
    """The tasks of a case as they stand, by key."""
    return queries.case_of(ask.actor, case).state["tasks"]


@routes.get("/cases/{case}/tasks/{key}/known", access="cases.see", answer=OBJECT)
def known(ask: Ask, key: str, case: int = ID) -> Any:
    """What the form of a task holds before anybody types: the draft, what is on file, expected rows, proposals."""
    return known_values(queries.case_of(ask.actor, case), key, ask.actor, ask.now)


@routes.get("/event-kinds", access=SIGNED_IN, answer=by_key(WORDS))
def kinds(ask: Ask) -> Any:
    """The sentence of every kind of event; names in braces are keys of its data."""
    return {kind.name: kind.sentence for kind in KINDS.values()}


def told(done: Done) -> dict[str, Any]:
    return {
        "case": done.case,
        "number": done.number,
        "seq": done.seq,
        "status": done.status,
        "warnings": [fault.as_json() for fault in done.warnings],
    }
