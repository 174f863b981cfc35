"""What conditions of a handbook read of an order: raw values in one statement."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import connection

from aftercare.errors import NotFound

# Money is a sibling package: its table is read here by SQL so that paid and balance are of the same snapshot.
_FACTS = """
SELECT json_build_object(
    'id', o.id, 'number', o.number, 'status', o.status, 'version', o.version, 'case', o.case_id,
    'ordered_on', o.ordered_on, 'delivery_date', o.delivery_date, 'address', o.address,
    'total', o.total, 'deposit', o.deposit, 'payment', o.payment, 'note', o.note,
    'paid', m.paid, 'balance', o.total - m.paid,
    'store', json_build_object('kind', 'store', 'id', o.store_id),
    'salesperson', json_build_object('kind', 'person', 'id', o.salesperson_id),
    'customer', json_build_object('kind', 'customer', 'id', o.customer_id),
    'lines', l.lines)::text
FROM orders_order o
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount), 0)::bigint AS paid FROM money_entry e WHERE e.order_id = o.id) m
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
        'key', x.key, 'code', x.code, 'name', x.name, 'spec', x.spec, 'unit', x.unit, 'note', x.note,
        'qty', trim_scale(x.qty), 'list_price', x.list_price, 'price', x.price, 'amount', x.amount,
        'delivered_qty', trim_scale(x.delivered_qty)) ORDER BY x.n), '[]'::json) AS lines
    FROM orders_orderline x WHERE x.order_id = o.id) l
WHERE o.id = %s::bigint
"""


def order_facts(order_id: int) -> dict[str, Any]:
    """{id, number, lines: [{key, code, name, spec, unit, qty, list_price, price, amount, note, delivered_qty}], total,
    deposit, paid, balance, payment, note, ordered_on, delivery_date, address, status, version, case,
    salesperson, store, customer}: money in fen, dates as ISO texts, references as {kind, id}. One statement.

    No right is asked for: it is the case that reads. Raises NotFound.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [order_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound.because("order.absent", "没有这张订单。", "There is no such order.")
    facts: dict[str, Any] = orjson.loads(row[0])
    return facts
