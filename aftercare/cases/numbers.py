"""Numbers of cases: counted per store and day, so that stores do not wait for one another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from aftercare.cases.world import handbook_of
from aftercare.errors import NotFound

SERIES = "case"  # one count per store and beginning of a number, whatever the procedure: numbers are unique
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


def shape_of(version: str, procedure: str, local: datetime) -> Shape:
    """From the pattern of the procedure on a local day. Raises NotFound for a procedure the handbook lacks."""
    definition = handbook_of(version).procedures.get(procedure)
    if definition is None:
        raise NotFound.because(
            "no_procedure", f"手册没有流程“{procedure}”。", f"The handbook has no procedure “{procedure}”."
        )
    dated = definition.number or PATTERN
    for name, form in (("{yyyy}", "%Y"), ("{yy}", "%y"), ("{mm}", "%m"), ("{dd}", "%d"), ("{store}", "")):
        dated = dated.replace(name, f"{local:{form}}" if form else "")
    found = _N.search(dated)
    if found is None:
        return Shape(dated, 3, "")
    return Shape(dated[: found.start()], int(found[1] or 1), dated[found.end() :])
