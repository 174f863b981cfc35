"""Imports: a dry run of a file, applying it, its state, the rows that were not taken."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from aftercare.api.bodies import LARGEST_ID, Body
from aftercare.api.edge import Ask
from aftercare.api.routes import DONE_ANSWER, ID, LIMIT, Routes
from aftercare.api.shapes import BOOL, FAULT, FILE, INT, MOMENT, OBJECT, listing, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.errors import Fault, Refused
from aftercare.imports import actions, queries
from aftercare.imports.jobs import open_case_of

routes = Routes("imports")
LARGEST = 30 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RUN: dict[str, Any] = obj(
    id=INT, name=WORD, kind=WORD, status=WORD, whole=BOOL, total=INT, done=INT, added=INT, cancel_asked=BOOL,
    error=OBJECT, summary=OBJECT, by=INT, by_name=WORD, created_at=MOMENT, started_at=maybe(MOMENT),
    ended_at=maybe(MOMENT),
)  # fmt: skip
WHOLE = {**RUN, "properties": {**RUN["properties"], "faults": many(FAULT)}}


class Apply(Body):
    """`whole`: all rows or none."""

    whole: bool = False


@routes.get("/imports", access="imports.run", answer=listing(RUN))
def imports(ask: Ask, limit: int = LIMIT) -> Any:
    """Newest first."""
    return {"items": queries.runs(ask.actor, limit)}


@routes.post("/imports", access="imports.run", body=None, status=201, answer=WHOLE, content_type="multipart/form-data")
def upload(ask: Ask) -> Any:
    """Dry-run a file (field `file`; optional kind, encoding, store): every bad row, nothing added yet."""
    upload = ask.request.FILES.get("file")
    if upload is None:
        raise Refused.because("request.missing", "请选择文件。", "Choose a file.", field="file")
    if (upload.size or 0) > LARGEST:
        raise Refused(Fault("import.large", "文件过大。", "The file is too large.", field="file"), status=413)
    given = ask.request.POST
    choices = actions.Choices(
        kind=str(given.get("kind", ""))[:20], encoding=str(given.get("encoding", ""))[:20], store=_store(given)
    )
    run = actions.start(upload.read(), str(upload.name), ask.actor, ask.now, timezone.localdate(ask.now), choices)
    return queries.run(ask.actor, run.pk)


@routes.get("/imports/{run}", access="imports.run", answer=WHOLE)
def one(ask: Ask, run: int = ID) -> Any:
    """How far it is, and its faults with sheet, row and column."""
    return queries.run(ask.actor, run)


@routes.post("/imports/{run}/apply", access="imports.run", body=Apply, answer=WHOLE, keeps_refusal=True)
def apply(ask: Ask, body: Apply, run: int = ID) -> Any:
    """Add the good rows; every order gets its case. Applied twice, it adds nothing."""
    today = timezone.localdate(ask.now)
    actions.carry_out(run, ask.actor, ask.now, today, whole=body.whole, open_case=open_case_of)
    return queries.run(ask.actor, run)


@routes.post("/imports/{run}/cancel", access="imports.run")
def cancel(ask: Ask, run: int = ID) -> Any:
    """It stops before its next batch."""
    actions.ask_cancel(run, ask.actor)
    return DONE_ANSWER


@routes.get("/imports/{run}/bad-rows", access="imports.run", answer=FILE, content_type=XLSX)
def bad_rows(ask: Ask, run: int = ID) -> HttpResponse:
    """The rows that were not taken, to mend and bring back."""
    content = actions.bad_rows(run, ask.actor, timezone.localdate(ask.now))
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="bad-rows-{run}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _store(given: Any) -> int | None:
    text = str(given.get("store", ""))
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:19]) <= LARGEST_ID):
        raise Refused.because("request.int_type", "门店编号有误。", "The store must be a number.", field="store")
    return int(text[:19])
