"""The company: its name, settings and hours."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any

from pydantic import Field

from aftercare.api.bodies import Body, Short
from aftercare.api.edge import Ask
from aftercare.api.routes import Routes
from aftercare.api.shapes import BOOL, MOMENT, OBJECT, REPORT, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.api.stores import Hours, checked
from aftercare.errors import Refused
from aftercare.people import actions, queries

routes = Routes("company")


class CompanyChange(Body):
    """`logo`: a PNG or JPEG in base64, "" takes it away."""

    name: Short = ""
    logo: Annotated[str, Field(max_length=1_500_000)] = ""
    settings: dict[str, Any] = {}


@routes.get(
    "/company",
    access="settings.see|settings.edit",
    answer=obj(name=WORD, has_logo=BOOL, settings=OBJECT, set_up_at=maybe(MOMENT)),
)
def company(ask: Ask) -> Any:
    row = queries.company()
    if row is None:
        raise queries.absent("company")
    return {"name": row.name, "has_logo": bool(row.logo), "settings": row.settings, "set_up_at": row.set_up_at}


@routes.patch("/company", access="settings.edit", body=CompanyChange, answer=REPORT)
def change(ask: Ask, body: CompanyChange) -> Any:
    """Change what is given; `settings` as a whole."""
    changes = body.given()
    if "logo" in changes:
        changes["logo"] = _bytes(changes["logo"])
    checked(changes.get("settings", {}).get("calendar") or {})
    return {"report": actions.change_company(changes, ask.actor, ask.now)}


@routes.put("/company/calendar", access="settings.edit", body=Hours, answer=REPORT)
def set_calendar(ask: Ask, body: Hours) -> Any:
    """Hours of every store that has none of its own."""
    checked(body.calendar)
    return {"report": actions.set_calendar(None, body.calendar, ask.actor, ask.now)}


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise Refused.because("company.logo", "图片编码有误。", "The picture is not base64.", field="logo") from None
