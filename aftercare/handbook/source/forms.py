"""Forms and their fields as written."""

from __future__ import annotations

from pydantic import Field

from aftercare.handbook.source.base import Citing, Element, list_or_map, one_or_list
from aftercare.handbook.source.gates import GateSource
from aftercare.handbook.source.words import Decimal, Expr, Id, Raw, Texts, Whole, Word, Words, YesNo, closed


class OptionSource(Element):
    short = "id"

    id: Word
    name: Texts | None = None


class FieldSource(Citing):
    id: Id | None = None
    lines: Id | None = None  # `lines: items` is short for `id: items, type: lines`
    name: Texts | None = None
    type: Word | None = None
    required: Expr | None = None
    if_: Expr | None = Field(None, alias="if")
    compute: Expr | None = None
    propose: Expr | None = None
    check: one_or_list(GateSource) = []  # type: ignore[valid-type]
    options: list_or_map(OptionSource, value="name") = []  # type: ignore[valid-type]
    options_from: Word | None = None  # settings.NAME, a list that the shop edits
    of: Raw = None  # a path such as customer.name, a list of options, or the procedure of a case
    min: Expr | None = None
    max: Expr | None = None
    minimum: Expr | None = None
    maximum: Expr | None = None
    unit: Word | None = None
    unique: YesNo = False
    twice: YesNo = False
    locked: YesNo = False
    edit: Words | None = None
    or_: Words | None = Field(None, alias="or")
    full_name: YesNo = False
    findable: YesNo = False
    ask: closed("always", "when_missing") = "always"  # type: ignore[valid-type]
    saves: closed("never", "on_save", "on_accept") = "never"  # type: ignore[valid-type]
    personal: YesNo = False
    help: Texts | None = None
    columns: list_or_map(FieldSource, value="type") = []  # type: ignore[valid-type]
    from_: Expr | None = Field(None, alias="from")
    key: Word | None = None
    at_least: Whole = 0
    one_at_a_time: Word | None = None
    must_equal: Word | YesNo | None = None
    weight: Decimal = 0.0


class StatusSource(Element):
    is_: Word = Field(alias="is")
    when: Expr


class CorrectionsSource(Citing):
    """What a correction of a saved sheet counts as, against who wrote it."""

    name: Texts


class FormSource(Citing):
    id: Id
    name: Texts
    title: Texts | None = None
    fields_: list_or_map(FieldSource, value="type") = Field([], alias="fields")  # type: ignore[valid-type]
    lives: YesNo = False
    number: Word | None = None
    status: list[StatusSource] = []
    corrections: CorrectionsSource | None = None


FieldSource.model_rebuild()
