"""Lists of the handbook: the saved questions, asked by programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Query

from aftercare.api import personal
from aftercare.api.edge import Ask
from aftercare.api.paging import cursor_of, number, values_of
from aftercare.api.routes import CURSOR, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import BOOL, INT, NUMBER, OBJECT, WORDS, by_key, listing, many, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.handbook.lists import Column
from aftercare.measures import lists
from aftercare.measures.lists import Question, Row, Wish

routes = Routes("lists")
MAYBE_DAY: Any = Query(None)
COLUMN = obj(name=WORD, title=WORDS, kind=WORD)
LIST = obj(id=WORD, handbook=WORD, name=WORDS, of=WORD, clauses=many(WORD), columns=many(COLUMN))
ROW = obj(case=maybe(INT), record=maybe(INT), customer=maybe(INT), values=OBJECT)
ROWS: dict[str, Any] = page(ROW)


@routes.get("/lists", access="cases.see|customers.see", answer=listing(LIST))
def every(ask: Ask) -> Any:
    """The lists of the handbooks in force."""
    return {
        "items": [
            {
                "id": view.id, "handbook": book.id, "name": view.name, "of": view.of, "clauses": list(view.clauses),
                "columns": [{"name": one.name, "title": one.title, "kind": one.kind} for one in view.columns],
            }
            for book, view in lists.all_lists()
        ]
    }  # fmt: skip


@routes.get(
    "/lists/{id}",
    access="cases.see|customers.see",
    answer={**ROWS, "properties": {**ROWS["properties"], "totals": obj(n=INT, more=BOOL, sums=by_key(NUMBER))}},
)
def one(
    ask: Ask,
    id: str,
    handbook: str = TEXT,
    store: int | None = MAYBE_ID,
    since: date | None = MAYBE_DAY,
    until: date | None = MAYBE_DAY,
    q: str = TEXT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Rows of a list in its order, with how many there are and the sums of its figures. Values are raw; personal ones
    only for who may reveal them."""
    book, view = lists.list_named(id, handbook)
    held = values_of(cursor, str, number)
    after = (held[0], held[1]) if held else None
    wish = Wish(since=since, until=until, text=q, store=store, after=after, limit=limit + 1)
    question = Question(book, view, ask.actor, ask.now)
    found = lists.rows(question, wish)
    totals = lists.totals(question, wish)
    shown = found[:limit]
    return {
        "items": [_told(ask, question, row) for row in shown],
        "next": cursor_of(*shown[-1].cursor) if len(found) > limit else None,
        "totals": {"n": totals.n, "more": totals.more, "sums": totals.sums},
    }


def _told(ask: Ask, question: Question, row: Row) -> dict[str, Any]:
    may = ask.actor.may("customers.reveal")
    shown = [one for one in question.view.columns if may or not _is_personal(one)]
    values = {one.name: row.values[one.name] for one in shown}
    return {"case": row.case, "record": row.record, "customer": row.customer, "values": values}


def _is_personal(column: Column) -> bool:
    return column.kind in ("phone", "address") or (column.field is not None and personal.is_personal(column.field))
