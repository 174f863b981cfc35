"""Reading money. Amounts are whole fen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum

from aftercare.money.models import Entry, Owed
from aftercare.people.access import require_somewhere, visible
from aftercare.people.actor import Actor, Everywhere

Rows = QuerySet[Entry, dict[str, Any]]
_COLUMNS = (
    "id", "kind", "store_id", "order_id", "case_id", "charge", "part", "amount", "way", "happened_on", "voucher",
    "reason", "payer_kind", "payer_id", "payee_kind", "payee_id", "taken_by", "taken_by_name", "at", "reverses_id",
    "replaces_id",
)  # fmt: skip
_OUTSTANDING = """
SELECT o.id, o.number, o.store_id, o.customer_id, c.full_name, o.salesperson_id, o.ordered_on, o.delivery_date, o.total,
       coalesce(m.paid, 0)::bigint, (o.total - coalesce(m.paid, 0))::bigint
FROM orders_order o JOIN customers_customer c ON c.id = o.customer_id
LEFT JOIN LATERAL (SELECT sum(e.amount) AS paid FROM money_entry e WHERE e.order_id = o.id) m ON true
WHERE o.status <> 'cancelled' AND o.total > coalesce(m.paid, 0)
  AND (%s::bigint[] IS NULL OR o.store_id = ANY(%s::bigint[]))
ORDER BY o.delivery_date NULLS LAST, o.id LIMIT %s::int
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """What came for an order: `paid` = received less refunded; `outstanding` may be negative (too much was paid)."""

    order: int
    total: int
    received: int
    refunded: int

    @property
    def paid(self) -> int:
        return self.received - self.refunded

    @property
    def outstanding(self) -> int:
        return self.total - self.paid


def balances(order_ids: Iterable[int]) -> dict[int, Balance]:
    """The balance of each order that exists; mistakes and their reversals cancel out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT o.id, o.total,
                   coalesce(sum(e.amount) FILTER (WHERE coalesce(w.kind, e.kind) = 'payment'), 0)::bigint,
                   coalesce(-sum(e.amount) FILTER (WHERE coalesce(w.kind, e.kind) = 'refund'), 0)::bigint
               FROM orders_order o LEFT JOIN money_entry e ON e.order_id = o.id
               LEFT JOIN money_entry w ON w.id = e.reverses_id
               WHERE o.id = ANY(%s::bigint[]) GROUP BY o.id, o.total""",
            [list(order_ids)],
        )
        return {row[0]: Balance(*row) for row in cursor.fetchall()}


def entries_of_order(actor: Actor, order_id: int) -> list[dict[str, Any]]:
    """All entries of an order, oldest first, with `reversed_by_id` on those that were mended. One query."""
    return list(_rows(actor).filter(order_id=order_id).order_by("id"))


def entries_of_case(actor: Actor, case_id: int) -> list[dict[str, Any]]:
    """The same for a case. One query."""
    return list(_rows(actor).filter(case_id=case_id).order_by("id"))


def day_book(
    actor: Actor, day: date, *, until: date | None = None, store: int | None = None, limit: int = 500
) -> dict[str, Any]:
    """Entries of a day (or `day` to `until`, both included) and sums over all of them: two queries.

    {"entries": [...], "totals": {"received": fen, "refunded": fen (positive), "net": fen, "by_way": {way: net fen}}}
    """
    require_somewhere(actor, "money.see")
    within = Q(happened_on__range=(day, until or day))
    if store is not None:
        within &= Q(store_id=store)
    sums = visible(Entry.objects.filter(within), actor, "money.see").values("way").order_by("way")
    came = Q(kind=Entry.PAYMENT) | Q(kind=Entry.REVERSAL, reverses__kind=Entry.PAYMENT)
    by_way = list(sums.annotate(net=Sum("amount"), received=Sum("amount", filter=came)))
    net, got = sum(row["net"] for row in by_way), sum(row["received"] or 0 for row in by_way)
    totals = {"received": got, "refunded": got - net, "net": net, "by_way": {row["way"]: row["net"] for row in by_way}}
    return {"entries": list(_rows(actor).filter(within).order_by("happened_on", "id")[:limit]), "totals": totals}


def entries(actor: Actor, first: date, last: date, *, store: int | None = None, way: str = "") -> Rows:
    """Entries of the days from `first` to `last`, as `entries_of_order` has them, with `order_number`; in no order."""
    require_somewhere(actor, "money.see")
    wanted = {"store_id": store, "way": way, "happened_on__range": (first, last)}
    found = _rows(actor).filter(**{name: value for name, value in wanted.items() if value not in (None, "")})
    return found.annotate(order_number=F("order__number"))


def sums(actor: Actor, first: date, last: date, *, store: int | None = None, way: str = "") -> list[dict[str, Any]]:
    """{store_id, way, received, refunded (positive), net} of the same entries, in fen. One query."""
    came = Q(kind=Entry.PAYMENT) | Q(kind=Entry.REVERSAL, reverses__kind=Entry.PAYMENT)
    wanted = {"store_id": store, "way": way, "happened_on__range": (first, last)}
    chosen = {name: value for name, value in wanted.items() if value not in (None, "")}
    found = visible(Entry.objects.filter(**chosen), actor, "money.see").values("store_id", "way")
    summed = found.order_by("store_id", "way").annotate(net=Sum("amount"), got=Sum("amount", filter=came))
    return [
        {"store_id": row["store_id"], "way": row["way"], "received": row["got"] or 0,
         "refunded": (row["got"] or 0) - row["net"], "net": row["net"]}
        for row in summed
    ]  # fmt: skip


def outstanding(actor: Actor, limit: int = 200) -> list[dict[str, Any]]:
    """Orders not paid in full, the next to be delivered first. One query."""
    require_somewhere(actor, "money.see")
    stores = actor.stores_for("money.see")
    allowed = None if isinstance(stores, Everywhere) else sorted(stores)
    names = ("id", "number", "store_id", "customer_id", "customer_name", "salesperson_id", "ordered_on",
             "delivery_date", "total", "paid", "outstanding")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OUTSTANDING, [allowed, allowed, min(limit, 1000)])
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def paid_for_case(case_id: int, charge: str = "", part: str = "") -> int:
    """Net fen received for a case, narrowed to a charge and its part: what a handbook's `charges.` reads. One query."""
    narrower = {name: value for name, value in (("charge", charge), ("part", part)) if value}
    return Entry.objects.filter(case_id=case_id, settles=None, **narrower).aggregate(paid=Sum("amount"))["paid"] or 0


def _rows(actor: Actor) -> Rows:
    rows = visible(Entry.objects.all(), actor, "money.see")
    return rows.values(*_COLUMNS, reversed_by_id=F("reversed_by__id"))


def owed(actor: Actor, *, store: int | None = None, kind: str = "", state: str = "") -> QuerySet[Owed]:
    """What is promised and owed in the stores whose money the actor sees, in no order."""
    require_somewhere(actor, "money.see")
    wanted = {"store_id": store, "kind": kind, "state": state}
    rows = visible(Owed.objects.all(), actor, "money.see")
    return rows.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})


def kinds_owed(actor: Actor) -> list[str]:
    """The kinds that occur. One query."""
    return list(owed(actor).order_by("kind").values_list("kind", flat=True).distinct())
