"""The frozen definitions a handbook compiles to: what the engine, the pages and the reports read.

Nothing here evaluates or stores anything. Conditions are compiled (`Condition`), texts are bilingual (`Text`), every
element knows its clauses and the spot in the handbook that says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aftercare.handbook.conditions import Condition
from aftercare.texts import Text

if TYPE_CHECKING:
    from aftercare.handbook.lists import ListView, Measure, Report

Json = Any
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the handbook an element stands; lines and columns count from 1."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    id: str
    text: Text
    system: str = ""
    source: str = ""
    enforce: Literal["block", "schedule", "compute", "record", "attest"] = "record"
    yields: str = ""  # the clause that wins where both apply
    why: Text | None = None
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    name: Text
    may: Mapping[str, str] = field(default_factory=dict)  # action -> own | store | company
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure with a name. `value` is raw JSON in the form of `type` (money in fen, durations as '14d')."""

    id: str
    name: Text
    type: str  # a field type word: duration, number, money, text, choice, check, list
    value: Json
    options: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()  # of a list of rows
    edit: str = ""  # role that may change it
    applies: Literal["new", "running"] = "new"
    decides: Mapping[str, Json] = field(default_factory=dict)  # clause -> value under which that clause wins
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, or one column of its lines."""

    id: str
    name: Text
    type: str  # see FIELD_TYPES in handbook.fields
    required: Condition | bool = False
    shown: Condition | None = None  # `if`
    compute: Condition | None = None  # locked, worked out by the engine
    propose: Condition | None = None  # filled in, may be changed
    check: tuple[Gate, ...] = ()  # sentences a value must satisfy
    options: tuple[Option, ...] = ()
    options_from: str = ""  # a setting that lists them
    minimum: Json = None
    maximum: Json = None
    unit: str = ""
    unique: bool = False
    twice: bool = False
    locked: bool = False  # written by effects only
    edit: tuple[str, ...] = ()  # roles; empty: whoever has the task
    instead: tuple[str, ...] = ()  # `or`: none, not_applicable, declined
    full_name: bool = False  # type name: a form of address is refused
    findable: bool = False  # type place: street, building and door are needed
    of: str = ""  # bound to a field of the customer, order or asset: "customer.name"
    ask: Literal["always", "when_missing"] = "always"
    saves: Literal["never", "on_save", "on_accept"] = "never"
    personal: bool = False
    help: Text | None = None
    # lines
    columns: tuple[Field, ...] = ()
    source: Condition | None = None  # `from`: expected rows
    key: str = ""
    at_least: int = 0
    one_at_a_time: str = ""
    must_equal: bool = False  # column: equals the source row's value
    release: str = ""  # role that may let a difference pass
    weight: float = 0.0
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Check:
    """An attested duty: ticked on the form, asked of the customer, or sampled."""

    id: str
    ask: Text
    miss: Literal["refuse", "show", "count"] = "count"
    shown: Condition | None = None
    clause: str = ""
    kept_by_default: bool = False
    against: Condition | None = None  # whom a miss counts against; None: who finishes the task
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Correction:
    """A wrong entry found later counts against who wrote the sheet."""

    name: Text
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    name: Text
    title: Text | None = None
    fields: tuple[Field, ...] = ()
    lives: bool = False  # a register whose rows outlive cases
    number: str = ""  # number series pattern
    status: tuple[tuple[str, Condition], ...] = ()
    correction: Correction | None = None  # `corrections:` {name, clauses}
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.id == name), None)


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that must hold. `each`/`var`: judged for every row, the refusal names the failing ones."""

    that: Condition
    otherwise: Literal["refuse", "reason", "release", "warn", "flag"] = "refuse"
    release: str = ""  # role
    each: Condition | None = None
    var: str = ""
    message: Text | None = None
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Party:
    who: tuple[str, ...]  # roles, ids of `people`, or "customer", or an outside body
    must: frozenset[str]  # attend, sign, mark, confirm, decide
    not_: tuple[str, ...] = ()  # people ids, task ids or case.opener who may not be the one
    shown: Condition | None = None
    covers: tuple[str, ...] = ()  # fields of the form whose values the consent is bound to
    within: Mapping[str, float] = field(default_factory=dict)  # field -> tolerated share
    ways: tuple[str, ...] = ()  # paper, phone, link
    delegate: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    record: tuple[str, ...] = ()  # what is written down for an outside body
    reason: bool = False
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Anchor:
    """The moment an offset counts from.

    kind: opened (of the task), case_opened, due, task (settled, with `outcome` if given), expr (a date or moment),
    day (day `n` of the month), date (a day of the year "12-20"), closing (end of the working day).
    """

    kind: Literal["opened", "case_opened", "due", "task", "expr", "day", "date", "closing"]
    task: str = ""
    outcome: str = ""
    expr: Condition | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Offset:
    anchor: Anchor
    side: Literal["after", "before", "at"]
    by: Condition | None = None  # a Duration; None only with day, date and closing
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A warning before or an escalation after a deadline."""

    id: str  # warn1, warn2, escalate1 ...
    kind: Literal["warn", "escalate"]
    offset: Offset
    to: tuple[str, ...] = ()  # roles; empty: who has the task


@dataclass(frozen=True, slots=True)
class Deadline:
    id: str  # "due" for a task's own
    offset: Offset
    until: str = ""  # task that meets it; own task for "due"
    outcome: str = ""
    counts: Condition | None = None  # the field whose time is judged
    against: Condition | None = None  # whom a miss counts against; None: who has the task
    shown: Condition | None = None  # `if`
    levels: tuple[Level, ...] = ()
    missed: tuple[Effect, ...] = ()
    pauses: bool = True  # a paused case stops it
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an outcome asks of another package. `params` hold Conditions where the handbook writes expressions."""

    name: str  # one of the verbs of handbook.source.effects.EFFECTS
    params: Mapping[str, Any] = field(default_factory=dict)
    shown: Condition | None = None
    each: Condition | None = None  # once per row, `row` readable
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Reopen:
    tasks: tuple[str, ...]
    wait: Condition | None = None
    at_most: int = 0
    then: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    name: Text
    requires: tuple[Gate, ...] = ()
    parties: tuple[Party, ...] = ()
    do: tuple[Effect, ...] = ()
    set: Mapping[str, Condition] = field(default_factory=dict)  # "case.delivery_date" -> value
    reopen: Reopen | None = None
    ends: Literal["", "case"] = ""
    tone: Literal["good", "plain", "bad"] = "plain"
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class After:
    task: str
    outcome: str = ""  # empty: done or skipped both count


@dataclass(frozen=True, slots=True)
class Opens:
    after: tuple[After, ...] = ()
    when: Condition | None = None  # judged after every event
    wait: Condition | None = None  # a Duration after the last of `after`
    before: Offset | None = None  # opens at that moment
    every: Condition | None = None
    start: After | None = None  # of every / demand: from
    until: After | None = None
    demand: bool = False  # opened by hand, any number of times
    sooner: Literal["refuse", "warn", "allow"] = "refuse"


@dataclass(frozen=True, slots=True)
class ForEach:
    source: Condition
    var: str
    key: str = ""
    one_by_one: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    by: Condition
    otherwise: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class RowWork:
    """A task worked row by row. Each row that is saved counts as done at once; `then`: the outcome after the last."""

    of: str  # a lines field of the task's form
    do: tuple[Effect, ...] = ()  # with `row`; each runs once per row, when its `if` comes true
    then: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)  # `row.occasion` -> message that is ready for the row
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    name: Text
    role: tuple[str, ...]  # roles or people ids
    opens: Opens = Opens()
    form: str = ""
    stage: str = ""
    shown: Condition | None = None  # `if`: judged once, when it would open
    due: Deadline | None = None
    requires: tuple[Gate, ...] = ()
    parties: tuple[Party, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    decide: str = ""  # a rule that gives the outcome
    for_each: ForEach | None = None
    optional: bool = False
    checks: tuple[Check, ...] = ()
    checks_against: Condition | None = None
    listed: tuple[str, str] = ("count", "")  # of checks_from: what a miss means, its clause
    checks_from: Condition | None = None  # a list of texts that the shop edits, ticked one by one
    accept: Accept | None = None
    rows: RowWork | None = None
    help: Text | None = None
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Flag:
    id: str
    name: Text
    when: Condition
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class PersonRule:
    """How a person of the case is found.

    `is_`: opener, subject.FIELD, or NAME.people.ID of a related case; `same_as`: task; `chosen_by`: role or field path.
    """

    id: str
    role: str = ""
    is_: str = ""
    same_as: str = ""
    chosen_by: str = ""
    not_: tuple[str, ...] = ()
    many: bool = False
    max_open: int = 0
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class ChargePart:
    id: str
    amount: Condition | None = None
    share: float | None = None  # percent; None with amount None: the rest
    due: Offset | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    id: str
    name: Text
    payer: str
    payee: str = "company"
    of: Condition | None = None  # the sum its parts add up to
    takes: str = ""  # role
    voucher: str = ""  # document issued for a payment
    parts: tuple[ChargePart, ...] = ()
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Fact:
    """A named look-up answered by a registered provider before judging."""

    id: str
    of: str
    match: Mapping[str, Condition] = field(default_factory=dict)
    take: str = "exists"
    over: Condition | None = None
    once: bool = False  # read when the case opens and never again
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Start:
    """What opens a case: by hand (`by`), by an event, or by the calendar."""

    by: tuple[str, ...] = ()
    event: str = ""
    every: str = ""
    yearly: str = ""
    opens: Json = None
    covers: str = ""
    for_each: str = ""
    match: Mapping[str, Json] = field(default_factory=dict)
    once_per: tuple[str, ...] = ()
    shown: Condition | None = None  # `if`, of a start by the calendar
    requires: tuple[Gate, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Cancel:
    role: tuple[str, ...]
    requires: tuple[Gate, ...] = ()
    do: tuple[Effect, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closes:
    after: tuple[After, ...] = ()
    at: Condition | None = None
    requires: tuple[Gate, ...] = ()
    open_tasks: Literal["refuse", "missed"] = "refuse"


@dataclass(frozen=True, slots=True)
class Keep:
    """One paper the file of a case must hold."""

    kind: Literal["sheet", "photo", "document"]
    id: str
    since: After | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adopt:
    """What an order book says of work under way (`issued`, `copies.1`), and the steps that then count as done."""

    says: str
    done: tuple[After, ...]
    hands: tuple[str, ...] = ()  # copies that were handed out: "sales_contract/1"
    to: str = ""
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """The task opened by hand that a move on the calendar completes, and which of its fields take day, lane, time."""

    task: str
    date: str
    lane: str = ""
    at: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Where a case stands on the calendar: on its `day`, or on the days its open `tasks` are due."""

    id: str
    name: Text
    title: Text  # with names in braces
    day: Condition | None = None  # date or moment
    tasks: tuple[str, ...] = ()
    at: Condition | None = None  # time of that day, or a moment; none: the whole day
    lasts: Condition | None = None  # duration
    lane: Condition | None = None  # a text or a person; unknown: not planned yet
    lanes: Condition | None = None  # list of all lanes, so that empty ones have a row
    holds: Condition | None = None  # how many a lane takes on one day
    area: Condition | None = None  # a place or a text: what lies together may ride together
    people: tuple[str, ...] = ()
    move: CalendarMove | None = None
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Procedure:
    id: str
    name: Text
    subject: str  # order, customer, asset, store, record:FORM, none
    starts: tuple[Start, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    people: Mapping[str, PersonRule] = field(default_factory=dict)
    charges: Mapping[str, Charge] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    flags: Mapping[str, Flag] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)  # case.X set by outcomes -> field type, or "form.field"
    value_names: Mapping[str, Text] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)  # name -> procedure of a related case that may be read
    status: tuple[tuple[str, Condition], ...] = ()
    dossier: tuple[Keep, ...] = ()
    closes: Closes = Closes()
    cancel: Cancel | None = None
    waive: tuple[str, ...] = ()
    adopts: tuple[Adopt, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()
    number: str = ""
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class RuleRow:
    when: Condition | None  # None: always
    then: Condition | None = None
    values: Mapping[str, Condition] = field(default_factory=dict)  # consequence rows: amount, shares ...
    refuse: bool = False
    reason: Text | None = None
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision table, read top to bottom; the first row that holds answers."""

    id: str
    name: Text
    rows: tuple[RuleRow, ...]
    arguments: tuple[tuple[str, str], ...] = ()  # name, field type
    gives: str = "text"
    once_per: tuple[str, ...] = ()
    appeal: Condition | None = None  # a Duration: how long one may appeal against its findings
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Copy:
    id: str  # "1"
    holder: str  # role or customer
    name: Text


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    name: Text
    template: str  # file beside
    source: str = ""  # the template's text
    copies: tuple[Copy, ...] = ()
    number: str = ""
    data: Mapping[str, Condition] = field(default_factory=dict)
    paper: tuple[str, ...] = ("a4",)
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    name: Text
    text: Text  # with {case.number}-like names from a fixed list
    channels: tuple[str, ...] = ("in_app",)
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a price list; `price` in fen, None where `rows` say more."""

    id: str
    name: Text
    price: int | None = None
    unit: str = ""
    rows: Json = ()
    clauses: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True)
class Handbook:
    id: str
    name: Text
    version: str
    hash: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    calendars: Mapping[str, Json] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    chapters: Mapping[str, Text] = field(default_factory=dict)  # first part of a clause's source -> its title
    forms: Mapping[str, Form] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    lists: Mapping[str, ListView] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)  # number series -> pattern
    dial: Literal["observe", "warn", "refuse"] = "observe"  # where a shop starts
    carried: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)  # clause -> elements that cite it
