"""The trace: who did what, when, from where, with what result. It can only be read."""

from __future__ import annotations

from typing import Any

from aftercare.api.bodies import Moment
from aftercare.api.edge import Ask
from aftercare.api.paging import cursor_of, number, values_of
from aftercare.api.records import MAYBE_MOMENT
from aftercare.api.routes import CURSOR, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import INT, MOMENT, OBJECT, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.audit.queries import Filter, traces
from aftercare.people.access import require

routes = Routes("audit")
TRACE = obj(
    id=INT, at=MOMENT, actor=INT, actor_name=WORD, address=WORD, action=WORD, kind=WORD, what=maybe(INT), result=WORD,
    data=OBJECT,
)  # fmt: skip


@routes.get("/traces", access="audit.see", answer=page(TRACE))
def trail(
    ask: Ask,
    actor: int | None = MAYBE_ID,
    action: str = TEXT,
    kind: str = TEXT,
    what: int | None = MAYBE_ID,
    since: Moment | None = MAYBE_MOMENT,
    until: Moment | None = MAYBE_MOMENT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Newest first. The trail is the whole company's, so the right must be too."""
    require(ask.actor, "audit.see")
    held = values_of(cursor, number)
    wanted = Filter(actor, action, kind, what, since, until, held[0] if held else None)
    rows = traces(wanted, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return {"items": rows, "next": cursor_of(rows[-1]["id"]) if more else None}
