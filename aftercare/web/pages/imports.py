"""Imports: a file is tried first, shows every row to mend, and comes in when somebody says so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.errors import Refused
from aftercare.handbook.model import Field
from aftercare.imports import actions, queries
from aftercare.imports.columns import kinds
from aftercare.imports.safety import MOST_BYTES
from aftercare.texts import Text
from aftercare.web import forms_parse, frame, hx
from aftercare.web.access import route
from aftercare.web.forms_render import Drawn, Known, option
from aftercare.web.once import once
from aftercare.web.pages.people import people_names, store_names
from aftercare.web.shown.importing import SAMPLES, RunShown
from aftercare.web.words import local

ROOM = "imports"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _fields() -> tuple[Field, ...]:
    kind = tuple(option(name, one.title.zh, one.title.en) for name, one in kinds().items())
    return (
        Field("kind", Text("内容", "What it holds"), "choice", options=(option("", "自动识别", "Found out"), *kind)),
        Field("store", Text("没写门店的行归入", "Rows without a store go to"), "store"),
        Field("salesperson", Text("没写销售的订单归", "Orders without a salesperson go to"), "person"),
    )


def imports(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        return once(request, lambda: _receive(request), _("The file has been read; nothing is imported yet."))
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, refusal)


def _page(request: Any, refusal: Refused | None = None) -> HttpResponse:
    people = people_names(request) if request.actor.may_somewhere("people.see") else {}
    typed = dict(request.POST.lists()) if refusal else None
    known = Known(stores=store_names(), people=people)
    fields = _fields() if people else _fields()[:2]
    faults = refusal.faults if refusal else ()
    context = {
        "form": Drawn(fields, {"kind": ""}, faults=faults, typed=typed, known=known, widths={"kind": "full"}),
        "runs": [RunShown(one) for one in queries.runs(request.actor)],
        "samples": SAMPLES.items(),
    }  # fmt: skip
    return frame.page(request, "imports/imports.html", context, room=ROOM, status=refusal.status if refusal else 200)


def _receive(request: Any) -> str:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused.because("import.file", "请选择文件。", "Choose a file.", field="file")
    if (upload.size or 0) > MOST_BYTES:
        raise Refused.because("import.large", "文件过大。", "The file is too large.", field="file")
    given = forms_parse.parse(_fields(), request.POST).values
    choices = actions.Choices(
        kind=str(given.get("kind") or ""), store=_id(given.get("store")), salesperson=_id(given.get("salesperson"))
    )
    today = local(request.now).date()
    run = actions.receive(upload.read(), str(upload.name), request.actor, request.now, today, choices)
    return reverse("import", args=[run.pk])


def _id(reference: Any) -> int | None:
    return int(reference["id"]) if reference else None


def one(request: Any, run: int) -> HttpResponse:
    context = {"run": RunShown(queries.run(request.actor, run))}
    return frame.page(request, "imports/run.html", context, room=ROOM)


def state(request: Any, run: int) -> HttpResponse:
    """How far it is, asked for every moment; when it has ended the whole page comes anew."""
    shown = RunShown(queries.run(request.actor, run))
    if not shown.runs or not hx.asks(request):
        return hx.redirect(request, reverse("import", args=[run]))
    return frame.page(request, "imports/progress.html", {"run": shown})


def answer(request: Any, run: int) -> HttpResponse:
    """The encoding a person has chosen. Raises Refused for one that does not fit."""
    queries.run(request.actor, run)
    actions.answer(run, request.POST.get("encoding", "")[:20], request.actor, local(request.now).date())
    return hx.redirect(request, reverse("import", args=[run]))


def start(request: Any, run: int) -> HttpResponse:
    """Good rows now, or all or nothing: the worker begins within a second."""
    queries.run(request.actor, run)
    actions.ask_start(run, request.actor, request.now, whole=request.POST.get("how") == "whole")
    return hx.redirect(request, reverse("import", args=[run]))


def cancel(request: Any, run: int) -> HttpResponse:
    queries.run(request.actor, run)
    actions.ask_cancel(run, request.actor)
    frame.say(request, _("It stops before the next rows; what came in already stays."))
    return hx.redirect(request, reverse("import", args=[run]))


def bad_rows(request: Any, run: int) -> HttpResponse:
    """The rows that were not taken, with the reasons, to mend and bring back."""
    queries.run(request.actor, run)
    content = actions.bad_rows(run, request.actor, local(request.now).date())
    return _download(content, f"to-mend-{run}.xlsx")


def sample(request: Any, name: str) -> HttpResponse:
    if name not in SAMPLES:
        raise Http404
    return _download((settings.BASE_DIR / "samples" / name).read_bytes(), name)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX if name.endswith(".xlsx") else "text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


routes = [
    route("imports/", imports, access="imports.run", name="imports", post=True),
    route("imports/samples/<str:name>", sample, access="imports.run", name="import_sample"),
    route("imports/<int:run>/", one, access="imports.run", name="import"),
    route("imports/<int:run>/state/", state, access="imports.run", name="import_state"),
    route("imports/<int:run>/answer/", answer, access="imports.run", name="answer_import", post=True, get=False),
    route("imports/<int:run>/start/", start, access="imports.run", name="start_import", post=True, get=False),
    route("imports/<int:run>/cancel/", cancel, access="imports.run", name="cancel_import", post=True, get=False),
    route("imports/<int:run>/bad-rows.xlsx", bad_rows, access="imports.run", name="import_bad_rows"),
]
