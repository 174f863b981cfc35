"""When tasks open and when they are due, as written."""

from __future__ import annotations

from pydantic import Field

from aftercare.handbook.source.base import Citing, Element, one_or_list
from aftercare.handbook.source.effects import EffectSource
from aftercare.handbook.source.words import Expr, Id, Whole, Word, Words, YesNo, closed


class LevelSource(Citing):
    """`{before: due, by: 2wd}` or `{after: due, by: 1d, to: role}`."""

    after: Expr | None = None
    before: Expr | None = None
    at: Expr | None = None
    by: Expr | None = None
    to: Words | None = None


class DueSource(Citing):
    """Anchor, side and offset, with warnings, escalations and what follows when it is missed."""

    after: Expr | None = None
    before: Expr | None = None
    at: Expr | None = None
    by: Expr | None = None
    counts: Expr | None = None
    against: Expr | None = None
    warn: one_or_list(LevelSource) = []  # type: ignore[valid-type]
    escalate: one_or_list(LevelSource) = []  # type: ignore[valid-type]
    missed: one_or_list(EffectSource) = []  # type: ignore[valid-type]
    if_: Expr | None = Field(None, alias="if")
    pauses: YesNo = True


class DeadlineSource(DueSource):
    id: Id | None = None
    name: Id | None = None
    until: Word


class OpensSource(Element):
    after: Words | None = None
    wait: Expr | None = None
    before: Expr | None = None
    by: Expr | None = None
    when: Expr | None = None
    every: Expr | None = None
    demand: YesNo = False
    from_: Word | None = Field(None, alias="from")
    until: Word | None = None
    sooner: closed("refuse", "warn", "allow") = "refuse"  # type: ignore[valid-type]


class ReopenSource(Element):
    tasks: Words
    in_: Expr | None = Field(None, alias="in")
    at_most: Whole = 0
    then: Word | None = None
