"""The one door of every page: clock, person, right, method and refusals are settled before a view runs.

A route without an access rule cannot be written: `route(...)` demands one, and a test walks all addresses.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.http import urlencode

from aftercare import clock
from aftercare.errors import NotAllowed, Refused
from aftercare.people import access as rights
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for
from aftercare.people.rights import ACTIONS
from aftercare.web import errors, hx

PUBLIC = "public"  # nobody needs to be signed in
SIGNED_IN = "signed-in"  # anybody of the staff: the own day, the own settings
View = Callable[..., HttpResponse]
READING = frozenset({"GET", "HEAD"})
NOBODY = Actor(0, "")

CONTENT_SECURITY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class Request(HttpRequest):
    """What a view receives: the request with what the door has settled."""

    now: datetime
    actor: Actor
    mark: str  # short id shown on error pages and written to the log


def route(pattern: str, view: View, *, access: str, name: str, post: bool = False, get: bool = True) -> URLPattern:
    """An address, its view and who may open it: PUBLIC, SIGNED_IN, or an action of people.rights.

    Several actions joined by "|" mean any of them. Only GET is answered unless `post` says otherwise.
    """
    actions = () if access in (PUBLIC, SIGNED_IN) else tuple(access.split("|"))
    if unknown := set(actions) - set(ACTIONS):
        raise ValueError(f"{name}: unknown access rule {unknown}")
    methods = (READING if get else frozenset()) | ({"POST"} if post else frozenset())
    return path(pattern, _door(view, access, actions, methods), name=name)


def _door(view: View, access: str, actions: Collection[str], methods: Collection[str]) -> View:
    @functools.wraps(view)
    def door(request: Request, **named: Any) -> HttpResponse:
        begin(request)
        if request.method not in methods:
            return sealed(HttpResponseNotAllowed(sorted(methods)))
        if access != PUBLIC and not request.actor.person:
            return sealed(_to_sign_in(request))
        try:
            _require_any(request.actor, actions)
            return sealed(view(request, **named))
        except Refused as refusal:
            return sealed(errors.refused(request, refusal))

    door.access = access  # type: ignore[attr-defined]
    return door


def begin(request: Any) -> None:
    """Reads the clock once and finds out who asks. Error pages call it too: they may come before any door."""
    if hasattr(request, "actor"):
        return
    request.now = clock.now()
    request.mark = secrets.token_hex(4)
    request.actor = NOBODY
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        request.actor = actor_for(person, request.now)


def sealed(response: HttpResponse) -> HttpResponse:
    """Headers of every page: what may run in it, and that it is nobody else's to keep."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    return response


def _require_any(actor: Actor, actions: Collection[str]) -> None:
    if actions and not any(actor.may_somewhere(action) for action in actions):
        raise _refusal(actions)


def _refusal(actions: Collection[str]) -> NotAllowed:
    return rights.refusal(next(iter(actions)))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in READING and not hx.asks(request) else ""
    return hx.redirect(request, "/sign-in/" + (f"?{urlencode({'next': back})}" if back not in ("", "/") else ""))
