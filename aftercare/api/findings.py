"""Accountability: findings, appeals and their answers; and money that is promised and owed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from aftercare.api.bodies import Body, Day, Long, Short
from aftercare.api.edge import SIGNED_IN, Ask
from aftercare.api.paging import newest_first
from aftercare.api.routes import CURSOR, DONE_ANSWER, ID, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import BOOL, DAY, FEN, INT, MOMENT, OBJECT, listing, many, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases import finding_queries as queries
from aftercare.cases.actions import act
from aftercare.cases.models import FindingRow
from aftercare.engine import Command
from aftercare.money import owed as money
from aftercare.money import queries as money_queries
from aftercare.money.models import Owed

routes = Routes("findings")
FINDING = obj(
    id=INT, case=INT, number=WORD, seq=INT, finding=WORD, kind=WORD, person=maybe(INT), store=INT, clauses=many(WORD),
    amount=maybe(FEN), severe=BOOL, state=WORD, appeal_until=maybe(MOMENT), at=MOMENT, day=DAY,
)  # fmt: skip
TOTAL = obj(person=maybe(INT), findings=INT, severe=INT, amount=FEN)
OWED = obj(
    id=INT, kind=WORD, amount=FEN, payer=OBJECT, payee=OBJECT, case=INT, number=WORD, store=INT, note=WORD,
    promised_on=DAY, state=WORD, entry=maybe(INT),
)  # fmt: skip
State = Literal["", "standing", "appealed", "upheld", "dropped"]
MINE: Any = Query(False)


class Reason(Body):
    reason: Long


class Answer(Body):
    decision: Literal["upheld", "dropped"]
    reason: Long


class SettleIn(Body):
    """Paid in full, today when no day is given."""

    way: Literal["cash", "card", "transfer", "mobile"]
    happened_on: Day | None = None
    voucher: Annotated[Short, Field(max_length=60)] = ""
    reason: Long = ""


def _wanted(person: int | None, month: str, clause: str, state: str, store: int | None) -> queries.Wanted:
    return queries.Wanted(person=person, month=month, clause=clause, state=state, store=store)


@routes.get("/findings", access=SIGNED_IN, answer=page(FINDING))
def findings(
    ask: Ask,
    person: int | None = MAYBE_ID,
    month: str = TEXT,
    clause: str = TEXT,
    state: State = "",
    store: int | None = MAYBE_ID,
    mine: bool = MINE,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """The newest first: one's own, and those of the stores one manages; `month` as YYYY-MM."""
    rows = queries.found(ask.actor, _wanted(person, month, clause, state, store), own=mine)
    return newest_first(rows, "at", cursor, limit, told)


@routes.get("/findings/totals", access=SIGNED_IN, answer=listing(TOTAL))
def totals(
    ask: Ask,
    person: int | None = MAYBE_ID,
    month: str = TEXT,
    clause: str = TEXT,
    state: State = "",
    store: int | None = MAYBE_ID,
) -> Any:
    """How many, how many severe and how much per person; dropped ones do not count."""
    return {"items": queries.totals(queries.found(ask.actor, _wanted(person, month, clause, state, store)))}


@routes.post("/findings/{finding}/appeal", access=SIGNED_IN, body=Reason)
def appeal(ask: Ask, body: Reason, finding: int = ID) -> Any:
    """By the person concerned, in the time that the table allows."""
    row = queries.one(ask.actor, finding)
    act(ask.actor, ask.now, row.case_id, Command("appeal", {"finding": row.seq, "reason": body.reason}))
    return DONE_ANSWER


@routes.post("/findings/{finding}/answer", access="cases.manage", body=Answer)
def answer(ask: Ask, body: Answer, finding: int = ID) -> Any:
    """It stands or it falls, with a reason; a mistaken one may be dropped without an appeal."""
    row = queries.one(ask.actor, finding)
    data = {"finding": row.seq, "decision": body.decision, "reason": body.reason}
    act(ask.actor, ask.now, row.case_id, Command("answer_appeal", data))
    return DONE_ANSWER


@routes.get("/owed", access="money.see", answer=page(OWED))
def owed(
    ask: Ask,
    kind: str = TEXT,
    state: Literal["", "open", "settled", "dropped"] = "",
    store: int | None = MAYBE_ID,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """What cases have promised, the newest first."""
    rows = money_queries.owed(ask.actor, store=store, kind=kind, state=state)
    return newest_first(rows, "at", cursor, limit, _owed)


@routes.post("/owed/{owed}/settle", access="money.take", body=SettleIn)
def settle(ask: Ask, body: SettleIn, owed: int = ID) -> Any:
    """Paid in full; where the company is a side of it, an entry is made."""
    on: date = body.happened_on or timezone.localdate(ask.now)
    money.settle(ask.actor, ask.now, owed, money.Settlement(body.way, on, body.voucher, body.reason))
    return DONE_ANSWER


@routes.post("/owed/{owed}/drop", access="money.take", body=Reason)
def drop(ask: Ask, body: Reason, owed: int = ID) -> Any:
    """Not owed after all."""
    money.drop(ask.actor, ask.now, owed, body.reason)
    return DONE_ANSWER


def told(row: FindingRow) -> dict[str, Any]:
    return {
        "id": row.pk, "case": row.case_id, "number": row.case.number, "seq": row.seq, "finding": row.finding,
        "kind": row.kind, "person": row.person_id, "store": row.store_id, "clauses": row.clauses, "amount": row.amount,
        "severe": row.severe, "state": row.state, "appeal_until": row.appeal_until, "at": row.at, "day": row.day,
    }  # fmt: skip


def _owed(row: Owed) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "amount": row.amount, "payer": {"kind": row.payer_kind, "id": row.payer_id},
        "payee": {"kind": row.payee_kind, "id": row.payee_id}, "case": row.case_id, "number": row.case_number,
        "store": row.store_id, "note": row.note, "promised_on": row.promised_on, "state": row.state,
        "entry": row.entry_id,
    }  # fmt: skip
