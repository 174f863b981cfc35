"""Stores: the list, new ones, hours, closing days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from django.utils import timezone

from aftercare.api.bodies import Body, Day, Id, Long, Short, Words
from aftercare.api.edge import SIGNED_IN, Ask
from aftercare.api.orders import MAYBE_DAY
from aftercare.api.routes import ID, MAYBE_ID, Routes
from aftercare.api.shapes import BOOL, DAY, INT, MADE, OBJECT, REPORT, WORDS, listing, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.calendar import WorkCalendar
from aftercare.people import actions, queries
from aftercare.texts import Text

routes = Routes("stores")
STORE = obj(
    id=INT, code=WORD, name=WORDS, kind=WORD, parent=maybe(INT), address=WORD, phone=WORD, calendar=OBJECT, active=BOOL
)


class StoreIn(Body):
    """`parent`: the code of the region it belongs to."""

    code: Short
    name: Words
    kind: Literal["showroom", "workshop", "warehouse", "office", "region"] = "showroom"
    parent: Short = ""
    address: Short = ""
    phone: Short = ""
    calendar: dict[str, Any] = {}


class Hours(Body):
    """Working time in the shape of a handbook's `calendars:`."""

    calendar: dict[str, Any]


class Closing(Body):
    """Without a store every store is closed."""

    day: Day
    reason: Long
    store: Id | None = None


@routes.get("/stores", access=SIGNED_IN, answer=listing(STORE))
def stores(ask: Ask, all: bool = False) -> Any:
    """The stores of the company by code."""
    names = ("id", "code", "name", "kind", "parent_id", "address", "phone", "calendar", "active")
    rows = queries.stores(active_only=not all)
    return {"items": [{name.removesuffix("_id"): getattr(row, name) for name in names} for row in rows]}


@routes.post("/stores", access="settings.edit", body=StoreIn, status=201, answer=MADE)
def add(ask: Ask, body: StoreIn) -> Any:
    checked(body.calendar)
    given = body.model_dump(exclude={"name"})
    return {
        "id": actions.add_store(actions.NewStore(name=Text(body.name.zh, body.name.en), **given), ask.actor, ask.now)
    }


@routes.put("/stores/{store}/calendar", access="settings.edit", body=Hours, answer=REPORT)
def set_calendar(ask: Ask, body: Hours, store: int = ID) -> Any:
    """Hours of a store; deadlines move at once, the report tells which cases and customers are concerned."""
    checked(body.calendar)
    return {"report": actions.set_calendar(store, body.calendar, ask.actor, ask.now)}


@routes.get("/closing-days", access="settings.see|settings.edit|cases.see", answer=listing(obj(day=DAY, reason=WORD)))
def closing_days(
    ask: Ask, store: int | None = MAYBE_ID, first: date | None = MAYBE_DAY, last: date | None = MAYBE_DAY
) -> Any:
    """Days a store (none = every store) is closed; default: the coming year."""
    start = first or timezone.localdate(ask.now)
    rows = queries.closing_days(store, start, last or start + timedelta(days=366))
    return {"items": [{"day": day, "reason": reason} for day, reason in rows]}


@routes.post("/closing-days", access="settings.edit", body=Closing, status=201, answer=obj(id=INT, report=OBJECT))
def close(ask: Ask, body: Closing) -> Any:
    """A closing day; the report tells what moved."""
    number, report = actions.add_closing_day(body.store, body.day, body.reason, ask.actor, ask.now)
    return {"id": number, "report": report}


@routes.delete("/closing-days/{closing}", access="settings.edit", answer=REPORT)
def reopen(ask: Ask, closing: int = ID) -> Any:
    """Take a closing day back."""
    return {"report": actions.remove_closing_day(closing, ask.actor, ask.now)}


def checked(calendar: dict[str, Any]) -> None:
    """Hours that cannot be read are refused, naming the field."""
    if calendar:
        WorkCalendar.from_json(calendar)
