"""Numbers of cases: counted per store and day, so that stores do not wait for one another."""

from __future__ import annotations

from datetime import datetime

from aftercare.cases.shapes import Shape, shape
from aftercare.cases.world import handbook_of
from aftercare.errors import NotFound

SERIES = "case"  # one count per store and beginning of a number, whatever the procedure: numbers are unique


def shape_of(version: str, procedure: str, local: datetime) -> Shape:
    """From the pattern of the procedure on a local day. Raises NotFound for a procedure the handbook lacks."""
    definition = handbook_of(version).procedures.get(procedure)
    if definition is None:
        raise NotFound.because(
            "no_procedure", f"手册没有流程“{procedure}”。", f"The handbook has no procedure “{procedure}”."
        )
    return shape(definition.number, local)
