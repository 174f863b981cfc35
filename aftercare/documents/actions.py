"""Everything that writes papers. Rendering is not done here: it follows from the rows (press.py)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max
from django.utils.crypto import salted_hmac

from aftercare.audit.actions import trace
from aftercare.documents import glyphs, numbers, render, store, templates
from aftercare.documents.models import Copy, Document, Printer, PrintLog
from aftercare.errors import Conflict, Fault, NotFound, Refused
from aftercare.people.access import require
from aftercare.people.actor import Actor
from aftercare.texts import Text
from aftercare.values.plain import text_faults

SHANGHAI = ZoneInfo("Asia/Shanghai")
ISSUER = "issuer"
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """A copy to be made: its number, its name on the paper, and the role (or "customer") it is for."""

    n: int
    label: Text
    holder: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What kind of paper to issue. `store_code` fills {store} in the number pattern."""

    kind: str
    title: Text
    pattern: str
    bundle: templates.Bundle
    copies: Sequence[CopyPlan]
    store: int
    store_code: str = ""
    case: int | None = None
    subject: Mapping[str, Any] | None = None
    handbook_version: str = ""
    paper: str = "a4"


def issue(plan: Plan, data: Mapping[str, Any], actor: Actor, now: datetime, supersedes: int | None = None) -> Document:
    """Give a number, freeze the data, plan the copies. Must run inside the caller's transaction; renders nothing.

    `data` is JSON; money in fen. Raises Refused (a broken pattern, template or text) and Conflict (already superseded).
    """
    pattern = numbers.parse(plan.pattern)
    render.paper_named(plan.paper)
    if faults := text_faults(dict(data)):
        raise Refused(faults)
    with nullcontext() if transaction.get_connection().in_atomic_block else transaction.atomic():
        old = _to_replace(supersedes, actor, now)
        taken = numbers.take(pattern, plan.store, plan.store_code, now.astimezone(SHANGHAI).date())
        frozen = json.dumps(data, ensure_ascii=False, sort_keys=True)
        data_hash = hashlib.sha256(frozen.encode()).hexdigest()
        document = Document(
            kind=plan.kind,
            title=plan.title.as_json(),
            number=taken.number,
            series=taken.series,
            series_store=taken.store,
            series_period=taken.period,
            serial=taken.serial,
            case_id=plan.case,
            subject=dict(plan.subject or {}),
            store_id=plan.store,
            issued_at=now,
            issued_by=actor.person,
            issued_by_name=actor.name,
            data=json.loads(frozen),
            data_hash=data_hash,
            check_code=code_of(taken.number, data_hash),
            template_id=plan.bundle.hash,
            handbook_version=plan.handbook_version,
            paper=plan.paper,
            supersedes=old,
            missing_glyphs=glyphs.missing(data, glyphs.covered(render.fonts_folder())),
        )
        copies = [
            Copy(n=one.n, label=one.label.as_json(), intended=one.holder, holder=ISSUER, holder_name=actor.name)
            for one in plan.copies
        ]
        store.issue(document, copies, plan.bundle)
        trace(actor, "documents.issue", ("document", document.pk), now=now, data={"number": taken.number})
        return document


def code_of(number: str, data_hash: str) -> str:
    """Ten letters that only this installation can give for this number and content."""
    value = int.from_bytes(salted_hmac("aftercare.documents", f"{number}\n{data_hash}", algorithm="sha256").digest())
    letters = ""
    for _ in range(10):
        value, rest = divmod(value, len(CODE_LETTERS))
        letters += CODE_LETTERS[rest]
    return letters


def _to_replace(document: int | None, actor: Actor, now: datetime) -> Document | None:
    if document is None:
        return None
    old = _locked(document)
    if Document.objects.filter(supersedes=old).exists():
        raise Conflict.because(
            "documents.superseded", f"单据 {old.number} 已被新单取代", f"Paper {old.number} has been replaced already"
        )
    trace(actor, "documents.supersede", ("document", old.pk), now=now)
    return old


def _locked(document: int) -> Document:
    found = Document.objects.select_for_update().filter(pk=document).first()
    if found is None:
        raise absent()
    return found


def absent() -> NotFound:
    return NotFound(Fault("documents.absent", "没有这张单据", "There is no such paper"))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused.because("documents.reason", "请写明原因", "Give a reason", field="reason")
    if faults := text_faults({"reason": reason}):
        raise Refused(faults)
    return reason.strip()


def void(document: int, reason: str, actor: Actor, now: datetime) -> Document:
    """Make a paper invalid; its number stays taken. Raises Conflict when it is void already."""
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(document)
        require(actor, "documents.reissue", row.store_id)
        if row.voided_at:
            raise Conflict.because("documents.void", f"单据 {row.number} 已作废", f"Paper {row.number} is void already")
        row.voided_at, row.voided_by, row.void_reason = now, actor.person, reason
        row.rendered_at = None
        row.save(update_fields=["voided_at", "voided_by", "void_reason", "rendered_at"])
        trace(actor, "documents.void", ("document", row.pk), now=now, data={"number": row.number})
    return row


def unvoid(document: int, reason: str, actor: Actor, now: datetime) -> Document:
    """Take a mistaken voiding back; the trace shows both. Raises Conflict when the paper is not void."""
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(document)
        require(actor, "documents.reissue", row.store_id)
        if not row.voided_at:
            raise Conflict.because(
                "documents.not_void", f"单据 {row.number} 没有作废", f"Paper {row.number} is not void"
            )
        row.voided_at, row.voided_by, row.void_reason = None, None, ""
        row.save(update_fields=["voided_at", "voided_by", "void_reason"])
        trace(actor, "documents.unvoid", ("document", row.pk), now=now, data={"number": row.number})
    return row


def reissue(document: int, n: int, reason: str, actor: Actor, now: datetime) -> Copy:
    """A copy was lost: it is marked so, and a new one (补) with the same number takes its place."""
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(document)
        require(actor, "documents.reissue", row.store_id)
        if row.voided_at:
            raise Conflict.because("documents.void", f"单据 {row.number} 已作废", f"Paper {row.number} is void")
        lost = _present(document, n)
        lost.lost_at, lost.lost_reason = now, reason
        lost.save(update_fields=["lost_at", "lost_reason"])
        made = Copy.objects.create(
            document=row,
            n=n,
            edition=lost.edition + 1,
            mark="补",
            label=lost.label,
            intended=lost.intended,
            holder=ISSUER,
            holder_name=actor.name,
        )
        trace(actor, "documents.reissue", ("document", row.pk), now=now, data={"copy": n, "edition": made.edition})
    return made


def _present(document: int, n: int) -> Copy:
    copy = Copy.objects.select_for_update().filter(document_id=document, n=n, lost_at=None).order_by("-edition").first()
    if copy is None:
        raise NotFound(Fault("documents.no_copy", f"没有第 {n} 联", f"There is no copy {n}", field="copy"))
    return copy


def record_copy(document: int, n: int, holder: str, holder_name: str, at: datetime, pending: bool = False) -> Copy:
    """Note who holds a copy: the projection of a custody event, written in the event's transaction.

    With `pending` the receiver has still to confirm: the copy stays with its present holder until then.
    """
    copy = _present(document, n)
    if pending:
        copy.pending_receipt = holder
    else:
        copy.holder, copy.holder_name, copy.pending_receipt = holder, holder_name, ""
    copy.handed_at = at
    copy.save(update_fields=["holder", "holder_name", "handed_at", "pending_receipt"])
    return copy


def log_print(document: int, copy_n: int, actor: Actor, now: datetime, printer: int | None = None) -> PrintLog:
    """Keep who printed what (copy 0 = all) and the how-manieth time it was."""
    with transaction.atomic():
        row = _locked(document)
        require(actor, "documents.print", row.store_id)
        known = None if printer is None else Printer.objects.filter(pk=printer, store_id=row.store_id).first()
        before = PrintLog.objects.filter(document=row, copy_n=copy_n).aggregate(last=Max("time"))["last"] or 0
        return PrintLog.objects.create(
            document=row,
            copy_n=copy_n,
            person=actor.person,
            person_name=actor.name,
            at=now,
            printer=known,
            time=before + 1,
        )


def count_failure(document: int, message: str) -> None:
    """A rendering went wrong: note it, so that the worker does not try for ever."""
    Document.objects.filter(pk=document).update(render_tries=F("render_tries") + 1, render_error=message[:2000])
