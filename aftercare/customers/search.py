"""The search itself: one statement that the server plans anew each time.

A prepared one would flip to a plan for any value after five runs and walk the whole table (660 times slower).
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from aftercare.customers.terms import Look, Way, fold, ways
from aftercare.people.actor import Everywhere, Stores

# Ranking needs all matches; a word like 王 has too many, so the first ones found are ranked then.
MOST_RANKED = 500

_HEAD = """
WITH hit AS (
    SELECT customer_id, rank FROM (
        SELECT e.customer_id, CASE
            WHEN split_part(e.plain, E'\\n', 1) = %s THEN 0
            WHEN e.digits = %s OR (length(%s) >= 4 AND e.digits LIKE '%%' || %s) THEN 1
            WHEN starts_with(e.plain, %s) THEN 2 ELSE 3 END AS rank
        FROM customers_searchentry e WHERE {where} LIMIT {most}) found)
SELECT c.id, c.full_name, c.kind, c.store_id, c.mark, hit.rank,
    (SELECT coalesce(json_agg(json_build_object('id', p.id, 'digits', p.digits, 'label', p.label)
        ORDER BY p.primary DESC, p.id), '[]') FROM customers_phone p WHERE p.customer_id = c.id)::text,
    (SELECT concat_ws('', a.city, a.district) FROM customers_address a WHERE a.customer_id = c.id
        ORDER BY a.primary DESC, a.id LIMIT 1)
FROM hit JOIN customers_customer c ON c.id = hit.customer_id
ORDER BY hit.rank, c.changed_at DESC, c.id DESC LIMIT %s
"""


def rows(text: str, stores: Stores, limit: int) -> list[tuple[Any, ...]]:
    """(id, name, kind, store, mark, rank, phones as JSON, place), best first. One statement."""
    words = ways(text)
    if not words or (not isinstance(stores, Everywhere) and not stores):
        return []
    conditions: list[str] = []
    values: list[Any] = []
    for word in words:
        conditions.append(_any_of(word, values))
    if not isinstance(stores, Everywhere):
        conditions.append("e.store_id = ANY(%s::bigint[])")
        values.append(sorted(stores))
    folded = fold(text)
    ranked = [folded, folded, folded, folded if folded.isdecimal() else "-", folded]
    sql = _HEAD.format(where=" AND ".join(conditions), most=MOST_RANKED)
    return _unprepared(sql, [*ranked, *values, limit])


def _any_of(word: list[Way], values: list[Any]) -> str:
    return "(" + " OR ".join("(" + " AND ".join(_look(look, values) for look in way) + ")" for way in word) + ")"


def _look(look: Look, values: list[Any]) -> str:
    values.append(list(look.pieces))
    values.append(look.needle)
    column = "split_part(e.plain, E'\\n', 1)" if look.text == "name" else f"e.{look.text}"
    return f"e.grams @> %s::text[] AND strpos({column}, %s) > 0"


def _unprepared(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as wrapped, connection.wrap_database_errors:
        return list(wrapped.cursor.execute(sql, values, prepare=False).fetchall())
