"""A store in virtual time, in memory: invented people on the real engine. The same plan gives the same year."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

from aftercare.calendar import WorkCalendar
from aftercare.cases.shapes import shape
from aftercare.engine import Accepted, Command, Refusal, Who, World, decide
from aftercare.engine.linked import links
from aftercare.handbook.options import with_options
from aftercare.simulation import related
from aftercare.simulation.plan import Plan
from aftercare.simulation.staff import Staff, Worker
from aftercare.simulation.working import ZONE, Case, Json, Numbers, Sink, Working
from aftercare.simulation.year import Sale, customer_facts, order_facts

__all__ = ["Case", "Numbers", "Sink", "Store"]


@contextmanager
def _uncollected() -> Iterator[None]:
    """A year is kept whole until its end: looking through it for what could be let go costs a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Store(Working):
    """One store of the plan. `run()` plays it from its first sale to the end."""

    def __init__(
        self, plan: Plan, store: int, staff: Staff, sales: tuple[Sale, ...], calendar: WorkCalendar, sink: Sink,
        numbers: Numbers, place: int, customers: Sequence[int],
    ) -> None:  # fmt: skip
        """`customers`: the ids of the buyers, in their order."""
        self.plan, self.store, self.staff, self.sales, self.calendar = plan, store, staff, sales, calendar
        self.sink, self.numbers, self.place, self.customers = sink, numbers, place, customers
        self.payments = 0
        self.picture = 1  # the file that stands for every signature
        self.zone = ZONE
        self.running: dict[str, list[Case]] = {}  # procedure -> its cases, those that have ended among them
        self.born: dict[str, list[int]] = {}  # "05-17" -> customers
        self.facts: Mapping[str, Json] = {}
        self.gathered: dict[int, tuple[list[int], int]] = {}  # nth case -> cases it takes along, nth lane
        self.begin = datetime.combine(plan.begin, time(), ZONE).astimezone(UTC)
        self.until = self.begin + timedelta(days=plan.days)
        self.cases: dict[int, Case] = {}
        self.entities: dict[tuple[str, int], dict[str, Json]] = {}
        self.heap: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.count = 0
        self.commands = 0
        self.of_day: dict[str, int] = {}
        self.tags: dict[str, int] = {}
        self.settings = {name: one.value for name, one in plan.handbook.settings.items()} | dict(plan.settings)
        self.book = with_options(plan.handbook, self.settings)
        self.dial = lambda clause: plan.dial

    # --- time

    def at(self, when: datetime, what: Callable[[datetime], None]) -> None:
        if when < self.until:
            self.count += 1
            heapq.heappush(self.heap, (when, self.count, what))

    def run(self, progress: Callable[[float], None] = lambda share: None) -> None:
        """Everything in the order of time. `progress` hears the share of the year that is over."""
        for n, sale in enumerate(self.sales):
            self.at(sale.at, lambda when, n=n, sale=sale: self._sell(n, sale, when))  # type: ignore[misc]
        for worker in self.staff.workers:
            if worker.leaves is not None:
                self.at(worker.leaves, lambda when, worker=worker: self._leave(worker, when))  # type: ignore[misc]
        related.routines(self)
        told = 0
        with _uncollected():
            while self.heap:
                when, _, what = heapq.heappop(self.heap)
                what(when)
                told += 1
                if told % 200 == 0:
                    progress((when - self.begin) / (self.until - self.begin))

    # --- orders and people

    def _sell(self, n: int, sale: Sale, now: datetime) -> None:
        seller = self.staff.pick(self._openers(), None, now)
        if seller is None:
            return
        order = self.numbers.order + n * self.numbers.step
        customer = self.customers[sale.customer]
        if ("customer", customer) not in self.entities:
            self.entities["customer", customer] = customer_facts(sale.order.buyer, customer, self.store)
            self.born.setdefault(sale.order.buyer.birthday.strftime("%m-%d"), []).append(customer)
            self.sink.told("customer", self.entities["customer", customer], now)
            later = self._moment(now + timedelta(minutes=self.plan.file_after))
            self.at(later, lambda when: self._file(customer, when))
        facts = order_facts(sale, order, self.store, seller.who.person, customer)
        self.entities["order", order] = facts
        self.sink.told("order", facts, now)
        opener = {"kind": "person", "id": seller.who.person}
        case = self.open(self.plan.procedure, {"kind": "order", "id": order}, customer, seller.who, now, opener=opener)
        if case is None:
            return
        facts["case"] = case.id
        if sale.order.deposit:
            wait = timedelta(minutes=self.plan.deposit_after)
            paid = {"amount": sale.order.deposit, "way": sale.order.payment, "part": "deposit"}
            self.at(now + wait, lambda when: related.pay(self, case, paid, when))

    def _file(self, customer: int, now: datetime) -> None:
        """Somebody makes the customer's file."""
        self.entities["customer", customer]["filed_on"] = now.astimezone(ZONE).date().isoformat()
        self.sink.told("filed", {"customer": customer}, now)

    def _openers(self) -> tuple[str, ...]:
        starts = self.book.procedures[self.plan.procedure].starts
        return tuple(role for start in starts for role in start.by)[:1] or tuple(self.plan.staff)

    def _leave(self, worker: Worker, now: datetime) -> None:
        """Whoever leaves hands over what was theirs."""
        heir = self.staff.pick([worker.role], None, now)
        chief = self.staff.manager(now)
        if heir is None or chief is None:
            return
        day = now.astimezone(ZONE).date().isoformat()
        self.sink.told("left", {"person": worker.who.person, "role": worker.role, "day": day}, now)
        for case in list(self.cases.values()):
            held = case.state["tasks"].values()
            if case.state["status"] == "open" and any(
                one.get("assignee") == worker.who.person and one.get("state") in ("open", "planned") for one in held
            ):
                self.act(case, Command("reassign", {"from": worker.who.person, "to": heir.who.person}), chief.who, now)

    # --- commands

    def world(
        self, procedure: str, subject: Mapping[str, Json] | None, customer: int | None,
        related_to: Mapping[str, int] | None = None,
    ) -> World:  # fmt: skip
        facts = self.entities.get((subject["kind"], subject["id"]), {}) if subject else {}
        about = self.entities.get(("customer", customer), {}) if customer else {}
        book = self.book
        linked = {name: self.cases[id_].state for name, id_ in (related_to or {}).items() if id_ in self.cases}
        return World(
            book, book.procedures[procedure], self.calendar, self.settings, facts, about, self.facts, self.dial, linked
        )

    def world_of(self, case: Case, joins: Mapping[str, Json] | None = None) -> World:
        """What a judgement of the case reads: its order and customer, and the cases it is linked with."""
        definition = self.book.procedures[case.procedure]
        parent, joined = case.state.get("parent"), {**(case.state.get("links") or {}), **(joins or {})}
        found = links(definition, parent, joined) if definition.reads else None
        return self.world(case.procedure, case.subject, case.customer, found)

    def open(
        self, procedure: str, subject: Mapping[str, Json] | None, customer: int | None, who: Who, now: datetime,
        **data: Json,
    ) -> Case | None:  # fmt: skip
        """A new case, or None where the engine refuses."""
        id_ = self.numbers.case + len(self.cases) * self.numbers.step
        number = self._number(procedure, now)
        told = {
            "store": {"kind": "store", "id": self.store}, "subject": dict(subject) if subject else None,
            "customer": {"kind": "customer", "id": customer} if customer else None, "number": number,
        }  # fmt: skip
        case = Case(id_, number, procedure, subject, customer, {}, now, self._tag(procedure, subject, customer))
        definition = self.book.procedures[procedure]
        found = links(definition, data.get("parent"), {}) if definition.reads else None
        world = self.world(procedure, subject, customer, found)
        command = Command("open", {**data, **told})
        decision = decide(world, None, command, who, now)
        self.commands += 1
        if isinstance(decision, Refusal):
            self.sink.refused(case, who, command, decision, now)
            return None
        self.cases[id_] = case
        self.running.setdefault(procedure, []).append(case)
        self._follow(case, world, who, decision, 0, now)
        return case

    def act(self, case: Case, command: Command, who: Who, now: datetime, *, loud: bool = True) -> Accepted | Refusal:
        """One command. A refusal is told unless `loud` is False: then nobody tried."""
        joins = {command.data["link"]: command.data} if command.data.get("name") == "joined" else None
        world = self.world_of(case, joins)
        decision = decide(world, case.state, command, who, now)
        self.commands += 1
        if isinstance(decision, Refusal):
            if loud:
                self.sink.refused(case, who, command, decision, now)
        elif decision.events:
            self._follow(case, world, who, decision, case.state["seq"], now)
        return decision

    def _number(self, procedure: str, now: datetime) -> str:
        """As cases count: per store and day, whatever the procedure whose numbers begin alike."""
        form = shape(self.book.procedures[procedure].number, now.astimezone(ZONE))
        self.of_day[form.before] = self.of_day.get(form.before, 0) + 1
        return form.number(self.store, self.of_day[form.before])

    def _tag(self, procedure: str, subject: Mapping[str, Json] | None, customer: int | None) -> str:
        """What names a case whatever else happens, so that chance is the same in a changed world."""
        name = f"{procedure}|{subject['id'] if subject else customer or ''}"
        self.tags[name] = self.tags.get(name, 0) + 1
        return f"{name}|{self.tags[name]}"

    def _follow(self, case: Case, world: World, who: Who, accepted: Accepted, start: int, now: datetime) -> None:
        case.state = accepted.state
        self.sink.accepted(case, world, who, accepted, start, now)
        related.effects(self, case, world, who, accepted, now)
        self.look(case, accepted, now)
