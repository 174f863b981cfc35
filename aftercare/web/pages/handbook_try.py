"""A change tried on the past by page: figures that never were, how far the trial is, and which cases would differ."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.audit.actions import trace
from aftercare.cases import rule_queries, trials
from aftercare.cases.trying import Change, figure
from aftercare.errors import Refused
from aftercare.handbook.model import Handbook
from aftercare.imports.sheets import write_csv, write_xlsx
from aftercare.people.access import require_somewhere
from aftercare.web import frame, hx
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.once import once
from aftercare.web.pages.figures import typed
from aftercare.web.shown.manual import handbook_named, said_value
from aftercare.web.shown.trying import TrialShown, columns, rows_of
from aftercare.web.words import local

ROOM = "handbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRIED = ("duration", "number", "money")


def begin(request: Any) -> HttpResponse:
    """The figures as they are, to be changed for a trial; a posted change is handed to the worker."""
    if request.method != "POST":
        return _page(request)
    try:
        return once(request, lambda: reverse("trial", args=[_ask(request)]), "")
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, refusal)


def _page(request: Any, refusal: Refused | None = None) -> HttpResponse:
    house = House()
    chosen = request.POST.get("handbook") or request.GET.get("handbook", "")
    live = rule_queries.live()
    manual = next((one for one in live if one.id == chosen), live[0] if live else None)
    context = {
        "handbook": manual,
        "live": live,
        "rows": _figures(manual, request.POST) if manual else [],
        "trials": [TrialShown(one, house) for one in trials.trials(request.actor)],
        "faults": refusal.faults if refusal else (),
        "since": request.POST.get("since") or (local(request.now).date() - timedelta(days=365)).isoformat(),
        "closed": request.POST.get("closed", ""),
    }
    return frame.page(request, "handbook/try.html", context, room=ROOM, status=refusal.status if refusal else 200)


def _figures(handbook: Handbook, posted: Any) -> list[dict[str, Any]]:
    values = rule_queries.figures(handbook, [])
    return [
        {
            "setting": one,
            "said": said_value(one, values[one.id][None]),
            "now": (now := typed(one, values[one.id][None])),
            "typed": posted.get(f"f.{one.id}", now),
        }
        for one in handbook.settings.values()
        if one.type in TRIED
    ]


def _ask(request: Any) -> str:
    posted = request.POST
    handbook = handbook_named(posted.get("handbook", ""))
    candidate, wanted = posted.get("candidate", "")[:64], posted.get("figure", "")
    if wanted:  # from the dialog of one figure
        figures = {wanted: figure(handbook, wanted, posted.get("f.value", "").strip())}
    else:
        known = {row["setting"].id: row["now"] for row in _figures(handbook, {})}
        given = {name: posted.get(f"f.{name}", "").strip() for name in known}
        figures = {name: figure(handbook, name, text) for name, text in given.items() if text not in ("", known[name])}
    store = posted.get("store", "")
    change = Change(
        handbook.id,
        figures,
        closed=_days(posted.get("closed", "")),
        store=int(store) if store.isascii() and store.isdigit() and len(store) < 19 else None,
        since=_day(posted["since"], "since") if posted.get("since") else None,
    )
    return trials.ask(request.actor, request.now, change, candidate)


def _days(text: str) -> tuple[date, ...]:
    return tuple(_day(one, "closed") for one in text.replace("，", " ").replace(",", " ").split()[:60])


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused.because("day", f"“{text}”不是日期。", f"“{text}” is not a date.", field=field) from None


def one(request: Any, trial: str) -> HttpResponse:
    shown = TrialShown(trials.trial(request.actor, trial), House())
    page = request.GET.get("page", "1")
    shown.number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return frame.page(request, "handbook/trial.html", {"trial": shown}, room=ROOM)


def state(request: Any, trial: str) -> HttpResponse:
    """How far it is, asked for every moment; when it has ended the whole page comes anew."""
    shown = TrialShown(trials.trial(request.actor, trial), House())
    if not shown.runs or not hx.asks(request):
        return hx.redirect(request, reverse("trial", args=[trial]))
    return frame.page(request, "handbook/trial_progress.html", {"trial": shown})


def export(request: Any, trial: str) -> HttpResponse:
    """Every case that differs, as csv or xlsx; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    shown = TrialShown(trials.trial(request.actor, trial), House())
    if shown.status != "ended":
        raise Http404
    rows, titles = rows_of(shown), columns()
    trace(request.actor, "exports.trial", data={"rows": len(rows)}, now=request.now)
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    if kind == "csv":
        content, mime = write_csv(rows, titles), "text/csv; charset=utf-8"
    else:
        content, mime = write_xlsx(rows, titles, sheet=_("Tried on the past")), XLSX
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="trial.{kind}"'
    return response


routes = [
    route("handbook/try/", begin, access="handbook.see", name="try_change", post=True),
    route("handbook/try/<str:trial>/", one, access="handbook.see", name="trial"),
    route("handbook/try/<str:trial>/state/", state, access="handbook.see", name="trial_state"),
    route("handbook/try/<str:trial>/export/", export, access="exports.run", name="export_trial"),
]
