"""What the Numbers room reads: today's promises, figures by part, trends, work at hand, and the rows behind each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from aftercare.cases.models import Deadline, Mark
from aftercare.cases.rule_queries import live
from aftercare.cases.world import ZONE
from aftercare.errors import NotFound
from aftercare.handbook.lists import Measure
from aftercare.handbook.model import Handbook
from aftercare.measures import lists, sums
from aftercare.measures.asked import midnight
from aftercare.measures.lists import Question
from aftercare.measures.models import MonthlyReport, Promise
from aftercare.measures.sources import ALL, CLAUSES, FINDINGS, PROMISES, Source, of_measure
from aftercare.measures.sums import Figure, Kept
from aftercare.people.access import visible
from aftercare.people.actor import Actor, Everywhere

Json = Any
WEEKS, MONTHS = 12, 12


@dataclass(frozen=True, slots=True)
class Span:
    """Two days and all between; `word` is its name in an address: month, last_month, quarter, year."""

    word: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class FirstLine:
    broken: int
    due: int
    kept: int


@dataclass(slots=True)
class Line:
    """How one clause, procedure, store or person fared."""

    key: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        return self.counts.get("kept", 0)

    @property
    def broken(self) -> int:
        return self.counts.get("broken", 0)

    @property
    def share(self) -> int | None:
        """Kept in per cent of kept and broken."""
        whole = self.kept + self.broken
        return round(100 * self.kept / whole) if whole else None


SPANS = ("month", "last_month", "quarter", "year")


def span(word: str, now: datetime) -> Span:
    """This month unless another is asked for; the quarter and year are the last 3 and 12 months up to today."""
    today = now.astimezone(ZONE).date()
    start = sums.month_start(today)
    if word == "last_month":
        last = start - timedelta(days=1)
        return Span(word, sums.month_start(last), last)
    if word in ("quarter", "year"):
        return Span(word, months_before(start, 2 if word == "quarter" else 11), today)
    return Span("month", start, today)


def months_before(day: date, n: int) -> date:
    months = day.year * 12 + day.month - 1 - n
    return date(months // 12, months % 12 + 1, 1)


def stores_of(actor: Actor, store: int | None) -> Collection[int] | None:
    """The stores whose figures are shown; None = all of them."""
    own = actor.stores_for("cases.see")
    if store is not None:
        return [store] if store in own else []
    return None if isinstance(own, Everywhere) else sorted(own)


def first_line(actor: Actor, now: datetime, store: int | None) -> FirstLine:
    """Promises broken, due and kept today. Two statements."""
    today = now.astimezone(ZONE).date()
    rows = _in_stores(visible(Promise.objects.filter(day=today), actor, "cases.see"), store)
    from django.db.models import Count

    told = dict(rows.values_list("kind").annotate(n=Count("id")).order_by())
    return FirstLine(told.get("broken", 0), due_today(actor, now, store).count(), told.get("kept", 0))


def due_today(actor: Actor, now: datetime, store: int | None) -> QuerySet[Deadline]:
    """Deadlines that still stand and end today: up to the midnight that ends it."""
    day = now.astimezone(ZONE).date()
    until = midnight(day + timedelta(days=1))
    rows = Deadline.objects.filter(fired_at=None, level="due", at__gte=now, at__lte=until).select_related("case")
    rows = visible(rows.defer("case__state"), actor, "cases.see", field="case__store_id")
    return rows.filter(case__store_id=store) if store is not None else rows


def _in_stores(rows: QuerySet[Any], store: int | None) -> QuerySet[Any]:
    return rows.filter(store_id=store) if store is not None else rows


def promises(
    actor: Actor, kind: str, first: date, last: date, *, store: int | None = None, procedure: str = "",
    person: int | None = None,
) -> QuerySet[Promise]:  # fmt: skip
    """The promises behind a number."""
    rows = _in_stores(visible(Promise.objects.filter(day__range=(first, last)), actor, "cases.see"), store)
    wanted = {"kind": kind, "procedure": procedure, "person_id": person}
    return rows.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})


def marks(
    actor: Actor, kind: str, first: date, last: date, *, clause: str = "", store: int | None = None
) -> QuerySet[Mark]:
    """How a clause fared, event by event: what stands behind its figure."""
    rows = _in_stores(visible(Mark.objects.filter(day__range=(first, last)), actor, "cases.see"), store)
    wanted = {"kind": kind, "clause": clause}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def lines(figures: Sequence[Figure], part: str, by_store: bool = False) -> list[Line]:
    """Figures of one part as lines, the most broken first."""
    found: dict[str, Line] = {}
    for one in figures:
        if one.part == part:
            key = str(one.store) if by_store else one.key
            line = found.setdefault(key, Line(key))
            line.counts[one.kind] = line.counts.get(one.kind, 0) + one.n
    return sorted(found.values(), key=lambda line: (-line.broken, -line.kept, line.key))


@dataclass(frozen=True, slots=True)
class Board:
    """All figures of the Numbers room over one span; a handful of statements whatever the size."""

    clauses: list[Line]
    procedures: list[Line]
    stores: list[Line]
    people: list[Line]
    causes: list[Figure]
    weeks: list[Figure]
    months: list[Figure]


def board(actor: Actor, now: datetime, wanted: Span, store: int | None, known: Kept) -> Board:
    scope = stores_of(actor, store)
    today = now.astimezone(ZONE).date()
    week = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    first = months_before(sums.month_start(today), MONTHS - 1)
    told = _asked(PROMISES, known, wanted, scope, ["procedure", "person"])
    return Board(
        clauses=lines(_asked(CLAUSES, known, wanted, scope, ["clause"]), "clause"),
        procedures=lines(told, "procedure"),
        stores=lines(_asked(PROMISES, known, wanted, scope, [ALL], by_store=True), ALL, by_store=True),
        people=lines(told, "person"),
        causes=sorted(_asked(FINDINGS, known, wanted, scope, ["rule"]), key=lambda one: -one.n),
        weeks=sums.figures(PROMISES, known, week, today, stores=scope, trend="week"),
        months=sums.figures(PROMISES, known, first, today, stores=scope, trend="month"),
    )


def _asked(
    source: Source, known: Kept, wanted: Span, scope: Collection[int] | None, parts: Sequence[str],
    by_store: bool = False,
) -> list[Figure]:  # fmt: skip
    return sums.figures(source, known, wanted.first, wanted.last, parts=parts, stores=scope, by_store=by_store)


# --- measures of the handbook


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure over a span: how many rows it rests on, and its value (fen for money, per cent for a share)."""

    n: int
    value: float | None


def all_measures() -> list[tuple[Handbook, Measure]]:
    return [(book, one) for book in live() for one in book.measures.values()]


def measure_named(name: str, handbook: str = "") -> tuple[Handbook, Measure]:
    for book, one in all_measures():
        if one.id == name and handbook in ("", book.id):
            return book, one
    raise NotFound.because("measures.absent", "没有这个指标。", "There is no such measure.", field="measure")


def taken(measure: Measure, n: int, total: float) -> Taken:
    if measure.take == "count":
        return Taken(n, float(n))
    if measure.take == "sum":
        return Taken(n, total)
    if not n:
        return Taken(0, None)
    return Taken(n, 100 * total / n if measure.take == "share" else total / n)


def measured(
    actor: Actor, book: Handbook, measure: Measure, wanted: Span, store: int | None, known: Kept, *, part: str = ALL,
    trend: str = "", by_store: bool = False,
) -> dict[tuple[str, date | None], Taken]:  # fmt: skip
    """(key, first day of the week or month) -> what was taken. `by_store`: the key is the store. One statement."""
    found = sums.figures(
        of_measure(book, measure), known, wanted.first, wanted.last, parts=[part], stores=stores_of(actor, store),
        trend=trend, by_store=by_store,
    )  # fmt: skip
    return {(str(one.store) if by_store else one.key, one.bucket): taken(measure, one.n, one.total) for one in found}


def standing(actor: Actor, now: datetime, measures: Sequence[tuple[Handbook, Measure]]) -> list[int]:
    """How many rows stand at this moment on the lists of measures that count `now`; no further than a thousand."""
    return lists.counts([Question(book, one.view, actor, now) for book, one in measures])


def reports() -> QuerySet[MonthlyReport]:
    return MonthlyReport.objects.defer("data").order_by("-month", "handbook", "report")
