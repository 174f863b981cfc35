"""The handbook in force, to be read: chapters, procedures, clauses, and the dial of each clause."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.cases import rule_queries
from aftercare.cases.handbooks import turn_dial
from aftercare.cases.models import Mark
from aftercare.documents import manual as manual_paper
from aftercare.errors import Refused
from aftercare.people.access import visible
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.naming import Names
from aftercare.web.once import once
from aftercare.web.shown.flow import Flow
from aftercare.web.shown.manual import LEVELS, Manual, handbook_named
from aftercare.web.shown.manual_paper import paper

ROOM = "handbook"
MOST = 200


def handbook(request: Any) -> HttpResponse:
    manuals = [Manual(request, one) for one in rule_queries.live()]
    versions = {one.handbook.id: rule_queries.versions(one.handbook.id) for one in manuals}
    return frame.page(request, "handbook/handbook.html", {"manuals": manuals, "versions": versions}, room=ROOM)


def clauses(request: Any, handbook: str) -> HttpResponse:
    manual = Manual(request, handbook_named(handbook))
    return frame.page(request, "handbook/clauses.html", {"manual": manual}, room=ROOM)


def clause(request: Any, handbook: str, clause: str) -> HttpResponse:
    """One clause: how it is carried, how it fares, where it was broken, how strictly it is taken."""
    manual = Manual(request, handbook_named(handbook))
    if clause not in manual.handbook.clauses:
        raise Http404
    marks = visible(Mark.objects.filter(clause=clause).exclude(kind="kept"), request.actor, "cases.see")
    context = {
        "manual": manual,
        "line": manual.line(manual.handbook.clauses[clause]),
        "marks": list(marks.order_by("-at", "-id")[:MOST]),
        "turns": rule_queries.dial_history(handbook).get(clause, []),
        "levels": LEVELS,
        "numbers": _numbers(marks),
    }
    return frame.page(request, "handbook/clause.html", context, room=ROOM)


def _numbers(marks: Any) -> dict[int, str]:
    """Numbers of the cases in the list. One statement."""
    from aftercare.cases.models import Case

    ids = [number for number in marks.order_by("-at", "-id").values_list("case_id", flat=True)[:MOST] if number]
    return dict(Case.objects.filter(pk__in=ids).values_list("pk", "number"))


def dial(request: Any, handbook: str) -> HttpResponse:
    """From a day on: observe, warn or refuse, for the company or one store, one clause or all."""
    posted = request.POST
    clause, store = posted.get("clause", ""), posted.get("store", "")
    where = int(store) if store.isascii() and store.isdigit() and len(store) < 19 else None
    back = reverse("clause", args=[handbook, clause]) if clause else reverse("clauses", args=[handbook])

    def save() -> str:
        turn_dial(
            request.actor, request.now, handbook, clause, posted.get("level", ""), _day(posted.get("since", "")), where
        )
        return back

    return once(request, save, _("The dial is turned."))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused.because("dial.since", "请选择从哪天起。", "Choose the day it begins.", field="since") from None


def procedure(request: Any, handbook: str, procedure: str) -> HttpResponse:
    manual = Manual(request, handbook_named(handbook))
    found = manual.handbook.procedures.get(procedure)
    if found is None:
        raise Http404
    flow = Flow(Names(manual.handbook, found, manual.house))
    context = {"manual": manual, "procedure": found, "steps": manual.steps(found), "flow": flow}
    return frame.page(request, "handbook/procedure.html", context, room=ROOM)


def printed(request: Any, handbook: str) -> HttpResponse:
    """The whole handbook as a PDF, in the language of the reader."""
    manual, language = Manual(request, handbook_named(handbook)), get_language() or "zh-hans"
    content = manual_paper.pdf(manual.handbook.name, paper(manual), request.actor, request.now, language)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{manual.handbook.id}-{manual.handbook.version}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


routes = [
    route("handbook/", handbook, access="handbook.see", name="handbook"),
    route("handbook/<str:handbook>/clauses/", clauses, access="handbook.see", name="clauses"),
    route("handbook/<str:handbook>/clauses/<str:clause>/", clause, access="handbook.see", name="clause"),
    route("handbook/<str:handbook>/manual.pdf", printed, access="handbook.see", name="printed_manual"),
    route("handbook/<str:handbook>/dial/", dial, access="handbook.dial", name="dial", post=True, get=False),
    route("handbook/<str:handbook>/procedures/<str:procedure>/", procedure, access="handbook.see", name="procedure"),
]
