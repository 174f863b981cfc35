"""What the door settles once for every request: the clock, who asks, and what a page may run."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from aftercare import clock
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for

PUBLIC = "public"  # nobody needs to be signed in
SIGNED_IN = "signed-in"  # anybody of the staff: the own day, the own settings
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
