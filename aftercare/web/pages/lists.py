"""Lists of the handbook: worklist, register view, export and print of one saved question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from aftercare.audit.actions import trace
from aftercare.documents import batch, tables
from aftercare.errors import NotFound
from aftercare.handbook.lists import Column as ListColumn
from aftercare.handbook.lists import ListView
from aftercare.handbook.model import Handbook
from aftercare.measures import lists as saved
from aftercare.measures.lists import Question, Totals, Wish
from aftercare.people.access import require_somewhere
from aftercare.texts import Text
from aftercare.web.access import route
from aftercare.web.naming import clause_links
from aftercare.web.shown.lists import Cells
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing
from aftercare.web.words import money_said, text_in

ROOM = "registers"
MOST_EXPORTED = 20_000
MOST_PRINTED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_of(handbook: str, name: str) -> tuple[Handbook, ListView]:
    try:
        return saved.list_named(name, handbook)
    except NotFound as absent:
        raise Http404 from absent


def listing(cells: Cells, handbook: Handbook, view: ListView) -> Listing:
    titles = [Column(title, number=number) for title, number in cells.titles()]
    return Listing(
        f"list-{handbook.id}-{view.id}",
        text_in(view.name),
        columns=(Column(gettext_lazy("Choose"), narrow=True), *titles) if view.source != "customer" else titles,
        row="lists/row.html",
        filters=(Filter("q", gettext_lazy("Number or customer"), "search"), *_choices(cells, view), *_period(view)),
        nothing=Nothing(
            "table",
            gettext_lazy("Nothing on this list"),
            gettext_lazy("What the handbook asks for here appears by itself as soon as it is so."),
        ),
        template="lists/list.html",
    )


def _choices(cells: Cells, view: ListView) -> list[Filter]:
    found = []
    for one in view.columns:
        options: Sequence[tuple[str, Any]] = ()
        if one.kind == "choice" and one.field is not None and not one.task:
            options = [(option.id, option.name) for option in one.field.options]
        elif one.kind in ("person",) and one.field is None:
            options = [(str(number), name) for number, name in cells.house.people.items()]
        if options:
            found.append(Filter(f"c_{one.name}", text_in(one.title), options=options))
    return found[:3]


def _period(view: ListView) -> tuple[Filter, ...]:
    return (Filter("since", gettext_lazy("Since"), "date"), Filter("until", gettext_lazy("Until"), "date"))


def wish_of(asked: Asked) -> Wish:
    wanted = asked.filters
    after = asked.after
    good = after is not None and len(after) == 2 and isinstance(after[0], str) and isinstance(after[1], int)
    return Wish(
        chosen={name[2:]: value for name, value in wanted.items() if name.startswith("c_")},
        since=_day(wanted.get("since", "")),
        until=_day(wanted.get("until", "")),
        text=wanted.get("q", ""),
        store=asked.store,
        after=(str(after[0]), int(after[1])) if good and after is not None else None,
        limit=asked.limit,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def show(request: Any, handbook: str, name: str) -> HttpResponse:
    book, view = list_of(handbook, name)
    question, cells = Question(book, view, request.actor, request.now), Cells(book, view, request.now)

    def source(asked: Asked) -> Sequence[Any]:
        return [{"row": row, "cells": cells.of(row)} for row in saved.rows(question, wish_of(asked))]

    page = ListPage(
        listing(cells, book, view),
        request,
        source,
        lambda row: list(row["row"].cursor),
        export=reverse("export_list", args=[book.id, view.id]) if request.actor.may_somewhere("exports.run") else "",
    )
    totals = saved.totals(question, wish_of(page.asked))
    page.extra = {
        "totals": said_totals(totals, view.columns),
        "count": f"{totals.n}+" if totals.more else str(totals.n),
        "clauses": clause_links(view.clauses, book),
        "print_url": f"{reverse('print_list', args=[book.id, view.id])}?{page.query}",
        "papers_url": reverse("list_papers") if request.actor.may_somewhere("documents.print") else "",
    }
    return page.answer(room=ROOM)


def said_totals(totals: Totals, columns: Sequence[ListColumn]) -> list[tuple[str, str]]:
    known = {one.name: one for one in columns}
    return [
        (text_in(known[name].title), money_said(round(value)) if known[name].kind == "money" else f"{value:g}")
        for name, value in totals.sums.items()
    ]


def _asked(request: Any, book: Handbook, view: ListView, limit: int) -> tuple[Cells, list[saved.Row]]:
    cells = Cells(book, view, request.now)
    page = ListPage(listing(cells, book, view), request, lambda asked: [], lambda row: [])
    wish = wish_of(page.asked)
    question = Question(book, view, request.actor, request.now)
    whole = Wish(wish.chosen, wish.since, wish.until, wish.text, wish.store, None, None, limit)
    return cells, saved.rows(question, whole)


def export(request: Any, handbook: str, name: str) -> HttpResponse:
    """The filtered list as xlsx or csv; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    book, view = list_of(handbook, name)
    cells, rows = _asked(request, book, view, MOST_EXPORTED)
    trace(request.actor, "exports.list", data={"list": view.id, "rows": len(rows)}, now=request.now)
    return file_of(cells.table(rows), cells.sheet_columns(), text_in(view.name), view.id, request.GET.get("format", ""))


def file_of(data: list[dict[str, Any]], columns: Sequence[Any], title: str, name: str, kind: str) -> HttpResponse:
    from aftercare.imports.sheets import write_csv, write_xlsx

    if kind == "csv":
        content, mime = write_csv(data, columns), "text/csv; charset=utf-8"
    else:
        content, mime, kind = write_xlsx(data, columns, sheet=title), XLSX, "xlsx"
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def print_list(request: Any, handbook: str, name: str) -> HttpResponse:
    """The filtered list on paper."""
    book, view = list_of(handbook, name)
    cells, rows = _asked(request, book, view, MOST_PRINTED)
    columns = [{"title": title, "number": number} for title, number in cells.titles()]
    lines = [[cell.text for cell in cells.of(row)] for row in rows]
    table = {"title": {"zh": "", "en": ""}, "columns": columns, "rows": lines}
    about = Text(f"共 {len(rows)} 行", f"{len(rows)} rows")
    return pdf_answer(tables.pdf(view.name, about, [table], request.actor, request.now, language()), view.id)


def papers(request: Any) -> HttpResponse:
    """The papers of the chosen rows in one PDF, each noted as printed."""
    cases = [int(one) for one in request.POST.getlist("case") if one.isascii() and one.isdigit()][:500]
    kinds = [one for one in request.POST.getlist("kind") if one]
    found = batch.papers_behind(request.actor, cases, kinds)
    ids = [paper.pk for case in dict.fromkeys(cases) for paper in found.get(case, ()) if not _replaced(paper)]
    return pdf_answer(batch.print_together(ids, request.actor, request.now, language()), _("papers"))


def _replaced(paper: Any) -> bool:
    return hasattr(paper, "superseded_by")


routes = [
    route("registers/lists/papers/", papers, access="documents.print", name="list_papers", post=True, get=False),
    route("registers/lists/<str:handbook>/<str:name>/", show, access="cases.see|customers.see", name="list"),
    route("registers/lists/<str:handbook>/<str:name>/export/", export, access="exports.run", name="export_list"),
    route(
        "registers/lists/<str:handbook>/<str:name>/print/", print_list,
        access="cases.see|customers.see", name="print_list",
    ),
]  # fmt: skip
