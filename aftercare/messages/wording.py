"""Texts to people with names from a fixed list. Any other name is left as it stands; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = frozenset(
    ["case.number", "case.delivery_date", "case.procedure", "customer.name", "customer.salutation", "store.name", "store.phone", "task.name", "task.due", "order.number", "order.total", "company.name", "person.name", "link"]
)
_NAME = re.compile(r"\{([a-z_]+\.[a-z_]+|link)\}")


def worded(text: str, values: Mapping[str, str]) -> str:
    """`{case.number}` and the like replaced; a name without a value becomes a dash."""
    return _NAME.sub(lambda found: (values.get(found[1]) or "—") if found[1] in NAMES else found[0], text)


def unknown_names(text: str) -> list[str]:
    return [name for name in _NAME.findall(text) if name not in NAMES]
