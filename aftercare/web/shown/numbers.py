"""The Numbers room in words: names of what figures are split by, and where each number leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from aftercare.handbook.lists import FIGURES, Measure, names_of
from aftercare.handbook.model import Handbook
from aftercare.measures.queries import Line, Span, Taken
from aftercare.measures.sums import Figure
from aftercare.texts import Text
from aftercare.web.naming import House
from aftercare.web.words import money_said, month_said, text_in

SPAN_NAMES = {
    "month": Text("本月", "This month"),
    "last_month": Text("上月", "Last month"),
    "quarter": Text("近三个月", "3 months"),
    "year": Text("近十二个月", "12 months"),
}
BY_HAND = {
    "check": Text("检查未做到", "A check was missed"),
    "correction": Text("资料写错", "A mistake was corrected"),
    "by_hand": Text("手工登记", "Entered by hand"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with its name and the addresses of the lists behind its two numbers."""

    name: str
    line: Line
    url: str
    kept_url: str
    broken_url: str
    words: str = ""


class Naming:
    """Names of clauses, procedures, rules, people and stores over all handbooks in force."""

    def __init__(self, books: Sequence[Handbook]) -> None:
        self.books, self.house = books, House()

    def procedure(self, name: str) -> str:
        found = next((book.procedures[name].name for book in self.books if name in book.procedures), name)
        return text_in(found)

    def rule(self, name: str) -> str:
        found = next((book.rules[name].name for book in self.books if name in book.rules), BY_HAND.get(name, name))
        return text_in(found)

    def person(self, key: str) -> str:
        return self.house.person(int(key)) if key.isdigit() else _("nobody in particular")

    def store(self, key: str) -> str:
        return self.house.store(int(key)) if key.isdigit() else key

    def clause_url(self, name: str) -> str:
        book = next((book for book in self.books if name in book.clauses), None)
        return reverse("clause", args=[book.id, name]) if book else ""

    def clause_words(self, name: str) -> str:
        return next((text_in(book.clauses[name].text) for book in self.books if name in book.clauses), "")

    def shown(self, lines: Iterable[Line], part: str, span: Span) -> list[Shown]:
        return [self._shown(one, part, span) for one in lines]

    def _shown(self, line: Line, part: str, span: Span) -> Shown:
        named = {"procedure": self.procedure, "person": self.person, "store": self.store}
        name = named[part](line.key) if part in named else line.key
        page = "numbers_clauses" if part == "clause" else "numbers_promises"
        kept, broken = (behind(page, span, **{part: line.key, "kind": kind}) for kind in ("kept", "broken"))
        if part != "clause":
            return Shown(name, line, "", kept, broken)
        return Shown(name, line, self.clause_url(line.key), kept, broken, self.clause_words(line.key))

    def key(self, book: Handbook, measure: Measure, part: str, key: str) -> str:
        """What one line of a measure is called."""
        if part == "store":
            return self.store(key)
        column = names_of(book, measure.view.of).get(part)
        if part.startswith("people.") or (column is not None and column.kind == "person"):
            return self.person(key)
        if column is not None and column.field is not None:
            named = next((one.name for one in column.field.options if one.id == key), None)
            return text_in(named) if named else (key or "—")
        return key or "—"

    def part(self, book: Handbook, measure: Measure, part: str) -> str:
        column = names_of(book, measure.view.of).get(part)
        if column is not None:
            return text_in(column.title)
        return {"store": _("Store"), "all": _("All")}.get(part, part.partition(".")[2].replace("_", " "))


def behind(page: str, span: Span, **more: str) -> str:
    """The address of the list behind a number."""
    wanted = {"since": span.first.isoformat(), "until": span.last.isoformat(), **more}
    return f"{reverse(page)}?{urlencode({name: value for name, value in wanted.items() if value})}"


def value_said(book: Handbook, measure: Measure, taken: Taken | None) -> str:
    if taken is None or taken.value is None:
        return "—"
    if measure.take == "share":
        return f"{taken.value:.0f} %"
    column = names_of(book, measure.view.of).get(measure.field)
    if column is not None and column.kind == "money":
        return money_said(round(taken.value))
    said = f"{taken.value:.1f}" if measure.take == "mean" else f"{taken.value:g}"
    return f"{said} {measure.unit}".strip()


def is_money(book: Handbook, measure: Measure) -> bool:
    column = names_of(book, measure.view.of).get(measure.field)
    return column is not None and column.kind == "money" and column.kind in FIGURES


def week_said(day: date) -> str:
    """W47 · 16 Nov."""
    return _("week %(week)s, %(day)s") % {"week": day.isocalendar().week, "day": f"{day:%m-%d}"}


def trend(figures: Sequence[Figure], monthly: bool) -> dict[str, Any]:
    """{labels, rows: (label, kept, broken, share), kept, broken} for a chart and the table beside it."""
    found: dict[date, dict[str, int]] = {}
    for one in figures:
        if one.bucket is not None:
            found.setdefault(one.bucket, {})[one.kind] = found.get(one.bucket, {}).get(one.kind, 0) + one.n
    rows = []
    for day in sorted(found):
        kept, broken = found[day].get("kept", 0), found[day].get("broken", 0)
        share = f"{round(100 * kept / (kept + broken))} %" if kept + broken else "—"
        rows.append((month_said(day) if monthly else week_said(day), kept, broken, share))
    return {
        "labels": [row[0] for row in rows],
        "kept": [row[1] for row in rows],
        "broken": [row[2] for row in rows],
        "rows": rows,
    }
