"""The lists behind the numbers: promises, clauses event by event, findings, the rows of a measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from aftercare.cases import finding_queries
from aftercare.cases.finding_queries import Wanted
from aftercare.cases.models import Case
from aftercare.cases.rule_queries import live
from aftercare.errors import NotFound
from aftercare.measures import lists as saved
from aftercare.measures import queries
from aftercare.measures.lists import Question, Wish
from aftercare.texts import Text
from aftercare.web.access import route
from aftercare.web.pages.lists import listing as list_listing
from aftercare.web.pages.lists import said_totals, wish_of
from aftercare.web.shown.lists import Cells
from aftercare.web.shown.numbers import Naming
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.words import due_said, local, text_in

ROOM = "numbers"
KINDS = {
    "broken": ("broken", Text("未兑现", "Broken")),
    "kept": ("kept", Text("已兑现", "Kept")),
    "observed": ("soon", Text("只观察", "Observed")),
    "refused": ("planned", Text("被拦下", "Refused")),
}
NOTHING = Nothing(
    "chart-bar", _("Nothing behind this number"), _("Each promise that ends, kept or broken, stands here.")
)


def _listing(name: str, title: Any, columns: Sequence[Column], filters: Sequence[Filter]) -> Listing:
    period = (Filter("since", _("Since"), "date"), Filter("until", _("Until"), "date"))
    return Listing(
        name, title, columns=columns, row="numbers/row.html", filters=(*filters, *period), nothing=NOTHING,
        template="numbers/list.html",
    )  # fmt: skip


def _day(text: str, other: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return other
    return found if 1900 < found.year < 2200 else other


def _kinds(names: Sequence[str]) -> Filter:
    return Filter("kind", _("Any outcome"), options=[(name, KINDS[name][1]) for name in names])


def _page(
    request: Any, listing: Listing, rows: Callable[[Asked, date, date], Any], shown: Callable[[Sequence[Any]], Any]
) -> HttpResponse:
    today = local(request.now).date()

    def source(asked: Asked) -> Sequence[Any]:
        first = _day(asked.filters.get("since", ""), date(1990, 1, 1))
        last = _day(asked.filters.get("until", ""), today)
        found = keyset(rows(asked, first, last), ("-at", "-id"), asked.after)[: asked.limit]
        return list(shown(list(found)))

    page = ListPage(listing, request, source, lambda row: [row["at"].isoformat(), row["id"]])
    return page.answer(room=ROOM)


def _numbers(rows: Sequence[Any]) -> dict[int, str]:
    return dict(Case.objects.filter(pk__in={row.case_id for row in rows}).values_list("pk", "number"))


def promises(request: Any) -> HttpResponse:
    """Promises that ended, kept or broken."""
    naming = Naming(live())
    people = [(str(number), name) for number, name in naming.house.people.items()]
    procedures = [(one.id, one.name) for book in naming.books for one in book.procedures.values()]
    stores = [(str(number), name) for number, name in naming.house.stores.items()]
    listing = _listing(
        "promises", _("Promises"),
        (Column(_("Case")), Column(_("What")), Column(_("Outcome")), Column(_("Due")), Column(_("When")),
         Column(_("Person")), Column(_("Store"))),
        (_kinds(("broken", "kept")), Filter("procedure", _("Any procedure"), options=procedures),
         Filter("person", _("Anybody"), options=people), Filter("store", _("Any store"), options=stores)),
    )  # fmt: skip

    def rows(asked: Asked, first: date, last: date) -> Any:
        wanted = asked.filters
        return queries.promises(
            request.actor, wanted.get("kind", ""), first, last, procedure=wanted.get("procedure", ""),
            store=int(wanted["store"]) if wanted.get("store") else asked.store,
            person=int(wanted["person"]) if wanted.get("person") else None,
        )  # fmt: skip

    def shown(found: Sequence[Any]) -> Any:
        cases = _numbers(found)
        for one in found:
            yield _row(one, cases, (
                (_task(naming, one.procedure, one.element), ""), KINDS[one.kind],
                (due_said(one.due_at, request.now) if one.due_at else "", ""), one.at,
                (naming.house.person(one.person_id) if one.person_id else "", ""),
                (naming.house.store(one.store_id), ""),
            ))  # fmt: skip

    return _page(request, listing, rows, shown)


def due(request: Any) -> HttpResponse:
    """Promises that end today and are not kept yet."""
    naming = Naming(live())
    columns = (Column(_("Case")), Column(_("What")), Column(_("Due")), Column(_("Store")))
    listing = Listing("due-today", _("Due today"), columns, "numbers/row.html", NOTHING, template="numbers/list.html")

    def source(asked: Asked) -> Sequence[Any]:
        rows = keyset(queries.due_today(request.actor, request.now, asked.store), ("at", "id"), asked.after)
        return [
            _row(one, {one.case_id: one.case.number}, (
                (_task(naming, one.case.procedure, one.element), ""), one.at,
                (naming.house.store(one.case.store_id), ""),
            ))
            for one in rows[: asked.limit]
        ]  # fmt: skip

    return ListPage(listing, request, source, lambda row: [row["at"].isoformat(), row["id"]]).answer(room=ROOM)


def clauses(request: Any) -> HttpResponse:
    """How clauses fared, event by event."""
    naming = Naming(live())
    listing = _listing(
        "clause-events", _("How clauses fared"),
        (Column(_("Case")), Column(_("Clause")), Column(_("Outcome")), Column(_("When")), Column(_("Person")),
         Column(_("Store"))),
        (Filter("clause", _("Clause"), "search"), _kinds(tuple(KINDS))),
    )  # fmt: skip

    def rows(asked: Asked, first: date, last: date) -> Any:
        wanted = asked.filters
        return queries.marks(
            request.actor, wanted.get("kind", ""), first, last, clause=wanted.get("clause", ""), store=asked.store
        )

    def shown(found: Sequence[Any]) -> Any:
        cases = _numbers(found)
        for one in found:
            yield _row(one, cases, (
                (one.clause, naming.clause_url(one.clause)), KINDS.get(one.kind, ("planned", one.kind)), one.at,
                (naming.house.person(one.person_id) if one.person_id else "", ""),
                (naming.house.store(one.store_id), ""),
            ))  # fmt: skip

    return _page(request, listing, rows, shown)


def findings(request: Any) -> HttpResponse:
    """What was found, by its cause."""
    naming = Naming(live())
    rules = [(one.id, naming.rule(one.id)) for book in naming.books for one in book.rules.values()]
    rules += [(name, naming.rule(name)) for name in ("check", "correction", "by_hand")]
    listing = _listing(
        "findings-behind", _("Findings"),
        (Column(_("Case")), Column(_("What")), Column(_("Clause")), Column(_("When")), Column(_("Person"))),
        (Filter("rule", _("Any cause"), options=rules),),
    )  # fmt: skip

    def rows(asked: Asked, first: date, last: date) -> Any:
        wanted = Wanted(finding=asked.filters.get("rule", ""), since=first, until=last, store=asked.store)
        return finding_queries.found(request.actor, wanted).exclude(state="dropped")

    def shown(found: Sequence[Any]) -> Any:
        for one in found:
            yield _row(one, {one.case_id: one.case.number}, (
                (naming.rule(one.finding), ""), (", ".join(one.clauses), ""), one.at,
                (naming.house.person(one.person_id) if one.person_id else "", ""),
            ))  # fmt: skip

    return _page(request, listing, rows, shown)


def _task(naming: Naming, procedure: str, element: str) -> str:
    known = [book.procedures[procedure].tasks for book in naming.books if procedure in book.procedures]
    name = element.split("[")[0].split("#")[0]
    found = next((tasks[name] for tasks in known if name in tasks), None)
    return text_in(found.name) if found else element


def _row(one: Any, cases: dict[int, str], cells: Sequence[Any]) -> dict[str, Any]:
    """Cells: a moment, (text, address), or (tone, text) of an outcome."""
    told: list[dict[str, Any]] = []
    for cell in cells:
        if isinstance(cell, datetime):
            told.append({"moment": cell})
        elif cell[0] in ("broken", "kept", "soon", "planned") and isinstance(cell[1], Text):
            told.append({"tone": cell[0], "text": text_in(cell[1])})
        else:
            told.append({"text": cell[0], "url": cell[1]})
    return {"case": one.case_id, "number": cases.get(one.case_id, ""), "cells": told, "at": one.at, "id": one.pk}


def measure_rows(request: Any, handbook: str, name: str) -> HttpResponse:
    """The rows a measure rests on, of one part when the number was of one."""
    try:
        book, one = queries.measure_named(name, handbook)
    except NotFound as absent:
        raise Http404 from absent
    question, cells = Question(book, one.view, request.actor, request.now), Cells(book, one.view, request.now)
    part, key = request.GET.get("part", ""), request.GET.get("key", "")[:200]

    def wish(asked: Asked) -> Wish:
        made = wish_of(asked)
        chosen = {**made.chosen, **({part: key} if part and part not in ("store", "person") else {})}
        store = int(key) if part == "store" and key.isdigit() else made.store
        person = int(key) if part == "person" and key.isdigit() else None
        return Wish(chosen, made.since, made.until, made.text, store, person, made.after, made.limit)

    def source(asked: Asked) -> Sequence[Any]:
        return [{"row": row, "cells": cells.of(row)} for row in saved.rows(question, wish(asked))]

    page = ListPage(list_listing(cells, book, one.view), request, source, lambda row: list(row["row"].cursor))
    totals = saved.totals(question, wish(page.asked))
    page.extra = {
        "totals": said_totals(totals, one.view.columns),
        "count": f"{totals.n}+" if totals.more else str(totals.n),
    }
    return page.answer(room=ROOM)


routes = [
    route("numbers/promises/", promises, access="cases.see", name="numbers_promises"),
    route("numbers/due/", due, access="cases.see", name="numbers_due"),
    route("numbers/clauses/", clauses, access="cases.see", name="numbers_clauses"),
    route("numbers/findings/", findings, access="cases.see", name="numbers_findings"),
    route("numbers/measures/<str:handbook>/<str:name>/rows/", measure_rows, access="cases.see", name="measure_rows"),
]
