"""The one door of the API: clock, person, right, key, body and refusals are settled before an operation runs.

An operation cannot be declared without its access rule (`access=`), nor an unsafe one run twice under one key.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from ninja.utils import check_csrf

from aftercare import clock
from aftercare.errors import Fault, NotAllowed, Refused
from aftercare.people.access import refusal
from aftercare.people.actor import Actor
from aftercare.people.queries import actor_for, person_for_token
from aftercare.people.rights import ACTIONS

PUBLIC = "public"  # nobody needs to be known
SIGNED_IN = "signed-in"  # anybody of the staff: the own day, the own keys
SAFE = frozenset({"GET", "HEAD"})
NOBODY = Actor(0, "")


@dataclass(slots=True)
class Ask:
    """One request: who asks, when, and the short id that its refusals and the log carry."""

    request: HttpRequest
    now: datetime
    mark: str
    actor: Actor = NOBODY
    scope: str = ""  # keeps apart the request keys of a person's tokens
    is_limited: bool = False  # by a key for some rights only

    @property
    def address(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", ""))


def begin(request: Any) -> Ask:
    """The request's Ask, made once: the clock is read here and nowhere else."""
    if not hasattr(request, "ask"):
        request.ask = Ask(request, clock.now(), secrets.token_hex(4))
    ask: Ask = request.ask
    return ask


def actions_of(access: str) -> tuple[str, ...]:
    """The rights any of which opens an operation; raises ValueError for a rule that does not exist."""
    actions = () if access in (PUBLIC, SIGNED_IN) else tuple(access.split("|"))
    if unknown := set(actions) - set(ACTIONS):
        raise ValueError(f"unknown access rule {unknown}")
    return actions


class Door:
    """What ninja calls before it reads parameters: refuses who may not come in."""

    def __init__(self, access: str) -> None:
        self.access, self.actions = access, actions_of(access)

    def __call__(self, request: HttpRequest) -> bool:
        ask = begin(request)
        if self.access != PUBLIC:
            recognise(ask)
            require_any(ask.actor, self.actions)
            if self.access == SIGNED_IN and ask.is_limited and request.method not in SAFE:
                raise _limited()
        return True


def require_any(actor: Actor, actions: Collection[str]) -> None:
    if actions and not any(actor.may_somewhere(action) for action in actions):
        denied: NotAllowed = refusal(next(iter(actions)))
        raise denied


def recognise(ask: Ask) -> None:
    """Finds out who asks, by a key in the header or by the session of a page. Refused when it is nobody."""
    if header := ask.request.META.get("HTTP_AUTHORIZATION", ""):
        _by_token(ask, header)
    else:
        _by_session(ask)
    if not ask.actor.name:
        raise _unknown()


def _by_token(ask: Ask, header: str) -> None:
    word, _, raw = header.partition(" ")
    use = person_for_token(raw.strip(), ask.now) if word.lower() == "bearer" and raw.strip() else None
    if use is None:
        raise _unknown()
    ask.scope, ask.is_limited = f"token:{use.token}", use.scopes is not None
    actor = actor_for(use.person, ask.now)
    ask.actor = actor if use.scopes is None else actor.limited_to(use.scopes)


def _by_session(ask: Ask) -> None:
    """Pages of ours: the session and, for what changes something, the token against forged requests."""
    person = getattr(ask.request, "user", None)
    if person is None or not person.is_authenticated or _ended(ask.request, person):
        raise _unknown()
    if ask.request.method not in SAFE and check_csrf(ask.request) is not None:
        zh, en = "页面已过期，请刷新后重试。", "The page is too old; reload it and try again."
        raise Refused(Fault("request.csrf", zh, en), status=403)
    ask.scope, ask.actor = "session", actor_for(person, ask.now)


def _ended(request: HttpRequest, person: Any) -> bool:
    """Whether the session is older than "sign out everywhere" or a new password."""
    since = parse_datetime(str(request.session.get("since", "")))
    return bool(person.sessions_from and (since is None or since < person.sessions_from))


def _unknown() -> Refused:
    zh, en = "请先登录，或提供有效的访问令牌。", "Sign in, or send a valid key."
    return Refused(Fault("request.unknown_person", zh, en), status=401)


def _limited() -> NotAllowed:
    zh, en = "该访问令牌只有部分权限，不能做这件事。", "This key has some rights only; it cannot do this."
    return NotAllowed.because("request.limited_key", zh, en)
