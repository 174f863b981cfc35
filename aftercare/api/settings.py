"""Figures of the handbooks that the company may change, and the dial of each clause."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import Field

from aftercare.api.bodies import Body, Day, Id
from aftercare.api.edge import Ask
from aftercare.api.handbooks import live
from aftercare.api.routes import DONE_ANSWER, MAYBE_ID, Routes
from aftercare.api.shapes import ANY, WORDS, by_key, listing, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases.handbooks import change_setting, turn_dial
from aftercare.cases.world import dial_of, epoch, settings_of

routes = Routes("settings")
Word = Annotated[str, Field(max_length=64)]
SETTING = obj(id=WORD, name=WORDS, type=WORD, value=ANY, default=ANY, edit=WORD, applies=WORD)


class SettingIn(Body):
    """Without a store it holds for the whole company."""

    value: Any
    store: Id | None = None


class DialIn(Body):
    """Without a clause all clauses are meant; without a store the whole company; from today when no day is given."""

    level: Literal["observe", "warn", "refuse"]
    clause: Annotated[str, Field(max_length=16)] = ""
    since: Day | None = None
    store: Id | None = None


@routes.get("/handbooks/{handbook}/settings", access="settings.see|handbook.see", answer=listing(SETTING))
def settings(ask: Ask, handbook: str, store: int | None = MAYBE_ID) -> Any:
    """Every figure with the value that holds in a store (none = the company)."""
    book = live(handbook)
    values = settings_of(book.hash, store or 0, epoch())
    items = [
        {
            "id": one.id, "name": one.name, "type": one.type, "value": values[one.id], "default": one.value,
            "edit": one.edit, "applies": one.applies,
        }
        for one in book.settings.values()
    ]  # fmt: skip
    return {"items": items}


@routes.put("/handbooks/{handbook}/settings/{name}", access="settings.edit|settings.see|handbook.see", body=SettingIn)
def change(ask: Ask, body: SettingIn, handbook: str, name: str) -> Any:
    """Set a figure: by whoever may edit settings, or the role the handbook names for it."""
    change_setting(ask.actor, ask.now, handbook, name, body.value, body.store)
    return DONE_ANSWER


@routes.get("/handbooks/{handbook}/dial", access="handbook.see", answer=by_key(WORD))
def dial(ask: Ask, handbook: str, store: int | None = MAYBE_ID) -> Any:
    """How strictly each clause is taken today in a store (none = the company)."""
    book = live(handbook)
    level = dial_of(book, store or 0, timezone.localdate(ask.now), epoch())
    return {clause: level(clause) for clause in book.clauses}


@routes.post("/handbooks/{handbook}/dial", access="handbook.dial", body=DialIn)
def turn(ask: Ask, body: DialIn, handbook: str) -> Any:
    """Observe, warn or refuse from a day on."""
    since = body.since or timezone.localdate(ask.now)
    turn_dial(ask.actor, ask.now, handbook, body.clause, body.level, since, body.store)
    return DONE_ANSWER
