"""Tasks that are worked row by row; a row is saved by the command `save` with `rows`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from aftercare.api.edge import Ask
from aftercare.api.routes import ID, TEXT, Routes
from aftercare.api.shapes import BOOL, INT, OBJECT, by_key, many, maybe, obj
from aftercare.api.shapes import TEXT as WORD
from aftercare.messages.worksheets import worksheet

routes = Routes("worksheets")
LINE = obj(
    key=WORD, customer=maybe(INT), name=WORD, phone=WORD, occasion=WORD, what=WORD, text=WORD, values=OBJECT,
    state=WORD, person=maybe(INT), at=WORD,
)  # fmt: skip
State = Literal["", "open", "done", "missed"]


@routes.get(
    "/cases/{case}/tasks/{key}/rows",
    access="cases.see",
    answer=obj(number=WORD, field=WORD, open=BOOL, counts=by_key(INT), items=many(LINE)),
)
def rows(ask: Ask, key: str, case: int = ID, state: State = "", occasion: str = TEXT) -> Any:
    """The lines of a task: whom, the words that are ready, what was entered by whom; `missed` after its day."""
    sheet = worksheet(ask.actor, case, key, ask.now, state=state, occasion=occasion)
    return {
        "number": sheet.case.number, "field": sheet.lines.id, "open": sheet.is_open, "counts": sheet.counts,
        "items": [asdict(one) for one in sheet.rows],
    }  # fmt: skip
