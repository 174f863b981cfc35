"""Lists of the handbook, run: rows by page, counts and sums. A constant number of statements at any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from aftercare.cases.rule_queries import live
from aftercare.cases.world import epoch, settings_of
from aftercare.errors import NotFound
from aftercare.handbook.lists import FIGURES, Column, ListView, names_of
from aftercare.handbook.model import Handbook
from aftercare.measures import asked
from aftercare.measures.asked import Context, midnight
from aftercare.measures.names import Names, Sql, joined
from aftercare.people.actor import Actor

Json = Any
MOST_COUNTED = 10_000  # of a list: beyond it the page says "more than"
CHOSEN = ("choice", "status", "outcome", "check")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page asks on top of the list: `chosen` values by column, a period of the ordering day, a text, a store;
    `after` (ordered value as text, key) of the last row seen."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    text: str = ""
    store: int | None = None
    person: int | None = None
    after: tuple[str, int] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Row:
    """`values` by column name as raw JSON; `cursor` begins the next page."""

    values: Mapping[str, Json]
    case: int | None
    record: int | None
    customer: int | None
    cursor: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows (`more`: at least that many) and the sums of their figures over those counted."""

    n: int
    more: bool
    sums: Mapping[str, float]


def all_lists() -> list[tuple[Handbook, ListView]]:
    """The lists of the handbooks in force."""
    return [(book, view) for book in live() for view in book.lists.values()]


def list_named(name: str, handbook: str = "") -> tuple[Handbook, ListView]:
    for book, view in all_lists():
        if view.id == name and handbook in ("", book.id):
            return book, view
    raise NotFound.because("lists.absent", "没有这份清单。", "There is no such list.", field="list")


def time_column(handbook: Handbook, view: ListView) -> Column | None:
    """The time that a period is asked of: what the list is ordered by, else when the row came to be."""
    if view.order is not None and view.order.kind in ("moment", "date"):
        return view.order
    own = {"form": "at", "lines": "at", "procedure": "opened", "customer": "changed"}[view.source]
    return names_of(handbook, view.of).get(own)


@dataclass(frozen=True, slots=True)
class Question:
    """One list as one person asks it now."""

    handbook: Handbook
    view: ListView
    actor: Actor
    now: datetime

    @property
    def names(self) -> Names:
        inner = (
            next((one.columns for one in self._form_fields if one.id == self.view.lines), ())
            if self.view.source == "lines"
            else ()
        )
        return Names(self.view, self.now, frozenset(one.id for one in inner))

    @property
    def _form_fields(self) -> Sequence[Any]:
        form = self.handbook.forms.get(self.view.form)
        return form.fields if form else ()

    @property
    def context(self) -> Context:
        holders = {
            f"{document.id}/{copy.id}": copy.holder
            for document in self.handbook.documents.values()
            for copy in document.copies
        }
        settings = settings_of(self.handbook.hash, 0, epoch()) if self._reads_settings else {}
        return Context(self.actor, self.now, settings, names_of(self.handbook, self.view.of), holders)

    @property
    def _reads_settings(self) -> bool:
        return any(getattr(one.value, "setting", "") for one in self.view.where)

    def conditions(self, wish: Wish) -> Sql:
        """The source, what the list asks, what the page asks, what the actor may see."""
        names, context = self.names, self.context
        parts = [names.tables, *asked.asked(names, self.view.where, context)]
        parts += asked.visible(names, self.actor, wish.store)
        parts += self._wished(names, context, wish)
        return joined(parts, " and ")

    def _wished(self, names: Names, context: Context, wish: Wish) -> Iterator[Sql]:
        for name, value in wish.chosen.items():
            column = context.columns.get(name)
            if column is not None:
                one = names.value(column)
                yield Sql(f"({one.text})::text = %s", (*one.values, value))
        column = time_column(self.handbook, self.view)
        if column is not None and (wish.since or wish.until):
            yield from self._period(names, column, wish)
        if wish.text:
            yield self._text(names, wish.text)
        if wish.person is not None and self.view.source != "customer":
            yield Sql(f"{names.value(context.columns[_person_of(self.view)]).text} = %s", (wish.person,))

    def _period(self, names: Names, column: Column, wish: Wish) -> Iterator[Sql]:
        one = names.value(column)
        is_day = column.kind == "date"
        for day, sign in ((wish.since, ">="), (wish.until + timedelta(days=1) if wish.until else None, "<")):
            if day is not None:
                edge: Any = (day if column.field is None else day.isoformat()) if is_day else midnight(day)
                yield Sql(f"{one.text} {sign} %s", (*one.values, edge))

    def _text(self, names: Names, text: str) -> Sql:
        like = f"%{asked.plain_like(text)}%"
        if self.view.source == "customer":
            return Sql("(k.full_name ilike %s or k.initials ilike %s)", (like, like))
        number = names.value(names_of(self.handbook, self.view.of)["number"]).text
        if self.view.source == "procedure":
            return Sql(f"({number} ilike %s or {names.customer_name} ilike %s)", (like, like))
        return Sql(f"({number} ilike %s or r.values::text ilike %s or r.personal::text ilike %s)", (like, like, like))


def _person_of(view: ListView) -> str:
    return "opener" if view.source == "procedure" else "person"


def rows(question: Question, wish: Wish) -> list[Row]:
    """A page of a list in its order. One statement (and the figures of the handbook, which are cached)."""
    names, view = question.names, question.view
    order = names.ordered(view.order) if view.order else Sql(names.key)
    kind = names.sort_type(view.order) if view.order else "numeric"
    parts = [question.conditions(wish)]
    if wish.after is not None:
        sign = "<" if view.descending else ">"
        parts.append(Sql(f"({order.text}, {names.key}) {sign} (%s::{kind}, %s::bigint)", (*order.values, *wish.after)))
    where = joined(parts, " and ")
    shown = [names.shown(one) for one in view.columns]
    cells = joined(shown, ", ")
    way = "desc" if view.descending else "asc"
    text = (
        f"select ({order.text})::text, {names.key}, {names.ids}, json_build_array({cells.text})::text "
        f"from {where.text} order by {order.text} {way}, {names.key} {way} limit %s"
    )
    values = (*order.values, *cells.values, *where.values, *order.values, wish.limit)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [_row(view, found) for found in cursor.fetchall()]


def _row(view: ListView, found: Sequence[Any]) -> Row:
    order, key, case, record, customer, cells = found
    values = orjson.loads(cells) if isinstance(cells, str | bytes) else cells
    return Row(
        {column.name: value for column, value in zip(view.columns, values, strict=True)},
        case, record, customer, (str(order), int(key)),
    )  # fmt: skip


def totals(question: Question, wish: Wish) -> Totals:
    """Counts and sums over at most MOST_COUNTED rows. One statement."""
    names, where = question.names, question.conditions(wish)
    figures = [one for one in question.view.columns if one.kind in FIGURES and not one.task]
    cells = [names.value(one).wrapped("", f" as v{n}") for n, one in enumerate(figures)]
    inner = joined(cells, ", ") if cells else Sql("1 as v")
    sums = "".join(f", coalesce(sum(v{n}), 0)" for n in range(len(figures)))
    text = f"select count(*){sums} from (select {inner.text} from {where.text} limit %s) q"
    with connection.cursor() as cursor:
        cursor.execute(text, (*inner.values, *where.values, MOST_COUNTED + 1))
        n, *found = cursor.fetchone()
    more = n > MOST_COUNTED
    held = {} if more else {one.name: float(value) for one, value in zip(figures, found, strict=True)}
    return Totals(min(n, MOST_COUNTED), more, held)


def counts(questions: Sequence[Question], most: int = 1000) -> list[int]:
    """How many rows each list has now, counted no further than `most` + 1. One statement for all."""
    if not questions:
        return []
    parts = []
    for one in questions:
        where = one.conditions(Wish())
        parts.append(Sql(f"(select count(*) from (select from {where.text} limit %s) q)", (*where.values, most + 1)))
    whole = joined(parts, ", ")
    with connection.cursor() as cursor:
        cursor.execute(f"select {whole.text}", whole.values)
        return [int(one) for one in cursor.fetchone()]
