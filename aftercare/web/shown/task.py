"""A task as people see it: a card, and the card unfolded with its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.cases.filling import asked_checks, known_values, offered_fields
from aftercare.cases.models import OpenTask
from aftercare.cases.queries import definition, definition_here
from aftercare.engine.parties import CUSTOMER, IMPLIED
from aftercare.errors import Fault
from aftercare.handbook.model import Check, Form, Outcome, Party, Task
from aftercare.people.actor import Actor
from aftercare.web import forms_said
from aftercare.web.forms_render import Drawn
from aftercare.web.known import OfTask, known_for
from aftercare.web.naming import MUST_BE, WAYS, House, Names, bracketed, clause_links, listed
from aftercare.web.shown.about import NOTHING, About, card_id
from aftercare.web.words import distance_said, due_said, due_tone, text_in

Json = Any


@dataclass(frozen=True, slots=True)
class Mark:
    """What one party must do on a task, and whether it is done. `kind`: customer, mine, others."""

    who: str
    must: str
    name: str
    asks: str
    kind: str
    given: Mapping[str, Json] | None
    by: str
    implied: bool
    reason: bool
    outcome: str = ""

    @property
    def name_of_input(self) -> str:
        return f"{self.who}|{self.must}"

    @property
    def dom(self) -> str:
        return f"{self.who}-{self.must}".replace(":", "-")


class TaskCard:
    """One task that stands open or planned. Attributes are read by day/card.html and cases/task.html."""

    def __init__(self, row: OpenTask, actor: Actor, house: House, now: datetime, about: About = NOTHING) -> None:
        self.row, self.case, self.actor, self.house, self.now, self.about = row, row.case, actor, house, now, about
        self.handbook, self.procedure = definition(row.case)
        self.names = Names(self.handbook, self.procedure, house)
        self.task: Task = self.procedure.tasks[row.task]

    @property
    def id(self) -> str:
        return card_id(self.row.case_id, self.row.key)

    @property
    def url(self) -> str:
        return reverse("task", args=[self.row.case_id, self.row.key])

    @property
    def rows_url(self) -> str:
        """The list of a task that is worked row by row: it has a page of its own."""
        return reverse("rows", args=[self.row.case_id, self.row.key]) if self.task.rows else ""

    @property
    def title(self) -> str:
        return self.names.task(self.row.key)

    @property
    def tone(self) -> str:
        if self.row.due_at is None:
            return "planned" if self.row.state == "planned" else "open"
        if self.row.state == "planned" and self.row.due_at > self.now:
            return "planned"
        return due_tone(self.row.due_at, self.now)

    @property
    def clauses(self) -> list[tuple[str, str, str]]:
        own = self.task.due.clauses if self.task.due else ()
        return clause_links([*self.task.clauses, *own], self.handbook)

    @property
    def outcomes(self) -> list[Outcome]:
        return [] if self.task.decide or self.task.rows else list(self.task.outcomes.values())

    @property
    def whose(self) -> str:
        if self.row.assignee_id:
            return self.house.person(self.row.assignee_id)
        return listed(self.names.role(role) for role in self.row.roles)

    @property
    def waits_for(self) -> str:
        return listed(self.names.role(who) for who in self.row.waiting)

    @property
    def on_the_way(self) -> bool:
        """Has the case joined another, such as a trip? Then it is worked on at the customer's, as one page."""
        return bool(self.case.customer_id and self.case.state.get("links"))

    @property
    def at_once(self) -> bool:
        """Nothing to fill in and nobody to ask: an outcome is one press."""
        parties = [*self.task.parties, *(one for outcome in self.outcomes for one in outcome.parties)]
        gates = [*self.task.requires, *(gate for outcome in self.outcomes for gate in outcome.requires)]
        return not (
            self.task.form
            or parties
            or any(gate.otherwise == "reason" for gate in gates)
            or self.task.checks
            or self.task.checks_from
        )

    @property
    def may_do(self) -> bool:
        """Is the work theirs, or do they manage it? Otherwise its buttons are absent; whose word is asked gives it."""
        if not self.actor.may("cases.act", self.row.store_id):
            return False
        manages = self.actor.may("cases.manage", self.row.store_id) and not self.is_asked
        return self.is_mine or manages

    @property
    def is_mine(self) -> bool:
        mine = self.actor.roles_in(self.row.store_id)
        return self.row.assignee_id == self.actor.person or bool(mine & set(self.row.roles))

    @property
    def is_asked(self) -> bool:
        """Does the task of somebody else wait for this person's word?"""
        words = {*self.actor.roles_in(self.row.store_id), f"person:{self.actor.person}"}
        return not self.is_mine and bool(words & set(self.row.waiting))

    def _is_me(self, who: str) -> bool:
        person = (self.case.state["people"].get(who) or {}).get("id")
        rule = self.procedure.people.get(who)
        role = rule.role if rule and rule.role else who
        return person == self.actor.person or role in self.actor.roles_in(self.row.store_id)

    @property
    def words_asked(self) -> list[tuple[str, str]]:
        """(who|must, label) of what may be given by one press; what needs a reason is unfolded first."""
        if not self.is_asked:
            return []
        given = self.case.state["tasks"][self.row.key].get("marks", {})
        return [
            (f"{who}|{must}", text_in(MUST_BE.get(must, must)))
            for party in self.task.parties
            for who in party.who
            for must in sorted(party.must)
            if who != CUSTOMER and not party.reason and f"{who}|{must}" not in given and self._is_me(who)
        ]

    @property
    def covered(self) -> list[forms_said.Said]:
        """What such a word is bound to, as the draft has it."""
        form = self.handbook.forms.get(self.task.form)
        names = {name for party in self.task.parties for name in party.covers}
        draft = self.case.state["drafts"].get(self.row.key) or {}
        return forms_said.sheet([one for one in form.fields if one.id in names], draft, self.now) if form else []

    @property
    def text_to_copy(self) -> str:
        """What goes into a chat: what, for whom, until when, where to do it."""
        lines = [f"【{self.title}】{self.case.number}"]
        about = " · ".join(one for one in (self.about.customer, self.about.order) if one)
        if about:
            lines.append(about)
        if self.row.due_at:
            said = f"{due_said(self.row.due_at, self.now)} · {distance_said(self.row.due_at, self.now)}"
            lines.append(_("By %(when)s") % {"when": said})
        lines.append(_("Done by: %(who)s") % {"who": self.whose})
        if self.clauses:
            lines.append(_("Clauses: %(ids)s") % {"ids": listed(one[0] for one in self.clauses)})
        return "\n".join(lines)


class OpenedTask(TaskCard):
    """A card unfolded: the form with what is known, whose word is still needed, the outcomes."""

    spread = False  # on a phone choices stand side by side, in lines too

    def __init__(
        self,
        row: OpenTask,
        actor: Actor,
        house: House,
        now: datetime,
        about: About = NOTHING,
        *,
        faults: Iterable[Fault] = (),
        typed: Mapping[str, Sequence[str]] | None = None,
        notice: str = "",
    ) -> None:
        super().__init__(row, actor, house, now, about)
        self.faults, self.typed, self.notice = tuple(faults), typed, notice

    @cached_property
    def form(self) -> Form | None:
        """With the choices that the store lists in its settings."""
        return definition_here(self.case)[0].forms.get(self.task.form)

    @cached_property
    def values(self) -> dict[str, Json]:
        return known_values(self.case, self.row.key, self.actor, self.now)

    @cached_property
    def drawn(self) -> Drawn | None:
        form = self.form
        if form is None:
            return None
        of = OfTask(self.case, self.task.id, self.now)
        prefix, known = f"f{self.row.pk}", known_for(self.actor, self.house, form.fields, self.values, of)
        logic = reverse("task_rules", args=[self.case.version, form.id])
        fields = offered_fields(self.case, form, self.now)
        more: dict[str, Any] = {"typed": self.typed, "known": known, "spread": self.spread}
        return Drawn(fields, self.values, faults=self.faults, prefix=prefix, logic=logic, **more)

    @property
    def sheet(self) -> list[forms_said.Said]:
        """The draft as read by somebody who is asked for their word."""
        form = self.form
        draft = self.case.state["drafts"].get(self.row.key) or {}
        if form is None:
            return []
        return forms_said.sheet(form.fields, draft, self.now, known_for(self.actor, self.house, form.fields, draft))

    @property
    def other_faults(self) -> list[tuple[Fault, list[tuple[str, str, str]]]]:
        """What stands in the way, with the clauses that ask for it."""
        return [(one, clause_links([one.clause], self.handbook)) for one in self.faults]

    @cached_property
    def marks(self) -> list[Mark]:
        found = [(party, "") for party in self.task.parties]
        found += [(party, outcome.id) for outcome in self.task.outcomes.values() for party in outcome.parties]
        return [
            self._mark(party, who, must, outcome)
            for party, outcome in found
            for who in party.who
            for must in sorted(party.must)
        ]

    def _mark(self, party: Party, who: str, must: str, outcome: str) -> Mark:
        given = self.case.state["tasks"][self.row.key].get("marks", {}).get(f"{who}|{must}")
        kind = "customer" if who == CUSTOMER else "mine" if self._is_me(who) else "others"
        by = ""
        if given:
            by = self.house.person(given.get("person")) if given.get("person") else self.names.role(who)
            way = WAYS.get(str(given.get("way")))
            by += bracketed(text_in(way)) if way else ""
        implied = kind == "mine" and must in IMPLIED and not party.not_ and self.may_do
        label = self.names.outcome(self.row.key, outcome) if outcome else ""
        asks = text_in(MUST_BE.get(must, must))
        return Mark(who, must, self.names.role(who), asks, kind, given, by, implied, party.reason, label)

    @property
    def asked_of_me(self) -> list[Mark]:
        """Marks this person may give on work that is not theirs to finish."""
        return [one for one in self.marks if one.kind == "mine" and not one.given and not one.implied]

    @property
    def asks_others(self) -> bool:
        return any(not one.given and one.kind == "others" for one in self.marks)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """(name of the gate, its sentence) of what stands in the way now and lets one by with a reason."""
        found = {str(one.data["gate"]): one for one in self.faults if one.data.get("or") == "reason"}
        return [(name, one.in_(get_language() or "zh-hans")) for name, one in found.items()]

    @cached_property
    def checks(self) -> list[tuple[Check, str, str]]:
        """(check, clause, answer) of the attested duties; a default only where the handbook has one."""
        given = {**self._answers, **self._typed_answers}
        return [(one, one.clause, given.get(one.id, "kept" if one.kept_by_default else "")) for one in self._asked]

    @property
    def _asked(self) -> list[Check]:
        return asked_checks(self.case, self.task, self.values, self.now)

    @property
    def _answers(self) -> Mapping[str, str]:
        draft = self.case.state["drafts"].get(self.row.key) or {}
        return draft.get("checks") or {}

    @property
    def _typed_answers(self) -> dict[str, str]:
        start = "check:"
        typed = self.typed or {}
        return {name[len(start) :]: str(texts[0]) for name, texts in typed.items() if name.startswith(start) and texts}

    @property
    def ticked(self) -> list[str]:
        """Confirmations that were ticked in the form that was refused."""
        return [str(name) for name in (self.typed or {}).get("mark", [])]

    @property
    def ways(self) -> list[tuple[str, Any]]:
        return list(WAYS.items())
