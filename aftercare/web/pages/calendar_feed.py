"""The own jobs on the own phone: a secret address that a calendar program reads, made and ended here."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.people.models import Person
from aftercare.people.queries import actor_for, day_of
from aftercare.schedule import actions, ics, queries
from aftercare.web import frame, hx
from aftercare.web.access import route
from aftercare.web.visit import PUBLIC

ROOM = "calendar"
BEFORE, AHEAD = timedelta(days=14), timedelta(days=120)


def own_feed(request: Any) -> HttpResponse:
    """Is there an address? A new one is shown once, for only its hash is kept."""
    address = request.session.pop("feed_address", "")
    context = {"feed": queries.feed_of(request.actor.person), "address": address}
    return frame.page(request, "calendar/feed.html", context, room=ROOM)


def make(request: Any) -> HttpResponse:
    secret = secrets.token_urlsafe(32)
    actions.make_feed(request.actor, request.now, secret)
    request.session["feed_address"] = request.build_absolute_uri(reverse("calendar_feed", args=[secret]))
    return hx.redirect(request, reverse("own_feed"))


def end(request: Any) -> HttpResponse:
    actions.end_feed(request.actor, request.now)
    frame.say(request, _("The address answers no longer."))
    return hx.redirect(request, reverse("own_feed"))


def feed(request: Any, secret: str) -> HttpResponse:
    """For whoever holds the address: what an unknown, an ended and a leaver's address answer looks the same."""
    found = queries.feed_by_hash(actions.hashed(secret))
    actor = actor_for(found.person_id, request.now) if found else None
    if found is None or actor is None or not actor.may_somewhere("cases.see"):
        raise Http404
    today = day_of(request.now)
    rows = queries.jobs(actor, queries.Asked(today - BEFORE, today + AHEAD, person=actor.person))
    actions.fetched(found, request.now)
    language = Person.objects.values_list("language", flat=True).get(pk=actor.person)
    name = f"{actor.name} · Aftercare"
    whole = {row.store_id for row in rows if actor.may("customers.reveal", row.store_id)}
    host = request.get_host()
    text = ics.calendar(rows, language=language, name=name, host=host, now=request.now, whole=whole)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


routes = [
    route("calendar/phone/", own_feed, access="cases.see", name="own_feed"),
    route("calendar/phone/new/", make, access="cases.see", name="make_feed", post=True, get=False),
    route("calendar/phone/end/", end, access="cases.see", name="end_feed", post=True, get=False),
    route("calendar/feed/<str:secret>.ics", feed, access=PUBLIC, name="calendar_feed"),
]
