"""What stands around every page: rooms, store, bell, banner, language, theme. Pages are rendered here only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from aftercare.config import backups
from aftercare.people import queries as people
from aftercare.people.actor import Actor, Everywhere
from aftercare.texts import Text
from aftercare.web import demo, hx, nav

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "aftercare_theme"
STORE_KEY = "store"
_BANNER_AGE = 300  # seconds a look at the backups holds

# Set by whoever knows: how many in-app messages a person has not read.
unread: Callable[[Actor], int] = lambda actor: 0  # noqa: E731
_banner: tuple[datetime, bool] | None = None


@dataclass(frozen=True, slots=True)
class StoreChoice:
    id: int
    name: Text


class Frame:
    """Reads what it shows only when the template asks for it."""

    def __init__(self, request: Any, room: str) -> None:
        self.request = request
        self.actor: Actor = request.actor
        self.room = room

    @cached_property
    def rooms(self) -> list[nav.Door]:
        return list(nav.doors(nav.ROOMS, self.actor, self.room))

    @cached_property
    def house(self) -> list[nav.Door]:
        return list(nav.doors(nav.HOUSE, self.actor, self.room))

    @cached_property
    def thumb(self) -> list[nav.Door]:
        return list(nav.doors(nav.THUMB, self.actor, self.room))

    @property
    def language(self) -> str:
        return "en" if (get_language() or "").startswith("en") else "zh-hans"

    @property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def stores(self) -> list[StoreChoice]:
        return my_stores(self.request)

    @cached_property
    def store(self) -> StoreChoice | None:
        chosen = getattr(self.request, "session", {}).get(STORE_KEY)
        return next((store for store in self.stores if store.id == chosen), None)

    @cached_property
    def bell(self) -> int:
        return unread(self.actor)

    @cached_property
    def backup_overdue(self) -> bool:
        return self.actor.may_somewhere("settings.see") and _backup_overdue(self.request.now)

    @cached_property
    def filling(self) -> dict[str, Any] | None:
        """How far the demo is filled, while it is."""
        return demo.filling() if self.actor.person else None

    @cached_property
    def search_url(self) -> str:
        try:
            return reverse("desk") if self.actor.may_somewhere("customers.see") else ""
        except NoReverseMatch:
            return ""


def my_stores(request: Any) -> list[StoreChoice]:
    """The stores a person works in, or all of them for the whole company."""
    if not request.actor.person:
        return []
    own = {grant.store for grant in request.actor.grants}
    everywhere = None in own or any(isinstance(stores, Everywhere) for stores in request.actor.rights.values())
    rows = people.stores()
    return [StoreChoice(row.id, Text.from_json(row.name)) for row in rows if everywhere or row.id in own]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, room: str = "", status: int = 200
) -> HttpResponse:
    """A whole page or, when the template is a part, a fragment; both see `frame`, `now` and `actor`."""
    now: datetime = request.now  # type: ignore[attr-defined]
    known = {"frame": Frame(request, room), "now": now, "actor": request.actor}  # type: ignore[attr-defined]
    html = render_to_string(template, known | dict(context or {}), request=request)
    return HttpResponse(html, status=status)


def part_or_page(
    request: HttpRequest, part: str, template: str, context: Mapping[str, Any], *, room: str = ""
) -> HttpResponse:
    """The same small file for the first paint and the swap: `template` includes `part`."""
    return page(request, part if hx.asks(request) else template, context, room=room)


def say(request: HttpRequest, text: str) -> None:
    """A sentence shown once, on this page or the next."""
    messages.success(request, text)


def _backup_overdue(now: datetime) -> bool:
    """Looks at the folder of backups no more than once in five minutes."""
    global _banner
    if _banner is None or abs((now - _banner[0]).total_seconds()) > _BANNER_AGE:
        _banner = (now, backups.overdue(now))
    return _banner[1]
