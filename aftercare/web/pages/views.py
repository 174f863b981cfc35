"""Keeping and dropping saved views of lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from aftercare.web import actions, frame, hx
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.pages.session import own_address


def save(request: Any) -> HttpResponse:
    posted = request.POST
    actions.save_view(posted.get("page", ""), posted.get("name", ""), posted.get("query", ""), request.actor)
    frame.say(request, _("View saved."))
    return hx.redirect(request, own_address(request, posted.get("back", "")))


def drop(request: Any, view: int) -> HttpResponse:
    actions.drop_view(view, request.actor)
    frame.say(request, _("View removed."))
    return hx.redirect(request, own_address(request, request.POST.get("back", "")))


routes = [
    route("views/", save, access=SIGNED_IN, name="save_view", post=True, get=False),
    route("views/<int:view>/drop/", drop, access=SIGNED_IN, name="drop_view", post=True, get=False),
]
