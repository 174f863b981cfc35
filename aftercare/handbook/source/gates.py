"""Gates and parties as written."""

from __future__ import annotations

from pydantic import Field

from aftercare.handbook.source.base import Citing
from aftercare.handbook.source.words import Expr, Raw, Texts, Word, Words, YesNo

MUSTS = ("attend", "sign", "mark", "confirm", "decide")


class GateSource(Citing):
    short = "that"

    that: Expr
    each: Expr | None = None
    or_: Word | None = Field(None, alias="or")
    else_: Texts | None = Field(None, alias="else")


class PartySource(Citing):
    who: Words
    must: Word  # attend + sign
    not_: Words | None = Field(None, alias="not")
    if_: Expr | None = Field(None, alias="if")
    covers: Words | None = None
    within: Raw = None
    ways: Words | None = None
    delegate: Words | None = None
    copies: Words | None = None
    record: Words | None = None
    reason: YesNo = False


def musts(written: str) -> list[str]:
    """`attend + sign` -> [attend, sign]."""
    return [part for part in written.replace("+", " ").replace(",", " ").split() if part]
