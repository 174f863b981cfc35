"""What pages and the API read about papers. Each answers in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils.crypto import constant_time_compare

from aftercare.cases.models import Case
from aftercare.documents.models import Copy, Document, Printer
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.texts import Text


def documents(actor: Actor, case: int | None = None, subject: Mapping[str, Any] | None = None) -> QuerySet[Document]:
    """Papers this person may print, newest first, with `copies` and `prints` loaded (3 queries)."""
    found = visible(Document.objects.order_by("-issued_at", "-id"), actor, "documents.print")
    if case is not None:
        found = found.filter(case_id=case)
    if subject is not None:
        found = found.filter(subject=dict(subject))
    copies = Prefetch("copies", Copy.objects.order_by("n", "edition"))
    return found.select_related("superseded_by").prefetch_related(copies, "prints")


def filed(customer: int, actor: Actor) -> list[dict[str, Any]]:
    """Papers of a customer's cases as the file lists them, void ones too. One query."""
    mine = Case.objects.filter(customer_id=customer).values("pk")
    rows = visible(Document.objects.filter(case_id__in=mine), actor, "documents.print").order_by("-issued_at", "-id")
    return [
        {
            "kind": "paper", "id": row.pk, "case": row.case_id, "number": row.number, "title": row.title,
            "at": row.issued_at.isoformat(), "void": row.voided_at is not None,
        }
        for row in rows[:100]
    ]  # fmt: skip


def outstanding(actor: Actor) -> QuerySet[Copy]:
    """Copies that are not yet with the one they are for, of valid papers, oldest first."""
    held = Copy.objects.filter(lost_at=None, document__voided_at=None, document__superseded_by=None)
    waiting = held.exclude(holder=F("intended")).select_related("document").order_by("document__issued_at", "n")
    return visible(waiting, actor, "documents.print", field="document__store_id")


def inbox(actor: Actor, role: str) -> QuerySet[Copy]:
    """Copies handed to a role that has still to confirm the receipt."""
    found = Copy.objects.filter(pending_receipt=role, lost_at=None).select_related("document").order_by("handed_at")
    return visible(found, actor, "documents.print", field="document__store_id")


def held(case: int, kind: str, n: int) -> str:
    """Who holds copy `n` of the newest valid paper of this kind ("" = there is none)."""
    found = Copy.objects.filter(
        document__case_id=case, document__kind=kind, n=n, lost_at=None, document__voided_at=None
    )
    return found.order_by("-document_id", "-edition").values_list("holder", flat=True).first() or ""


def issued(case: int, kind: str) -> bool:
    """Is there a valid paper of this kind in the case?"""
    return Document.objects.filter(case_id=case, kind=kind, voided_at=None).exists()


def printers(actor: Actor) -> QuerySet[Printer]:
    return visible(Printer.objects.order_by("store_id", "name"), actor, "documents.print")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a paper says to anybody: no more than needed."""

    state: str  # valid, void, superseded
    says: Text
    number: str = ""
    title: Text | None = None
    issued_at: datetime | None = None
    copies: int = 0
    facts: tuple[tuple[Text, str], ...] = ()


UNKNOWN = Checked("unknown", Text("查无此单：编号或验真码不对", "No such paper: number or code is wrong"))
_SAYS = {
    "valid": Text("真实有效的单据", "A genuine and valid paper"),
    "void": Text("单据是真的，但已作废", "The paper is genuine but void"),
    "superseded": Text("单据是真的，但已被新单取代", "The paper is genuine but has been replaced"),
}


def check(number: str, code: str) -> Checked:
    """Is this paper genuine? The code may be typed with hyphens and in small letters; compared in constant time.

    `data.public` of the paper ([{label: {zh, en}, value}]) is what a stranger may read, to compare contents.
    """
    found = Document.objects.select_related("superseded_by").filter(number=number.strip()[:80]).first()
    given = "".join(sign for sign in code.upper() if sign.isalnum())
    if not constant_time_compare(given, found.check_code if found else "-") or found is None:
        return UNKNOWN
    state = "void" if found.voided_at else "superseded" if hasattr(found, "superseded_by") else "valid"
    public = found.data.get("public") or []
    facts = tuple((Text.from_json(line["label"]), str(line["value"])) for line in public)
    return Checked(
        state,
        _SAYS[state],
        found.number,
        Text.from_json(found.title),
        found.issued_at,
        found.copies.filter(lost_at=None).count(),
        facts,
    )
