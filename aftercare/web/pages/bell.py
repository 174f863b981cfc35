"""The bell: what colleagues and clocks told somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.messages import actions, queries
from aftercare.texts import Text
from aftercare.web import frame, hx
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset

LISTING = Listing(
    "bell",
    gettext_lazy("Messages"),
    columns=(Column(gettext_lazy("Message")), Column(gettext_lazy("When")), Column(gettext_lazy("Read"))),
    row="day/notice.html",
    filters=(Filter("unread", gettext_lazy("Read and unread"), options=[("1", Text("未读", "Unread"))]),),
    nothing=Nothing(
        "bell",
        gettext_lazy("No messages"),
        gettext_lazy("What colleagues must tell you, and what needs your eyes, arrives here."),
    ),
    template="day/bell.html",
)


def bell(request: Any) -> HttpResponse:
    def source(asked: Asked) -> Any:
        rows = queries.notices(request.actor, unread=bool(asked.filters.get("unread")))
        return list(keyset(rows, ("-at", "-id"), asked.after)[: asked.limit])

    return ListPage(LISTING, request, source, lambda row: [row.at.isoformat(), row.pk]).answer(room="me")


def read(request: Any) -> HttpResponse:
    """One message, or all of them."""
    number = request.POST.get("notice", "")
    one = [int(number)] if number.isascii() and number.isdigit() and len(number) < 19 else None
    actions.read(request.actor, request.now, one)
    if one is None:
        frame.say(request, _("All read."))
    return hx.redirect(request, reverse("bell"))


def open_notice(request: Any, notice: int) -> HttpResponse:
    """Following a message marks it as read."""
    row = queries.notices(request.actor).filter(pk=notice).first()
    if row is None:
        return hx.redirect(request, reverse("bell"))
    actions.read(request.actor, request.now, [row.pk])
    return hx.redirect(request, reverse("case", args=[row.case_id]) if row.case_id else row.link or reverse("day"))


routes = [
    route("bell/", bell, access=SIGNED_IN, name="bell"),
    route("bell/read/", read, access=SIGNED_IN, name="read_notices", post=True, get=False),
    route("bell/<int:notice>/", open_notice, access=SIGNED_IN, name="notice", post=True, get=False),
]
