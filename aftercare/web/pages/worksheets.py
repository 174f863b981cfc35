"""A task worked row by row: one list, one press per row. What was pressed comes back as that row alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from aftercare.cases.actions import act
from aftercare.customers import contacts, greeting
from aftercare.engine import Command
from aftercare.errors import Refused
from aftercare.messages.worksheets import line_of, worksheet
from aftercare.web import frame, hx
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.pages.customers import store_names
from aftercare.web.shown.worksheets import SheetPage, ShownLine


def rows(request: Any, case: int, key: str) -> HttpResponse:
    """GET: the list; POST: one row saved, answered by that row."""
    if request.method == "POST":
        return _save(request, case, key)
    state, occasion = request.GET.get("state", ""), request.GET.get("occasion", "")
    sheet = worksheet(request.actor, case, key, request.now, state=state, occasion=occasion)
    used = contacts.counts_of_case(case)
    page = SheetPage(sheet, request, House(), state, occasion, used)
    return frame.part_or_page(request, "worksheets/list.html", "worksheets/page.html", {"page": page}, room="day")


def _save(request: Any, case: int, key: str) -> HttpResponse:
    posted, name = request.POST, request.POST.get("row", "")
    sheet, line = line_of(request.actor, case, key, name, request.now)
    values = {one.id: posted.get(one.id, "").strip() for one in sheet.columns if one.id in posted}
    data: dict[str, Any] = {"task": key, "rows": {sheet.lines.id: {name: values}}}
    data["seen"] = {name: posted.get("seen", "")}
    faults: tuple[Any, ...] = ()
    status = 200
    try:
        act(request.actor, request.now, case, Command("save", data))
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        faults, status = refusal.faults, refusal.status
    if not hx.asks(request):
        return hx.redirect(request, reverse("rows", args=[case, key]))
    sheet, line = line_of(request.actor, case, key, name, request.now)
    shown = ShownLine(line, sheet, House(), request.now, faults, values if faults else {})
    response = frame.page(request, "worksheets/row.html", {"line": shown, "page": {"url": request.path}}, status=status)
    if faults:
        response.headers["HX-Retarget"] = f"#{shown.dom}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def birthday_missing(request: Any) -> HttpResponse:
    """Whom to ask for their birthday when next in touch."""
    names = store_names()
    rows = [
        {**row, "store_name": names.get(row["store"])} for row in greeting.birthday_missing(request.actor, limit=500)
    ]
    return frame.page(request, "customers/birthday_missing.html", {"rows": rows}, room="customers")


routes = [
    route("cases/<int:case>/rows/<path:key>/", rows, access="cases.see", name="rows", post=True),
    route("customers/birthday-missing/", birthday_missing, access="customers.see", name="birthday_missing"),
]
