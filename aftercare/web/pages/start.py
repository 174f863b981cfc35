"""Cases that begin by hand without an order: about nothing, the store, or a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases.actions import Opening, open_case
from aftercare.cases.models import OpenTask
from aftercare.customers import queries as customers
from aftercare.errors import NotAllowed
from aftercare.texts import Text
from aftercare.web import frame, slots
from aftercare.web.access import route
from aftercare.web.once import once
from aftercare.web.pages.new_order import procedures_to_open
from aftercare.web.shown.about import card_id

Json = Any
ALONE = ("none", "store")


@dataclass(frozen=True, slots=True)
class Startable:
    """A procedure that somebody may begin now, and where."""

    handbook: str
    procedure: str
    name: Text
    store: int
    store_name: Text | str


def startable(request: Any, kinds: tuple[str, ...] = ALONE) -> list[Startable]:
    """What may be begun in the store chosen at the top, else in each store where this person works."""
    stores = frame.my_stores(request)
    chosen = frame.Frame(request, "").store
    wanted = [one for one in stores if chosen is None or one.id == chosen.id]
    several = len(wanted) > 1
    return [
        Startable(handbook.id, procedure.id, procedure.name, store.id, store.name if several else "")
        for store in wanted
        if request.actor.may("cases.open", store.id)
        for kind in kinds
        for handbook, procedure in procedures_to_open(request.actor, store.id, kind)
    ]


def start(request: Any) -> HttpResponse:
    """Opens the case and leads to its first task, unfolded."""
    posted = request.POST
    handbook, _dot, procedure = posted.get("what", "").partition("/")
    store = _number(posted.get("store", ""))
    customer = _number(posted.get("customer", ""))
    kinds = ("customer",) if customer else ALONE
    offered = [(one[0].id, one[1].id, one[1].subject) for kind in kinds for one in _offered(request, store, kind)]
    subject = next((kind for book, name, kind in offered if (book, name) == (handbook, procedure)), None)
    if subject is None:
        raise NotAllowed.because("start.what", "您的岗位不能在这里开始这个流程。", "Your role may not begin this here.")
    about = {"store": {"kind": "store", "id": store}, "customer": {"kind": "customer", "id": customer}}.get(subject)
    if customer:
        customers.reach(customer, request.actor)

    def work() -> str:
        opening = Opening(handbook, procedure, store, about, customer or None)
        done = open_case(request.actor, request.now, opening)
        first = OpenTask.objects.filter(case_id=done.case, state="open").order_by("pk").first()
        opened = f"?open={card_id(done.case, first.key)}" if first else ""
        return reverse("case", args=[done.case]) + opened

    return once(request, work, _("Begun."))


def _offered(request: Any, store: int, kind: str) -> list[tuple[Any, Any]]:
    return procedures_to_open(request.actor, store, kind) if request.actor.may("cases.open", store) else []


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


slots.caller_buttons.append("start/caller_button.html")

routes = [route("start/", start, access="cases.open", name="start", post=True, get=False)]
