"""My day: what waits for me, what is overdue, today's, next; or the same of a person, a role, a store, everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from aftercare.cases import queries
from aftercare.cases.models import OpenTask, PendingCopy
from aftercare.cases.queries import definition
from aftercare.people.actor import Actor, Everywhere
from aftercare.people.models import Membership, Person
from aftercare.web import frame
from aftercare.web.naming import House, Names
from aftercare.web.shown.about import About, abouts, card_id
from aftercare.web.shown.task import OpenedTask, TaskCard
from aftercare.web.shown.trip import Trip, trips
from aftercare.web.words import local, text_in

LENSES = ("person", "role", "store", "all")


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading. `tone` gives the colour of the count."""

    id: str
    title: str | Promise
    tone: str
    cards: Sequence[TaskCard]
    receipts: Sequence[Receipt] = ()

    @property
    def size(self) -> int:
        return len(self.cards) + len(self.receipts)


class Receipt:
    """A copy of a paper that somebody has handed over and the receiver has still to confirm."""

    def __init__(self, row: PendingCopy, house: House, about: About) -> None:
        handbook, procedure = definition(row.case)
        names = Names(handbook, procedure, house)
        self.row, self.about = row, about
        self.document, self.copy = names.document(row.document), names.copy(row.document, row.copy)
        self.paper = f"{row.document}/{row.copy}"

    @property
    def id(self) -> str:
        return f"copy-{self.row.pk}"


class DayPage:
    """One look at the day. `opened` is the id of the card to unfold."""

    def __init__(self, request: Any, opened: str = "") -> None:
        self.request, self.actor, self.now, self.opened = request, request.actor, request.now, opened
        self.house = House()
        self.may_manage: bool = self.actor.may_somewhere("cases.manage")

    @cached_property
    def lens(self) -> tuple[str, str]:
        """(kind, value) a manager looks through; ("", "") is the own day."""
        given = self.request.GET if self.request.method == "GET" else self.request.POST
        for kind in LENSES if self.may_manage else ():
            value = str(given.get(kind, "")).strip()[:64]
            if value and (kind in ("role", "all") or (value.isascii() and value.isdigit() and len(value) < 19)):
                return kind, value
        if self.may_manage and "mine" not in given and not queries.has_work(self.actor):
            return "all", "1"  # whoever only manages sees what everybody has
        return "", ""

    @property
    def query(self) -> str:
        kind, value = self.lens
        return urlencode({kind: value}) if kind else ""

    @property
    def title(self) -> str:
        kind, value = self.lens
        if kind == "person":
            return self.house.people.get(int(value), "")
        if kind == "role":
            return text_in(self.house.roles.get(value, value))
        if kind == "store":
            return self.house.store(int(value))
        return ""

    @cached_property
    def day(self) -> queries.Day:
        kind, value = self.lens
        return queries.my_day(
            self.actor,
            self.now,
            end_of_today(self.now),
            person=int(value) if kind == "person" else None,
            role=value if kind == "role" else "",
            store=int(value) if kind == "store" else None,
            everybody=kind == "all",
        )

    @cached_property
    def groups(self) -> list[Group]:
        day = self.day
        rows = [*day.waiting, *day.overdue, *day.today, *day.next]
        known = abouts([*(row.case for row in rows), *(row.case for row in day.receipts)])
        receipts = [Receipt(row, self.house, known[row.case_id]) for row in day.receipts]
        found = [
            Group("waiting", _("Waiting for you"), "soon", self._cards(day.waiting, known), receipts),
            Group("overdue", _("Overdue"), "broken", self._cards(day.overdue, known)),
            Group("today", _("Today"), "open", self._cards(day.today, known)),
            Group("next", _("Next"), "planned", self._cards(day.next, known)),
        ]
        return [group for group in found if group.size]

    @cached_property
    def trips(self) -> list[Trip]:
        """Trips that my work belongs to, each with its stops in order. Only for the own day."""
        day = self.day
        rows = () if self.lens[0] else (*day.waiting, *day.overdue, *day.today, *day.next)
        return trips({row.case_id: row.case for row in rows}.values(), self.actor, self.now, self.house) if rows else []

    @property
    def in_trip(self) -> set[int]:
        """Cases that stand under their trip and need no second place on a phone."""
        return {stop.case for trip in self.trips for stop in trip.stops}

    def _cards(self, rows: Sequence[OpenTask], known: dict[int, About]) -> list[TaskCard]:
        return [self._card(row, known[row.case_id]) for row in rows]

    def _card(self, row: OpenTask, about: About) -> TaskCard:
        made = OpenedTask if card_id(row.case_id, row.key) == self.opened else TaskCard
        card = made(row, self.actor, self.house, self.now, about)
        card.unfolded = made is OpenedTask  # type: ignore[attr-defined]
        return card

    @cached_property
    def order(self) -> list[str]:
        """Ids of the cards from top to bottom."""
        rows = (*self.day.waiting, *self.day.overdue, *self.day.today, *self.day.next)
        return list(dict.fromkeys(card_id(row.case_id, row.key) for row in rows))

    def after(self, card: str, before: Sequence[str]) -> str:
        """The card to unfold when `card` is finished: the one that stood below it, else the first."""
        at = before.index(card) if card in before else -1
        candidates = [one for one in (*before[at + 1 :], *self.order) if one in self.order and one != card]
        return candidates[0] if candidates else ""

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def counts(self) -> list[tuple[str | Promise, str, int]]:
        return [(group.title, group.tone, group.size) for group in self.groups]

    @cached_property
    def stores(self) -> list[frame.StoreChoice]:
        seen = self.actor.stores_for("cases.manage")
        return [one for one in frame.my_stores(self.request) if isinstance(seen, Everywhere) or one.id in seen]

    @cached_property
    def colleagues(self) -> list[tuple[int, str]]:
        """Whose day a manager may look at, and to whom work may be moved. One statement."""
        return colleagues(self.actor)

    @property
    def roles(self) -> list[tuple[str, str]]:
        return [(role, text_in(name)) for role, name in self.house.roles.items()]

    @property
    def may_move(self) -> bool:
        return self.may_manage and bool(self.lens[0])


def end_of_today(now: datetime) -> datetime:
    """Midnight on the company's clock."""
    today = local(now)
    return datetime.combine(today.date() + timedelta(days=1), time(), today.tzinfo)


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """People of the stores this person manages, by name."""
    stores = actor.stores_for("cases.manage")
    found = Person.objects.filter(active=True)
    if not isinstance(stores, Everywhere):
        members = Membership.objects.filter(store_id__in=sorted(stores)).values("person_id")
        found = found.filter(pk__in=members)
    return list(found.order_by("pinyin", "pk").values_list("pk", "full_name"))
