"""Lists, measures and reports, as written."""

from __future__ import annotations

from aftercare.handbook.source.base import Citing
from aftercare.handbook.source.words import Expr, Id, Raw, Texts, Word, Words, closed


class ListSource(Citing):
    id: Id
    name: Texts
    of: Word
    where: Raw = None
    columns: Words | None = None
    order: Word | None = None


class MeasureSource(Citing):
    id: Id
    name: Texts
    of: Word  # a form, form.lines, a procedure, `customer`, or a list
    where: Raw = None
    take: Word | None = None
    by: Words | None = None
    unit: Word | None = None
    good: closed("high", "low") | None = None  # type: ignore[valid-type]


class ReportSource(Citing):
    id: Id
    name: Texts
    every: closed("month") = "month"  # type: ignore[valid-type]
    covers: closed("previous month") = "previous month"  # type: ignore[valid-type]
    opens: Expr | None = None  # day 3
    tables: Words | None = None
