"""Papers: of a case, one, its bytes, copies issued again, voiding, the print log, the check of authenticity."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from aftercare.api.bodies import Body, Id, Long, Reason, Short
from aftercare.api.edge import PUBLIC, Ask
from aftercare.api.paging import newest_first
from aftercare.api.routes import CURSOR, DONE_ANSWER, ID, LIMIT, MAYBE_ID, Routes
from aftercare.api.shapes import BOOL, FILE, INT, MOMENT, NUMBER, WORDS, listing, many, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.documents import actions, actions_printers, press, queries
from aftercare.documents.models import Copy, Document, Printer
from aftercare.errors import NotFound

routes = Routes("documents")
COPY = obj(n=INT, edition=INT, label=WORDS, intended=WORD, holder=WORD, holder_name=WORD, pending=WORD, lost=BOOL)
PRINT = obj(copy=INT, person=INT, person_name=WORD, at=MOMENT, time=INT)
DOCUMENT = obj(
    id=INT, kind=WORD, title=WORDS, number=WORD, case=maybe(INT), store=INT, issued_at=MOMENT, issued_by=WORD,
    voided_at=maybe(MOMENT), void_reason=WORD, rendered=BOOL, paper=WORD, copies=many(COPY), prints=many(PRINT),
)  # fmt: skip
CHECKED = obj(state=WORD, says=WORDS, number=WORD, title=maybe(WORDS), issued_at=maybe(MOMENT), copies=INT)
PRINTER = obj(id=INT, store=INT, name=WORD, paper=WORD, offset_x_mm=NUMBER, offset_y_mm=NUMBER, scale=NUMBER)
Format = Literal["pdf", "png"]
TYPES = {"pdf": "application/pdf", "png": "image/png"}
COPY_N: Any = Query(0, ge=0, le=99)
PAGE_N: Any = Query(1, ge=1, le=999)
Small = Annotated[int, Field(ge=0, le=99)]


class Reissue(Body):
    copy_n: Small
    reason: Long


class Print(Body):
    """`copy_n` 0 = all copies."""

    copy_n: Small = 0
    printer: Id | None = None


class PrinterFields(Body):
    name: Short
    paper: Short
    offset_x_mm: float = 0
    offset_y_mm: float = 0
    scale: float = 1


class PrinterIn(PrinterFields):
    store: Id


@routes.get("/documents", access="documents.print", answer=page(DOCUMENT))
def documents(
    ask: Ask, case: int | None = MAYBE_ID, order: int | None = MAYBE_ID, cursor: str = CURSOR, limit: int = LIMIT
) -> Any:
    """Papers one may print, newest first."""
    subject = {"kind": "order", "id": order} if order else None
    return newest_first(queries.documents(ask.actor, case, subject), "issued_at", cursor, limit, told)


@routes.get("/documents/check", access=PUBLIC, answer=CHECKED)
def check(ask: Ask, number: str = Query(..., max_length=80), code: str = Query(..., max_length=40)) -> Any:
    """Is this paper genuine? Anybody who holds it may ask; says no more than is printed on it for strangers."""
    return queries.check(number, code)


@routes.get("/documents/outstanding", access="documents.print", answer=listing(COPY))
def outstanding(ask: Ask, limit: int = LIMIT) -> Any:
    """Copies that are not yet with the one they are for, oldest first."""
    return {
        "items": [{**copy_told(one), "document": one.document_id} for one in queries.outstanding(ask.actor)[:limit]]
    }


@routes.get("/documents/{document}", access="documents.print", answer=DOCUMENT)
def one(ask: Ask, document: int = ID) -> Any:
    """A paper with its copies and prints. Its content is what the file shows."""
    return told(_seen(ask, document))


@routes.get(
    "/documents/{document}/file",
    access="documents.print",
    answer=FILE,
    content_type="application/pdf|image/png",
)
def file(
    ask: Ask, document: int = ID, format: Format = "pdf", copy_n: int = COPY_N, page: int = PAGE_N,
    printer: int | None = MAYBE_ID,
) -> HttpResponse:  # fmt: skip
    """The bytes: a PDF, or one page as PNG. `copy_n` 0 = all copies."""
    row = _seen(ask, document)
    pages = press.render_document(document, press.Wanted(format, copy_n, printer), ask.actor, ask.now)
    if page > len(pages):
        raise NotFound.because("documents.no_page", f"没有第 {page} 页。", f"There is no page {page}.", field="page")
    response = HttpResponse(pages[page - 1], content_type=TYPES[format])
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(row.number, safe='')}.{format}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@routes.post("/documents/{document}/reissue", access="documents.reissue", body=Reissue, status=201, answer=COPY)
def reissue(ask: Ask, body: Reissue, document: int = ID) -> Any:
    """A copy was lost: a new one with the same number takes its place."""
    _seen(ask, document)
    return copy_told(actions.reissue(document, body.copy_n, body.reason, ask.actor, ask.now))


@routes.post("/documents/{document}/void", access="documents.reissue", body=Reason)
def void(ask: Ask, body: Reason, document: int = ID) -> Any:
    """Make a paper invalid; its number stays taken."""
    _seen(ask, document)
    actions.void(document, body.reason, ask.actor, ask.now)
    return DONE_ANSWER


@routes.post("/documents/{document}/unvoid", access="documents.reissue", body=Reason)
def unvoid(ask: Ask, body: Reason, document: int = ID) -> Any:
    """Take a mistaken voiding back."""
    _seen(ask, document)
    actions.unvoid(document, body.reason, ask.actor, ask.now)
    return DONE_ANSWER


@routes.post("/documents/{document}/prints", access="documents.print", body=Print, status=201, answer=obj(time=INT))
def log_print(ask: Ask, body: Print, document: int = ID) -> Any:
    """Keep that it was printed; `time` is the how-manieth."""
    _seen(ask, document)
    return {"time": actions.log_print(document, body.copy_n, ask.actor, ask.now, body.printer).time}


@routes.get("/printers", access="documents.print", answer=listing(PRINTER))
def printers(ask: Ask) -> Any:
    return {"items": [printer_told(one) for one in queries.printers(ask.actor)[:200]]}


@routes.post("/printers", access="settings.edit", body=PrinterIn, status=201, answer=PRINTER)
def add_printer(ask: Ask, body: PrinterIn) -> Any:
    values = body.model_dump()
    values["store_id"] = values.pop("store")
    return printer_told(actions_printers.save_printer(values, ask.actor, ask.now))


@routes.put("/printers/{printer}", access="settings.edit", body=PrinterFields, answer=PRINTER)
def change_printer(ask: Ask, body: PrinterFields, printer: int = ID) -> Any:
    """Name, paper, and the corrections found by the test page."""
    known = Printer.objects.filter(pk=printer).first()
    if known is None or not ask.actor.may("settings.edit", known.store_id):
        raise NotFound.because("documents.no_printer", "没有这台打印机。", "There is no such printer.")
    return printer_told(actions_printers.save_printer(body.model_dump(), ask.actor, ask.now, printer))


def _seen(ask: Ask, document: int) -> Document:
    """A paper of another store looks as if it did not exist."""
    row = queries.documents(ask.actor).filter(pk=document).first()
    if row is None:
        raise actions.absent()
    return row


def told(row: Document) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "title": row.title, "number": row.number, "case": row.case_id,
        "subject": row.subject or None, "store": row.store_id, "issued_at": row.issued_at,
        "issued_by": row.issued_by_name, "voided_at": row.voided_at, "void_reason": row.void_reason,
        "rendered": row.rendered_at is not None, "paper": row.paper,
        "copies": [copy_told(one) for one in row.copies.all()],
        "prints": [
            {"copy": one.copy_n, "person": one.person, "person_name": one.person_name, "at": one.at, "time": one.time}
            for one in row.prints.all()
        ],
    }  # fmt: skip


def copy_told(copy: Copy) -> dict[str, Any]:
    return {
        "n": copy.n, "edition": copy.edition, "label": copy.label, "intended": copy.intended, "holder": copy.holder,
        "holder_name": copy.holder_name, "pending": copy.pending_receipt, "lost": copy.lost_at is not None,
    }  # fmt: skip


def printer_told(row: Printer) -> dict[str, Any]:
    return {
        "id": row.pk, "store": row.store_id, "name": row.name, "paper": row.paper, "offset_x_mm": row.offset_x_mm,
        "offset_y_mm": row.offset_y_mm, "scale": row.scale,
    }  # fmt: skip
