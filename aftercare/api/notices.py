"""The bell: what the house tells whoever asks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from aftercare.api.bodies import Body, Id
from aftercare.api.edge import SIGNED_IN, Ask
from aftercare.api.paging import newest_first
from aftercare.api.routes import CURSOR, DONE_ANSWER, ID, LIMIT, Routes
from aftercare.api.shapes import INT, MOMENT, WORDS, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases.queries import case_of
from aftercare.messages import actions, queries
from aftercare.messages.models import Notice

routes = Routes("notices")
NOTICE = obj(
    id=INT, kind=WORD, text=WORDS, case=maybe(INT), link=WORD, at=MOMENT, read_by=maybe(MOMENT), read_at=maybe(MOMENT)
)


TOLD = obj(
    id=INT, kind=WORD, text=WORDS, case=maybe(INT), link=WORD, at=MOMENT, read_by=maybe(MOMENT), read_at=maybe(MOMENT),
    person=INT,
)  # fmt: skip


class Read(Body):
    """Without ids: all of them."""

    notices: Annotated[list[Id], Field(max_length=1000)] | None = None


@routes.get("/notices", access=SIGNED_IN, answer=page(NOTICE))
def notices(ask: Ask, unread: bool = False, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """One's own, newest first."""
    return newest_first(queries.notices(ask.actor, unread=unread), "at", cursor, limit, _told)


@routes.get("/cases/{case}/notices", access="cases.see", answer=page(TOLD))
def of_case(ask: Ask, case: int = ID, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """Whom a case one may see has told what, and who has read it."""
    case_of(ask.actor, case)
    return newest_first(queries.told(case), "at", cursor, limit, lambda row: {**_told(row), "person": row.person_id})


@routes.get("/notices/unread", access=SIGNED_IN, answer=obj(unread=INT))
def unread(ask: Ask) -> Any:
    return {"unread": queries.unread_count(ask.actor)}


@routes.post("/notices/read", access=SIGNED_IN, body=Read, answer=obj(read=INT))
def read(ask: Ask, body: Read) -> Any:
    return {"read": actions.read(ask.actor, ask.now, body.notices)}


@routes.post("/notices/{notice}/unread", access=SIGNED_IN)
def unread_again(ask: Ask, notice: int = ID) -> Any:
    """To be read later."""
    actions.unread_again(ask.actor, notice)
    return DONE_ANSWER


def _told(row: Notice) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "text": row.text, "case": row.case_id, "link": row.link, "at": row.at,
        "read_by": row.read_by, "read_at": row.read_at,
    }  # fmt: skip
