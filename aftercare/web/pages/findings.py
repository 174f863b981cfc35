"""Accountability: what was found against whom; one's own with the clause that explains it; appeals and answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftercare.audit.actions import trace
from aftercare.cases import finding_queries as queries
from aftercare.cases.finding_queries import Wanted
from aftercare.cases.models import FindingRow
from aftercare.engine.appeals import BY_HAND
from aftercare.imports import sheets
from aftercare.people.access import require_somewhere
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.shown import findings as shown
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.visit import SIGNED_IN
from aftercare.web.words import local, text_in

ROOM = "findings"
MONTHS, MOST_EXPORTED = 24, 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINE = [("1", Text("只看我的", "Only mine"))]
TABLE = (
    ("day", Text("日期", "Date"), "date"), ("person", Text("责任人", "Person"), "text"),
    ("what", Text("事项", "What"), "text"), ("clauses", Text("条款", "Clauses"), "text"),
    ("amount", Text("金额", "Amount"), "money"), ("state", Text("状态", "State"), "text"),
    ("case", Text("工单", "Case"), "text"), ("store", Text("门店", "Store"), "text"),
    ("note", Text("说明", "Note"), "text"),
)  # fmt: skip


def listing(request: Any, house: House) -> Listing:
    manages = request.actor.may_somewhere("cases.manage")
    people = [(str(number), name) for number, name in house.people.items()] if manages else []
    whose = (Filter("mine", _("Everybody's"), options=MINE), Filter("person", _("Anybody"), options=people))
    return Listing(
        "findings",
        pgettext_lazy("room", "Accountability"),
        columns=(
            Column(_("What")),
            Column(_("Person")),
            Column(_("Clause")),
            Column(_("Case")),
            Column(_("Amount"), number=True),
            Column(_("Date")),
            Column(_("State")),
            Column(_("Store")),
        ),
        row="findings/row.html",
        filters=(
            *(whose if manages else ()),
            Filter("month", _("Any month"), options=[(one, one) for one in _months(local(request.now).date())]),
            Filter("clause", _("Clause"), "search"),
            Filter("state", _("Any state"), options=list(shown.STATES.items())),
        ),
        nothing=Nothing(
            "user-exclamation",
            _("Nothing was found"),
            _("What was not kept, and by whom, stands here with its clause and its case. Appeals are answered here."),
        ),
        template="findings/list.html",
    )


def _months(today: date) -> list[str]:
    first = today.year * 12 + today.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, first - MONTHS, -1)]


def _rows(request: Any, asked: Asked) -> Any:
    given = asked.filters
    wanted = Wanted(
        person=int(given["person"]) if "person" in given else None, month=given.get("month", ""),
        clause=given.get("clause", "").upper(), state=given.get("state", ""), store=asked.store,
    )  # fmt: skip
    return queries.found(request.actor, wanted, own=given.get("mine") == "1")


def findings(request: Any) -> HttpResponse:
    house = House()

    def source(asked: Asked) -> Sequence[Any]:
        return shown.shown(keyset(_rows(request, asked), ("-at", "-id"), asked.after)[: asked.limit], house)

    export = reverse("export_findings") if request.actor.may_somewhere("exports.run") else ""
    page = ListPage(
        listing(request, house), request, source, lambda one: [one.row.at.isoformat(), one.row.pk], export=export
    )
    totals = [{**one, "name": house.person(one["person"])} for one in queries.totals(_rows(request, page.asked))]
    context = {"list": page, "listing": page.listing, "totals": totals[:50]}
    return frame.part_or_page(request, "findings/part.html", page.listing.template, context, room=ROOM)


def finding(request: Any, finding: int) -> HttpResponse:
    """One finding with the words of its clause, what was noted, and what may be done about it."""
    row = queries.one(request.actor, finding)
    one = shown.shown([row], House())[0]
    context = {
        "one": one, "may_appeal": may_appeal(request, row), "may_answer": may_answer(request, row),
        "may_see_case": request.actor.may("cases.see", row.store_id),
    }  # fmt: skip
    return frame.page(request, "findings/finding.html", context, room=ROOM)


def may_appeal(request: Any, row: FindingRow) -> bool:
    until = row.appeal_until
    own = row.person_id == request.actor.person
    in_time = request.now <= until if until else row.finding == BY_HAND
    return own and row.state == "standing" and in_time


def may_answer(request: Any, row: FindingRow) -> bool:
    manages = request.actor.may("cases.manage", row.store_id) and row.person_id != request.actor.person
    return manages and row.state in ("standing", "appealed")


def export(request: Any) -> HttpResponse:
    """The filtered list as xlsx or csv; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    house = House()
    asked = ListPage(listing(request, house), request, lambda asked: [], lambda row: []).asked
    rows = shown.shown(_rows(request, asked).order_by("-at", "-id")[:MOST_EXPORTED], house)
    data = [_as_text(one) for one in rows]
    trace(request.actor, "exports.findings", data={"rows": len(data)}, now=request.now)
    columns = [sheets.Column(key, text_in(name), kind) for key, name, kind in TABLE]
    if request.GET.get("format") == "csv":
        content, mime, kind = sheets.write_csv(data, columns), "text/csv; charset=utf-8", "csv"
    else:
        content, mime, kind = sheets.write_xlsx(data, columns), XLSX, "xlsx"
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="findings.{kind}"'
    return response


def _as_text(one: shown.Shown) -> dict[str, Any]:
    row = one.row
    return {
        "day": row.day, "person": one.person, "what": one.what, "clauses": " ".join(row.clauses), "amount": row.amount,
        "state": text_in(one.state), "case": row.case.number, "store": one.store, "note": one.note,
    }  # fmt: skip


routes = [
    route("findings/", findings, access=SIGNED_IN, name="findings"),
    route("findings/export/", export, access="exports.run", name="export_findings"),
    route("findings/<int:finding>/", finding, access=SIGNED_IN, name="finding"),
]
