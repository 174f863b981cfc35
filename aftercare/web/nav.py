"""The rooms of the house, in the order people read them. A room appears when its page exists and one may enter it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from aftercare.people.actor import Actor
from aftercare.web.visit import SIGNED_IN


@dataclass(frozen=True, slots=True)
class Room:
    """`page` names a route; `access` is the rule of that route; `icon` a file of the icon set."""

    id: str
    name: str | Promise
    icon: str
    page: str
    access: str = SIGNED_IN


ROOMS: tuple[Room, ...] = (
    Room("day", pgettext_lazy("room", "My day"), "sun", "day"),
    Room("desk", pgettext_lazy("room", "Desk"), "headset", "desk", "customers.see"),
    Room("cases", pgettext_lazy("room", "Cases"), "clipboard-list", "cases", "cases.see"),
    Room("customers", pgettext_lazy("room", "Customers"), "users", "customers", "customers.see"),
    Room("orders", pgettext_lazy("room", "Orders"), "receipt", "orders", "orders.see"),
    Room("calendar", pgettext_lazy("room", "Calendar"), "calendar", "schedule", "cases.see"),
    Room("registers", pgettext_lazy("room", "Registers"), "table", "registers", "cases.see"),
    Room("findings", pgettext_lazy("room", "Accountability"), "user-exclamation", "findings"),
    Room("numbers", pgettext_lazy("room", "Numbers"), "chart-bar", "numbers", "cases.see"),
    Room("handbook", pgettext_lazy("room", "Handbook"), "book-2", "handbook", "handbook.see"),
)
HOUSE: tuple[Room, ...] = (
    Room("products", pgettext_lazy("room", "Products"), "armchair", "products", "orders.see"),
    Room("money", pgettext_lazy("room", "Money"), "cash", "day_book", "money.see"),
    Room("papers", pgettext_lazy("room", "Papers"), "file-certificate", "papers", "documents.print"),
    Room("imports", pgettext_lazy("room", "Imports"), "file-import", "imports", "imports.run"),
    Room("people", pgettext_lazy("room", "People"), "id-badge-2", "people", "people.see"),
    Room("trail", pgettext_lazy("room", "Audit trail"), "fingerprint", "trail", "audit.see"),
    Room("settings", pgettext_lazy("room", "Settings"), "settings", "settings", "settings.see"),
)
# The bottom bar of a phone: three rooms and the sheet with all the others.
THUMB: tuple[Room, ...] = (
    Room("day", pgettext_lazy("room", "My day"), "sun", "day"),
    Room("scan", pgettext_lazy("room", "Scan"), "scan", "scan"),
    Room("desk", pgettext_lazy("room", "Search"), "search", "desk", "customers.see"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """A room as one person sees it now."""

    room: Room
    url: str
    here: bool


def doors(rooms: tuple[Room, ...], actor: Actor, here: str) -> Iterator[Door]:
    """The rooms this person may enter; `here` is the id of the one they are in."""
    for room in rooms:
        if room.access != SIGNED_IN and not actor.may_somewhere(room.access):
            continue
        try:
            yield Door(room, reverse(room.page), room.id == here)
        except NoReverseMatch:
            continue


def first_page(actor: Actor) -> str:
    """Where somebody lands after signing in."""
    return next((door.url for door in doors(ROOMS + HOUSE, actor, "")), reverse("me"))
