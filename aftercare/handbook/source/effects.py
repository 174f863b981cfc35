"""Effects as written: one verb each, with the options that go with it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from aftercare.handbook.source.base import Citing, one_or_list
from aftercare.handbook.source.words import Expr, Raw, Texts, Word, Words, YesNo, closed

# verb -> the options that may stand beside it (`if`, `for_each`, clauses always may)
EFFECTS: dict[str, frozenset[str]] = {
    "issue": frozenset({"to"}),
    "hand": frozenset({"to", "receipt", "place"}),
    "send": frozenset({"to", "with"}),
    "tell": frozenset({"read_by", "else", "message"}),
    "open": frozenset({"as", "wait", "with", "customer"}),
    "contact": frozenset({"with", "customer"}),
    "signal": frozenset({"to", "with"}),
    "save": frozenset({"with"}),
    "finding": frozenset({"with"}),
    "entry": frozenset({"amount", "payer", "payee", "with"}),
    "list": frozenset(),
    "mark": frozenset(),
    "reissue": frozenset(),
    "complete_in": frozenset(),
    "join": frozenset({"as"}),
    "receive": frozenset({"in", "amount", "way"}),
    "freeze": frozenset(),
}
ALWAYS = frozenset({"if", "for_each", "clause", "clauses"})


class EffectSource(Citing):
    issue: Word | None = None
    hand: Words | None = None
    send: Word | None = None
    tell: Words | None = None
    open: Word | None = None
    contact: Word | None = None
    signal: Word | None = None
    save: Word | None = None
    finding: Word | None = None
    entry: Word | None = None
    list_: Word | None = Field(None, alias="list")
    mark: Word | None = None
    reissue: Words | None = None
    complete_in: CompleteIn | None = None
    join: Expr | None = None
    receive: Word | None = None
    freeze: Word | None = None

    customer: Expr | None = None
    in_: Word | None = Field(None, alias="in")
    way: Expr | None = None
    to: Word | None = None
    receipt: closed("sign", "confirm") | None = None  # type: ignore[valid-type]
    place: Word | None = None
    read_by: Expr | None = None
    else_: one_or_list(EffectSource) = Field([], alias="else")  # type: ignore[valid-type]
    message: Texts | None = None
    as_: Word | None = Field(None, alias="as")
    wait: YesNo = False
    with_: Raw = Field(None, alias="with")
    amount: Expr | None = None
    payer: Word | None = None
    payee: Word | None = None
    if_: Expr | None = Field(None, alias="if")
    for_each: Expr | None = None

    @property
    def written(self) -> frozenset[str]:
        """The keys the handbook wrote."""
        fields = type(self).model_fields
        return frozenset(fields[name].alias or name for name in self.model_fields_set)

    def value(self, verb: str) -> Any:
        return getattr(self, "list_" if verb == "list" else verb)


class CompleteIn(Citing):
    each: Expr
    task: Word
    outcome: Word


EffectSource.model_rebuild()
