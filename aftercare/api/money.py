"""Money: what was paid, given back, mended; the book of a day. Whole fen."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from aftercare.api.bodies import Body, Day, Id, Long, Short
from aftercare.api.edge import Ask
from aftercare.api.orders import MAYBE_DAY
from aftercare.api.routes import ID, LIMIT, MAYBE_ID, Routes
from aftercare.api.shapes import DAY, FEN, INT, MOMENT, OBJECT, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.errors import Refused
from aftercare.money import actions, queries

routes = Routes("money")
ENTRY = obj(
    id=INT, kind=WORD, store_id=INT, order_id=maybe(INT), case_id=maybe(INT), charge=WORD, part=WORD, amount=FEN,
    way=WORD, happened_on=DAY, voucher=WORD, reason=WORD, at=MOMENT, reverses_id=maybe(INT), replaces_id=maybe(INT),
)  # fmt: skip
MADE = obj(id=INT, kind=WORD, amount=FEN)
Amount = Annotated[int, Field(gt=0, le=10**13)]
Way = Literal["cash", "card", "transfer", "mobile"]


class Party(Body):
    kind: Annotated[str, Field(max_length=20)]
    id: Id | None = None


class PaymentIn(Body):
    """For an order, a case, or both; `store` only where there is no order."""

    amount: Amount
    way: Way
    happened_on: Day
    order: Id | None = None
    case: Id | None = None
    store: Id | None = None
    charge: Short = ""
    part: Short = ""
    voucher: Short = ""
    reason: Long = ""
    payer: Party = Party(kind="customer")
    payee: Party = Party(kind="company")


class Right(Body):
    """The fields that were wrong, as they should have been."""

    amount: Amount = 1
    way: Way = "cash"
    happened_on: Day = date(2000, 1, 1)
    order: Id | None = None
    case: Id | None = None
    charge: Short = ""
    part: Short = ""
    voucher: Short = ""


class Mend(Body):
    """Without `right` the entry is only taken back."""

    reason: Long
    right: Right | None = None


@routes.post("/payments", access="money.take", body=PaymentIn, status=201, answer=MADE)
def take(ask: Ask, body: PaymentIn) -> Any:
    """Note money received."""
    return told(actions.take_payment(ask.actor, ask.now, _payment(body)))


@routes.post("/refunds", access="money.take", body=PaymentIn, status=201, answer=MADE)
def refund(ask: Ask, body: PaymentIn) -> Any:
    """Give money back: never more than was paid; needs a reason."""
    return told(actions.refund(ask.actor, ask.now, _payment(body)))


@routes.post("/entries/{entry}/mend", access="money.mend", body=Mend, answer=listing(MADE))
def mend(ask: Ask, body: Mend, entry: int = ID) -> Any:
    """Take back a wrong entry and, with `right`, enter it anew. Both stay visible."""
    right = body.right.given() if body.right else None
    return {"items": [told(one) for one in actions.mend(ask.actor, ask.now, entry, body.reason, right)]}


@routes.get("/entries", access="money.see", answer=listing(ENTRY))
def entries(ask: Ask, order: int | None = MAYBE_ID, case: int | None = MAYBE_ID) -> Any:
    """All entries of an order or of a case, oldest first."""
    if (order is None) == (case is None):
        raise Refused.because("money.what", "请给出订单或工单其一。", "Name either an order or a case.", field="order")
    found = queries.entries_of_order(ask.actor, order) if order else queries.entries_of_case(ask.actor, case or 0)
    return {"items": found}


@routes.get("/day-book", access="money.see", answer=obj(entries=many(ENTRY), totals=OBJECT))
def day_book(
    ask: Ask,
    day: date | None = MAYBE_DAY,
    until: date | None = MAYBE_DAY,
    store: int | None = MAYBE_ID,
    limit: int = Query(200, ge=1, le=200),
) -> Any:
    """Entries of a day (default today), or from `day` to `until`, and sums over all of them."""
    first = day or timezone.localdate(ask.now)
    return queries.day_book(ask.actor, first, until=until, store=store, limit=limit)


@routes.get("/outstanding", access="money.see", answer=listing(OBJECT))
def outstanding(ask: Ask, limit: int = LIMIT) -> Any:
    """Orders not paid in full, the next to be delivered first."""
    return {"items": queries.outstanding(ask.actor, limit)}


def _payment(body: PaymentIn) -> actions.Payment:
    given = body.model_dump(exclude={"payer", "payee"})
    return actions.Payment(**given, payer=(body.payer.kind, body.payer.id), payee=(body.payee.kind, body.payee.id))


def told(entry: Any) -> dict[str, Any]:
    return {"id": entry.pk, "kind": entry.kind, "amount": entry.amount}
