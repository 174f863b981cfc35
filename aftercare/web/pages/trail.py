"""The audit trail: who did what, when, from where, with what result. It can only be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from aftercare.audit.queries import Filter as Wanted
from aftercare.audit.queries import traces
from aftercare.people.access import require
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.shown.register import day_start
from aftercare.web.shown.trail import DEEDS, THINGS, Line
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing

ROOM = "trail"


def listing(house: House) -> Listing:
    return Listing(
        "trail",
        _("Audit trail"),
        columns=(
            Column(_("When")),
            Column(_("Who")),
            Column(_("What was done")),
            Column(_("To what")),
            Column(_("Details")),
            Column(_("Network address")),
        ),
        row="trail/row.html",
        filters=(
            Filter("actor", _("Anybody"), options=[(str(number), name) for number, name in house.people.items()]),
            Filter("action", _("Any deed"), options=list(DEEDS.items())),
            Filter("kind", _("Any thing"), options=[(kind, name) for kind, (_route, name) in THINGS.items()]),
            Filter("what", _("Its number"), "search"),
            Filter("since", _("Since"), "date"),
            Filter("until", _("Until"), "date"),
        ),
        nothing=Nothing(
            "fingerprint",
            _("Nothing recorded yet"),
            _("Every change leaves a line here, chained so that none can be taken out unnoticed."),
        ),
        template="trail/trail.html",
    )


def trail(request: Any) -> HttpResponse:
    """The trail is the whole company's, so the right must be too."""
    require(request.actor, "audit.see")

    def source(asked: Asked) -> Sequence[Any]:
        wanted = asked.filters
        return [Line(row) for row in traces(_wanted(wanted, asked.after), asked.limit)]

    page = ListPage(listing(House()), request, source, lambda line: [line.row["id"]])
    return page.answer(room=ROOM)


def _wanted(given: Any, after: Sequence[Any] | None) -> Wanted:
    return Wanted(
        actor=_number(given.get("actor", "")),
        action=given.get("action", ""),
        kind=given.get("kind", ""),
        what=_number(given.get("what", "")),
        since=day_start(given.get("since", "")),
        until=day_start(given.get("until", ""), 1),
        before=after[0] if after and isinstance(after[0], int) else None,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


routes = [route("audit/", trail, access="audit.see", name="trail")]
