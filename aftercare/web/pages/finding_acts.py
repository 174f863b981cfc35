"""What is done about a finding: appeal, answer, and a breach noted by hand on a case."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases import finding_queries, queries
from aftercare.cases.actions import act
from aftercare.documents import files
from aftercare.engine import Command
from aftercare.handbook.model import Field, Handbook, Option
from aftercare.texts import Text
from aftercare.web import form_page, forms_parse
from aftercare.web.access import route
from aftercare.web.forms_render import option
from aftercare.web.known import known_for
from aftercare.web.naming import House
from aftercare.web.pages.findings import ROOM, may_answer, may_appeal
from aftercare.web.shown import findings as shown
from aftercare.web.visit import SIGNED_IN

Json = Any
WHY = Field("reason", Text("理由", "Reason"), "long_text", required=True)
DECISION = Field(
    "decision", Text("决定", "Decision"), "choice", required=True,
    options=(option("upheld", "维持", "Uphold it"), option("dropped", "撤销", "Drop it")),
)  # fmt: skip
PERSON = Field("person", Text("责任人", "Person"), "person", required=True)
AMOUNT = Field("amount", Text("金额", "Amount"), "money", minimum=0)
NOTE = Field("note", Text("说明", "What was seen"), "long_text", required=True)
PHOTO = Field("photo", Text("照片", "Photo"), "photo")


def appeal(request: Any, finding: int) -> HttpResponse:
    """By the person concerned: why it should not stand."""
    row = finding_queries.one(request.actor, finding)
    if request.method == "GET" and not may_appeal(request, row):
        raise Http404
    back = reverse("finding", args=[finding])

    def save(given: dict[str, Json]) -> str:
        data = {"finding": row.seq, "reason": given.get("reason")}
        act(request.actor, request.now, row.case_id, Command("appeal", data))
        return back

    page = form_page.PageForm(
        f"appeal-{finding}", _("Appeal"), (WHY,), back, lead=_("A manager reads it and answers with a reason."),
        submit=_("Appeal"), done=_("Your appeal has been handed in."), template="findings/act.html",
        extra={"one": shown.shown([row], House())[0]},
    )  # fmt: skip
    return form_page.form_page(request, page, {}, save, room=ROOM)


def answer(request: Any, finding: int) -> HttpResponse:
    """By who manages: it stands, or it falls; with a reason."""
    row = finding_queries.one(request.actor, finding)
    if request.method == "GET" and not may_answer(request, row):
        raise Http404
    back = reverse("finding", args=[finding])

    def save(given: dict[str, Json]) -> str:
        data = {"finding": row.seq, "decision": given.get("decision"), "reason": given.get("reason")}
        act(request.actor, request.now, row.case_id, Command("answer_appeal", data))
        return back

    fields = (DECISION, WHY) if row.state == "appealed" else (_dropped_only(), WHY)
    page = form_page.PageForm(
        f"answer-{finding}", _("Answer the appeal") if row.state == "appealed" else _("Drop the finding"), fields, back,
        lead=_("A dropped finding no longer counts; the record keeps both."), done=_("Answered."),
        template="findings/act.html", extra={"one": shown.shown([row], House())[0]},
    )  # fmt: skip
    return form_page.form_page(
        request, page, {"decision": "dropped"} if row.state != "appealed" else {}, save, room=ROOM
    )


def _dropped_only() -> Field:
    return Field("decision", DECISION.name, "choice", required=True, options=DECISION.options[1:])


def find(request: Any, case: int) -> HttpResponse:
    """A breach that no task of the handbook asks about, noted by hand."""
    found = queries.case_of(request.actor, case)
    handbook, _procedure = queries.definition(found)
    fields = (_clauses(handbook), PERSON, AMOUNT, NOTE, PHOTO)
    back = reverse("case", args=[case])

    def save(given: dict[str, Json]) -> str:
        parsed = forms_parse.parse(fields, request.POST, request.FILES)
        given = forms_parse.with_files(
            parsed,
            lambda upload: (
                files.accept(upload.read(), upload.name, request.actor, request.now, found.store_id, case).pk
            ),
        )
        act(request.actor, request.now, case, Command("find", given))
        return back

    page = form_page.PageForm(
        f"find-{case}", _("Note a breach"), fields, back, lead=found.number, submit=_("Note it"),
        done=_("Noted; the person concerned can read it."), known=known_for(request.actor, House(), fields),
    )  # fmt: skip
    return form_page.form_page(request, page, {}, save, room="cases")


def _clauses(handbook: Handbook) -> Field:
    options = tuple(
        Option(one.id, Text(f"{one.id} {one.text.zh}"[:90], f"{one.id} {one.text.en}"[:90]))
        for one in handbook.clauses.values()
    )
    return Field("clause", Text("条款", "Clause"), "choice", options=options, required=True)


routes = [
    route("findings/<int:finding>/appeal/", appeal, access=SIGNED_IN, name="appeal_finding", post=True),
    route("findings/<int:finding>/answer/", answer, access="cases.manage", name="answer_finding", post=True),
    route("cases/<int:case>/find/", find, access="cases.manage", name="find_by_hand", post=True),
]
