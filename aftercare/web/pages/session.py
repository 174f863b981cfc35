"""Signing in and out, the first page, the own page, and the switches of language, appearance and store."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.core import signing
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from aftercare.errors import Refused
from aftercare.people import actions, queries
from aftercare.people.models import LANGUAGES, THEMES, Person
from aftercare.web import frame, hx, nav
from aftercare.web.access import PUBLIC, SIGNED_IN, route
from aftercare.web.visit import SINCE

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICE_COOKIE = "aftercare_device"
YEAR = 365 * 24 * 3600


def first(request: Any) -> HttpResponse:
    """The bare address: the wizard before the first run, else the first room one may enter."""
    if not request.actor.person:
        return hx.redirect(request, "/sign-in/" if queries.is_set_up() else "/first-run/")
    return hx.redirect(request, nav.first_page(request.actor))


def sign_in(request: Any) -> HttpResponse:
    back = own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.actor.person:
        return hx.redirect(request, back)
    if request.method != "POST":
        if not queries.is_set_up():
            return hx.redirect(request, "/first-run/")
        return frame.page(request, "web/sign_in.html", {"next": back})
    name = request.POST.get("name", "").strip()
    try:
        person = actions.sign_in(
            name, request.POST.get("password", ""), _address(request), request.now, _device(request)
        )
    except Refused as refusal:
        context = {"next": back, "name": name, "faults": refusal.faults}
        return frame.page(request, "web/sign_in.html", context, status=refusal.status)
    return _known_device(request, begin_session(request, person, back), name)


def begin_session(request: Any, person: int, to: str) -> HttpResponse:
    """A new session for this person, in their language and look."""
    row = Person.objects.get(pk=person)
    auth.login(request, row, backend=BACKEND)
    request.session[SINCE] = request.now.isoformat()
    response = hx.redirect(request, to)
    _remember(response, settings.LANGUAGE_COOKIE_NAME, row.language)
    _remember(response, frame.THEME_COOKIE, row.theme)
    return response


def sign_out(request: Any) -> HttpResponse:
    auth.logout(request)
    return hx.redirect(request, "/sign-in/")


def password(request: Any, secret: str) -> HttpResponse:
    """The page behind an invitation or a reset link."""
    faults: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            person = actions.accept_invitation(secret, _twice(request), request.now)
            return begin_session(request, person, "/")
        except Refused as refusal:
            faults = refusal.faults
    return frame.page(request, "web/password.html", {"faults": faults}, status=422 if faults else 200)


def own_password(request: Any) -> HttpResponse:
    """A new password by whoever knows the old one; all other sessions end."""
    actor = request.actor
    if request.method == "POST":
        try:
            row = Person.objects.get(pk=actor.person)
            actions.sign_in(row.sign_in, request.POST.get("old", ""), _address(request), request.now, _device(request))
            actions.set_password(actor.person, _twice(request), actor, request.now)
        except Refused as refusal:
            return frame.page(request, "web/own_password.html", {"faults": refusal.faults}, room="me", status=422)
        frame.say(request, _("The new password is set; all other sessions have ended."))
        return begin_session(request, actor.person, "/me/")
    return frame.page(request, "web/own_password.html", room="me")


def me(request: Any) -> HttpResponse:
    person = Person.objects.get(pk=request.actor.person)
    names = queries.role_names()
    stores = {store.pk: store.name for store in queries.stores(active_only=False)}
    held = [
        {"role": names.get(grant.role, grant.role), "store": stores.get(grant.store)}
        for grant in sorted(request.actor.grants, key=lambda grant: (grant.role, grant.store or 0))
    ]
    return frame.page(request, "web/me.html", {"person": person, "held": held}, room="me")


def choose_language(request: Any) -> HttpResponse:
    chosen = request.POST.get("language", "")
    response = hx.redirect(request, own_address(request, request.POST.get("back", "")))
    if chosen in dict(LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        _keep(request, "language", chosen)
    return response


def choose_theme(request: Any) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    response = hx.redirect(request, own_address(request, request.POST.get("back", "")))
    if chosen in dict(THEMES):
        _remember(response, frame.THEME_COOKIE, chosen)
        _keep(request, "theme", chosen)
    return response


def choose_store(request: Any) -> HttpResponse:
    chosen = request.POST.get("store", "")
    mine = {str(store.id): store.id for store in frame.my_stores(request)}
    request.session[frame.STORE_KEY] = mine.get(chosen)
    return hx.redirect(request, own_address(request, request.POST.get("back", "")))


def _keep(request: Any, field: str, value: str) -> None:
    if request.actor.person:
        actions.change_person(request.actor.person, {field: value}, request.actor, request.now)


def _twice(request: Any) -> str:
    first, second = request.POST.get("password", ""), request.POST.get("again", "")
    if first != second:
        raise Refused.because("password.differ", "两次输入的密码不一致。", "The two passwords differ.", field="again")
    return str(first)


def own_address(request: Any, address: str) -> str:
    """An address of ours, else the first page: nobody is led elsewhere by a link."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe and address.startswith("/") else "/"


def _address(request: Any) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _device(request: Any) -> str:
    """The id of a device this person has signed in on before: signed, so nobody can make one up."""
    try:
        name, device = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE)
    except (signing.BadSignature, ValueError):
        return ""
    return device if name == request.POST.get("name", "").strip().lower() else ""


def _known_device(request: Any, response: HttpResponse, name: str) -> HttpResponse:
    known = _device(request) or secrets.token_hex(8)
    _remember(response, DEVICE_COOKIE, signing.dumps([name.lower(), known], salt=DEVICE_COOKIE), private=True)
    return response


def _remember(response: HttpResponse, name: str, value: str, private: bool = False) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=private, samesite="Lax"
    )


routes = [
    route("", first, access=PUBLIC, name="first"),
    route("sign-in/", sign_in, access=PUBLIC, name="sign_in", post=True),
    route("sign-out/", sign_out, access=PUBLIC, name="sign_out", post=True, get=False),
    route("password/<str:secret>/", password, access=PUBLIC, name="password", post=True),
    route("me/", me, access=SIGNED_IN, name="me"),
    route("me/password/", own_password, access=SIGNED_IN, name="own_password", post=True),
    route("choose/language/", choose_language, access=PUBLIC, name="choose_language", post=True, get=False),
    route("choose/theme/", choose_theme, access=PUBLIC, name="choose_theme", post=True, get=False),
    route("choose/store/", choose_store, access=SIGNED_IN, name="choose_store", post=True, get=False),
]
