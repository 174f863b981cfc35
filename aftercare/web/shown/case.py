"""The page of one case: where it stands, what is open, what happened, its papers, money and people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases import queries
from aftercare.cases.models import Case, OpenTask
from aftercare.documents.queries import documents
from aftercare.engine.env import charge_view
from aftercare.messages.queries import of_case
from aftercare.money.queries import entries_of_case, entries_of_order
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.naming import House, Names, clause_links
from aftercare.web.shown.about import abouts, card_id
from aftercare.web.shown.flow import Flow
from aftercare.web.shown.paper import PaperLine
from aftercare.web.shown.related import Related, others_of, related_to
from aftercare.web.shown.sentences import Line, Sentences
from aftercare.web.shown.task import OpenedTask, TaskCard
from aftercare.web.words import text_in

Json = Any
STATUS = {
    "open": ("open", Text("办理中", "Running")),
    "paused": ("soon", Text("已暂停", "Paused")),
    "closed": ("kept", Text("已办结", "Closed")),
    "cancelled": ("planned", Text("已取消", "Cancelled")),
}
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Charge:
    id: str
    name: str
    amount: int | None
    received: int
    rest: int | None
    parts: list[tuple[str, int | None, int]]


class CasePage:
    """Everything the page of one case shows; each part is read when the template asks for it."""

    def __init__(self, request: Any, case: Case, opened: str = "") -> None:
        self.request, self.case, self.actor, self.now = request, case, request.actor, request.now
        self.opened = opened
        self.handbook, self.procedure = queries.definition(case)
        self.house = House()
        self.names = Names(self.handbook, self.procedure, self.house)
        self.state: dict[str, Json] = case.state

    # --- top

    @property
    def title(self) -> str:
        return text_in(self.procedure.name)

    @property
    def status(self) -> tuple[str, Text]:
        return STATUS.get(self.case.status, ("planned", Text(self.case.status, self.case.status)))

    @property
    def flags(self) -> list[str]:
        return [self.names.flag(name) for name in self.case.flags]

    @property
    def store(self) -> str:
        return self.house.store(self.case.store_id)

    @cached_property
    def about(self) -> Any:
        return abouts([self.case])[self.case.pk]

    @property
    def running(self) -> bool:
        return self.case.status in ("open", "paused")

    @property
    def promise(self) -> TaskCard | None:
        """The nearest moment something is due."""
        due = [card for card in self.cards if card.row.due_at]
        return min(due, key=lambda card: card.row.due_at or self.now) if due else None

    @property
    def why_url(self) -> str:
        return reverse("why", args=[self.case.pk, self.promise.row.key]) if self.promise else ""

    # --- middle

    @cached_property
    def cards(self) -> list[TaskCard]:
        rows = OpenTask.objects.filter(case=self.case).order_by("state", "due_at", "id")
        cards = []
        for row in rows:
            row.case = self.case
            made = OpenedTask if card_id(self.case.pk, row.key) == self.opened else TaskCard
            card = made(row, self.actor, self.house, self.now)
            card.unfolded = made is OpenedTask  # type: ignore[attr-defined]
            cards.append(card)
        return cards

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.names, self.state)

    @cached_property
    def lines(self) -> list[Line]:
        hidden = bool(self.request.GET.get("all"))
        return Sentences(self.names, self.now).lines(queries.timeline(self.case.pk, limit=MOST_LINES), hidden)

    @property
    def done(self) -> list[tuple[str, str, str, bool, bool]]:
        """(key, task, outcome, has a sheet to correct, may be corrected) of what is finished."""
        return [
            (
                key,
                self.names.task(key),
                self.names.outcome(key, held.get("outcome")),
                key in self.state["sheets"],
                self.may_correct(key),
            )
            for key, held in self.state["tasks"].items()
            if held.get("state") == "done"
        ]

    def may_correct(self, key: str) -> bool:
        """As the engine has it: who may do the task, or who manages."""
        held, task = self.state["tasks"][key], self.names.task_of(key)
        if not self.may_act or task is None or not task.form:
            return False
        roles = {rule.role if (rule := self.procedure.people.get(name)) else name for name in task.role}
        return self.may_manage or held.get("assignee") == self.actor.person or bool(roles & self.roles)

    @property
    def on_demand(self) -> list[tuple[str, str]]:
        tasks = self.procedure.tasks.values() if self.running and self.may_act else ()
        mine = [task for task in tasks if task.opens.demand and (self.may_manage or set(task.role) & self.roles)]
        return [(task.id, text_in(task.name)) for task in mine]

    # --- papers, money, messages

    @cached_property
    def papers(self) -> list[PaperLine]:
        if not self.actor.may("documents.print", self.case.store_id):
            return []
        pending = dict.fromkeys(self._pending, True)
        return [PaperLine(one, self.actor, self.house, pending) for one in documents(self.actor, case=self.case.pk)]

    @property
    def _pending(self) -> list[str]:
        """document/copy this person is asked to receive."""
        return [
            f"{document}/{copy}"
            for document, paper in self.state["papers"].items()
            for copy, held in paper.get("copies", {}).items()
            if held.get("pending") and held["holder"] in self.roles
        ]

    @property
    def charges(self) -> list[Charge]:
        found = []
        for name, held in self.state["charges"].items():
            held = {**held, "parts": self._in_order(name, held.get("parts") or {})}
            view = charge_view(held)
            parts = [
                (self._part(part), view[part]["amount"], view[part]["received"]) for part in held.get("parts") or {}
            ]
            found.append(Charge(name, self.names.charge(name), view["amount"], view["received"], view["rest"], parts))
        return found

    def _in_order(self, charge: str, parts: dict[str, Json]) -> dict[str, Json]:
        """Parts as the handbook lists them: what is stored has forgotten its order."""
        definition = self.procedure.charges.get(charge)
        order = [part.id for part in definition.parts] if definition else []
        return {name: parts[name] for name in (*order, *parts) if name in parts}

    def _part(self, part: str) -> str:
        fields = (form.field(part) for form in self.handbook.forms.values())
        named = next((text_in(one.name) for one in fields if one), "")
        return named or (_("balance") if part == "balance" else part)

    @cached_property
    def entries(self) -> list[dict[str, Json]]:
        if not self.actor.may("money.see", self.case.store_id):
            return []
        if self.case.subject_kind == "order" and self.case.subject_id:
            return entries_of_order(self.actor, self.case.subject_id)
        return entries_of_case(self.actor, self.case.pk)

    @property
    def money_url(self) -> str:
        """Where a payment is taken: at the order where there is one."""
        if self.case.subject_kind == "order":
            return reverse("order_payment", args=[self.case.subject_id])
        return reverse("case_payment", args=[self.case.pk])

    @cached_property
    def messages(self) -> list[Any]:
        return list(of_case(self.case.pk)[:50])

    # --- side

    @property
    def people(self) -> list[tuple[str, str]]:
        return [(self.names.role(role), self.house.person(person)) for role, person in self.state["people"].items()]

    @property
    def values(self) -> list[tuple[str, str]]:
        say = Sentences(self.names, self.now)
        values = self.state["values"].items()
        named = [(self.names.value(path), path, value) for path, value in values]
        return [(name, say.value(path, value)) for name, path, value in named if name != path]

    @cached_property
    def related(self) -> list[Related]:
        return related_to(self.case, self.actor)

    @cached_property
    def others(self) -> list[Related]:
        """Of the same customer, but not of this order."""
        return others_of(self.case, self.actor, {one.case.pk for one in self.related})

    @property
    def findings(self) -> list[Line]:
        return [line for line in self.lines if line.kind in ("finding", "breach")]

    def clause_links(self, ids: tuple[str, ...]) -> list[tuple[str, str, str]]:
        return clause_links(ids, self.handbook)

    # --- rights

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.actor.roles_in(self.case.store_id))

    @property
    def may_act(self) -> bool:
        return bool(self.actor.may("cases.act", self.case.store_id))

    @property
    def may_manage(self) -> bool:
        return self.may_act and bool(self.actor.may("cases.manage", self.case.store_id))

    @property
    def may_cancel(self) -> bool:
        rule = self.procedure.cancel
        return self.running and self.may_act and bool(rule and set(rule.role) & self.roles)

    @property
    def may_waive(self) -> bool:
        """Whom the handbook lets do without a step."""
        return self.running and self.may_act and bool(set(self.procedure.waive) & self.roles)

    @property
    def may_take(self) -> bool:
        return bool(self.actor.may("money.take", self.case.store_id))

    @property
    def may_mend(self) -> bool:
        return bool(self.actor.may("money.mend", self.case.store_id))

    @property
    def may_see_customer(self) -> bool:
        return bool(self.actor.may_somewhere("customers.see"))

    @property
    def may_see_order(self) -> bool:
        return bool(self.actor.may_somewhere("orders.see"))

    @cached_property
    def colleagues(self) -> list[tuple[int, str]]:
        from aftercare.web.shown.day import colleagues

        return colleagues(self.actor) if self.may_manage else []

    @property
    def frame(self) -> frame.Frame:
        return frame.Frame(self.request, "cases")
