"""What the door settles once for every request: the clock, who asks, and what a page may run."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponse

from aftercare import clock
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for

PUBLIC = "public"  # nobody needs to be signed in
SIGNED_IN = "signed-in"  # anybody of the staff: the own day, the own settings
NOBODY = Actor(0, "")
SINCE = "since"  # key of the session: when it began

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


def begin(request: Any) -> None:
    """Reads the clock once and finds out who asks. Error pages call it too: they may come before any door."""
    if hasattr(request, "actor"):
        return
    request.now = clock.now()
    request.mark = secrets.token_hex(4)
    request.actor = NOBODY
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return
    if _has_ended(person, request.session):
        auth.logout(request)
        return
    request.actor = actor_for(person, request.now)


def _has_ended(person: Any, session: Any) -> bool:
    """A new password or "sign out everywhere" ends what began before it."""
    since = session.get(SINCE, "")
    return bool(person.sessions_from) and (not since or datetime.fromisoformat(since) < person.sessions_from)


def sealed(response: HttpResponse) -> HttpResponse:
    """Headers of every page: what may run in it, and that it is nobody else's to keep."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    return response
