"""Orders: list, one, entry, changes, cancelling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from aftercare.api.bodies import Body, Day, Fen, Id, Long, Short, Version
from aftercare.api.edge import Ask
from aftercare.api.routes import CURSOR, ID, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import DAY, FEN, INT, MOMENT, OBJECT, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.orders import actions, queries

routes = Routes("orders")
MAYBE_DAY: Any = Query(None, ge=date(1900, 1, 1), le=date(2200, 12, 31))
ORDER: dict[str, Any] = obj(
    id=INT, number=WORD, store_id=INT, customer_id=INT, salesperson_id=INT, ordered_on=DAY, delivery_date=maybe(DAY),
    total=FEN, deposit=FEN, status=WORD, case_id=maybe(INT), issued_at=maybe(MOMENT), version=INT, store_name=OBJECT,
    customer_name=WORD, salesperson_name=WORD,
)  # fmt: skip
WHOLE = {**ORDER, "properties": {**ORDER["properties"], "lines": many(OBJECT), "changes": many(OBJECT)}}
SAVED = obj(id=INT, number=WORD, version=INT, status=WORD)
Quantity = Annotated[float, Field(gt=0, lt=10**8)] | Annotated[int, Field(gt=0, lt=10**8)]
Key = Annotated[str, Field(max_length=12)]


class Line(Body):
    """One line of goods; `key` names a line that is there already."""

    name: Short
    qty: Quantity
    price: Fen
    key: Key | None = None
    code: Short = ""
    spec: Short = ""
    unit: Short = ""
    note: Long = ""
    list_price: Fen | None = None
    amount: Fen | None = None


class Place(Body):
    text: Short = ""
    province: Short = ""
    city: Short = ""
    district: Short = ""
    street: Short = ""
    building: Short = ""
    door: Short = ""


Lines = Annotated[list[Line], Field(max_length=500)]
Payment = Literal["", "cash", "card", "transfer", "mobile"]


class OrderIn(Body):
    store: Id
    customer: Id
    salesperson: Id
    ordered_on: Day
    lines: Lines
    number: Short = ""
    delivery_date: Day | None = None
    address: Place | None = None
    total: Fen | None = None
    deposit: Fen = 0
    payment: Payment = ""
    note: Long = ""


class OrderFields(Body):
    customer: Id = 1
    salesperson: Id = 1
    ordered_on: Day = date(2000, 1, 1)
    delivery_date: Day | None = None
    address: Place | None = None
    lines: Lines = []
    total: Fen = 0
    deposit: Fen = 0
    payment: Payment = ""
    note: Long = ""


class OrderChange(Body):
    """Only the fields given change. `version` is the one that was seen; `reason` once the contract went out."""

    version: Version
    values: OrderFields
    reason: Long = ""


class OrderCancel(Body):
    version: Version
    reason: Long


@routes.get("/orders", access="orders.see", answer=obj(items=many(ORDER), next=maybe(WORD)))
def orders(
    ask: Ask,
    q: str = TEXT,
    store: int | None = MAYBE_ID,
    status: str = TEXT,
    salesperson: int | None = MAYBE_ID,
    customer: int | None = MAYBE_ID,
    ordered_from: date | None = MAYBE_DAY,
    ordered_to: date | None = MAYBE_DAY,
    delivery_from: date | None = MAYBE_DAY,
    delivery_to: date | None = MAYBE_DAY,
    overdue_on: date | None = MAYBE_DAY,
    without_case: bool = False,
    sort: str = "-ordered_on",
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Orders one may see. One query."""
    wanted = queries.OrderFilter(
        q, store, status, salesperson, customer, ordered_from, ordered_to, delivery_from, delivery_to, overdue_on,
        without_case,
    )  # fmt: skip
    found = queries.orders(ask.actor, wanted, sort, cursor, limit)
    return {"items": found.rows, "next": found.next or None}


@routes.get("/orders/by-date", access="orders.see", answer=listing(OBJECT))
def by_date(ask: Ask, first: date | None = MAYBE_DAY, last: date | None = MAYBE_DAY, limit: int = LIMIT) -> Any:
    """Open orders to be delivered within these days (default: the next two weeks), the earliest first."""
    start = first or timezone.localdate(ask.now)
    return {"items": queries.open_by_date(ask.actor, start, last or start + timedelta(days=14), limit)}


@routes.get("/orders/corrections", access="orders.see", answer=listing(OBJECT))
def corrections(ask: Ask, first: date | None = MAYBE_DAY, last: date | None = MAYBE_DAY) -> Any:
    """Corrections after issue, per person they count against (default: the last 30 days)."""
    end = last or timezone.localdate(ask.now)
    return {"items": queries.changes_counted(ask.actor, first or end - timedelta(days=30), end)}


@routes.post("/orders", access="orders.edit", body=OrderIn, status=201, answer=SAVED)
def create(ask: Ask, body: OrderIn) -> Any:
    """Write a new order; without a number it gets the next of its store and day."""
    given = body.model_dump(exclude_unset=True)
    return saved(actions.create_order(ask.actor, ask.now, **given))


@routes.get("/orders/{order}", access="orders.see", answer=WHOLE)
def one(ask: Ask, order: int = ID) -> Any:
    """An order with lines, open quantities and history. Three queries."""
    return queries.order_page(ask.actor, order)


@routes.patch("/orders/{order}", access="orders.edit", body=OrderChange, answer=SAVED)
def change(ask: Ask, body: OrderChange, order: int = ID) -> Any:
    """Change fields; old values stay in the history."""
    return saved(actions.change_order(ask.actor, ask.now, order, body.version, body.values.given(), body.reason))


@routes.post("/orders/{order}/cancel", access="orders.cancel", body=OrderCancel, answer=SAVED)
def cancel(ask: Ask, body: OrderCancel, order: int = ID) -> Any:
    """Cancel an open order of which nothing was delivered."""
    return saved(actions.cancel_order(ask.actor, ask.now, order, body.version, body.reason))


def saved(order: Any) -> dict[str, Any]:
    return {"id": order.pk, "number": order.number, "version": order.version, "status": order.status}
