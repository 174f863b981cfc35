"""Several papers printed in one go: one PDF, each paper noted as printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from pypdf import PdfReader, PdfWriter

from aftercare.documents import actions
from aftercare.documents.models import Document
from aftercare.documents.press import Wanted, render_document
from aftercare.errors import Refused
from aftercare.people.access import visible
from aftercare.people.actor import Actor

MOST = 100


def papers_behind(actor: Actor, cases: Sequence[int], kinds: Sequence[str] = ()) -> dict[int, list[Document]]:
    """case -> its papers that this person may print, oldest first; only of these kinds when some are named."""
    rows = visible(Document.objects.filter(case_id__in=set(cases)), actor, "documents.print")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    found: dict[int, list[Document]] = {}
    for row in rows.filter(voided_at=None).order_by("issued_at", "id"):
        found.setdefault(row.case_id or 0, []).append(row)
    return found


def signed_for(papers: Sequence[Document], at: datetime) -> Document | None:
    """The paper that was issued from a sheet of this moment: the first not before it, else the last."""
    return next((one for one in papers if one.issued_at >= at), papers[-1] if papers else None)


def print_together(documents: Sequence[int], actor: Actor, now: datetime, language: str = "zh-hans") -> bytes:
    """One PDF of all of them, in this order. Refused when there is none, or more than MOST."""
    wanted = list(dict.fromkeys(documents))
    if not wanted:
        raise Refused.because("papers.none", "选中的行没有可打印的单据。", "The chosen rows have no papers to print.")
    if len(wanted) > MOST:
        zh, en = f"一次最多打印 {MOST} 份单据。", f"At most {MOST} papers are printed in one go."
        raise Refused.because("papers.many", zh, en)
    whole = PdfWriter()
    for one in wanted:
        pages = render_document(one, Wanted(language=language), actor, now)
        whole.append(PdfReader(io.BytesIO(pages[0])))
    for one in wanted:
        actions.log_print(one, 0, actor, now)
    made = io.BytesIO()
    whole.write(made)
    return made.getvalue()
