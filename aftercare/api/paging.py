"""Pages by key: a cursor names the last row seen, so that lists cost the same on every page."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from aftercare.api.answers import dumps
from aftercare.errors import Refused


def cursor_of(*values: Any) -> str:
    return urlsafe_b64encode(dumps(list(values))).decode().rstrip("=")


def values_of(cursor: str, *kinds: Callable[[Any], Any]) -> list[Any] | None:
    """The values in a cursor, each read by its kind; None for an empty cursor. Refused when it is not one of ours."""
    if not cursor:
        return None
    try:
        held = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(held, list) or len(held) != len(kinds):
            raise ValueError(cursor)
        return [kind(value) for kind, value in zip(kinds, held, strict=True)]
    except (ValueError, TypeError, OverflowError):
        raise Refused.because("list.cursor", "翻页位置无效。", "There is no such page.", field="cursor") from None


def number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def moment_or_none(value: Any) -> datetime | None:
    return None if value is None else moment(value)


def newest_first(
    rows: QuerySet[Any, Any], at: str, cursor: str, limit: int, shown: Callable[[Any], Mapping[str, Any]]
) -> dict[str, Any]:
    """A page of rows by (`at`, id), the newest first."""
    if held := values_of(cursor, moment, number):
        edge, last = held
        rows = rows.filter(Q(**{f"{at}__lt": edge}) | Q(**{at: edge, "pk__lt": last}))
    found = list(rows.order_by(f"-{at}", "-pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    following = cursor_of(getattr(found[-1], at), found[-1].pk) if more else None
    return {"items": [shown(row) for row in found], "next": following}


def chosen(sort: str, allowed: Mapping[str, Any]) -> Any:
    """What a sort key stands for; only listed ones are taken."""
    if sort not in allowed:
        named = "、".join(allowed)
        zh, en = f"只能按这些排序：{named}", f"Sort by one of {', '.join(allowed)}."
        raise Refused.because("list.sort", zh, en, field="sort")
    return allowed[sort]
