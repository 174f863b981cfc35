"""A case on the pure engine: a handbook as a short text, one running case, and a clock that one winds by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.calendar import WorkCalendar
from aftercare.engine import Accepted, Command, Event, Refusal, State, Who, World, decide, rebuild
from aftercare.engine.timing import fires_at, stopped
from aftercare.handbook import load_texts
from aftercare.handbook.model import Handbook

Json = Any
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
FRAME = """
handbook: {id: tiny, name: {zh: 试, en: Tiny}, version: "1", dial: refuse}
roles:
  - {id: clerk, name: {zh: 店员, en: Clerk}}
  - {id: boss, name: {zh: 店长, en: Boss}}
  - {id: finance, name: {zh: 财务, en: Finance}}
calendars: [{id: company, holidays: none, week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}]
"""
CLAUSES = "clauses: [" + ", ".join(f"{{id: T-0{n}, text: {{zh: 条款, en: Clause}}}}" for n in range(1, 6)) + "]"
CLERK, BOSS, FINANCE = (
    Who(n, name, frozenset({role}), manages=role == "boss")
    for n, name, role in ((1, "陈", "clerk"), (2, "赵", "boss"), (3, "孙", "finance"))
)
OTHER_CLERK = Who(4, "钱", frozenset({"clerk"}))
SYSTEM = Who(0, "", system=True)


def handbook_of(procedure: str, forms: str = "", more: Mapping[str, str] | None = None, extra: str = "") -> Handbook:
    """`procedure`: the body of one procedure, `extra`: more keys of handbook.yaml."""
    head = "procedures:\n  - id: p\n    name: {zh: 流程, en: Procedure}\n    subject: none\n"
    body = "\n".join(f"    {line}" for line in procedure.strip("\n").splitlines())
    files = {"handbook.yaml": FRAME + extra, "clauses.yaml": CLAUSES, "procedures/p.yaml": f"{head}{body}\n"}
    if forms:
        files["forms/f.yaml"] = "forms:\n" + forms
    loaded = load_texts({**files, **(more or {})})
    assert loaded.handbook is not None, [(one.code, one.line, one.en) for one in loaded.faults]
    return loaded.handbook


def as_stored(state: State) -> State:
    """The state as PostgreSQL gives it back: the same, with keys in the order of jsonb."""

    def reordered(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: reordered(value[key]) for key in sorted(value, key=lambda one: (len(one), one))}
        return [reordered(one) for one in value] if isinstance(value, list) else value

    stored: State = reordered(json.loads(json.dumps(state)))
    return stored


@dataclass
class Play:
    """One case told step by step; `now` moves with it. Every step proves that the fold gives the state."""

    handbook: Handbook
    procedure: str = "p"
    now: datetime = NOW
    state: State | None = None
    events: list[Event] = field(default_factory=list)
    fired: list[tuple[str, str, int, datetime]] = field(default_factory=list)
    dial: Callable[[str], str] = lambda clause: "refuse"
    facts: Mapping[str, Json] = field(default_factory=dict)
    settings: dict[str, Json] = field(default_factory=dict)
    subject: Mapping[str, Json] = field(default_factory=dict)
    last: Accepted | None = None

    @property
    def world(self) -> World:
        book = self.handbook
        calendar = WorkCalendar.from_json(dict(next(iter(book.calendars.values()))))
        settings = {name: one.value for name, one in book.settings.items()} | self.settings
        return World(book, book.procedures[self.procedure], calendar, settings, self.subject, {}, self.facts, self.dial)

    def judge(self, who: Who, verb: str, /, at: datetime | None = None, **data: Json) -> Accepted | Refusal:
        state = None if self.state is None else as_stored(self.state)
        return decide(self.world, state, Command(verb, data, at), who, self.now)  # type: ignore[arg-type]

    def do(self, who: Who, verb: str, /, at: datetime | None = None, **data: Json) -> Accepted:
        decision = self.judge(who, verb, at, **data)
        assert isinstance(decision, Accepted), [fault.en for fault in decision.faults]
        self.events += decision.events
        self.state, self.last = decision.state, decision
        assert rebuild(self.events) == self.state
        return decision

    def refused(self, who: Who, verb: str, /, **data: Json) -> Refusal:
        before = json.dumps(self.state)
        decision = self.judge(who, verb, **data)
        assert isinstance(decision, Refusal), [event.kind for event in decision.events]
        assert json.dumps(self.state) == before
        return decision

    def complete(self, who: Who, task: str, outcome: str | None = None, /, **data: Json) -> Accepted:
        return self.do(who, "complete", task=task, **({"outcome": outcome} if outcome else {}), **data)

    def wind(self, to: datetime) -> None:
        """Let the clock run: what comes due is ticked in due order, at its own moment."""
        while True:
            due = self.due(to)
            if due is None:
                break
            at, held = due
            self.now = max(self.now, at)
            self.tick(held)
        self.now = to

    def due(self, to: datetime) -> tuple[datetime, dict[str, Json]] | None:
        assert self.state is not None
        rows = [
            (fires_at(held), held)
            for held in self.state["deadlines"].values()
            if not held.get("fired") and not stopped(self.state["status"], held) and fires_at(held) <= to
        ]
        rows = [one for one in rows if (one[1]["element"], one[1]["level"], one[1]["round"], one[0]) not in self.fired]
        return min(rows, key=lambda one: (one[0], one[1]["element"], one[1]["level"]), default=None)

    def tick(self, held: Mapping[str, Json]) -> Accepted:
        self.fired.append((held["element"], held["level"], held["round"], fires_at(held)))
        return self.do(SYSTEM, "tick", element=held["element"], level=held["level"], round=held["round"])

    # --- what a test looks at

    def status(self, key: str) -> str:
        assert self.state is not None
        return str(self.state["tasks"].get(key, {}).get("state", "-"))

    def statuses(self, *keys: str) -> list[str]:
        return [self.status(key) for key in keys]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def count(self, kind: str) -> int:
        return self.kinds().count(kind)

    def deadline(self, name: str) -> datetime:
        assert self.state is not None
        return datetime.fromisoformat(self.state["deadlines"][name]["at"])

    def later(self, **delta: float) -> datetime:
        return self.now + timedelta(**delta)


def play(
    procedure: str, forms: str = "", more: Mapping[str, str] | None = None, extra: str = "", **world: Json
) -> Play:
    """A case of the procedure, opened by the clerk."""
    story = Play(handbook_of(procedure, forms, more, extra), **world)
    story.do(CLERK, "open", store={"kind": "store", "id": 1})
    return story


def task(name: str, rest: str = "", role: str = "clerk") -> str:
    """One task in a line: `rest` are more keys in flow style."""
    more = f", {rest}" if rest else ""
    return f"  - {{task: {name}, name: {{zh: 步骤, en: {name}}}, role: {role}{more}}}\n"


def outcomes(*names: str, **more: str) -> str:
    """`outcomes: {a: {name: ...}}`; keyword arguments give further keys of an outcome."""
    made = [f"{one}: {{name: {{zh: 结果, en: {one}}}{', ' + more[one] if one in more else ''}}}" for one in names]
    return f"outcomes: {{{', '.join(made)}}}"
