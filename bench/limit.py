"""The limit: what a careful person writes by hand with psycopg; nothing is checked, nothing decided.

The rows are those the product has just written for the same two commands, put into tables of the same shape with the
same data and indexes: one prepared statement per table, one after the other, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

Row = dict[str, Any]
Values = Mapping[str, Any]
SCHEMA = "hand"
KEPT = (
    "cases_case", "cases_event", "cases_event_personal", "cases_open_task", "cases_deadline", "cases_mark",
    "records_record", "orders_orderchange", "documents_document", "documents_copy",
)  # fmt: skip
COUNTED = ("cases_number", "documents_numberseries")
TRACE = "audit_trace"
WITHOUT_ID = ("cases_event", "cases_event_personal")
_COUNT = """insert into {0} (series, store_id, period, last) values ('hand', 1, 'today', 1)
on conflict (series, store_id, period) do update set last = {0}.last + 1 returning last"""
_UPDATE = """update cases_case set status = %(status)s, next_due = %(next_due)s, overdue = %(overdue)s,
flags = %(flags)s, seq = %(seq)s, state = %(state)s, head = %(head)s where id = %(id)s"""
_LOCK = "select number, seq, head, state::text from cases_case where id = %s for no key update"


@dataclass(frozen=True, slots=True)
class Written:
    """Rows by table that opening a case wrote, those that its next command wrote, and the tasks that it ended."""

    opened: Mapping[str, list[Row]]
    advanced: Mapping[str, list[Row]]
    ended: Sequence[str]


def connect(dsn: Values) -> psycopg.Connection[Any]:
    held = psycopg.connect(**dsn, autocommit=True, options=f"-c search_path={SCHEMA},public")
    held.prepare_threshold = 0
    return held


def prepare(db: psycopg.Connection[Any]) -> None:
    """Tables of the same shape with the same data and indexes."""
    db.execute(f"drop schema if exists {SCHEMA} cascade")
    db.execute(f"create schema {SCHEMA}")
    for table in (*KEPT, *COUNTED, TRACE):
        db.execute(f"create table {SCHEMA}.{table} (like public.{table} including all)")
        db.execute(f"insert into {SCHEMA}.{table} overriding system value select * from public.{table}")
        if table not in WITHOUT_ID:
            db.execute(
                f"select setval(pg_get_serial_sequence('{SCHEMA}.{table}', 'id'), max(id) + 1) from {SCHEMA}.{table}"
            )
    db.execute(f"create sequence {SCHEMA}.ids start 100000000")
    db.execute("vacuum analyze")


def rows_of(db: psycopg.Connection[Any], case: int) -> dict[str, list[Row]]:
    """Everything public tables hold of a case, as it would be given to a statement."""
    where = dict.fromkeys(KEPT[:-1], f"case_id = {case}") | {
        "cases_case": f"id = {case}",
        "orders_orderchange": f"order_id = (select subject_id from cases_case where id = {case})",
    }
    found = {table: _rows(db, table, chosen) for table, chosen in where.items()}
    papers = ", ".join(str(row["id"]) for row in found["documents_document"]) or "0"
    found["documents_copy"] = _rows(db, "documents_copy", f"document_id in ({papers})")
    found[TRACE] = _rows(db, TRACE, f"kind = 'document' and what in ({papers})") if papers != "0" else []
    return {table: rows for table, rows in found.items() if rows}


def written(before: Mapping[str, list[Row]], after: Mapping[str, list[Row]]) -> Written:
    """What lies between two readings of a case."""
    new = {table: [row for row in rows if row not in before.get(table, [])] for table, rows in after.items()}
    there = {row["key"] for row in after.get("cases_open_task", [])}
    ended = [row["key"] for row in before["cases_open_task"] if row["key"] not in there]
    return Written(before, {table: rows for table, rows in new.items() if rows}, ended)


class Hand:
    """Writes what the product wrote, with new ids, by hand."""

    def __init__(self, db: psycopg.Connection[Any], what: Written) -> None:
        self.db, self.what = db, what
        self.texts: dict[tuple[str, int], str] = {}

    def open(self) -> int:
        with self.db.transaction():
            case = int(self._one("select nextval('hand.ids')"))
            ids = {"case": case, "number": f"H{self._one(_COUNT.format('cases_number'))}"}
            for table, rows in self.what.opened.items():
                self._insert(table, rows, ids)
        return case

    def advance(self, case: int) -> None:
        what = self.what
        with self.db.transaction():
            number, *_ = self.db.execute(_LOCK, [case]).fetchone() or ("",)
            self.db.execute(_UPDATE, {**what.advanced["cases_case"][0], "id": case})
            self.db.execute("delete from cases_open_task where case_id = %s and key = any(%s)", [case, what.ended])
            self.db.execute("delete from cases_deadline where case_id = %s and element = any(%s)", [case, what.ended])
            ids: Row = {"case": case, "number": number}
            if "documents_document" in what.advanced:
                ids["serial"] = self._one(_COUNT.format("documents_numberseries"))
                ids["document"] = self._one("select nextval('hand.ids')")
            for table, rows in what.advanced.items():
                if table != "cases_case":
                    self._insert(table, rows, ids)

    def _one(self, text: str) -> Any:
        found = self.db.execute(text).fetchone()
        assert found
        return found[0]

    def _insert(self, table: str, rows: Sequence[Row], ids: Row) -> None:
        """One statement, a line of values per row."""
        made = [_with(table, row, ids) for row in rows]
        if (table, len(rows)) not in self.texts:
            line = f"({', '.join('%s' for _ in made[0])})"
            names = ", ".join(f'"{name}"' for name in made[0])
            self.texts[table, len(rows)] = f"insert into {table} ({names}) values {', '.join(line for _ in rows)}"
        self.db.execute(self.texts[table, len(rows)], [value for row in made for value in row.values()])


def _with(table: str, row: Row, ids: Row) -> Row:
    if table == "cases_case":
        return {**row, "id": ids["case"], "number": ids["number"]}
    if table == "documents_document":
        new = {"id": ids["document"], "number": f"H{ids['serial']}", "series": "hand", "serial": ids["serial"]}
        return {**row, **new, "case_id": ids["case"]}
    own = {name: value for name, value in row.items() if name != "id"}
    if table == "documents_copy":
        return {**own, "document_id": ids["document"]}
    return {**own, "case_id": ids["case"]} if "case_id" in own else own


def _rows(db: psycopg.Connection[Any], table: str, where: str) -> list[Row]:
    cursor = db.execute(f"select * from public.{table} where {where}")
    names = [one.name for one in cursor.description or ()]
    return [{name: _given(value) for name, value in zip(names, row, strict=True)} for row in cursor]


def _given(value: Any) -> Any:
    """JSON as text, the way it is cheapest to send."""
    is_array = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) and not is_array else value


# --- reading

QUEUE = """select t.case_id, c.number, t.key, t.task, t.procedure, t.state, t.store_id, t.customer_id, t.roles,
t.assignee_id, t.waiting, t.opens_at, t.due_at, t.overdue, t.round
from cases_open_task t join cases_case c on c.id = t.case_id where t.assignee_id = %s order by t.due_at limit 50"""
CASE = """select id, number, handbook, procedure, store_id, customer_id, subject_kind, subject_id, opener_id,
status, opened_at, closed_at, next_due, overdue, flags, seq, state::text from cases_case where id = %s"""
EVENTS = """select e.seq, e.kind, e.entered_at, e.data::text, p.data::text, encode(e.hash, 'hex') from cases_event e
left join cases_event_personal p on p.case_id = e.case_id and p.seq = e.seq
where e.case_id = %s order by e.seq desc limit 200"""
SEARCH = """select c.id, c.full_name, c.store_id,
(select string_agg(p.digits, ' ') from customers_phone p where p.customer_id = c.id)
from customers_searchentry s join customers_customer c on c.id = s.customer_id
where s.grams @> %s::text[] and s.{0} like %s limit 20"""


def queue(db: psycopg.Connection[Any], person: int) -> list[tuple[Any, ...]]:
    return db.execute(QUEUE, [person]).fetchall()


def case(db: psycopg.Connection[Any], one: int) -> list[tuple[Any, ...]]:
    return [*db.execute(CASE, [one]).fetchall(), *db.execute(EVENTS, [one]).fetchall()]


def search(db: psycopg.Connection[Any], text: str) -> list[tuple[Any, ...]]:
    """Unprepared: a search planned for any text is hundreds of times slower."""
    if text.isdigit():
        grams, column, needle = [text[at : at + 3] for at in range(len(text) - 2)], "digits", f"%{text}%"
    elif text.isascii():
        grams, column, needle = [f"i:{text[:3]}"], "coded", f"%\ni:{text}%"
    else:
        grams, column, needle = [text[at : at + 2] for at in range(len(text) - 1)], "plain", f"%{text}%"
    return db.execute(SEARCH.format(column), [grams, needle], prepare=False).fetchall()
