"""Texts to people with names from a fixed list. Any other name is left as it stands; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aftercare.handbook.entities import MESSAGE_NAMES

NAMES = frozenset(MESSAGE_NAMES)
_NAME = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")


def worded(text: str, values: Mapping[str, str]) -> str:
    """`{case.number}` and the like replaced; a name without a value becomes a dash."""
    return _NAME.sub(lambda found: (values.get(found[1]) or "—") if found[1] in NAMES else found[0], text)


def unknown_names(text: str) -> list[str]:
    return [name for name in _NAME.findall(text) if name not in NAMES]
