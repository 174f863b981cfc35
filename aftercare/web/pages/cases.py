"""Cases: the list, one case, why something is due when it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from aftercare.cases import queries
from aftercare.cases.explaining import explain_due
from aftercare.cases.world import epoch, handbook_of, live_handbooks
from aftercare.texts import Text
from aftercare.web import assets, frame
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.forms_logic import logic_script
from aftercare.web.naming import House, clause_links
from aftercare.web.shown.about import abouts
from aftercare.web.shown.case import STATUS, CasePage
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset

ROOM = "cases"


def live_procedures() -> list[Any]:
    """(handbook, procedure) of everything that is live."""
    handbooks = [handbook_of(version) for version in live_handbooks(epoch())]
    return [(handbook, procedure) for handbook in handbooks for procedure in handbook.procedures.values()]


def listing() -> Listing:
    known = live_procedures()
    flags = {flag.id: flag.name for _handbook, procedure in known for flag in procedure.flags.values()}
    return Listing(
        "cases",
        _("Cases"),
        columns=(
            Column(_("Case")),
            Column(_("Customer")),
            Column(_("Status")),
            Column(_("Next promise")),
            Column(_("Store")),
            Column(_("Opened")),
        ),
        row="cases/row.html",
        filters=(
            Filter("q", _("Number of the case"), "search"),
            Filter("status", _("Any status"), options=[(name, said) for name, (tone, said) in STATUS.items()]),
            Filter("procedure", _("Any procedure"), options=[(one.id, one.name) for _handbook, one in known]),
            Filter("overdue", _("In time and late"), options=[("1", Text("只看超时", "Overdue only"))]),
            Filter("flag", _("Any flag"), options=list(flags.items())),
        ),
        nothing=Nothing(
            "clipboard-list",
            _("No cases yet"),
            _("A case opens with every order and every promise made to a customer. Open one at the desk."),
        ),
    )


def cases(request: Any) -> HttpResponse:
    house = House()

    def source(asked: Asked) -> Sequence[Any]:
        wanted = asked.filters
        rows = queries.cases(
            request.actor,
            status=wanted.get("status", ""),
            procedure=wanted.get("procedure", ""),
            store=asked.store,
            flag=wanted.get("flag", ""),
            overdue=bool(wanted.get("overdue")),
        )
        if text := wanted.get("q"):
            rows = rows.filter(number__icontains=text)
        found = list(keyset(rows, ("-opened_at", "-id"), asked.after)[: asked.limit])
        return described(found, house)

    page = ListPage(listing(), request, source, lambda row: [row["case"].opened_at.isoformat(), row["case"].pk])
    return page.answer(room=ROOM)


def described(rows: Sequence[Any], house: House) -> list[dict[str, Any]]:
    """Cases with the names a list shows: two statements more, however many."""
    known = abouts(rows)
    return [
        {
            "case": one,
            "title": queries.definition(one)[1].name,
            "about": known[one.pk],
            "status": STATUS.get(one.status, ("planned", one.status)),
            "store": house.store(one.store_id),
        }
        for one in rows
    ]


def case(request: Any, case: int) -> HttpResponse:
    page = CasePage(request, queries.case_of(request.actor, case), request.GET.get("open", ""))
    return frame.page(request, "cases/case.html", {"page": page}, room=ROOM)


def why(request: Any, case: int, key: str) -> HttpResponse:
    """Every stretch of time that counted or did not."""
    found = queries.case_of(request.actor, case)
    handbook, _procedure = queries.definition(found)
    explained = explain_due(found, key, request.now)
    figures = [
        (handbook.settings[name].name, name)
        for path in explained["settings"]
        if (name := path.removeprefix("settings.")) in handbook.settings
    ]
    context = {
        "explained": explained,
        "clauses": clause_links(explained["clauses"], handbook),
        "figures": figures,
        "handbook": handbook,
        "case": found,
    }
    return frame.part_or_page(request, "cases/why.html", "cases/why_page.html", context, room=ROOM)


def rules(request: Any, version: str, form: str) -> HttpResponse:
    """The rules of a form that a browser can judge; the same for ever, because a version never changes."""
    fields = handbook_of(version).forms[form].fields
    response = HttpResponse(logic_script(fields, assets.url("conditions.js")), content_type="text/javascript")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


routes = [
    route("cases/", cases, access="cases.see", name="cases"),
    route("cases/<int:case>/", case, access="cases.see", name="case"),
    route("cases/<int:case>/why/<path:key>/", why, access="cases.see", name="why"),
    route("rules/<str:version>/<str:form>.js", rules, access=SIGNED_IN, name="task_rules"),
]
