"""Procedures and tasks as written, sugar still in place."""

from __future__ import annotations

from pydantic import Field

from aftercare.handbook.source.base import Citing, Element, list_or_map, one_or_list
from aftercare.handbook.source.effects import EffectSource
from aftercare.handbook.source.gates import GateSource, PartySource
from aftercare.handbook.source.timing import DeadlineSource, DueSource, OpensSource
from aftercare.handbook.source.words import (
    Decimal,
    Expr,
    Exprs,
    Id,
    Json,
    Raw,
    Texts,
    Whole,
    Word,
    WordMap,
    Words,
    YesNo,
    closed,
)


class OutcomeSource(Citing):
    id: Id
    name: Texts | None = None
    requires: one_or_list(GateSource) = []  # type: ignore[valid-type]
    parties: one_or_list(PartySource) = []  # type: ignore[valid-type]
    do: one_or_list(EffectSource) = []  # type: ignore[valid-type]
    set: Exprs | None = None
    reopen: Raw = None
    ends: closed("case") | None = None  # type: ignore[valid-type]
    tone: closed("good", "plain", "bad") = "plain"  # type: ignore[valid-type]


class CheckSource(Citing):
    short = "clause"

    id: Id | None = None
    ask: Texts | None = None
    miss: closed("refuse", "show", "count") = "count"  # type: ignore[valid-type]
    if_: Expr | None = Field(None, alias="if")
    kept_by_default: YesNo = False
    against: Expr | None = None


class ListedChecksSource(Citing):
    from_: Expr = Field(alias="from")
    against: Expr | None = None
    miss: closed("refuse", "show", "count") = "count"  # type: ignore[valid-type]


class ForEachSource(Element):
    in_: Expr = Field(alias="in")
    as_: Id = Field(alias="as")
    key: Word | None = None
    order: closed("one_by_one", "any") = "any"  # type: ignore[valid-type]


class AcceptSource(Element):
    by: Expr
    else_: one_or_list(EffectSource) = Field([], alias="else")  # type: ignore[valid-type]


class RowsSource(Citing):
    """A task that is worked row by row: the lines field, what a finished row sets off, how all of them end it."""

    of: Word
    do: one_or_list(EffectSource) = []  # type: ignore[valid-type]
    then: Word | None = None
    texts: WordMap | None = None


class TaskSource(Citing):
    task: Id
    name: Texts | None = None
    role: Words | None = None
    stage: Word | None = None
    after: Words | None = None
    opens: OpensSource | None = None
    if_: Expr | None = Field(None, alias="if")
    form: Word | None = None
    due: DueSource | None = None
    requires: one_or_list(GateSource) = []  # type: ignore[valid-type]
    parties: one_or_list(PartySource) = []  # type: ignore[valid-type]
    outcomes: list_or_map(OutcomeSource) = []  # type: ignore[valid-type]
    decide: Word | None = None
    for_each: ForEachSource | None = None
    optional: YesNo = False
    checks: Raw = None
    accept: AcceptSource | None = None
    rows: RowsSource | None = None
    help: Texts | None = None
    like: Word | None = None


class PersonSource(Citing):
    id: Id
    role: Word | None = None
    is_: Word | None = Field(None, alias="is")
    same_as: Word | None = None
    chosen_by: Word | None = None
    not_: Words | None = Field(None, alias="not")
    many: YesNo = False
    max_open: Whole = 0


class PartSource(Citing):
    id: Id
    amount: Expr | None = None
    share: Word | Decimal | None = None
    due: DueSource | None = None


class ChargeSource(Citing):
    id: Id
    name: Texts
    payer: Word
    payee: Word | None = None
    of: Expr | None = None
    amount: Expr | None = None
    takes: Word | None = None
    voucher: Word | None = None
    due: DueSource | None = None
    parts: list_or_map(PartSource) = []  # type: ignore[valid-type]


class FactSource(Citing):
    id: Id
    of: Word
    match: Exprs | None = None
    take: Word | None = None
    over: Expr | None = None
    once: YesNo = False


class ValueSource(Element):
    id: Id
    type: Word
    name: Texts | None = None


class FlagSource(Citing):
    id: Id
    name: Texts
    when: Expr
    live: YesNo = True


class StartSource(Element):
    by: Words | None = None
    event: Word | None = None
    every: Word | None = None
    yearly: Word | None = None
    opens: Json = None
    covers: Word | None = None
    for_each: Word | None = None
    match: Json = None
    once_per: Words | None = None
    if_: Expr | None = Field(None, alias="if")
    requires: one_or_list(GateSource) = []  # type: ignore[valid-type]


class KeepSource(Citing):
    sheet: Word | None = None
    photo: Word | None = None
    document: Word | None = None
    from_: Word | None = Field(None, alias="from")


class ClosesSource(Element):
    after: Words | None = None
    at: Expr | None = None
    requires: one_or_list(GateSource) = []  # type: ignore[valid-type]
    open_tasks: closed("refuse", "missed") = "refuse"  # type: ignore[valid-type]


class CancelSource(Citing):
    role: Words
    requires: one_or_list(GateSource) = []  # type: ignore[valid-type]
    do: one_or_list(EffectSource) = []  # type: ignore[valid-type]


class StatusSource(Element):
    is_: Word = Field(alias="is")
    when: Expr


class AdoptSource(Element):
    says: Word
    done: Words
    hands: Words | None = None
    to: Word | None = None


class MoveSource(Element):
    task: Word
    date: Word
    lane: Word | None = None
    at: Word | None = None
    outcome: Word | None = None


class CalendarSource(Citing):
    id: Id | None = None
    name: Texts | None = None
    title: Texts
    day: Expr | None = None
    tasks: Words | None = None
    at: Expr | None = None
    lasts: Expr | None = None
    lane: Expr | None = None
    lanes: Expr | None = None
    holds: Expr | None = None
    area: Expr | None = None
    people: Words | None = None
    move: MoveSource | None = None


class ProcedureSource(Citing):
    id: Id
    name: Texts
    subject: Word
    starts: one_or_list(StartSource) = []  # type: ignore[valid-type]
    stages: Words | None = None
    people: list_or_map(PersonSource, value="role") = []  # type: ignore[valid-type]
    charges: list_or_map(ChargeSource) = []  # type: ignore[valid-type]
    facts: list_or_map(FactSource) = []  # type: ignore[valid-type]
    values: list_or_map(ValueSource, value="type") = []  # type: ignore[valid-type]
    reads: WordMap | None = None
    flags: list_or_map(FlagSource, value="when") = []  # type: ignore[valid-type]
    status: list[StatusSource] = []
    deadlines: list_or_map(DeadlineSource) = []  # type: ignore[valid-type]
    tasks: list_or_map(TaskSource, name="task")  # type: ignore[valid-type]
    dossier: one_or_list(KeepSource) = []  # type: ignore[valid-type]
    closes: ClosesSource | None = None
    cancel: CancelSource | None = None
    waive: Words | None = None
    adopts: list[AdoptSource] = []
    calendar: one_or_list(CalendarSource) = []  # type: ignore[valid-type]
    number: Word | None = None
    templates: Raw = None
    party_sets: Raw = None
