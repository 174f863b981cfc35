"""What is done to a case as a whole: note, pause, resume, reopen, cancel, move, waive, begin, correct a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from aftercare.cases import queries
from aftercare.cases.actions import act
from aftercare.cases.filling import with_locked
from aftercare.engine import Command
from aftercare.errors import Refused
from aftercare.handbook.model import Field
from aftercare.texts import Text
from aftercare.web import form_page, frame, hx, taskwork
from aftercare.web.access import route
from aftercare.web.known import known_for
from aftercare.web.naming import House, Names
from aftercare.web.once import once

Json = Any
REASON = Field("reason", Text("更正原因", "Reason for the correction"), "text", required=True)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _note(posted: Any) -> dict[str, Json]:
    return {"text": posted.get("text", ""), "internal": posted.get("internal", "1") == "1"}


def _reason(posted: Any) -> dict[str, Json]:
    return {"reason": posted.get("reason", "")}


def _reopen(posted: Any) -> dict[str, Json]:
    return {"tasks": [one for one in posted.getlist("task") if one], "reason": posted.get("reason", "")}


def _reassign(posted: Any) -> dict[str, Json]:
    return {"task": posted.get("task", ""), "person": _number(posted.get("person", ""))}


def _waive(posted: Any) -> dict[str, Json]:
    return {"task": posted.get("task", ""), "reason": posted.get("reason", "")}


def _begin(posted: Any) -> dict[str, Json]:
    return {"task": posted.get("task", "")}


# What a page may ask of a case -> what it reads from the form, and what is said when it is done.
ACTS: Mapping[str, tuple[Callable[[Any], dict[str, Json]], str]] = {
    "note": (_note, gettext_noop("Noted.")),
    "pause": (_reason, gettext_noop("The case is paused; its clocks stand still.")),
    "resume": (lambda posted: {}, gettext_noop("The case runs again.")),
    "reopen": (_reopen, gettext_noop("Opened again; the record shows both.")),
    "cancel": (_reason, gettext_noop("The case is cancelled.")),
    "reassign": (_reassign, gettext_noop("Moved.")),
    "waive": (_waive, gettext_noop("Waived; the reason is kept.")),
    "begin": (_begin, gettext_noop("Begun.")),
}


def do(request: Any, case: int, verb: str) -> HttpResponse:
    if verb not in ACTS:
        raise Http404
    read, done = ACTS[verb]
    back = reverse("case", args=[case])
    if verb == "note":
        return once(request, lambda: _act(request, case, verb, read(request.POST), back), _(done))
    try:
        where = _act(request, case, verb, read(request.POST), back)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        for fault in refusal.faults:
            messages.error(request, f"{fault.in_(get_language() or 'zh-hans')} {fault.clause}".strip())
        return hx.redirect(request, back)
    frame.say(request, _(done))
    return hx.redirect(request, where)


def _act(request: Any, case: int, verb: Any, data: Mapping[str, Json], back: str) -> str:
    act(request.actor, request.now, case, Command(verb, data))
    return back


def correct(request: Any, case: int, key: str) -> HttpResponse:
    """A finished sheet again, filled in as it stands; the old values stay in the record."""
    found = queries.case_of(request.actor, case)
    handbook, procedure = queries.definition(found)
    house = House()
    names = Names(handbook, procedure, house)
    task = names.task_of(key)
    if task is None or not task.form or key not in found.state["sheets"]:
        raise Http404
    form, values = handbook.forms[task.form], found.state["sheets"][key]
    back = reverse("case", args=[case])

    def save(given: dict[str, Json]) -> str:
        reason = given.pop("reason", "")
        fresh = taskwork.with_prices(form, with_locked(form, given, values))
        act(request.actor, request.now, case, Command("correct", {"task": key, "values": fresh, "reason": reason}))
        return back

    page = form_page.PageForm(
        f"correct-{case}-{key}",
        _("Correct: %(task)s") % {"task": names.task(key)},
        (*form.fields, REASON),
        back,
        lead=_("Papers made from this sheet are issued anew; agreements over what changes must be given again."),
        submit=_("Save the correction"),
        done=_("Corrected; the record shows both."),
        known=known_for(request.actor, house, form.fields, values),
    )
    return form_page.form_page(request, page, values, save, room="cases")


routes = [
    route("cases/<int:case>/act/<str:verb>/", do, access="cases.act", name="case_act", post=True, get=False),
    route("cases/<int:case>/correct/<path:key>/", correct, access="cases.act", name="correct", post=True),
]
