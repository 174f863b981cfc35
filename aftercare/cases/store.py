"""The only place that writes cases: fixed SQL texts, child rows travel as jsonb (docs/architecture.md says why)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from aftercare.errors import Conflict

READ = """
select c.id, c.number, c.handbook, c.version, c.procedure, c.store_id, c.subject_kind, c.subject_id, c.customer_id,
  c.seq, c.head, c.state::text, c.adopted_at is not null, (select n from cases_epoch),
  (select e.entered_at from cases_event e where e.case_id = c.id and e.seq = c.seq)
from cases_case c where c.id = %s for no key update of c
"""

_EVENTS = """
insert into cases_event (case_id, seq, kind, entered_at, data, digest, hash)
select %(case)s, r.seq, r.kind, %(now)s::timestamptz, r.data, decode(r.digest, 'hex'), decode(r.hash, 'hex')
from jsonb_to_recordset(%(events)s::jsonb) as r(seq int, kind text, data jsonb, digest text, hash text)
returning 1
"""
_PERSONAL = """
insert into cases_event_personal (case_id, seq, salt, data)
select %(case)s, r.seq, decode(r.salt, 'hex'), r.data
from jsonb_to_recordset(%(personal)s::jsonb) as r(seq int, salt text, data jsonb)
returning 1
"""
_TASKS = """
insert into cases_open_task (case_id, procedure, store_id, customer_id, key, task, state, roles, assignee_id, waiting,
  opens_at, due_at, provisional, overdue, round)
select %(case)s, %(procedure)s, %(store)s, %(customer)s::bigint, r.*
from jsonb_to_recordset(%(tasks)s::jsonb) as r(key text, task text, state text, roles text[], assignee_id bigint,
  waiting text[], opens_at timestamptz, due_at timestamptz, provisional bool, overdue bool, round int)
on conflict (case_id, key) do update set state = excluded.state, roles = excluded.roles,
  assignee_id = excluded.assignee_id, waiting = excluded.waiting, opens_at = excluded.opens_at,
  due_at = excluded.due_at, provisional = excluded.provisional, overdue = excluded.overdue, round = excluded.round
returning 1
"""
_DEADLINES = """
insert into cases_deadline (case_id, element, level, round, kind, at, provisional, fired_at)
select %(case)s, r.*
from jsonb_to_recordset(%(deadlines)s::jsonb) as r(element text, level text, round int, kind text, at timestamptz,
  provisional bool, fired_at timestamptz)
on conflict (case_id, element, level, round) do update set at = excluded.at, provisional = excluded.provisional,
  fired_at = excluded.fired_at, retry_at = null
returning 1
"""
_MARKS = """
insert into cases_mark (clause, kind, store_id, person_id, case_id, seq, procedure, at, day)
select r.clause, r.kind, %(store)s, r.person_id, %(case)s, r.seq, %(procedure)s, %(now)s::timestamptz, %(day)s::date
from jsonb_to_recordset(%(marks)s::jsonb) as r(clause text, kind text, person_id bigint, seq int)
returning 1
"""
_COPIES = """
insert into cases_pending_copy (case_id, document, copy, holder, store_id, at)
select %(case)s, r.document, r.copy, r.holder, %(store)s, r.at
from jsonb_to_recordset(%(copies)s::jsonb) as r(document text, copy text, holder text, at timestamptz)
on conflict (case_id, document, copy) do update set holder = excluded.holder, at = excluded.at
returning 1
"""
_CHILDREN = f"""
e as ({_EVENTS}), p as ({_PERSONAL}), t as ({_TASKS}), d as ({_DEADLINES}), m as ({_MARKS}), y as ({_COPIES})
"""
OPEN = f"""
with c as (
  insert into cases_case (id, number, handbook, version, procedure, store_id, subject_kind, subject_id, customer_id,
    opener_id, status, opened_at, closed_at, adopted_at, next_due, overdue, flags, seq, state, head)
  values (%(case)s, %(number)s, %(handbook)s, %(version)s, %(procedure)s, %(store)s, %(subject_kind)s,
    %(subject_id)s::bigint, %(customer)s::bigint, %(opener)s::bigint, %(status)s, %(opened_at)s::timestamptz,
    %(closed_at)s::timestamptz, %(adopted_at)s::timestamptz, %(next_due)s::timestamptz, %(overdue)s, %(flags)s::text[],
    %(seq)s, %(state)s::jsonb, %(head)s)
  returning id
), {_CHILDREN}
select (select count(*) from c), (select count(*) from e)
"""
ADVANCE = f"""
with c as (
  update cases_case set status = %(status)s, closed_at = %(closed_at)s::timestamptz,
    next_due = %(next_due)s::timestamptz, overdue = %(overdue)s, flags = %(flags)s::text[], version = %(version)s,
    customer_id = %(customer)s::bigint, seq = %(seq)s, state = %(state)s::jsonb, head = %(head)s
  where id = %(case)s and seq = %(expected)s returning id
), {_CHILDREN},
gone_t as (
  delete from cases_open_task where case_id = %(case)s and key = any(%(gone_tasks)s::text[]) returning 1
), gone_d as (
  delete from cases_deadline d
  using jsonb_to_recordset(%(gone_deadlines)s::jsonb) as r(element text, level text, round int)
  where d.case_id = %(case)s and d.element = r.element and d.level = r.level and d.round = r.round returning 1
), gone_y as (
  delete from cases_pending_copy y using jsonb_to_recordset(%(gone_copies)s::jsonb) as r(document text, copy text)
  where y.case_id = %(case)s and y.document = r.document and y.copy = r.copy returning 1
)
select (select count(*) from c), (select count(*) from e)
"""
NEXT = """
with n as (
  insert into cases_number (series, store_id, period, last) values (%(series)s, %(store)s, %(period)s, 1)
  on conflict (series, store_id, period) do update set last = cases_number.last + 1 returning last
)
select nextval('cases_case_id_seq'), (select last from n), (select n from cases_epoch)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A case as read under its lock."""

    id: int
    number: str
    handbook: str
    version: str
    procedure: str
    store: int
    subject_kind: str
    subject_id: int | None
    customer: int | None
    seq: int
    head: bytes
    state: dict[str, Any]
    adopted: bool
    epoch: int
    entered: datetime | None  # when the last event was


def lock(case: int) -> Row | None:
    """The case, locked until the transaction ends; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [case])
        row = cursor.fetchone()
    if row is None:
        return None
    columns: list[Any]
    *columns, text, adopted, epoch, entered = row
    columns[-1] = bytes(columns[-1])
    return Row(*columns, orjson.loads(text), adopted, epoch, entered)  # type: ignore[call-arg]  # mypy: no list into fields


def next_number(series: str, store: int, period: str) -> tuple[int, int, int]:
    """(id of the new case, its number in the series, epoch)."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"series": series, "store": store, "period": period})
        case, n, epoch = cursor.fetchone()
    return case, n, epoch


def write(text: str, row: Mapping[str, Any], children: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Run OPEN or ADVANCE. Raises Conflict when somebody else has moved the case in between."""
    arguments = {**row, **{name: orjson.dumps(rows).decode() for name, rows in children.items()}}
    with connection.cursor() as cursor:
        cursor.execute(text, arguments)
        cases, events = cursor.fetchone()
    if cases != 1 or events != len(children["events"]):
        raise Conflict.because(
            "moved_on",
            "工单刚刚被其他人更新，请刷新后再试。",
            "Somebody else has just changed this case; reload and try again.",
        )
