"""What pages, API and CLI read of cases: a fixed number of statements each, filtered by what the actor may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from aftercare.cases.models import Case, Event, EventPersonal, OpenTask, PendingCopy
from aftercare.cases.world import epoch, handbook_at, handbook_of
from aftercare.errors import NotFound
from aftercare.handbook.model import Handbook, Procedure
from aftercare.people.access import visible
from aftercare.people.actor import Actor, Everywhere

Json = Any
PAGE = 50


@dataclass(frozen=True, slots=True)
class Day:
    """My day: what waits for me, what is overdue, due today, next."""

    waiting: list[OpenTask]
    receipts: list[PendingCopy]
    overdue: list[OpenTask]
    today: list[OpenTask]
    next: list[OpenTask]


def mine(actor: Actor) -> Q:
    """Tasks that fall to the actor: theirs by name, or their role's in a store where they hold it."""
    by_role = Q(pk__in=[])
    for grant in actor.grants:
        role = Q(roles__contains=[grant.role], assignee_id=None)
        by_role |= role if grant.store is None else role & Q(store_id=grant.store)
    return Q(assignee_id=actor.person) | by_role


def asked(actor: Actor) -> Q:
    """Tasks of others that wait for the actor's mark."""
    waiting = Q(waiting__contains=[f"person:{actor.person}"])
    for grant in actor.grants:
        role = Q(waiting__contains=[grant.role])
        waiting |= role if grant.store is None else role & Q(store_id=grant.store)
    return waiting


def my_day(
    actor: Actor,
    now: datetime,
    until: datetime,
    *,
    person: int | None = None,
    role: str = "",
    store: int | None = None,
    everybody: bool = False,
) -> Day:
    """`until`: the end of today. Managers may look at a person, a role, a store or everybody they manage. Five
    statements, whatever the load."""
    tasks = OpenTask.objects.select_related("case").order_by("due_at", "id")
    if person is not None or role or store is not None or everybody:
        shown = visible(tasks, actor, "cases.manage")
        shown = shown.filter(assignee_id=person) if person is not None else shown
        shown = shown.filter(roles__contains=[role]) if role else shown
        shown = shown.filter(store_id=store) if store is not None else shown
        waiting, receipts = OpenTask.objects.none(), PendingCopy.objects.none()
    else:
        shown, waiting, receipts = tasks.filter(mine(actor)), tasks.filter(asked(actor), state="open"), _receipts(actor)
    return Day(
        list(waiting[:PAGE]),
        list(receipts[:PAGE]),
        list(shown.filter(due_at__lt=now)[:PAGE]),
        list(shown.filter(Q(due_at__gte=now, due_at__lte=until) | Q(due_at=None, state="open"))[:PAGE]),
        list(shown.filter(due_at__gt=until)[:PAGE]),
    )


def has_work(actor: Actor) -> bool:
    """Is there any task or copy that falls to the actor or waits for them? One or two statements."""
    return OpenTask.objects.filter(mine(actor) | asked(actor)).exists() or _receipts(actor).exists()


def _receipts(actor: Actor) -> QuerySet[PendingCopy]:
    holder = Q(pk__in=[])
    for grant in actor.grants:
        here = Q(holder=grant.role)
        holder |= here if grant.store is None else here & Q(store_id=grant.store)
    return PendingCopy.objects.filter(holder).select_related("case").order_by("at")


def counts(actor: Actor, now: datetime) -> Mapping[str, int]:
    """How much stands before the actor: for the menu and the bell."""
    tasks = OpenTask.objects.filter(mine(actor))
    return {
        "overdue": tasks.filter(due_at__lt=now).count(),
        "open": tasks.filter(state="open").count(),
        "waiting": OpenTask.objects.filter(asked(actor), state="open").count(),
        "receipts": _receipts(actor).count(),
    }


def case_of(actor: Actor, case: int) -> Case:
    """One case the actor may see; another's looks as if it did not exist."""
    row = visible(Case.objects.all(), actor, "cases.see").filter(pk=case).first()
    if row is None:
        raise NotFound.because("no_case", "没有这张工单。", "There is no such case.")
    return row


def cases(
    actor: Actor,
    *,
    status: str = "",
    procedure: str = "",
    store: int | None = None,
    customer: int | None = None,
    flag: str = "",
    overdue: bool = False,
) -> QuerySet[Case]:
    """Cases the actor may see, filtered; the state is not loaded."""
    rows = visible(Case.objects.defer("state"), actor, "cases.see")
    wanted = {"status": status, "procedure": procedure, "store_id": store, "customer_id": customer}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})
    rows = rows.filter(flags__contains=[flag]) if flag else rows
    return rows.filter(overdue=True) if overdue else rows


def definition(case: Case) -> tuple[Handbook, Procedure]:
    handbook = handbook_of(case.version)
    return handbook, handbook.procedures[case.procedure]


def definition_here(case: Case) -> tuple[Handbook, Procedure]:
    """With the choices that the store lists in its settings: for forms. One statement."""
    handbook = handbook_at(case.version, case.store_id, epoch())
    return handbook, handbook.procedures[case.procedure]


def timeline(case: int, *, before: int | None = None, limit: int = 200) -> list[tuple[Event, Mapping[str, Json]]]:
    """Events, newest first, each with its personal part. Two statements."""
    rows = Event.objects.filter(case_id=case).order_by("-seq")
    rows = rows.filter(seq__lt=before) if before else rows
    events = list(rows[:limit])
    seqs = [event.seq for event in events]
    personal = dict(EventPersonal.objects.filter(case_id=case, seq__in=seqs).values_list("seq", "data"))
    return [(event, personal.get(event.seq) or {}) for event in events]


def clause_figures(actor: Actor, since: datetime, clauses: Sequence[str] = ()) -> dict[str, dict[str, int]]:
    """clause -> {kept, broken, refused, observed} since a moment, in the stores the actor may see. One statement."""
    stores = actor.stores_for("handbook.see")
    where: str = "at >= %s"
    values: list[Any] = [since]
    if not isinstance(stores, Everywhere):
        where, values = where + " and store_id = any(%s)", [*values, sorted(stores)]
    if clauses:
        where, values = where + " and clause = any(%s)", [*values, list(clauses)]
    with connection.cursor() as cursor:
        cursor.execute(f"select clause, kind, count(*) from cases_mark where {where} group by 1, 2", values)
        figures: dict[str, dict[str, int]] = {}
        for clause, kind, n in cursor.fetchall():
            figures.setdefault(clause, {"kept": 0, "broken": 0, "refused": 0, "observed": 0})[kind] = n
    return figures


def findings(actor: Actor, person: int) -> list[dict[str, Json]]:
    """What was found against a person: clause, case, when. One statement."""
    from aftercare.cases.models import Mark

    rows = visible(Mark.objects.filter(kind="broken", person_id=person).order_by("-at"), actor, "cases.see")
    return [dict(row) for row in rows.values("clause", "case_id", "procedure", "at")]
