"""Random handbooks, random people, years on the pure engine; `run(seed)` raises where one is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aftercare.engine import Accepted, Command, Event, Refusal, State, Who, World, decide, fold
from aftercare.engine.fold import clone
from aftercare.engine.timing import fires_at, stopped
from aftercare.engine.types import instant
from aftercare.handbook.model import Handbook
from tests.engine.stage import BOSS, CLERK, FINANCE, NOW, OTHER_CLERK, SYSTEM, Play, as_stored, handbook_of

Json = Any
FORM = """
  - id: f
    name: {zh: 表, en: Form}
    fields:
      - {id: note, name: {zh: 注, en: Note}, type: text}
      - {id: qty, name: {zh: 数, en: Quantity}, type: number, required: true, min: 0}
      - {id: day, name: {zh: 日, en: Day}, type: date}
      - {id: twice, name: {zh: 倍, en: Twice}, type: number, compute: form.qty * 2}
      - {id: done_at, name: {zh: 时, en: Done at}, type: moment}
"""
NAMES = "settings: [{id: names, name: {zh: 名, en: Names}, type: list, value: [east, west]}]\n"
WHO = (CLERK, OTHER_CLERK, BOSS, FINANCE)
GATE = "case.size > 2"


# --- random handbooks


def handbook(random: Random) -> Handbook:
    """A definition the loader takes: three to eight tasks with everything the language has."""
    while True:
        text = _procedure(random)
        try:
            return handbook_of(text, FORM, extra=NAMES)
        except AssertionError as broken:  # a circle, a sheet read before it is written: draw again
            if not any(word in str(broken) for word in ("circle", "never", "before", "unreachable", "cycle")):
                raise


def _procedure(random: Random) -> str:
    count = random.randint(3, 8)
    staged = random.random() < 0.3
    names = [f"t{n}" for n in range(count)]
    kinds = [_kind(random, n) for n in range(count)]
    lines = ["values: {day: date, size: number, big: check}"]
    lines += ["stages: [one, two]"] if staged else []
    lines += ["waive: [boss]", "cancel: {role: [boss]}"]
    lines += ["flags: [{id: large, name: {zh: 大, en: Large}, when: case.size > 6}]"]
    if random.random() < 0.4:
        lines += [f"deadlines: [{{id: whole, until: {names[-1]}, after: case.opened, by: {_length(random)}}}]"]
    lines += ["tasks:"]
    for n, name in enumerate(names):
        plain = [
            one for one, kind in zip(names[:n], kinds[:n], strict=True) if kind in ("plain", "before", "wait", "each")
        ]
        stage = "one" if n < count // 2 else "two"
        lines.append(_task(random, name, kinds[n], plain, f"stage: {stage}" if staged else "", names[:n]))
    required = [name for name, kind in zip(names, kinds, strict=True) if kind not in ("when", "every", "demand")]
    lines.append(f"closes: {{after: [{', '.join(required)}]}}")
    return "\n".join(lines)


def _kind(random: Random, n: int) -> str:
    if n == 0:
        return "plain"
    kinds = ("plain", "plain", "plain", "before", "wait", "when", "every", "demand", "each")
    return random.choice(kinds)


def _length(random: Random) -> str:
    return f"{random.randint(1, 4)}{random.choice(('h', 'd', 'wd', 'wh', 'w', 'd'))}"


def _task(random: Random, name: str, kind: str, plain: list[str], stage: str, earlier: list[str]) -> str:
    keys = [f"task: {name}", "name: {zh: 步, en: Step}", f"role: {random.choice(('clerk', 'boss', 'finance'))}"]
    keys += [stage] if stage else []
    after = random.sample(plain, min(len(plain), random.randint(0, 2)))
    asked = [one + random.choice(("", "", ".ok")) for one in after]
    if kind == "wait" and not asked and plain:
        asked = [plain[-1]]
    opens = [f"after: [{', '.join(asked)}]"] if asked else []
    opens += {
        "before": ["before: case.day", f"by: {random.randint(1, 20)}d"], "wait": [f"wait: {_length(random)}"],
        "when": ["when: case.size > 4"],
        "every": [f"every: {random.randint(1, 3)}w", *([f"until: {plain[-1]}"] if plain else [])],
        "demand": ["demand: true"],
    }.get(kind, [])  # fmt: skip
    keys += [f"opens: {{{', '.join(opens)}}}"] if opens else []
    keys += (
        ["for_each: {in: settings.names, as: one" + random.choice(("}", ", order: one_by_one}"))]
        if kind == "each"
        else []
    )
    keys += [random.choice(("if: case.big", "if: case.size > 1"))] if random.random() < 0.25 else []
    keys += ["form: f"] if random.random() < 0.5 else []
    keys += [_due(random, "form: f" in keys)] if random.random() < 0.7 else []
    keys += ["optional: true"] if random.random() < 0.1 else []
    keys += [f'requires: ["{GATE}"]'] if random.random() < 0.2 else []
    keys += ["parties: [{who: [customer], must: confirm}]"] if random.random() < 0.2 else []
    keys += [_outcomes(random, kind, plain, "form: f" in keys)]
    return "  - {" + ", ".join(keys) + "}"


def _due(random: Random, form: bool) -> str:
    side = (
        f"before: case.day, by: {random.randint(0, 9)}d"
        if random.random() < 0.4
        else f"after: opened, by: {_length(random)}"
    )
    warn = ", warn: [{before: due, by: 2h}]" if random.random() < 0.5 else ""
    up = (
        ", escalate: [{after: due, by: 1d, to: boss}, {after: due, by: 2wd, to: finance}]"
        if random.random() < 0.5
        else ""
    )
    counts = ", counts: form.done_at" if form and random.random() < 0.3 else ""
    free = ", pauses: false" if random.random() < 0.2 else ""
    return f"due: {{{side}{warn}{up}{counts}{free}}}"


def _outcomes(random: Random, kind: str, plain: list[str], form: bool) -> str:
    bad = "tone: bad"
    if plain and random.random() < 0.5:
        limit = random.choice(
            ("", ", at_most: 2, then: " + plain[0], ", in: 2h", ", in: 1d, at_most: 3, then: " + plain[-1])
        )
        bad += f", reopen: {{tasks: [{random.choice(plain)}]{limit}}}"
    ok = "tone: good"
    ok += ", set: {case.size: form.qty}" if form and random.random() < 0.3 else ""
    ok += ", set: {case.day: form.day}" if form and "set" not in ok and random.random() < 0.3 else ""
    return f"outcomes: {{ok: {{name: {{zh: 好, en: OK}}, {ok}}}, bad: {{name: {{zh: 坏, en: Bad}}, {bad}}}}}"


# --- one case


@dataclass
class Run:
    """One case of a random handbook in the hands of random people."""

    random: Random
    world: World
    now: datetime = NOW
    state: State | None = None
    events: list[Event] = field(default_factory=list)
    ticked: set[tuple[str, str, int, datetime]] = field(default_factory=set)
    fired: set[tuple[str, str, int]] = field(default_factory=set)
    commands: int = 0

    def send(self, who: Who, verb: str, at: datetime | None = None, **data: Json) -> bool:
        """Judge a command, check every promise, go on from the new state. Was it accepted?"""
        self.commands += 1
        before = None if self.state is None else as_stored(self.state)
        decision = decide(self.world, before, Command(verb, data, at), who, self.now)  # type: ignore[arg-type]
        if isinstance(decision, Refusal):
            assert decision.faults and all(fault.zh and fault.en for fault in decision.faults)
            return False
        assert isinstance(decision, Accepted)
        if before is not None:
            assert fold(clone(before), decision.events) == decision.state
            self._gates(before, decision)
        self.state = decision.state
        self.events += decision.events
        self._fired(decision)
        self._shape()
        return True

    def _gates(self, before: State, decision: Accepted) -> None:
        for event in decision.events:
            if event.kind == "task_done":
                task = self.world.procedure.tasks[before["tasks"][event.data["key"]]["task"]]
                if task.requires:
                    assert before["values"]["size"] > 2, f"{task.id} was done against its gate"

    def _fired(self, decision: Accepted) -> None:
        for event in decision.events:
            if event.kind in ("deadline_missed", "warned", "escalated"):
                key = (event.data["element"], event.data["level"], event.data["round"])
                assert key not in self.fired, f"{key} fired twice"
                assert instant(event.data["due"]) <= self.now, f"{key} fired early"
                self.fired.add(key)

    def _shape(self) -> None:
        """Every open task has somebody; a state that runs has no deadline without its task."""
        assert self.state is not None
        for key, held in self.state["tasks"].items():
            if held["state"] in ("open", "planned"):
                assert held["roles"] or held["assignee"], f"{key} belongs to nobody"
        for held in self.state["deadlines"].values():
            if held["own"] and not held.get("fired"):
                assert self.state["tasks"][held["element"]]["state"] in ("open", "planned"), held

    # --- the clock

    def due(self, to: datetime) -> list[tuple[datetime, dict[str, Json]]]:
        assert self.state is not None
        rows = []
        for held in self.state["deadlines"].values():
            at = fires_at(held)
            key = (held["element"], held["level"], held["round"], at)
            if (
                at <= to
                and not held.get("fired")
                and not stopped(self.state["status"], held)
                and key not in self.ticked
            ):
                rows.append((at, held))
        return sorted(rows, key=lambda one: (one[0], one[1]["element"], one[1]["level"]))

    def wind(self, to: datetime, *, on: bool = True) -> None:
        """Let time pass; `on`: the worker runs, so that everything fires at its moment, else all at once afterwards."""
        to = max(to, self.now)
        if not on:
            self.now = max(self.now, to)
        while rows := self.due(to):
            at, held = rows[0]
            self.now = max(self.now, at)
            self.ticked.add((held["element"], held["level"], held["round"], at))
            assert self.send(SYSTEM, "tick", element=held["element"], level=held["level"], round=held["round"])
        self.now = max(self.now, to)
        assert self.state is not None
        for held in self.state["deadlines"].values():
            late = held["kind"] not in ("opens", "closes") and fires_at(held) < self.now and not held.get("fired")
            assert not late or stopped(self.state["status"], held), f"never fired: {held}"

    # --- people

    def open_tasks(self, *states: str) -> list[str]:
        assert self.state is not None
        return sorted(key for key, held in self.state["tasks"].items() if held["state"] in (states or ("open",)))

    def values(self, key: str) -> dict[str, Json]:
        """Something for every field the form has, now and then something missing or broken."""
        assert self.state is not None
        if not self.world.procedure.tasks[self.state["tasks"][key]["task"]].form:
            return {}
        day = (self.now + timedelta(days=self.random.randint(-5, 60))).date().isoformat()
        done = (self.now - timedelta(hours=self.random.randint(0, 80))).isoformat()
        full = {"note": "x", "qty": self.random.randint(0, 9), "day": day, "done_at": done}
        if self.random.random() < 0.15:
            full.pop(self.random.choice(sorted(full)))
        if self.random.random() < 0.05:
            full[self.random.choice(sorted(full))] = self.random.choice((None, [], "?", -1, {"a": 1}))
        return full

    def act(self) -> None:
        verbs: list[tuple[int, Callable[[], object]]] = [
            (30, self._complete), (4, self._save), (4, self._move), (2, self._pause), (3, self._resume),
            (3, self._correct),
            (2, self._reopen), (3, self._begin), (1, self._waive), (1, self._cancel), (2, self._nonsense),
            (2, self._reassign),
        ]  # fmt: skip
        self.random.choices([one for _, one in verbs], [weight for weight, _ in verbs])[0]()

    def _who(self) -> Who:
        return self.random.choice(WHO)

    def _complete(self, who: Who | None = None, outcome: str = "") -> bool:
        keys = self.open_tasks("open", "planned") if self.random.random() < 0.1 else self.open_tasks()
        if not keys:
            return False
        key = self.random.choice(keys)
        marks = [{"who": "customer", "must": "confirm"}] if self.random.random() < 0.9 and self._asks(key) else []
        at = self.now - timedelta(hours=self.random.randint(1, 90)) if self.random.random() < 0.15 else None
        outcome = outcome or self.random.choice(("ok", "ok", "ok", "bad"))
        data = {"task": key, "outcome": outcome, "marks": marks}
        return self.send(
            who or self._who(), "complete", at, **data, **({"values": v} if (v := self.values(key)) else {})
        )

    def _asks(self, key: str) -> bool:
        assert self.state is not None
        return bool(self.world.procedure.tasks[self.state["tasks"][key]["task"]].parties)

    def _save(self) -> None:
        for key in self.open_tasks()[:1]:
            self.send(self._who(), "save", task=key, values=self.values(key))

    def _move(self) -> None:
        day = (self.now + timedelta(days=self.random.randint(-10, 90))).date().isoformat()
        new = {"day": day, "size": self.random.randint(0, 9), "big": self.random.random() < 0.5}
        self.send(BOSS, "set", values={name: new[name] for name in self.random.sample(sorted(new), 2)})

    def _pause(self) -> None:
        self.send(BOSS, "pause", reason="wait")

    def _resume(self) -> None:
        self.send(BOSS, "resume")

    def _correct(self) -> None:
        assert self.state is not None
        for key in sorted(self.state["sheets"])[:1]:
            self.send(self._who(), "correct", task=key, values={"qty": self.random.randint(0, 9)}, reason="slip")

    def _reopen(self) -> None:
        assert self.state is not None
        done = sorted(held["task"] for held in self.state["tasks"].values() if held["state"] == "done")
        if done and self.state["status"] == "open":
            self.send(BOSS, "reopen", tasks=[self.random.choice(done)], reason="again")

    def _begin(self) -> None:
        for task in self.world.procedure.tasks.values():
            if task.opens.demand:
                self.send(self._who(), "begin", task=task.id)

    def _waive(self) -> None:
        for key in self.open_tasks()[:1]:
            self.send(BOSS, "waive", task=key, reason="not this time")

    def _cancel(self) -> None:
        if self.random.random() < 0.2:
            self.send(BOSS, "cancel", reason="gone")

    def _reassign(self) -> None:
        self.send(
            BOSS,
            "reassign",
            **self.random.choice(({"from": 1, "to": 4}, {"from": 4, "to": None}, {"task": "t0", "person": 4})),
        )

    def _nonsense(self) -> None:
        data: list[dict[str, Json]] = [
            {},
            {"task": "zz"},
            {"task": None},
            {"task": "t0", "outcome": "?"},
            {"task": "t0", "values": 3},
        ]
        self.send(
            self._who(),
            self.random.choice(("complete", "save", "sign", "correct", "accept")),
            **self.random.choice(data),
        )

    # --- the whole

    def live(self, days: int) -> None:
        """Months of random work with outages and jumps of the clock, then a diligent finish that must end the case."""
        start = {
            "day": (self.now + timedelta(days=self.random.randint(5, 90))).date().isoformat(),
            "size": 3,
            "big": True,
        }
        assert self.send(CLERK, "open", store={"kind": "store", "id": 1}, values=start)
        end = self.now + timedelta(days=days)
        while self.now < end and self.state is not None and self.state["status"] in ("open", "paused"):
            self.wind(self.now + timedelta(minutes=self.random.expovariate(1 / 9000)), on=self.random.random() < 0.85)
            if self.random.random() < 0.03:
                self.now -= timedelta(minutes=self.random.randint(1, 200))  # the clock of the machine was set back
            self.act()
        self.finish()

    def finish(self) -> None:
        assert self.state is not None
        if self.state["status"] == "paused":
            self.send(BOSS, "resume")
        self.now += timedelta(hours=5)
        for _ in range(400):
            if self.state["status"] in ("closed", "cancelled"):
                return
            self.send(BOSS, "set", values={"size": 3, "big": True})
            keys = self.open_tasks()
            for key in keys:
                self._diligent(key)
            if not keys:
                rows = self.due(self.now + timedelta(days=4000))
                assert rows, f"the case rests with nothing to do: {self.state['tasks']}"
                self.wind(rows[0][0])
        raise AssertionError(f"the case never ends: {self.state['tasks']}")

    def _diligent(self, key: str) -> None:
        assert self.state is not None
        if self.state["status"] != "open" or self.state["tasks"][key]["state"] != "open":
            return
        marks = [{"who": "customer", "must": "confirm"}] if self._asks(key) else []
        form = self.world.procedure.tasks[self.state["tasks"][key]["task"]].form
        day = (self.now + timedelta(days=30)).date().isoformat()
        values = {"values": {"note": "x", "qty": 3, "day": day, "done_at": self.now.isoformat()}} if form else {}
        assert self.send(BOSS, "complete", task=key, outcome="ok", marks=marks, **values), key


def run(seed: int, cases: int = 3, days: int = 120) -> list[Run]:
    """Several cases of one random handbook, each brought to its end."""
    random = Random(seed)
    world = Play(handbook(random)).world
    runs = [Run(random, world) for _ in range(cases)]
    for one in runs:
        one.live(days)
    return runs
