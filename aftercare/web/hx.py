"""The few things htmx needs from a server."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


def asks(request: HttpRequest) -> bool:
    """True when a fragment is wanted, not a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def redirect(request: HttpRequest, to: str) -> HttpResponse:
    """303 for a page; for a fragment the whole page moves on."""
    if asks(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response


def trigger(response: HttpResponse, **events: object) -> HttpResponse:
    """Events for the page's own scripts: `trigger(response, saved={"id": 3})`."""
    response.headers["HX-Trigger"] = json.dumps(events, ensure_ascii=True)
    return response
