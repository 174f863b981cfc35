"""The one door of every page: clock, person, right, method and refusals are settled before a view runs.

A route without an access rule cannot be written: `route(...)` demands one, and a test walks all addresses.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.http import urlencode

from aftercare.errors import NotAllowed, Refused
from aftercare.people import access as rights
from aftercare.people.actor import Actor
from aftercare.people.rights import ACTIONS
from aftercare.web import errors, hx
from aftercare.web.visit import PUBLIC, SIGNED_IN, Request, begin, sealed

View = Callable[..., HttpResponse]
READING = frozenset({"GET", "HEAD"})


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


def _require_any(actor: Actor, actions: Collection[str]) -> None:
    if actions and not any(actor.may_somewhere(action) for action in actions):
        raise _refusal(actions)


def _refusal(actions: Collection[str]) -> NotAllowed:
    return rights.refusal(next(iter(actions)))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in READING and not hx.asks(request) else ""
    return hx.redirect(request, "/sign-in/" + (f"?{urlencode({'next': back})}" if back not in ("", "/") else ""))
