"""Writing the trace. Call it inside the transaction of what it tells about: both stay or neither does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from aftercare.audit.models import Trace
from aftercare.errors import JSON
from aftercare.values.plain import keepable


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
    row = Trace.objects.create(
        at=now,
        actor=actor.person,
        actor_name=keepable(actor.name),
        address=keepable(address),
        action=keepable(action),
        kind=keepable(kind),
        what=number,
        result=keepable(result),
        data=_keepable(dict(data or {})),
    )
    return row.pk


def _keepable(value: Any) -> Any:
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, dict):
        return {keepable(str(key)): _keepable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable(item) for item in value]
    return value
