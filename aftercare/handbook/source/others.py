"""Everything beside forms and procedures, as written."""

from __future__ import annotations

from pydantic import Field

from aftercare.handbook.source.base import Citing, Element, list_or_map
from aftercare.handbook.source.forms import FieldSource, OptionSource
from aftercare.handbook.source.words import Expr, Id, Json, Raw, Texts, Word, WordMap, Words, closed


class HandbookSource(Element):
    id: Id
    name: Texts
    version: Word
    builds_on: Words | None = None
    drop: Words | None = None
    dial: closed("observe", "warn", "refuse") = "observe"  # type: ignore[valid-type]


class RoleSource(Element):
    id: Id
    name: Texts
    may: WordMap | None = None


class CalendarSource(Element):
    id: Id
    name: Texts | None = None
    zone: Word | None = None
    holidays: closed("china", "none") | None = None  # type: ignore[valid-type]
    week: Raw = None
    closed_: Json = Field(None, alias="closed")
    extra: Json = None
    makeup: Json = None
    years: Json = None


class NumberSource(Element):
    id: Id
    pattern: Word
    restarts: Word | None = None
    per: Word | None = None


class SettingSource(Citing):
    id: Id
    name: Texts
    type: Word | None = None
    value: Raw = None
    of: Words | None = None
    options: list_or_map(OptionSource, value="name") = []  # type: ignore[valid-type]
    columns: list_or_map(FieldSource, value="type") = []  # type: ignore[valid-type]
    edit: Word | None = None
    applies: closed("new", "running") = "new"  # type: ignore[valid-type]
    decides: Json = None
    unit: Word | None = None


class ContradictionSource(Citing):
    """Two clauses that cannot both hold: which one yields, or the setting that decides."""

    id: Id | None = None
    yields: Word | None = None
    decides: Word | None = None
    why: Texts


class ClauseSource(Element):
    id: Word
    text: Texts
    source: Word | None = None
    system: Word | None = None
    enforce: closed("block", "schedule", "compute", "record", "attest") = "record"  # type: ignore[valid-type]
    yields: Word | None = None
    why: Texts | None = None


class ChapterSource(Element):
    id: Word
    name: Texts


class ArgumentSource(Element):
    id: Id
    type: Word


class AppealSource(Element):
    within: Expr


class RuleSource(Citing):
    id: Id
    name: Texts | None = None
    arguments: list_or_map(ArgumentSource, value="type") = []  # type: ignore[valid-type]
    gives: Word | None = None
    rows: list[Raw]
    once_per: Words | None = None
    appeal: AppealSource | None = None


class RateSource(Citing):
    id: Id
    name: Texts
    price: Expr | None = None
    unit: Word | None = None
    rows: Json = None


class CopySource(Element):
    id: Word
    holder: Word
    name: Texts


class DocumentSource(Citing):
    id: Id
    name: Texts
    template: Word
    copies: list_or_map(CopySource, value="holder") = []  # type: ignore[valid-type]
    number: Word | None = None
    data: Raw = None
    paper: Words | None = None


class MessageSource(Citing):
    id: Id
    name: Texts
    text: Texts
    channels: Words | None = None
