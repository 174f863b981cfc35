"""Pages for what went wrong: each says what to do and carries an id that is also in the log; none shows a trace."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from aftercare.errors import Fault, Refused
from aftercare.web import frame, hx
from aftercare.web.visit import begin, sealed

log = logging.getLogger("aftercare.web")


def refused(request: Any, refusal: Refused) -> HttpResponse:
    """A refusal no view has shown beside its form: its sentences on a page or, for a fragment, in a box."""
    faults = refusal.faults
    if refusal.status == 404:
        return not_found(request)
    log.info("%s refused %s: %s", request.mark, request.path, [fault.code for fault in faults])
    titles = {403: _("Not allowed"), 409: _("Somebody else was first")}
    return _answer(request, refusal.status, titles.get(refusal.status, _("Not done")), faults=faults)


def not_found(request: Any, exception: object = None) -> HttpResponse:
    """Absent and not yours look the same."""
    begin(request)
    text = _("There is nothing here, or it is not yours to see. Check the number, or search for it.")
    return _answer(request, 404, _("Not found"), text=text)


def forbidden(request: Any, exception: object = None) -> HttpResponse:
    begin(request)
    return _answer(request, 403, _("Not allowed"), text=_("You do not have the right for this; ask an administrator."))


def bad_request(request: Any, exception: object = None) -> HttpResponse:
    begin(request)
    return _answer(request, 400, _("Cannot be read"), text=_("The request is damaged. Go back and try again."))


def csrf(request: Any, reason: str = "") -> HttpResponse:
    """The token of the form does not fit: mostly a page left open over a sign-out, or cookies switched off."""
    begin(request)
    log.info("%s csrf: %s", request.mark, reason)
    text = _("This page has been open too long. Reload it and send the form again; what you typed is kept.")
    return _answer(request, 403, _("Please try again"), text=text)


def broken(request: Any) -> HttpResponse:
    """An error of ours."""
    begin(request)
    log.error("%s broke %s", request.mark, request.path, exc_info=True)
    text = _(
        "This is our fault, not yours. Nothing has been changed. Try again; if it returns, report the number below."
    )
    return _answer(request, 500, _("Something broke"), text=text)


def _answer(request: Any, status: int, title: str, *, text: str = "", faults: tuple[Fault, ...] = ()) -> HttpResponse:
    context = {"status": status, "title": title, "text": text, "faults": faults, "mark": request.mark}
    template = "web/parts/refusal.html" if hx.asks(request) else "web/error.html"
    response = frame.page(request, template, context, status=status)
    if hx.asks(request):
        response.headers["HX-Retarget"] = "#refusal"
        response.headers["HX-Reswap"] = "innerHTML"
    return sealed(response)
