"""Keys of one's own account: where one signed in, ending sessions, and tokens for programs."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.audit.queries import Filter, traces
from aftercare.errors import Refused
from aftercare.handbook.model import Field
from aftercare.people import actions
from aftercare.people.models import Token
from aftercare.people.queries import absent
from aftercare.people.rights import ACTIONS
from aftercare.texts import Text
from aftercare.web import forms_parse, frame, hx
from aftercare.web.access import SIGNED_IN, route
from aftercare.web.forms_render import Drawn, option
from aftercare.web.once import once
from aftercare.web.pages.session import begin_session
from aftercare.web.words import ZONE

ROOM = "me"
SHOWN = 10  # sign-ins
GOOD_FOR = {"30": Text("30 天", "30 days"), "90": Text("90 天", "90 days"), "365": Text("一年", "One year"),
            "": Text("一直", "For ever")}  # fmt: skip


def _fields(request: Any) -> tuple[Field, ...]:
    mine = [name for name in ACTIONS if request.actor.may_somewhere(name)]
    scopes = tuple(option(name, ACTIONS[name].zh, ACTIONS[name].en) for name in mine)
    days = tuple(option(id, name.zh, name.en) for id, name in GOOD_FOR.items())
    return (
        Field("name", Text("用途", "What it is for"), "text", required=True,
              help=Text("如：财务软件取订单", "Such as: the ledger fetches orders")),
        Field("good_for", Text("有效期", "Good for"), "choice", options=days),
        Field("scopes", Text("只允许", "Only allow"), "choices", options=scopes,
              help=Text("不选则与您本人的权限相同", "None chosen: whatever you may do yourself")),
    )  # fmt: skip


def keys(request: Any) -> HttpResponse:
    return _page(request)


def _page(request: Any, raw: str = "", refusal: Refused | None = None) -> HttpResponse:
    tokens = Token.objects.filter(person_id=request.actor.person, revoked_at=None).order_by("-id")
    rows = [
        {"row": one, "ended": one.expires_at is not None and one.expires_at <= request.now,
         "scopes": [ACTIONS[name] for name in one.scopes if name in ACTIONS]}
        for one in tokens
    ]  # fmt: skip
    typed = dict(request.POST.lists()) if refusal else None
    faults = refusal.faults if refusal else ()
    context = {
        "form": Drawn(_fields(request), {"good_for": "90"}, faults=faults, typed=typed, widths={"name": "full"}),
        "tokens": rows,
        "raw": raw,
        "sign_ins": traces(Filter(actor=request.actor.person, action="people.sign_in"), SHOWN),
    }
    return frame.page(request, "accounts/keys.html", context, room=ROOM, status=refusal.status if refusal else 200)


def create(request: Any) -> HttpResponse:
    """A key, shown this once."""
    fields = _fields(request)
    parsed = forms_parse.parse(fields, request.POST)
    values = parsed.values
    try:
        faults = [*parsed.faults, *forms_parse.missing(fields, values)]
        if faults:
            raise Refused(faults)
        wanted: Any = values.get("scopes") or []
        made = actions.create_token(
            request.actor.person, str(values["name"]), wanted, _until(str(values.get("good_for") or ""), request.now),
            request.actor, request.now, secrets.token_bytes,
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, refusal=refusal)
    return _page(request, raw=made.raw)


def _until(days: str, now: datetime) -> datetime | None:
    """The end of the day so many days from now."""
    if days not in GOOD_FOR or not days:
        return None
    day = (now.astimezone(ZONE) + timedelta(days=int(days) + 1)).date()
    return datetime.combine(day, time(), ZONE)


def revoke(request: Any, token: int) -> HttpResponse:
    if not Token.objects.filter(pk=token, person_id=request.actor.person).exists():
        raise absent("token")

    def save() -> str:
        actions.revoke_token(token, request.actor, request.now)
        return reverse("own_keys")

    return once(request, save, _("The key is dead from now on."))


def end_sessions(request: Any) -> HttpResponse:
    """Everywhere but here."""
    actions.end_sessions(request.actor.person, request.actor, request.now)
    frame.say(request, _("All other sessions have ended."))
    response = begin_session(request, request.actor.person, reverse("own_keys"))
    return response if response.status_code == 303 else hx.redirect(request, reverse("own_keys"))


routes = [
    route("me/keys/", keys, access=SIGNED_IN, name="own_keys"),
    route("me/keys/new/", create, access=SIGNED_IN, name="new_key", post=True, get=False),
    route("me/keys/<int:token>/revoke/", revoke, access=SIGNED_IN, name="revoke_key", post=True, get=False),
    route("me/sessions/end/", end_sessions, access=SIGNED_IN, name="end_sessions", post=True, get=False),
]
