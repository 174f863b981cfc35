"""Who takes up what in a store, and when: one thing at a time, put off while a gate stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from aftercare.calendar import WorkCalendar, next_working_moment
from aftercare.engine import Accepted, Command, Refusal, State, Who, World
from aftercare.engine.judge import Judge
from aftercare.engine.parties import CUSTOMER, parties_of
from aftercare.engine.timing import fires_at, stopped
from aftercare.handbook.model import Handbook
from aftercare.simulation import behaviour
from aftercare.simulation.inventing import Hands
from aftercare.simulation.plan import Habits, Plan, Work
from aftercare.simulation.staff import Staff, Worker

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
CAREFUL = Habits(forgets=0.0, declines=0.0, writes=0.6, misses=0.0)
SYSTEM = Who(0, "", system=True)
PATIENCE = 14  # how often somebody comes back to what a gate still stops
AGAIN = timedelta(hours=20)
MOVES = frozenset({"task_done", "copy_received", "money_received", "value_set", "words_set"})  # what may open a gate


@dataclass(slots=True)
class Case:
    """A case in memory. `stalled`: tasks that a gate stopped, tried again when something has happened."""

    id: int
    number: str
    procedure: str
    subject: Mapping[str, Json] | None
    customer: int | None
    state: State
    opened: datetime
    tag: str = ""
    seen: set[tuple[str, int]] = field(default_factory=set)
    stalled: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where ids begin and how far apart they are, so that stores can be worked out side by side."""

    case: int = 1
    order: int = 1
    entry: int = 1
    paper: int = 1
    step: int = 1


class Sink(Protocol):
    """Who looks on: figures, rows of tables."""

    def accepted(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None: ...
    def refused(self, case: Case, who: Who, command: Command, refusal: Refusal, now: datetime) -> None: ...
    def told(self, what: str, facts: Mapping[str, Json], now: datetime) -> None: ...


class Working:
    """The part of a store in which people work. What a store is and how a command is given stands in `virtual`."""

    plan: Plan
    book: Handbook
    staff: Staff
    calendar: WorkCalendar
    sink: Sink
    numbers: Numbers
    place: int
    picture: int
    settings: Mapping[str, Json]
    gathered: dict[int, tuple[list[int], int]]

    def at(self, when: datetime, what: Callable[[datetime], None]) -> None:
        raise NotImplementedError

    def act(self, case: Case, command: Command, who: Who, now: datetime, *, loud: bool = True) -> Accepted | Refusal:
        raise NotImplementedError

    def world_of(self, case: Case, joins: Mapping[str, Json] | None = None) -> World:
        raise NotImplementedError

    # --- who takes up what

    def look(self, case: Case, accepted: Accepted, now: datetime) -> None:
        """Plan what follows from what has just happened: tasks, copies on their way, rows of the clock."""
        for event in accepted.events:
            data = event.data
            if event.kind == "task_opened":
                self._opened(case, data["key"], now)
            elif event.kind in ("deadline_set", "deadline_moved"):
                held = case.state["deadlines"].get(f"{data['element']}|{data['level']}")
                if held is not None:
                    name, round_ = f"{data['element']}|{data['level']}", held["round"]
                    self.at(max(fires_at(held), now), lambda when, n=name, r=round_: self._tick(case, n, r, when))  # type: ignore[misc]
            elif event.kind in ("copy_handed", "thing_handed") and data.get("pending"):
                paper = data.get("thing") or f"{data['document']}/{data['copy']}"
                later = self._moment(now + timedelta(minutes=self._draw(case, paper, 0).uniform(10, 400)))
                self.at(later, lambda when, p=paper, to=data["to"]: self._receive(case, p, to, when))  # type: ignore[misc]
            elif event.kind == "warned":
                self._soon(case, data["element"], now)
        if case.stalled and any(event.kind in MOVES for event in accepted.events):
            for key in list(case.stalled):
                tries, later = case.stalled.pop(key), self._moment(now + timedelta(minutes=20))
                self.at(later, lambda when, k=key, t=tries: self._take(case, k, when, t))  # type: ignore[misc]

    def _opened(self, case: Case, key: str, now: datetime) -> None:
        held = case.state["tasks"].get(key)
        if held is None or held["state"] != "open" or (key, held["round"]) in case.seen:
            return
        case.seen.add((key, held["round"]))
        task = self.book.procedures[case.procedure].tasks[held["task"]]
        if task.optional and task.opens.demand:
            return
        work, random = self.plan.work_of(case.procedure, task.id), self._draw(case, key, held["round"])
        minutes = work.pace * random.lognormvariate(0, 0.7)
        if random.random() < self.plan.habits.oversleeps:
            minutes = 30 * 1440  # until something reminds of it
        when = max(now + timedelta(minutes=minutes), self._not_before(case, work, now))
        self.at(self._moment(when), lambda then: self._take(case, key, then, 0))

    def _not_before(self, case: Case, work: Work, now: datetime) -> datetime:
        """Some work is done shortly before a date of the case, however early it might be."""
        day = case.state["values"].get(work.day) if work.days_before is not None else None
        if not day or work.days_before is None:
            return now
        morning = datetime.combine(date.fromisoformat(str(day)), time(8), ZONE)
        return (morning - timedelta(days=work.days_before)).astimezone(UTC)

    def _soon(self, case: Case, element: str, now: datetime) -> None:
        """The clock reminds: most look at it the same day."""
        random = self._draw(case, element, 99)
        if random.random() < 0.8:
            later = now + timedelta(minutes=random.uniform(20, 400))
            self.at(self._moment(later), lambda when: self._take(case, element, when, 0))

    def _take(self, case: Case, key: str, now: datetime, tries: int) -> None:
        """Somebody takes the task up: as soon as they, and what it needs, are free."""
        held = case.state["tasks"].get(key)
        if held is None or held["state"] != "open" or case.state["status"] != "open":
            return
        worker = self.staff.pick(held["roles"], held.get("assignee"), now)
        if worker is None:
            return
        work = self.plan.work_of(case.procedure, held["task"])
        if self.is_stopped(case, key, now, tries):
            self._stall(case, key, now, tries)
            return
        start = max(worker.back(max(now, worker.free)), now)
        if work.needs in self.staff.lanes:
            lane, start = self.staff.lane(work.needs, start)
        start = self._moment(start)
        done = start + timedelta(minutes=work.minutes)
        worker.free = done
        if work.needs in self.staff.lanes:
            self.staff.lanes[work.needs][lane] = done
        self.at(done, lambda when: self._do(case, key, held["round"], worker, work, when, tries))

    def _do(self, case: Case, key: str, round_: int, worker: Worker, work: Work, now: datetime, tries: int) -> None:
        held = case.state["tasks"].get(key)
        if held is None or held["state"] != "open" or held["round"] != round_ or case.state["status"] != "open":
            return
        random = self._draw(case, key, round_ * 100 + tries)
        world = self.world_of(case)
        habits = CAREFUL if tries else self.plan.habits
        hands = self._hands(case, worker, random, now)
        if world.procedure.tasks[held["task"]].rows is not None:
            rows = behaviour.row_by_row(world, case.state, key, hands, work)
            if rows is not None:
                self.act(case, rows, worker.who, now)
            return
        command = behaviour.complete(world, case.state, key, hands, habits, work)
        command = self._asked(case, world, key, command, worker, now)
        loud = bool(tries) or random.random() < self.plan.habits.tries_anyway
        decision = self.act(case, command, worker.who, now, loud=loud and tries < 2)
        if isinstance(decision, Refusal) and tries < PATIENCE:
            if decision.code == "gate":
                self._stall(case, key, now, tries)
            else:
                later = self._moment(now + timedelta(minutes=random.uniform(30, 200 + 120 * tries)))
                self.at(later, lambda when: self._take(case, key, when, tries + 1))

    def _hands(self, case: Case, worker: Worker, random: Random, now: datetime) -> Hands:
        taken, lane = self.gathered.get((case.id - self.numbers.case) // self.numbers.step, ((), 0))
        vans = [option for name in self.plan.lanes for option in self.settings.get(f"{name}s") or ()]
        return Hands(
            random, now, lambda role: [one.who.person for one in self.staff.able([role], now)], taken,
            str(vans[lane % len(vans)]) if vans else "", worker.who.person, picture=self.picture,
        )  # fmt: skip

    def is_stopped(self, case: Case, key: str, now: datetime, tries: int) -> bool:
        """Does a gate that hangs on other work still stop it? Then most people do not even try."""
        task = self.book.procedures[case.procedure].tasks[case.state["tasks"][key]["task"]]
        gates = [
            one for one in task.requires if one.each is None and not any(path[0] == "form" for path in one.that.names)
        ]
        if not gates or (not tries and self._draw(case, key, 50).random() < self.plan.habits.tries_anyway):
            return False
        judge = Judge(case.state, self.world_of(case), SYSTEM, now, now)
        with judge.within(task, case.state["tasks"][key].get("element")):
            stopped = not all(judge.holds(gate.that) for gate in gates)
        judge.forget()
        return stopped

    def _stall(self, case: Case, key: str, now: datetime, tries: int) -> None:
        """Put off until something has happened in the case, or for a day and longer each time."""
        if tries < PATIENCE:
            case.stalled[key] = tries + 1
            later = self._moment(now + AGAIN * (1 + tries))
            self.at(later, lambda when: self._retry(case, key, when, tries + 1))

    def _retry(self, case: Case, key: str, now: datetime, tries: int) -> None:
        if case.stalled.get(key) == tries:
            del case.stalled[key]
            self._take(case, key, now, tries)

    def _asked(self, case: Case, world: World, key: str, command: Command, worker: Worker, now: datetime) -> Command:
        """Where colleagues must agree: a draft that they see, and their word."""
        task = world.procedure.tasks[case.state["tasks"][key]["task"]]
        outcome = task.outcomes[command.data["outcome"]]
        given = case.state["tasks"][key].get("marks", {})
        wanted = [
            (who, must, party)
            for party in parties_of(task, outcome)
            for who in party.who
            for must in sorted(party.must)
            if who != CUSTOMER and f"{who}|{must}" not in given
        ]
        asked = [(who, must, party, self._party(world, case, who, worker, now)) for who, must, party in wanted]
        others = [
            one for one in asked if one[3] is not None and (one[3] is not worker or one[1] not in ("attend", "confirm"))
        ]
        if not others:
            return command
        draft = {name: command.data[name] for name in ("task", "values", "marks") if name in command.data}
        if isinstance(self.act(case, Command("save", draft), worker.who, now, loud=False), Refusal):
            return command
        for who, must, party, colleague in others:
            mark = behaviour.mark(party, who, must, self._draw(case, key, 7))
            self.act(case, Command("sign", {"task": key, **mark}), colleague.who, now, loud=False)  # type: ignore[union-attr]
        return Command("complete", {**command.data, "marks": []})

    def _party(self, world: World, case: Case, who: str, worker: Worker, now: datetime) -> Worker | None:
        """The colleague behind a party; None for somebody outside, whose word the worker enters."""
        rule = world.procedure.people.get(who)
        role = rule.role if rule else who
        if role in worker.who.roles:
            return worker
        held = case.state["people"].get(who)
        person = held.get("id") if isinstance(held, Mapping) else None
        return self.staff.pick([role], person, now)

    def _receive(self, case: Case, paper: str, holder: str, now: datetime) -> None:
        rule = self.book.procedures[case.procedure].people.get(holder)
        worker = self.staff.pick([rule.role if rule else holder], None, now)
        if worker is not None:
            self.act(case, Command("accept", {"paper": paper}), worker.who, now, loud=False)

    def _tick(self, case: Case, name: str, round_: int, now: datetime) -> None:
        held = case.state["deadlines"].get(name)
        if held is None or held.get("fired") or held["round"] != round_ or fires_at(held) > now:
            return
        if not stopped(case.state["status"], held):
            data = {"element": held["element"], "level": held["level"], "round": round_}
            self.act(case, Command("tick", data), SYSTEM, now)
            self.sink.told("fired", {"case": case.id, **data}, now)

    # --- chance

    def _draw(self, case: Case, what: str, n: int) -> Random:
        """The same for the same thing, whatever else happens."""
        return Random(f"{self.plan.seed}|{self.place}|{case.tag}|{what}|{n}")

    def _moment(self, at: datetime) -> datetime:
        return next_working_moment(self.calendar, at).at
