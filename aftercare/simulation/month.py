"""A month of work: invented people keep (and sometimes break) the promises of real orders, through the real actions."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from aftercare.calendar import next_working_moment
from aftercare.cases.actions import act, who_is
from aftercare.cases.clock import run_due
from aftercare.cases.models import Case, Deadline, OpenTask, PendingCopy
from aftercare.cases.sheets import world_of
from aftercare.cases.world import calendar_for, epoch
from aftercare.engine import Command, Refusal, World, decide
from aftercare.engine.parties import CUSTOMER, waiting_for
from aftercare.errors import Refused
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for, holders_of
from aftercare.simulation import behaviour
from aftercare.simulation.behaviour import Habits

Progress = Callable[[int, int], None]
CAREFUL = Habits(forgets=0.0, declines=0.0, writes=1.0)
PATIENCE = 12  # how often somebody comes back to a task that a gate still stops


@dataclass
class Month:
    """Events in virtual time: orders that begin, tasks that somebody takes up, copies that arrive."""

    random: Random
    until: datetime
    habits: Habits = Habits()  # noqa: RUF009
    heap: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    planned: set[tuple[int, str, int]] = field(default_factory=set)
    count: int = 0
    epoch: int = field(default_factory=epoch)
    actors: dict[tuple[int, str], Actor] = field(default_factory=dict)

    def at(self, when: datetime, what: Callable[[datetime], None]) -> None:
        """Let something happen; after the end of the month it does not."""
        if when <= self.until:
            self.count += 1
            heapq.heappush(self.heap, (when, self.count, what))

    def run(self, progress: Progress = lambda done, of: None) -> int:
        """Everything in order, the clock in between. Returns how many things happened."""
        done = 0
        while self.heap:
            when, _, what = heapq.heappop(self.heap)
            self._clock(when)
            what(when)
            done += 1
            if done % 20 == 0:
                progress(done, done + len(self.heap))
        self._clock(self.until)
        return done

    def _clock(self, now: datetime) -> None:
        """Fire what came due since, each at its own moment."""
        while True:
            first = (
                Deadline.objects.filter(fired_at=None, retry_at=None, at__lte=now)
                .order_by("at")
                .values_list("at", "case_id")
                .first()
            )
            if first is None:
                return
            run_due(first[0], limit=20)
            self.look(first[1], first[0])

    # --- people

    def look(self, case: int, now: datetime) -> None:
        """Plan who takes up what in a case: mostly in time, now and then too late."""
        row = Case.objects.get(pk=case)
        for task in OpenTask.objects.filter(case_id=case, state="open"):
            name = (case, task.key, task.round)
            if name not in self.planned:
                self.planned.add(name)
                self.at(self._when(row, now, task.due_at), lambda when, key=task.key: self.work(case, key, when))  # type: ignore[misc]
        for copy in PendingCopy.objects.filter(case_id=case):
            name = (case, f"copy:{copy.document}/{copy.copy}", 0)
            if name not in self.planned:
                self.planned.add(name)
                paper, holder = f"{copy.document}/{copy.copy}", copy.holder
                self.at(self._when(row, now, None), lambda when, p=paper, h=holder: self._receive(case, p, h, when))  # type: ignore[misc]

    def _when(self, case: Case, now: datetime, due: datetime | None) -> datetime:
        """Within working time; one in twelve after the deadline."""
        room = max((due - now).total_seconds(), 1800) if due else 86400
        share = (
            self.random.uniform(1.02, 1.4) if due and self.random.random() < 0.08 else self.random.uniform(0.02, 0.7)
        )
        wanted = now + timedelta(seconds=min(room * share, 20 * 86400))
        return next_working_moment(calendar_for(case.store_id, case.version, self.epoch), wanted).at + timedelta(
            minutes=self.random.randint(1, 50)
        )

    def work(self, case: int, key: str, now: datetime, tries: int = 0) -> None:
        """Somebody takes up a task. What a gate still stops is put off, but for the few who try all the same."""
        row = Case.objects.get(pk=case)
        held = row.state["tasks"].get(key)
        if held is None or held["state"] != "open" or row.status != "open":
            return
        who, world = self._actor(held.get("assignee"), held["roles"], row.store_id, now), world_of(row, now)
        command = behaviour.complete(world, row.state, key, self.random, now, CAREFUL if tries else self.habits)
        try:
            if not self._stopped(world, row, command, who, now) or self.random.random() < 0.05:
                act(who, now, case, self._asked(world, row, key, command, who, now))
                self.look(case, now)
                return
        except Refused:
            pass
        if tries < PATIENCE:
            later = now + timedelta(hours=self.random.uniform(0.5, 6 + 6 * tries))
            self.at(next_working_moment(world.calendar, later).at, lambda when: self.work(case, key, when, tries + 1))

    def _stopped(self, world: World, row: Case, command: Command, who: Actor, now: datetime) -> bool:
        """Would a gate stop it? Asked of the pure engine, so nothing is kept."""
        decision = decide(world, row.state, command, who_is(who, row.store_id), now)
        return isinstance(decision, Refusal) and decision.code == "gate"

    def _asked(self, world: World, row: Case, key: str, command: Command, who: Actor, now: datetime) -> Command:
        """Where colleagues must agree: a draft that they see, and their word."""
        task = world.procedure.tasks[row.state["tasks"][key]["task"]]
        others = [one for one, _ in waiting_for(row.state, key, task) if one != CUSTOMER and one not in task.role]
        if not others:
            return command
        draft = {name: command.data[name] for name in ("task", "values", "marks") if name in command.data}
        act(who, now, row.pk, Command("save", draft))
        for other in others:
            rule = world.procedure.people.get(other)
            colleague = self._actor(None, [rule.role if rule else other], row.store_id, now)
            act(colleague, now, row.pk, Command("sign", {"task": key, "who": other, "must": "confirm"}))
        return Command("complete", {**command.data, "marks": []})

    def _receive(self, case: int, paper: str, holder: str, now: datetime) -> None:
        row = Case.objects.get(pk=case)
        try:
            act(self._actor(None, [holder], row.store_id, now), now, case, Command("accept", {"paper": paper}))
        except Refused:
            return
        self.look(case, now)

    def _actor(self, assignee: int | None, roles: list[str], store: int, now: datetime) -> Actor:
        key = (assignee or 0, f"{roles[0] if roles else ''}@{store}")
        if key not in self.actors:
            person = assignee or holders_of(roles[0], store, now)[0].person
            self.actors[key] = actor_for(person, now)
        return self.actors[key]
