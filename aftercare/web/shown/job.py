"""One job as it is worked on the spot: for whom, where, what to do now, and the trip it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from aftercare.cases.filling import to_begin
from aftercare.cases.models import Case, OpenTask
from aftercare.cases.queries import definition
from aftercare.customers.queries import reach
from aftercare.errors import Fault, NotFound
from aftercare.people.actor import Actor
from aftercare.web.naming import House, Names
from aftercare.web.shown.about import abouts, card_id
from aftercare.web.shown.task import OpenedTask, TaskCard
from aftercare.web.shown.trip import Trip, places_of, trips
from aftercare.web.words import text_in

Json = Any


class JobPage:
    """Attributes are read by templates/job/*.html. `opened`: key of the task to unfold; else the first that is open."""

    def __init__(
        self,
        actor: Actor,
        now: datetime,
        case: Case,
        opened: str = "",
        faults: Iterable[Fault] = (),
        typed: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.actor, self.now, self.case = actor, now, case
        self.opened, self.faults, self.typed = opened, tuple(faults), typed
        self.house = House()
        self.handbook, self.procedure = definition(case)
        self.names = Names(self.handbook, self.procedure, self.house)

    @property
    def url(self) -> str:
        return reverse("job", args=[self.case.pk])

    @property
    def title(self) -> str:
        return text_in(self.procedure.name)

    @cached_property
    def about(self) -> Any:
        return abouts([self.case])[self.case.pk]

    @cached_property
    def customer(self) -> dict[str, Json] | None:
        """Name and masked numbers, for those who may see customers."""
        if not self.case.customer_id:
            return None
        try:
            return reach(self.case.customer_id, self.actor)
        except NotFound:
            return None

    @cached_property
    def place(self) -> str:
        """Where it is: what the order says, else the customer's address as far as this person may read it."""
        said = places_of([self.case], self.actor).get(self.case.pk, "")
        return said or (self.customer or {}).get("address", "")

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What has been agreed and is short enough to read at a door."""
        from aftercare.web.shown.sentences import Sentences

        say = Sentences(self.names, self.now)
        plain = {path: value for path, value in self.case.state["values"].items() if not isinstance(value, list)}
        named = [(self.names.value(path), say.value(path, value), path) for path, value in plain.items()]
        return [(name, said) for name, said, path in named if name != path and said]

    # --- tasks

    @cached_property
    def rows(self) -> list[OpenTask]:
        """What this person may do here, in the order of the handbook; what is open before what is planned.

        Whoever travels together does each other's work: a task of one's role counts although it has another's name.
        Whoever only manages sees what stands open for others."""
        every = list(OpenTask.objects.filter(case=self.case))
        for row in every:
            row.case = self.case
        cards = [TaskCard(row, self.actor, self.house, self.now) for row in every]
        found = [one.row for one in cards if one.is_mine or one.is_asked]
        if not found and self.actor.may("cases.manage", self.case.store_id):
            found = every
        order = {name: at for at, name in enumerate(self.procedure.tasks)}
        return sorted(found, key=lambda row: (row.state != "open", order.get(row.task, 0), row.pk))

    @cached_property
    def cards(self) -> list[TaskCard]:
        now = self.now_key
        return [self._card(row, row.key == now) for row in self.rows]

    @property
    def now_key(self) -> str:
        """The task to do now."""
        keys = [row.key for row in self.rows]
        if self.opened in keys:
            return self.opened
        return next((row.key for row in self.rows if row.state == "open"), "")

    def _card(self, row: OpenTask, unfolded: bool) -> TaskCard:
        if not unfolded:
            return TaskCard(row, self.actor, self.house, self.now, self.about)
        more: dict[str, Any] = {"faults": self.faults, "typed": self.typed}
        card = OpenedTask(row, self.actor, self.house, self.now, self.about, **more)
        card.spread = True
        return card

    @property
    def card(self) -> TaskCard | None:
        return next((one for one in self.cards if isinstance(one, OpenedTask)), None)

    @property
    def later(self) -> list[TaskCard]:
        return [one for one in self.cards if not isinstance(one, OpenedTask)]

    @cached_property
    def more(self) -> list[tuple[str, str, str]]:
        """(task, name, key of it where it is open already) of what can be begun by hand."""
        open_now = {row.task: row.key for row in self.rows}
        tasks = to_begin(self.case, self.actor, self.now)
        return [(one.id, text_in(one.name), open_now.get(one.id, "")) for one in tasks]

    @property
    def done(self) -> list[tuple[str, str]]:
        """(task, outcome) of what was finished here, the last first."""
        held = [(key, one) for key, one in self.case.state["tasks"].items() if one.get("state") == "done"]
        held.sort(key=lambda pair: str(pair[1].get("done_at")), reverse=True)
        return [(self.names.task(key), self.names.outcome(key, one.get("outcome"))) for key, one in held[:6]]

    # --- the trip

    @cached_property
    def trip(self) -> Trip | None:
        return next(iter(trips([self.case], self.actor, self.now, self.house, here=self.case.pk)), None)

    @property
    def card_dom(self) -> str:
        return card_id(self.case.pk, self.now_key) if self.now_key else ""
