"""Hot lists as ready JSON, one fixed statement each: the texts, and running them.

Moments leave as the database's JSON writes them in UTC; rows are limited and ordered before they become JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from aftercare.people.actor import Actor, Everywhere

_TASK = """json_build_object('case', t.case_id, 'number', c.number, 'key', t.key, 'task', t.task,
    'procedure', t.procedure, 'handbook', c.handbook, 'state', t.state, 'store', t.store_id,
    'customer', t.customer_id, 'subject', CASE WHEN c.subject_kind <> '' THEN
        json_build_object('kind', c.subject_kind, 'id', c.subject_id) END,
    'roles', t.roles, 'assignee', t.assignee_id, 'waiting', t.waiting, 'opens_at', t.opens_at, 'due_at', t.due_at,
    'overdue', coalesce(t.due_at < %(now)s::timestamptz, false), 'provisional', t.provisional, 'round', t.round)"""

_HELD = """held AS MATERIALIZED (
    SELECT g.role, s.id AS store FROM unnest(%(roles)s::text[], %(stores)s::bigint[]) g(role, store)
    JOIN people_store s ON g.store IS NULL OR s.id = g.store
), place AS MATERIALIZED (SELECT store, array_agg(role)::varchar[] AS roles FROM held GROUP BY store)"""

# Store by store, so that each part is read from the index (store, due_at) and stops at the limit.
_MINE = """(SELECT x.* FROM (
    (SELECT t.* FROM cases_open_task t WHERE t.assignee_id = %(person)s::bigint AND {where}
     ORDER BY t.due_at, t.id LIMIT %(most)s::int)
    UNION ALL
    (SELECT u.* FROM place p CROSS JOIN LATERAL (
        SELECT t.* FROM cases_open_task t
        WHERE t.store_id = p.store AND t.assignee_id IS NULL AND t.roles && p.roles AND {where}
        ORDER BY t.due_at, t.id LIMIT %(most)s::int) u)) x
    ORDER BY x.due_at, x.id LIMIT %(most)s::int)"""
_ASKED = """(SELECT x.* FROM (
    (SELECT t.* FROM cases_open_task t WHERE t.waiting @> ARRAY[%(asked)s]::varchar[] AND {where}
     ORDER BY t.due_at, t.id LIMIT %(most)s::int)
    UNION
    (SELECT u.* FROM place p CROSS JOIN LATERAL (
        SELECT t.* FROM cases_open_task t WHERE t.store_id = p.store AND t.waiting <> '{{}}' AND t.waiting && p.roles
        AND {where} ORDER BY t.due_at, t.id LIMIT %(most)s::int) u)) x
    ORDER BY x.due_at, x.id LIMIT %(most)s::int)"""
_ALL = """(SELECT u.* FROM people_store s CROSS JOIN LATERAL (
        SELECT t.* FROM cases_open_task t WHERE t.store_id = s.id AND {where}
        ORDER BY t.due_at, t.id LIMIT %(most)s::int) u
    WHERE (%(seen)s::bigint[] IS NULL OR s.id = ANY(%(seen)s::bigint[]))
    ORDER BY u.due_at, u.id LIMIT %(most)s::int)"""

# A cursor names the last due moment and id; tasks without one come last.
_BEYOND = """((%(edge)s::timestamptz IS NULL AND t.due_at IS NULL AND t.id > %(last)s::bigint)
    OR (%(edge)s::timestamptz IS NOT NULL AND (t.due_at > %(edge)s::timestamptz OR t.due_at IS NULL
        OR (t.due_at = %(edge)s::timestamptz AND t.id > %(last)s::bigint))))"""
TASK_FILTERS = {
    "beyond": _BEYOND,
    "procedure": "t.procedure = %(procedure)s::text",
    "state": "t.state = %(state)s::text",
    "store": "t.store_id = %(store)s::bigint",
    "overdue": "t.due_at < %(now)s::timestamptz",
    "person": "t.assignee_id = %(whose)s::bigint",
    "role": "t.roles @> ARRAY[%(role)s::text]::varchar[]",
}
_ROWS = {"mine": _MINE, "waiting": _ASKED, "all": _ALL}


def queue_text(whose: str, filters: Iterable[str]) -> str:
    """A page of open tasks with these filters; few texts in all, so that the database keeps them prepared."""
    where = [TASK_FILTERS[name] for name in filters] + (["t.state = 'open'"] if whose == "waiting" else [])
    rows = _ROWS[whose].format(where=" AND ".join(where) or "true")
    held = f"WITH {_HELD}, found" if whose != "all" else "WITH found"
    return f"""{held} AS (SELECT *, row_number() OVER (ORDER BY due_at, id) AS n FROM {rows} q)
        SELECT coalesce(json_agg({_TASK} ORDER BY t.n) FILTER (WHERE t.n < %(most)s::int), '[]')::text,
        count(*) = %(most)s::int, max(t.due_at) FILTER (WHERE t.n = %(most)s::int - 1),
        max(t.id) FILTER (WHERE t.n = %(most)s::int - 1) FROM found t JOIN cases_case c ON c.id = t.case_id"""


def _bucket(rows: str, where: str) -> str:
    source = rows.format(where=where)
    return (
        f"(SELECT coalesce(json_agg({_TASK} ORDER BY t.due_at, t.id), '[]') "
        f"FROM {source} t JOIN cases_case c ON c.id = t.case_id)"
    )


_RECEIPTS = """(SELECT coalesce(json_agg(json_build_object('case', r.case_id, 'number', c.number,
    'document', r.document, 'copy', r.copy, 'holder', r.holder, 'store', r.store_id, 'at', r.at) ORDER BY r.at), '[]')
    FROM (SELECT y.* FROM cases_pending_copy y JOIN held h ON h.role = y.holder AND h.store = y.store_id
          ORDER BY y.at LIMIT %(most)s::int) r JOIN cases_case c ON c.id = r.case_id)"""
_DUE = "t.due_at >= %(now)s::timestamptz AND t.due_at <= %(until)s::timestamptz"
DAY = f"""WITH {_HELD} SELECT json_build_object(
    'waiting', {_bucket(_ASKED, "t.state = 'open'")},
    'receipts', {_RECEIPTS},
    'overdue', {_bucket(_MINE, "t.due_at < %(now)s::timestamptz")},
    'today', {_bucket(_MINE, f"(({_DUE}) OR (t.due_at IS NULL AND t.state = 'open'))")},
    'next', {_bucket(_MINE, "t.due_at > %(until)s::timestamptz")})::text"""

_CASE_ROW = """json_build_object('id', c.id, 'number', c.number, 'handbook', c.handbook, 'procedure', c.procedure,
    'store', c.store_id, 'customer', c.customer_id, 'subject', CASE WHEN c.subject_kind <> '' THEN
        json_build_object('kind', c.subject_kind, 'id', c.subject_id) END,
    'opener', c.opener_id, 'status', c.status, 'opened_at', c.opened_at, 'closed_at', c.closed_at,
    'adopted_at', c.adopted_at, 'next_due', c.next_due, 'overdue', c.overdue, 'flags', c.flags, 'seq', c.seq)"""
# key -> (order, columns compared with the cursor, type of the first)
CASE_SORTS = {
    "-id": ("c.id DESC", "c.id < %(last)s::bigint", "c.opened_at"),
    "next_due": ("c.next_due, c.id", "(c.next_due, c.id) > (%(edge)s::timestamptz, %(last)s::bigint)", "c.next_due"),
    "-opened_at": (
        "c.opened_at DESC, c.id DESC", "(c.opened_at, c.id) < (%(edge)s::timestamptz, %(last)s::bigint)", "c.opened_at",
    ),
    "opened_at": (
        "c.opened_at, c.id", "(c.opened_at, c.id) > (%(edge)s::timestamptz, %(last)s::bigint)", "c.opened_at",
    ),
}  # fmt: skip
CASE_FILTERS = {
    "status": "c.status = %(status)s::text",
    "procedure": "c.procedure = %(procedure)s::text",
    "store": "c.store_id = %(store)s::bigint",
    "customer": "c.customer_id = %(customer)s::bigint",
    "subject_kind": "c.subject_kind = %(subject_kind)s::text",
    "subject_id": "c.subject_id = %(subject_id)s::bigint",
    "number": "c.number = %(number)s::text",
    "flag": "c.flags @> ARRAY[%(flag)s::text]::varchar[]",
    "overdue": "c.overdue",
}
_SEEN = "c.store_id = ANY(%(seen)s::bigint[])"
_EVENT = """json_build_object('seq', e.seq, 'kind', e.kind, 'entered_at', e.entered_at, 'data', e.data,
    'personal', p.data, 'hash', encode(e.hash, 'hex'))"""
CASE = f"""SELECT c.version, c.procedure, c.store_id, json_build_object('case', {_CASE_ROW}, 'version', c.version,
    'state', c.state, 'events', (SELECT coalesce(json_agg({_EVENT} ORDER BY e.seq DESC), '[]')
        FROM (SELECT * FROM cases_event WHERE case_id = c.id ORDER BY seq DESC LIMIT 200) e
        LEFT JOIN cases_event_personal p ON p.case_id = e.case_id AND p.seq = e.seq))::text
    FROM cases_case c WHERE c.id = %(case)s::bigint AND (%(seen)s::bigint[] IS NULL OR {_SEEN})"""


def cases_text(sort: str, filters: Mapping[str, Any], limited: bool, beyond: bool) -> str:
    """A page of cases with these filters; every part comes from the lists above, never from outside."""
    order, after, edge = CASE_SORTS[sort]
    where = [CASE_FILTERS[name] for name in filters] + ([_SEEN] if limited else []) + ([after] if beyond else [])
    if sort == "next_due":
        where.append("c.next_due IS NOT NULL")
    conditions = " AND ".join(where) or "true"
    last = "max({}) FILTER (WHERE c.n = %(most)s::int - 1)"
    return f"""SELECT coalesce(json_agg({_CASE_ROW} ORDER BY c.n) FILTER (WHERE c.n < %(most)s::int), '[]')::text,
        count(*) = %(most)s::int, {last.format(edge)}, {last.format("c.id")}
    FROM (SELECT c.*, row_number() OVER (ORDER BY {order}) AS n FROM cases_case c WHERE {conditions}
          ORDER BY {order} LIMIT %(most)s::int) c"""


def seen(actor: Actor, action: str) -> list[int] | None:
    """The stores of a right as a parameter; None = all."""
    stores = actor.stores_for(action)
    return None if isinstance(stores, Everywhere) else sorted(stores)


def one_row(text: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(text, dict(values))
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
