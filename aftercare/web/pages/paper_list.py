"""All papers, one paper with its copies and prints, and the check of authenticity that anybody may make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftercare.cases.models import Case
from aftercare.documents import actions, queries
from aftercare.documents.models import Document, Printer
from aftercare.documents.press import Wanted, render_document
from aftercare.errors import Refused
from aftercare.orders.models import Order
from aftercare.people.access import visible
from aftercare.people.actions import limit_tries
from aftercare.web import frame, hx
from aftercare.web.access import PUBLIC, route
from aftercare.web.naming import House
from aftercare.web.shown import printing
from aftercare.web.shown.paper import PaperLine
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.words import local

ROOM = "papers"
CHECKS = 30  # within a quarter of an hour from one address
TONES = {"valid": "kept", "void": "broken", "superseded": "soon", "unknown": "broken"}


def listing() -> Listing:
    return Listing(
        "papers",
        pgettext_lazy("room", "Papers"),
        columns=(
            Column(_("Number")),
            Column(_("Paper")),
            Column(_("Status")),
            Column(_("Copies")),
            Column(_("Printed"), number=True),
            Column(_("Issued")),
            Column(_("By")),
        ),
        row="papers/row.html",
        filters=(
            Filter("q", _("Number of the paper"), "search"),
            Filter("kind", _("Any paper"), options=list(printing.kinds().items())),
            Filter("state", _("Any status"), options=list(printing.STATES.items())),
            Filter("since", _("Since"), "date"),
            Filter("until", _("Until"), "date"),
        ),
        nothing=Nothing(
            "file-certificate",
            _("No papers yet"),
            _("The tasks of the handbook issue contracts, notes and receipts; each stands here with its copies."),
        ),
        template="papers/list.html",
    )


def papers(request: Any) -> HttpResponse:
    house = House()

    def source(asked: Asked) -> Sequence[Any]:
        rows = printing.filtered(queries.documents(request.actor), asked.filters, asked.store)
        found = keyset(rows, ("-issued_at", "-id"), asked.after)[: asked.limit]
        return [_shown(row, request, house) for row in found]

    page = ListPage(listing(), request, source, lambda row: [row["row"].issued_at.isoformat(), row["row"].pk])
    return page.answer(room=ROOM)


def _shown(row: Document, request: Any, house: House) -> dict[str, Any]:
    return {"row": row, "line": PaperLine(row, request.actor, house, {}), "state": printing.state_of(row)}


def paper(request: Any, paper: int) -> HttpResponse:
    row = queries.documents(request.actor).filter(pk=paper).first()
    if row is None:
        raise actions.absent()
    about = row.subject.get("id") if row.subject.get("kind") == "order" else None
    order = visible(Order.objects.filter(pk=about), request.actor, "orders.see").first() if about else None
    case = visible(Case.objects.filter(pk=row.case_id), request.actor, "cases.see").first() if row.case_id else None
    context = {
        "paper": PaperLine(row, request.actor, House(), {}),
        "state": printing.state_of(row),
        "order": order,
        "case": case,
        "printers": [one for one in queries.printers(request.actor) if one.store_id == row.store_id],
        "code": f"{row.check_code[:5]}-{row.check_code[5:]}",
    }
    return frame.page(request, "papers/paper.html", context, room=ROOM)


def print_on(request: Any, paper: int, printer: int) -> HttpResponse:
    """Noted with its printer, then shown as that printer needs it."""
    row = visible(Document.objects.filter(pk=paper), request.actor, "documents.print").first()
    if row is None or not visible(Printer.objects.filter(pk=printer), request.actor, "documents.print").exists():
        raise actions.absent()
    copy = request.POST.get("copy", "")
    wanted = int(copy) if copy.isascii() and copy.isdigit() and len(copy) < 3 else 0
    actions.log_print(paper, wanted, request.actor, request.now, printer)
    return hx.redirect(request, f"{reverse('paper_on', args=[paper, printer])}?copy={wanted}")


def on_printer(request: Any, paper: int, printer: int) -> HttpResponse:
    copy = request.GET.get("copy", "")
    wanted = Wanted(copy=int(copy) if copy.isascii() and copy.isdigit() and len(copy) < 3 else 0, printer=printer)
    if not visible(Printer.objects.filter(pk=printer), request.actor, "documents.print").exists():
        raise actions.absent()
    response = HttpResponse(
        render_document(paper, wanted, request.actor, request.now)[0], content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="paper-{paper}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def check(request: Any, number: str = "") -> HttpResponse:
    """For whoever holds a paper, without signing in: only what stands at its head, and whether it is valid."""
    number = number or request.GET.get("number", "").strip()[:80]
    code = request.GET.get("code", "").strip()[:40]
    context: dict[str, Any] = {"number": number, "code": code}
    if not (number and code):
        return frame.page(request, "papers/check.html", context)
    try:
        limit_tries(f"check\n{request.META.get('REMOTE_ADDR', '')}", request.now, CHECKS)
    except Refused as refusal:
        return frame.page(request, "papers/check.html", {**context, "faults": refusal.faults}, status=refusal.status)
    found = queries.check(number, code)
    context |= {"found": found, "tone": TONES[found.state]}
    if found.issued_at:
        context["issued_on"] = local(found.issued_at).date()
    return frame.page(request, "papers/check.html", context)


routes = [
    route("papers/", papers, access="documents.print", name="papers"),
    route("papers/<int:paper>/", paper, access="documents.print", name="paper"),
    route(
        "papers/<int:paper>/print/<int:printer>/", print_on,
        access="documents.print", name="print_on", post=True, get=False,
    ),
    route("papers/<int:paper>/on/<int:printer>.pdf", on_printer, access="documents.print", name="paper_on"),
    route("check/", check, access=PUBLIC, name="check_paper"),
    route("check/<path:number>/", check, access=PUBLIC, name="check_paper_at"),
]  # fmt: skip
