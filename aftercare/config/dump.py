"""Every row of every table as canonical JSON: keys sorted, rows sorted, nothing left out but what is no state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from django.db import connection

# Signs of life, sessions and the queue's own bookkeeping say nothing about the work of the house.
LEFT_OUT = frozenset({"config_heartbeat", "django_session", "django_migrations", "django_content_type"})
LEFT_OUT_BEGINNING = ("procrastinate_", "auth_")


def tables() -> list[str]:
    """The tables whose rows are the state, by name."""
    names = connection.introspection.table_names()
    return sorted(name for name in names if name not in LEFT_OUT and not name.startswith(LEFT_OUT_BEGINNING))


def lines() -> Iterator[str]:
    """One JSON line per row: {"row": {...}, "table": ...}; equal states give equal lines in the same order."""
    for table in tables():
        yield from _of(table)


def digests() -> Iterator[str]:
    """One JSON line per table: {"rows", "sha256", "table"}."""
    for table in tables():
        digest, count = hashlib.sha256(), 0
        for line in _of(table):
            digest.update(line.encode() + b"\n")
            count += 1
        yield json.dumps({"rows": count, "sha256": digest.hexdigest(), "table": table})


def _of(table: str) -> Iterator[str]:
    """PostgreSQL sorts by bytes and writes JSON itself, in UTC; we only sort the keys."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f'select to_jsonb(t)::text from {quoted} t order by to_jsonb(t)::text collate "C"')
        for (text,) in cursor.fetchall():
            yield json.dumps({"row": json.loads(text), "table": table}, sort_keys=True, ensure_ascii=False)
