"""The pattern of a case number, filled in for a day. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

PATTERN = "{yyyy}{mm}{dd}-{n:03}"
_N = re.compile(r"\{n(?::0?(\d+))?\}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A number around its running part: what stands before it, how wide it is, what stands after."""

    before: str
    width: int
    after: str

    def number(self, store: int, n: int) -> str:
        """Numbers count per store, so the store is part of them."""
        return f"{self.before}{store}-{n:0{self.width}d}{self.after}"


def shape(pattern: str, local: datetime) -> Shape:
    """`pattern` of a procedure ("" for the usual one) on a local day."""
    dated = pattern or PATTERN
    for name, form in (("{yyyy}", "%Y"), ("{yy}", "%y"), ("{mm}", "%m"), ("{dd}", "%d"), ("{store}", "")):
        dated = dated.replace(name, f"{local:{form}}" if form else "")
    found = _N.search(dated)
    if found is None:
        return Shape(dated, 3, "")
    return Shape(dated[: found.start()], int(found[1] or 1), dated[found.end() :])
