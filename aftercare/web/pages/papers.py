"""Papers: looked at, printed with a note of who and when, issued again when lost, voided; and stored files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercare.documents import actions, files
from aftercare.documents.models import Document, File
from aftercare.documents.press import Wanted, render_document
from aftercare.errors import NotFound
from aftercare.people.access import visible
from aftercare.web import hx
from aftercare.web.access import route
from aftercare.web.once import once
from aftercare.web.pages.session import own_address
from aftercare.web.shown.paper import PAPERS


def _paper(request: Any, paper: int) -> Document:
    row = visible(Document.objects.filter(pk=paper), request.actor, "documents.print").first()
    if row is None:
        raise actions.absent()
    return row


def _wanted(given: Any) -> Wanted:
    copy, paper = given.get("copy", ""), given.get("paper", "")
    number = int(copy) if copy.isascii() and copy.isdigit() and len(copy) < 3 else 0
    return Wanted(copy=number, paper=paper if paper in PAPERS else "")


def pdf(request: Any, paper: int) -> HttpResponse:
    row = _paper(request, paper)
    pages = render_document(row.pk, _wanted(request.GET), request.actor, request.now)
    response = HttpResponse(pages[0], content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def print_paper(request: Any, paper: int) -> HttpResponse:
    """Notes the printing and shows what is to be printed."""
    row = _paper(request, paper)
    wanted = _wanted(request.POST)
    actions.log_print(row.pk, wanted.copy, request.actor, request.now)
    return hx.redirect(request, f"{reverse('paper_pdf', args=[row.pk])}?copy={wanted.copy}&paper={wanted.paper}")


def _mend(work: Callable[[Document, Any], Any], done: str) -> Callable[..., HttpResponse]:
    def view(request: Any, paper: int) -> HttpResponse:
        row = _paper(request, paper)
        back = own_address(request, request.POST.get("back", ""))

        def save() -> str:
            work(row, request)
            return back

        return once(request, save, _(done))

    return view


def _void(row: Document, request: Any) -> None:
    actions.void(row.pk, request.POST.get("reason", ""), request.actor, request.now)


def _unvoid(row: Document, request: Any) -> None:
    actions.unvoid(row.pk, request.POST.get("reason", ""), request.actor, request.now)


def _reissue(row: Document, request: Any) -> None:
    copy = request.POST.get("copy", "")
    number = int(copy) if copy.isascii() and copy.isdigit() and len(copy) < 3 else 0
    actions.reissue(row.pk, number, request.POST.get("reason", ""), request.actor, request.now)


def file(request: Any, file: int) -> HttpResponse:
    """A stored picture or file of a store this person sees."""
    row = visible(File.objects.filter(pk=file), request.actor, "cases.see").first()
    if row is None:
        raise NotFound.because("file.absent", "没有这个文件。", "There is no such file.")
    response = HttpResponse(files.read_bytes(row.sha256), content_type=row.type)
    kind = "inline" if row.type.startswith("image/") else "attachment"
    response.headers["Content-Disposition"] = kind
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


routes = [
    route("papers/<int:paper>.pdf", pdf, access="documents.print", name="paper_pdf"),
    route("papers/<int:paper>/print/", print_paper, access="documents.print", name="print_paper", post=True, get=False),
    route(
        "papers/<int:paper>/void/", _mend(_void, gettext_noop("The paper is void; its number stays taken.")),
        access="documents.reissue", name="void_paper", post=True, get=False,
    ),
    route(
        "papers/<int:paper>/unvoid/", _mend(_unvoid, gettext_noop("The paper is valid again; the record shows both.")),
        access="documents.reissue", name="unvoid_paper", post=True, get=False,
    ),
    route(
        "papers/<int:paper>/reissue/", _mend(_reissue, gettext_noop("A new copy is issued; the lost one is marked.")),
        access="documents.reissue", name="reissue_copy", post=True, get=False,
    ),
    route("files/<int:file>/", file, access="cases.see", name="file"),
]  # fmt: skip
