"""Registers: every form is a list of the sheets filled in, with totals and a table to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aftercare.audit.actions import trace
from aftercare.cases.rule_queries import live
from aftercare.documents import batch, tables
from aftercare.handbook.model import Form, Handbook
from aftercare.imports.sheets import write_csv, write_xlsx
from aftercare.measures import lists
from aftercare.people.access import require_somewhere
from aftercare.records import queries
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.pages.lists import MOST_PRINTED, language, pdf_answer
from aftercare.web.shown import register as shown
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.words import local, money_said, text_in

ROOM = "registers"
MOST_EXPORTED = 20_000
MOST_SAID = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def registers(request: Any) -> HttpResponse:
    """The lists of the handbook with how much stands on each now, and every form with its sheets."""
    counts = queries.counts(request.actor)
    books = live()
    views = [(book, view) for book in books for view in book.lists.values()]
    standing = lists.counts([lists.Question(book, view, request.actor, request.now) for book, view in views])
    found = dict(zip([(book.id, view.id) for book, view in views], standing, strict=True))
    chapters = [
        {
            "handbook": one,
            "lists": [(view, _said(found[one.id, view.id])) for view in one.lists.values()],
            "forms": [(form, counts.get(form.id, 0)) for form in one.forms.values()],
        }
        for one in books
    ]
    return frame.page(request, "registers/registers.html", {"chapters": chapters}, room=ROOM)


def _said(count: int) -> str:
    return f"{MOST_SAID}+" if count > MOST_SAID else str(count)


def _form(handbook: str, form: str) -> tuple[Handbook, Form]:
    found = next((one for one in live() if one.id == handbook), None)
    if found is None or form not in found.forms:
        raise Http404
    return found, found.forms[form]


def listing(form: Form, house: House) -> Listing:
    own = [Column(text_in(one.name), number=one.type in ("money", "number")) for one in shown.listed(form)]
    return Listing(
        f"register-{form.id}",
        text_in(form.name),
        columns=(
            Column(_("Choose"), narrow=True),
            Column(_("Case")),
            Column(_("When")),
            Column(_("Filled in by")),
            *own,
            Column(_("Papers")),
        ),
        row="registers/row.html",
        filters=(
            Filter("q", _("Any word of the sheet"), "search"),
            Filter("person", _("Anybody"), options=[(str(number), name) for number, name in house.people.items()]),
            Filter("since", _("Since"), "date"),
            Filter("until", _("Until"), "date"),
            *_choices(form),
        ),
        nothing=Nothing(
            "table",
            _("No sheet yet"),
            _("Each time somebody finishes a task with this form, its sheet is entered here by itself."),
        ),
        template="registers/register.html",
    )


def _choices(form: Form) -> list[Filter]:
    """Up to three filters of its own: the fields that are chosen from options."""
    found = [one for one in form.fields if one.type == "choice" and one.options and not one.personal][:3]
    return [Filter(f"c_{one.id}", text_in(one.name), options=[(o.id, o.name) for o in one.options]) for one in found]


def _rows(request: Any, form: Form, asked: Asked) -> Any:
    wanted = asked.filters
    person = wanted.get("person")
    return queries.register(
        request.actor,
        form.id,
        since=shown.day_start(wanted.get("since", "")),
        until=shown.day_start(wanted.get("until", ""), 1),
        store=asked.store,
        text=wanted.get("q", ""),
        person=int(person) if person else None,
        chosen={name[2:]: value for name, value in wanted.items() if name.startswith("c_")},
    )


def register(request: Any, handbook: str, form: str) -> HttpResponse:
    book, definition = _form(handbook, form)
    kinds = papers_of(book, form)
    house, fields = House(), shown.listed(definition)

    def source(asked: Asked) -> Sequence[Any]:
        rows = list(keyset(_rows(request, definition, asked), ("-at", "-id"), asked.after)[: asked.limit])
        behind = _papers(request, rows, kinds)
        return [
            {
                "record": row,
                "by": house.person(row.person_id),
                "cells": shown.cells(row, fields, request.now, house),
                "paper": batch.signed_for(behind.get(row.case_id, ()), row.at) if kinds else None,
            }
            for row in rows
        ]

    page = ListPage(
        listing(definition, house),
        request,
        source,
        lambda row: [row["record"].at.isoformat(), row["record"].pk],
        export=reverse("export_register", args=[handbook, form]) if request.actor.may_somewhere("exports.run") else "",
    )
    sums = queries.totals(_rows(request, definition, page.asked), definition)
    page.extra = {
        "totals": [(text_in(one.name), _sum(one.type, sums[one.id])) for one in fields if one.id in sums],
        "papers_url": reverse("list_papers") if request.actor.may_somewhere("documents.print") else "",
        "paper_kinds": kinds,
        "print_url": f"{reverse('print_register', args=[handbook, form])}?{page.query}",
    }
    return page.answer(room=ROOM)


def _sum(kind: str, value: float) -> str:
    return money_said(round(value)) if kind == "money" else f"{value:g}"


def papers_of(book: Handbook, form: str) -> list[str]:
    """The papers that tasks with this form issue: what a row leads to."""
    tasks = [task for procedure in book.procedures.values() for task in procedure.tasks.values() if task.form == form]
    effects = [effect for task in tasks for outcome in task.outcomes.values() for effect in outcome.do]
    issued = [effect.params.get("document") for effect in effects if effect.name == "issue"]
    return list(dict.fromkeys(str(one) for one in issued if one))


def _papers(request: Any, rows: Sequence[Any], kinds: Sequence[str]) -> Any:
    if not kinds or not request.actor.may_somewhere("documents.print"):
        return {}
    return batch.papers_behind(request.actor, [row.case_id for row in rows], kinds)


def print_register(request: Any, handbook: str, form: str) -> HttpResponse:
    """The filtered register on paper."""
    definition = _form(handbook, form)[1]
    house, fields = House(), shown.listed(definition)
    asked = ListPage(listing(definition, house), request, lambda asked: [], lambda row: []).asked
    rows = _rows(request, definition, asked)[:MOST_PRINTED]
    columns: list[tuple[Any, bool]] = [(_("Case"), False), (_("When"), False), (_("Filled in by"), False)]
    columns += [(text_in(one.name), one.type in ("money", "number")) for one in fields]
    lines = [
        [row.number, local(row.at).strftime("%Y-%m-%d %H:%M"), house.person(row.person_id)]
        + [text for text, _number in shown.cells(row, fields, request.now, house)]
        for row in rows
    ]
    table = {
        "title": {"zh": "", "en": ""},
        "columns": [{"title": str(title), "number": number} for title, number in columns],
        "rows": lines,
    }
    about = Text(f"共 {len(lines)} 行", f"{len(lines)} rows")
    return pdf_answer(tables.pdf(definition.name, about, [table], request.actor, request.now, language()), form)


def export(request: Any, handbook: str, form: str) -> HttpResponse:
    """The filtered register as xlsx or csv; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    book, definition = _form(handbook, form)
    house = House()
    asked = ListPage(listing(definition, house), request, lambda asked: [], lambda row: []).asked
    rows = _rows(request, definition, asked)[:MOST_EXPORTED]
    names = {
        (task.form, outcome.id): text_in(outcome.name)
        for procedure in book.procedures.values()
        for task in procedure.tasks.values()
        for outcome in task.outcomes.values()
    }
    data = shown.table(
        rows, definition, request.now, house, lambda row: names.get((row.form, row.outcome), row.outcome)
    )
    trace(request.actor, "exports.register", data={"form": form, "rows": len(data)}, now=request.now)
    return _file(data, definition, request.GET.get("format", "xlsx"))


def _file(data: list[dict[str, Any]], form: Form, kind: str) -> HttpResponse:
    columns = shown.columns(form)
    if kind == "csv":
        content, mime = write_csv(data, columns), "text/csv; charset=utf-8"
    else:
        content, mime, kind = write_xlsx(data, columns, sheet=text_in(form.name)), XLSX, "xlsx"
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{form.id}.{kind}"'
    return response


routes = [
    route("registers/", registers, access="cases.see", name="registers"),
    route("registers/<str:handbook>/<str:form>/", register, access="cases.see", name="register"),
    route("registers/<str:handbook>/<str:form>/export/", export, access="exports.run", name="export_register"),
    route("registers/<str:handbook>/<str:form>/print/", print_register, access="cases.see", name="print_register"),
]
