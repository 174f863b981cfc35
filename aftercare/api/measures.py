"""Measures of the handbook and the promises of the company, as figures."""

from __future__ import annotations

from typing import Any

from aftercare.api.edge import Ask
from aftercare.api.routes import MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import DAY, INT, NUMBER, WORDS, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.measures import queries, sums
from aftercare.measures.queries import Line, Taken

routes = Routes("measures")
SPAN = obj(first=DAY, last=DAY)
FARED = obj(key=WORD, kept=INT, broken=INT)
VALUE = obj(key=WORD, n=INT, value=maybe(NUMBER))
MONTH = obj(month=DAY, n=INT, value=maybe(NUMBER))


@routes.get(
    "/numbers",
    access="cases.see",
    answer=obj(
        today=obj(broken=INT, due=INT, kept=INT), span=SPAN, clauses=many(FARED), procedures=many(FARED),
        stores=many(FARED), people=many(FARED), causes=many(obj(key=WORD, n=INT)),
    ),
)  # fmt: skip
def numbers(ask: Ask, span: str = TEXT, store: int | None = MAYBE_ID) -> Any:
    """Promises today and how clauses, procedures, stores and people fared; `span`: month, last_month, quarter, year."""
    wanted = queries.span(span, ask.now)
    first = queries.first_line(ask.actor, ask.now, store)
    board = queries.board(ask.actor, ask.now, wanted, store, sums.kept())
    return {
        "today": {"broken": first.broken, "due": first.due, "kept": first.kept},
        "span": {"first": wanted.first, "last": wanted.last},
        "clauses": _fared(board.clauses), "procedures": _fared(board.procedures), "stores": _fared(board.stores),
        "people": _fared(board.people), "causes": [{"key": one.key, "n": one.n} for one in board.causes],
    }  # fmt: skip


def _fared(lines: list[Line]) -> list[dict[str, Any]]:
    return [{"key": one.key, "kept": one.kept, "broken": one.broken} for one in lines]


@routes.get(
    "/measures",
    access="cases.see",
    answer=listing(obj(id=WORD, handbook=WORD, name=WORDS, of=WORD, take=WORD, counts=WORD, by=many(WORD))),
)
def every(ask: Ask) -> Any:
    """The measures of the handbooks in force. `counts` now: at this moment; flow: by the day of each row."""
    return {
        "items": [
            {
                "id": one.id, "handbook": book.id, "name": one.name, "of": one.view.of, "take": one.take,
                "counts": one.counts, "by": list(one.by),
            }
            for book, one in queries.all_measures()
        ]
    }  # fmt: skip


@routes.get(
    "/measures/{id}",
    access="cases.see",
    answer=obj(
        span=SPAN, n=INT, value=maybe(NUMBER), parts=listing(obj(by=WORD, values=many(VALUE))), months=many(MONTH)
    ),
)
def one(ask: Ask, id: str, handbook: str = TEXT, span: str = TEXT, store: int | None = MAYBE_ID) -> Any:
    """A measure over a span, how it splits, and its last twelve months. Money is fen, a share is in per cent."""
    book, measure = queries.measure_named(id, handbook)
    wanted = queries.span(span, ask.now)
    told: dict[str, Any] = {"span": {"first": wanted.first, "last": wanted.last}, "parts": {"items": []}, "months": []}
    if measure.counts == "now":
        n = queries.standing(ask.actor, ask.now, [(book, measure)])[0]
        return {**told, "n": n, "value": float(n)}
    known = sums.kept()
    whole = queries.measured(ask.actor, book, measure, wanted, store, known).get(("", None), Taken(0, None))
    for part in (part for part in measure.by if part != "month"):
        by_store = part == "store"
        found = queries.measured(
            ask.actor, book, measure, wanted, store, known, part="all" if by_store else part, by_store=by_store
        )
        values = [{"key": key, "n": value.n, "value": value.value} for (key, _day), value in found.items()]
        told["parts"]["items"].append({"by": part, "values": values})
    year = queries.span("year", ask.now)
    months = queries.measured(ask.actor, book, measure, year, store, known, trend="month")
    told["months"] = [{"month": day, "n": value.n, "value": value.value} for (_key, day), value in months.items()]
    return {**told, "n": whole.n, "value": whole.value}
