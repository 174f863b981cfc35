"""My day: what waits for whoever asks, and the queue of open tasks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from pydantic import Field

from aftercare.api import sql
from aftercare.api.answers import dumps, ready
from aftercare.api.bodies import Body, Id
from aftercare.api.edge import SIGNED_IN, Ask
from aftercare.api.paging import cursor_of, moment_or_none, number, values_of
from aftercare.api.routes import CURSOR, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import BOOL, FAULT, INT, MOMENT, REFERENCE, listing, many, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.cases import queries
from aftercare.cases.bulk import move_tasks
from aftercare.people.access import refusal

routes = Routes("day")
BUCKET = 50
TASK = obj(
    case=INT, number=WORD, key=WORD, task=WORD, procedure=WORD, handbook=WORD, state=WORD, store=INT,
    customer=maybe(INT), subject=maybe(REFERENCE), roles=many(WORD), assignee=maybe(INT), waiting=many(WORD),
    opens_at=maybe(MOMENT), due_at=maybe(MOMENT), overdue=BOOL, provisional=BOOL, round=INT,
)  # fmt: skip
RECEIPT = obj(case=INT, number=WORD, document=WORD, copy=WORD, holder=WORD, store=INT, at=MOMENT)
Whose = Literal["mine", "waiting", "all"]
State = Literal["", "open", "planned"]


class TaskRef(Body):
    case: Id
    task: Annotated[str, Field(max_length=96)]


class Move(Body):
    tasks: Annotated[list[TaskRef], Field(min_length=1, max_length=200)]
    person: Id


@routes.get(
    "/day",
    access="cases.see",
    answer=obj(waiting=many(TASK), receipts=many(RECEIPT), overdue=many(TASK), today=many(TASK), next=many(TASK)),
)
def day(ask: Ask) -> HttpResponse:
    """Marks others wait for, copies to confirm, own tasks overdue, due today, next; at most 50 each. One statement."""
    row = sql.one_row(sql.DAY, {**_held(ask), "most": BUCKET, "until": end_of_today(ask.now)})
    return ready(row[0].encode() if row else b"{}")


@routes.get("/day/counts", access=SIGNED_IN, answer=obj(overdue=INT, open=INT, waiting=INT, receipts=INT))
def counts(ask: Ask) -> Any:
    """How much stands before whoever asks: for a menu and a bell."""
    return queries.counts(ask.actor, ask.now)


@routes.get("/tasks", access="cases.see", answer=page(TASK))
def tasks(
    ask: Ask,
    whose: Whose = "mine",
    procedure: str = TEXT,
    state: State = "",
    store: int | None = MAYBE_ID,
    overdue: bool = False,
    person: int | None = MAYBE_ID,
    role: str = TEXT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> HttpResponse:
    """Open and planned tasks by due moment. `all` needs the right to manage cases. One statement."""
    if whose == "all" and not ask.actor.may_somewhere("cases.manage"):
        raise refusal("cases.manage")
    held = values_of(cursor, moment_or_none, number)
    edge, last = held or (None, None)
    asked = {
        "beyond": held, "procedure": procedure, "state": state, "store": store, "overdue": overdue, "person": person,
        "role": role,
    }  # fmt: skip
    values = {
        **asked, **_held(ask), "seen": sql.seen(ask.actor, "cases.manage"), "whose": person, "edge": edge,
        "last": last, "most": limit + 1,
    }  # fmt: skip
    return paged(sql.one_row(sql.queue_text(whose, [name for name, value in asked.items() if value]), values))


@routes.post(
    "/tasks/move",
    access="cases.manage",
    body=Move,
    keeps_refusal=True,
    answer=listing({**obj(case=INT, task=WORD, moved=BOOL), "faults": many(FAULT)}),
)
def move(ask: Ask, body: Move) -> Any:
    """Give tasks to a person; those that cannot move are told, the others move."""
    return {"items": move_tasks(ask.actor, ask.now, [(one.case, one.task) for one in body.tasks], body.person)}


def paged(row: tuple[Any, ...] | None) -> HttpResponse:
    """The page that a statement of `sql` made."""
    items, more, edge, last = row or ("[]", False, None, None)
    following = dumps(cursor_of(edge, last)) if more else b"null"
    return ready(b'{"items":%s,"next":%s}' % (items.encode(), following))


def end_of_today(now: datetime) -> datetime:
    """The last moment of the day on the company's clock."""
    local = timezone.localtime(now)
    return datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo) - timedelta(microseconds=1)


def _held(ask: Ask) -> dict[str, Any]:
    grants = sorted(ask.actor.grants, key=lambda grant: (grant.role, grant.store or 0))
    return {
        "now": ask.now,
        "person": ask.actor.person,
        "asked": f"person:{ask.actor.person}",
        "roles": [grant.role for grant in grants],
        "stores": [grant.store for grant in grants],
    }
