"""Reading the trace and proving that it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from aftercare.audit.models import Trace
from aftercare.errors import Fault

_BROKEN = """
SELECT seq, trace, fault FROM (
    SELECT l.seq, l.trace,
        CASE WHEN l.seq <> l.before + 1 THEN 'gap'
             WHEN t.id IS NULL THEN 'missing'
             WHEN audit_digest(l.prev, l.seq, t) <> l.hash THEN 'altered' END AS fault
    FROM (SELECT *, lag(hash, 1, '') OVER w AS prev, lag(seq, 1, 0::bigint) OVER w AS before
          FROM audit_link WINDOW w AS (ORDER BY seq)) l
    LEFT JOIN audit_trace t ON t.id = l.trace) checked
WHERE fault IS NOT NULL ORDER BY seq LIMIT 1
"""
_STRANGERS = """
SELECT t.id FROM audit_trace t LEFT JOIN audit_link l ON l.trace = t.id WHERE l.seq IS NULL ORDER BY t.id LIMIT 1
"""
_CUT = """
SELECT coalesce(h.seq, 0) FROM (SELECT max(seq) AS seq FROM audit_link) l
LEFT JOIN audit_chainhead h ON h.id = 1
WHERE coalesce(h.seq, 0) <> coalesce(l.seq, 0)
    OR h.hash IS DISTINCT FROM (SELECT k.hash FROM audit_link k WHERE k.seq = l.seq)
"""
_WORDS = {
    "gap": ("审计链在第 {seq} 号之前缺少环节。", "The audit chain lacks links before number {seq}."),
    "missing": ("第 {seq} 号审计记录（{trace}）已被删除。", "Audit row {trace} (number {seq}) has been deleted."),
    "altered": ("第 {seq} 号审计记录（{trace}）被改动过。", "Audit row {trace} (number {seq}) has been altered."),
    "stranger": ("审计记录 {trace} 不在链上。", "Audit row {trace} is not in the chain."),
    "cut": ("审计链的末尾与记下的第 {seq} 号不符。", "The end of the audit chain is not the recorded number {seq}."),
}


def verify() -> list[Fault]:
    """What is wrong with the trace (empty = whole): the first broken link, a row outside the chain, a cut end."""
    faults: list[Fault] = []
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        if row := cursor.fetchone():
            faults.append(_fault(row[2], seq=row[0], trace=row[1]))
        cursor.execute(_STRANGERS)
        if row := cursor.fetchone():
            faults.append(_fault("stranger", trace=row[0]))
        cursor.execute(_CUT)
        if row := cursor.fetchone():
            faults.append(_fault("cut", seq=row[0]))
    return faults


def _fault(code: str, **numbers: int) -> Fault:
    zh, en = _WORDS[code]
    return Fault(f"audit.{code}", zh.format(**numbers), en.format(**numbers), data=dict(numbers))


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of the trace; empty parts do not filter. `before` is the id to page from (newest first)."""

    actor: int | None = None
    action: str = ""
    kind: str = ""
    what: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def traces(wanted: Filter, limit: int = 50) -> list[dict[str, Any]]:
    """Rows newest first as dicts of the columns. One query. The caller must hold the right `audit.see`."""
    exact = {"actor": wanted.actor, "action": wanted.action, "kind": wanted.kind, "what": wanted.what}
    ranges = {"at__gte": wanted.since, "at__lt": wanted.until, "id__lt": wanted.before}
    conditions = {name: value for name, value in {**exact, **ranges}.items() if value not in (None, "")}
    columns = ("id", "at", "actor", "actor_name", "address", "action", "kind", "what", "result", "data")
    return list(Trace.objects.filter(**conditions).order_by("-id").values(*columns)[: min(limit, 500)])


def count_since(actor: int, action: str, since: datetime, result: str = "done") -> int:
    """How often this person did this since then: the base of limits such as reveals within ten minutes."""
    return Trace.objects.filter(actor=actor, action=action, at__gte=since, result=result).count()
