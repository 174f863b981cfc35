"""Calendar: a day by lanes, a week, a month; jobs are moved through the task that the handbook names for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.audit.actions import trace
from aftercare.documents import files
from aftercare.engine.parties import CUSTOMER
from aftercare.errors import Refused
from aftercare.imports.sheets import Column, write_xlsx
from aftercare.people.access import require_somewhere
from aftercare.schedule.actions import Move, keep_refusal, move
from aftercare.schedule.moving import Moving, moving
from aftercare.schedule.placing import lane_of, shown_title
from aftercare.web import forms_parse, frame, hx
from aftercare.web.access import route
from aftercare.web.forms_render import Drawn
from aftercare.web.known import known_for
from aftercare.web.naming import MUST_BE, WAYS, House, Names, clause_links
from aftercare.web.once import once
from aftercare.web.shown.calendar import CalendarPage, day_asked
from aftercare.web.shown.calendar_data import drawn
from aftercare.web.taskwork import marks_of
from aftercare.web.words import ZONE, day_said, text_in

ROOM = "calendar"
UNDO = "schedule_undo"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def schedule(request: Any) -> HttpResponse:
    page = CalendarPage(request)
    undo = request.session.get(UNDO)
    data = drawn(page) if page.view != "day" else {"view": "day", "back": page.here}
    context = {"page": page, "data": data, "undo": undo}
    return frame.page(request, "calendar/calendar.html", context, room=ROOM)


def _back(request: Any) -> str:
    """Where the move began: an address of the calendar, never one from outside."""
    back = str((request.POST or request.GET).get("back", ""))
    home = reverse("schedule")
    return back if back == home or back.startswith(f"{home}?") else home


def move_job(request: Any, entry: int) -> HttpResponse:
    """The form of the task (GET, with the new day and lane) and the move itself (POST)."""
    given = request.GET if request.method != "POST" else {}
    today = request.now.astimezone(ZONE).date()
    day = day_asked(given["day"], today) if given.get("day") else None
    one = moving(request.actor, request.now, entry, day, given.get("lane"))
    if request.method != "POST":
        return _dialog(request, one, Drawn(one.form.fields, one.values, known=_known(request, one)))
    parsed = forms_parse.parse(one.form.fields, request.POST, request.FILES)
    try:
        if parsed.faults:
            raise Refused(parsed.faults)
        said = _("%(number)s moved.") % {"number": one.row.number}
        return once(request, lambda: _moved(request, one, parsed), said)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        keep_refusal(request.actor, request.now, one.row, one.task.id, refusal)
        form = Drawn(one.form.fields, one.values, faults=refusal.faults, typed=parsed.typed, known=_known(request, one))
        return _dialog(request, one, form, refusal)


def _moved(request: Any, one: Moving, parsed: forms_parse.Parsed) -> str:
    """Moves it and keeps what an undo needs."""
    where = (one.row.store_id, one.row.case_id)

    def keep(upload: Any) -> int:
        return files.accept(upload.read(), upload.name, request.actor, request.now, *where).pk

    values = forms_parse.with_files(parsed, keep)
    reasons = {name[7:]: text for name, text in request.POST.items() if name.startswith("reason:") and text.strip()}
    wanted = _move(one, values, marks_of(request.POST), reasons, _seen(request.POST))
    move(request.actor, request.now, one.row.pk, wanted)
    request.session[UNDO] = {
        "entry": one.row.pk, "number": one.row.number, "day": one.row.day.isoformat(), "lane": one.row.lane,
        "values": {name: value for name, value in values.items() if name not in (one.how.date, one.how.lane)},
        "texts": [field.id for field in one.form.fields if field.type in ("text", "long_text")],
    }  # fmt: skip
    return _back(request)


def _move(one: Moving, values: Mapping[str, Any], marks: Any, reasons: Mapping[str, str], seen: Any) -> Move:
    text = values.get(one.how.date)
    if not text:
        name = next((field.name for field in one.form.fields if field.id == one.how.date), None)
        zh, en = (name.zh, name.en) if name else ("日期", "Day")
        raise Refused.because("schedule.no_day", f"请填写{zh}。", f"{en} is missing.", field=one.how.date)
    day = date.fromisoformat(str(text)[:10])
    rest = {name: value for name, value in values.items() if name != one.how.date}
    return Move(day, lane_of(values.get(one.how.lane)), "", rest, marks, reasons, seen)


def _seen(posted: Any) -> tuple[date, str] | None:
    try:
        return date.fromisoformat(posted.get("seen_day", "")), str(posted.get("seen_lane", ""))
    except ValueError:
        return None


def _known(request: Any, one: Moving) -> Any:
    return known_for(request.actor, House(), one.form.fields, one.values)


def _dialog(request: Any, one: Moving, form: Drawn, refusal: Refused | None = None) -> HttpResponse:
    names = Names(one.handbook, one.procedure, House())
    language = get_language() or "zh-hans"
    title = shown_title(one.row, language, whole=request.actor.may("customers.reveal", one.row.store_id))
    marks = [
        {
            "name": f"{who}|{must}",
            "customer": who == CUSTOMER,
            "who": names.role(who),
            "asks": text_in(MUST_BE.get(must)),
        }
        for party in one.parties
        for who in party.who
        for must in sorted(party.must)
    ]
    faults = refusal.faults if refusal else ()
    context = {
        "one": one, "form": form, "back": _back(request), "marks": marks, "ways": list(WAYS.items()),
        "title": _("Move: %(job)s") % {"job": title},
        "task": text_in(one.task.name), "was": day_said(one.row.day, request.now.astimezone(ZONE).date()),
        "faults": [(fault, clause_links([fault.clause], one.handbook)) for fault in faults],
        "reasons": [(str(f.data["gate"]), f.in_(language)) for f in faults if f.data.get("or") == "reason"],
        "clauses": clause_links([*one.entry.clauses, *one.task.clauses], one.handbook),
    }  # fmt: skip
    status = refusal.status if refusal else 200
    template = "calendar/move.html" if hx.asks(request) else "calendar/move_page.html"
    return frame.page(request, template, context, room=ROOM, status=status)


def undo(request: Any) -> HttpResponse:
    """Back to where it stood: a move like any other, with a reason that says so."""
    kept = request.session.pop(UNDO, None)
    back = _back(request)
    if not kept or str(kept["entry"]) != request.POST.get("entry"):
        return hx.redirect(request, back)
    values = dict(kept["values"])
    for name in kept["texts"]:
        if values.get(name):
            values[name] = _("Taken back: %(reason)s") % {"reason": values[name]}
    day = date.fromisoformat(kept["day"])
    try:
        one = moving(request.actor, request.now, kept["entry"], day, kept["lane"])
        wanted = Move(day, kept["lane"], "", values)
        return once(request, lambda: _undone(request, one, wanted, back), _("Back where it was."))
    except Refused as refusal:
        for fault in refusal.faults:
            messages.error(request, f"{fault.in_(get_language() or 'zh-hans')} {fault.clause}".strip())
        return hx.redirect(request, back)


def _undone(request: Any, one: Moving, wanted: Move, back: str) -> str:
    move(request.actor, request.now, one.row.pk, wanted)
    return back


def printed(request: Any) -> HttpResponse:
    """A day lane by lane on paper: what goes on which van, for whom to tick off."""
    page = CalendarPage(request)
    page.view = "day"
    house = text_in(page.house.stores.get(page.store or 0, "")) or _("All stores")
    return frame.page(request, "calendar/print.html", {"page": page, "where": house}, room=ROOM)


def export(request: Any) -> HttpResponse:
    """The jobs as shown, as a spreadsheet; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    page = CalendarPage(request)
    rows = [_table_row(page.job(row), page.house) for row in page.rows]
    trace(request.actor, "exports.calendar", data={"rows": len(rows), "day": page.day.isoformat()}, now=request.now)
    response = HttpResponse(write_xlsx(rows, _columns(), sheet=_("Calendar")), content_type=XLSX)
    name = f"calendar-{page.first}-{page.last}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _columns() -> list[Column]:
    return [
        Column("day", _("Day"), "date", 12), Column("hours", _("Time"), width=14),
        Column("lane", _("Van or lane"), width=16),
        Column("number", _("Case"), width=22), Column("title", _("What"), width=44), Column("kind", _("Kind")),
        Column("area", _("Area")), Column("people", _("Who"), width=20), Column("store", _("Store")),
        Column("done", _("Done")),
    ]  # fmt: skip


def _table_row(job: Any, house: House) -> dict[str, Any]:
    return {
        "day": job.row.day, "hours": job.hours, "lane": job.lane, "number": job.row.number, "title": job.title,
        "kind": job.kind, "area": job.row.area, "people": job.people, "store": house.store(job.row.store_id),
        "done": "✓" if job.row.done else "",
    }  # fmt: skip


routes = [
    route("calendar/", schedule, access="cases.see", name="schedule"),
    route("calendar/print/", printed, access="cases.see", name="schedule_print"),
    route("calendar/export/", export, access="exports.run", name="schedule_export"),
    route("calendar/undo/", undo, access="cases.act", name="schedule_undo", post=True, get=False),
    route("calendar/move/<int:entry>/", move_job, access="cases.act", name="schedule_move", post=True),
]
