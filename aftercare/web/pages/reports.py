"""Monthly reports: made by the worker on their day, or here; taken away as paper and workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.audit.actions import trace
from aftercare.errors import Refused
from aftercare.measures import queries
from aftercare.measures import reports as made
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.once import once
from aftercare.web.pages.lists import XLSX, language

ROOM = "numbers"
MOST = 120


def reports(request: Any) -> HttpResponse:
    context = {
        "defined": made.all_reports(),
        "months": made.months_before(request.now),
        "made": [
            {"pk": one.pk, "month": one.month, "title": one.title, "made_at": one.made_at}
            for one in queries.reports()[:MOST]
        ],
        "may_make": request.actor.may("exports.run"),
    }
    return frame.page(request, "numbers/reports.html", context, room=ROOM)


def make(request: Any, handbook: str, name: str) -> HttpResponse:
    def save() -> str:
        try:
            month = date.fromisoformat(request.POST.get("month", ""))
        except ValueError as error:
            raise Refused.because("reports.month", "请选择月份。", "Choose a month.", field="month") from error
        made.make(handbook, name, month, request.actor, request.now)
        return reverse("reports")

    return once(request, save, _("The report is made."))


def file(request: Any, report: int, kind: str) -> HttpResponse:
    """Who took a report is kept."""
    content, name = made.file_of(report, kind, language(), request.actor)
    trace(request.actor, "exports.report", data={"report": report, "kind": kind}, now=request.now)
    response = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else XLSX)
    way = "inline" if kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="{name}.{kind}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


routes = [
    route("numbers/reports/", reports, access="cases.see", name="reports"),
    route(
        "numbers/reports/<str:handbook>/<str:name>/make/", make,
        access="exports.run", name="make_report", post=True, get=False,
    ),
    route("numbers/reports/<int:report>.<str:kind>", file, access="exports.run", name="report_file"),
]  # fmt: skip
