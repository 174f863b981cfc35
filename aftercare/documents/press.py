"""Documents become bytes here: rendered once by the worker (or on demand), kept, and given again ever after."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from aftercare import faults
from aftercare.documents import actions, files, pictures, render, templates
from aftercare.documents.models import Copy, Document, Printer, Rendering, Template
from aftercare.errors import Fault, NotFound, OutsideFailure
from aftercare.people.access import require
from aftercare.people.actor import Actor

MAX_TRIES = 5
PORTION = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to print: a format, one copy (0 = all), a printer with its paper and offsets, or a paper by name."""

    format: str = "pdf"
    copy: int = 0
    printer: int | None = None
    paper: str = ""
    language: str = "zh-hans"


def render_document(document: int, wanted: Wanted, actor: Actor, now: datetime) -> list[bytes]:
    """Pages of a paper for somebody who may print it; PDF is one item. Raises NotFound also for what is not theirs."""
    row = _whole(document)
    if not actor.may("documents.print", row.store_id):
        raise actions.absent()
    return pages_of(row, wanted, now)


def pages_of(document: Document, wanted: Wanted, now: datetime) -> list[bytes]:
    """Kept bytes when there are any, else rendered now and kept."""
    copies = list(document.copies.filter(lost_at=None).order_by("n"))
    if wanted.copy and wanted.copy not in {copy.n for copy in copies}:
        raise NotFound(Fault("documents.no_copy", f"没有第 {wanted.copy} 联", f"There is no copy {wanted.copy}"))
    printer = None if wanted.printer is None else Printer.objects.filter(pk=wanted.printer).first()
    job = job_for(document, copies, wanted, printer)
    variant = _variant(job)
    kept = Rendering.objects.filter(document=document, format=wanted.format, variant__startswith=variant).order_by(
        "variant"
    )
    found = [files.read_bytes(one.sha256) for one in kept]
    return found or _render_and_keep(document, job, variant, now)


def _render_and_keep(document: Document, job: render.Job, variant: str, now: datetime) -> list[bytes]:
    pages = render.typeset(job)
    with transaction.atomic():
        for number, page in enumerate(pages, start=1):
            Rendering.objects.get_or_create(
                document=document,
                format=job.format,
                variant=f"{variant}{number:03}",
                defaults={"sha256": files.keep_bytes(page), "size": len(page), "pages": len(pages), "rendered_at": now},
            )
    return pages


def job_for(document: Document, copies: list[Copy], wanted: Wanted, printer: Printer | None) -> render.Job:
    """The paper as the compositor wants it: frozen data, and around it what belongs to the sheet."""
    meta = {
        "number": document.number,
        "code": f"{document.check_code[:5]}-{document.check_code[5:]}",
        "title": document.title,
        "copies": [{"n": copy.n, "label": copy.label, "mark": copy.mark} for copy in copies],
        "only": wanted.copy,
        "single": bool(wanted.copy),
        "issued_by": document.issued_by_name,
        "issued_at": document.issued_at.astimezone(actions.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "language": wanted.language,
        "mark": _mark(document),
        "qr": render.qr_svg(check_address(document)),
    }
    offset = (float(printer.offset_x_mm), float(printer.offset_y_mm)) if printer else (0.0, 0.0)
    return render.Job(
        template=document.template,
        data=pictures.shown(document.data, document.store_id),
        meta=meta,
        paper=wanted.paper or (printer.paper if printer else document.paper),
        offset_mm=offset,
        scale=float(printer.scale) if printer else 1.0,
        format=wanted.format,
        timestamp=int(document.issued_at.timestamp()),
    )


def check_address(document: Document) -> str:
    """What the QR code says: a link when the house has an address outside, else number and code."""
    base = str(getattr(settings, "PUBLIC_URL", "")).rstrip("/")
    if base:
        return f"{base}/check/{document.number}/?code={document.check_code}"
    return f"{document.number} {document.check_code}"


def _mark(document: Document) -> dict[str, str] | None:
    if document.voided_at:
        return {"zh": "作废", "en": "VOID"}
    if hasattr(document, "superseded_by"):
        number = document.superseded_by.number
        return {"zh": f"已由 {number} 取代", "en": f"Replaced by {number}"}
    return None


def _variant(job: render.Job) -> str:
    """A name for this way of printing; differs when anything that shows differs."""
    shown = {**job.meta, "paper": job.paper, "offset": job.offset_mm, "scale": job.scale, "template": job.template.hash}
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"{job.paper}-{job.meta['only']}-{digest[:32]}-"


def _whole(document: int) -> Document:
    row = Document.objects.select_related("template", "superseded_by").filter(pk=document).first()
    if row is None:
        raise actions.absent()
    return row


def render_due(now: datetime) -> int:
    """The worker's portion: papers not yet rendered, oldest first. Returns how many were looked at."""
    return render_pending(PORTION, now)


def render_pending(limit: int, now: datetime) -> int:
    """Render up to `limit` papers; several workers share the work. A failing paper is tried MAX_TRIES times."""
    done = 0
    while done < limit and _render_next(now):
        done += 1
    return done


def _render_next(now: datetime) -> bool:
    with transaction.atomic():
        row = (
            Document.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("template", "superseded_by")
            .filter(rendered_at=None, render_tries__lt=MAX_TRIES)
            .order_by("render_tries", "id")
            .first()
        )
        if row is None:
            return False
        try:
            pages_of(row, Wanted(), now)
            Document.objects.filter(pk=row.pk).update(rendered_at=now, render_error="")
            faults.point("paper.rendered")
        except OutsideFailure as failure:
            actions.count_failure(row.pk, str(failure))
    return True


def printer_test_page(printer: int, actor: Actor, language: str = "zh-hans", format: str = "pdf") -> list[bytes]:
    """A page with rulers, printed with the printer's present corrections."""
    row = Printer.objects.filter(pk=printer).first()
    if row is None:
        raise NotFound(Fault("documents.no_printer", "没有这台打印机", "There is no such printer"))
    require(actor, "documents.print", row.store_id)
    bundle = templates.gather("test-page.typ", {})
    meta: dict[str, Any] = {
        "number": "",
        "title": {"zh": "打印机测试页", "en": "Printer test page"},
        "copies": [],
        "only": 0,
        "code": "",
        "issued_by": "",
        "issued_at": "",
        "language": language,
    }
    return render.typeset(
        render.Job(
            template=Template(hash=bundle.hash, name=bundle.name, source=bundle.files),
            data={"printer": row.name},
            meta=meta,
            paper=row.paper,
            offset_mm=(float(row.offset_x_mm), float(row.offset_y_mm)),
            scale=float(row.scale),
            format=format,
        )
    )
