"""Writing the trace. Call it inside the transaction of what it tells about: both stay or neither does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from aftercare.errors import JSON
from aftercare.values.plain import keepable

_ADD = """
insert into audit_trace (at, actor, actor_name, address, action, kind, what, result, data)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning id
"""


class Who(Protocol):
    """Anybody with a person id (0 = the system) and a name; `people.actor.Actor` is one."""

    @property
    def person(self) -> int: ...

    @property
    def name(self) -> str: ...


def trace(
    actor: Who,
    action: str,
    what: tuple[str, int | None] = ("", None),
    *,
    now: datetime,
    result: str = "done",
    address: str = "",
    data: Mapping[str, JSON] | None = None,
) -> int:
    """Add one row and return its id. `what` is (kind, id). `data` must not hold personal data of a customer.

    Never fails on odd texts: what a database cannot keep (NUL, lone surrogates) is kept as U+FFFD.
    """
    kind, number = what
    texts = [keepable(text) for text in (actor.name, address, action, kind, result)]
    told = json.dumps(_keepable(dict(data or {})), ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [now, actor.person, *texts[:4], number, texts[4], told])
        return int(cursor.fetchone()[0])


def _keepable(value: Any) -> Any:
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, dict):
        return {keepable(str(key)): _keepable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable(item) for item in value]
    return value
