"""Work at hand: open tasks by person and role, beside who is here to do them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum

from aftercare.cases.world import ZONE
from aftercare.measures.asked import midnight
from aftercare.measures.models import Load
from aftercare.measures.queries import stores_of
from aftercare.people.access import visible
from aftercare.people.actor import Actor

FRESH = timedelta(minutes=5)  # how old the count may be
LOAD = """
select t.store_id, r.role, t.assignee_id, count(*), count(*) filter (where t.due_at < %(now)s),
    count(*) filter (where t.due_at >= %(now)s and t.due_at <= %(end)s)
from cases_open_task t cross join lateral (select case when t.assignee_id is null then coalesce(t.roles[1], '')
    else '' end as role) r where t.state = 'open' group by 1, 2, 3
"""


def count_load(now: datetime) -> list[Load]:
    end = midnight(now.astimezone(ZONE).date() + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(LOAD, {"now": now, "end": end})
        return [
            Load(store_id=store, role=role, person_id=person, open=n, late=late, today=today, at=now)
            for store, role, person, n, late, today in cursor.fetchall()
        ]


def keep_load(now: datetime) -> int:
    """The worker's count, once a minute; pages read it."""
    rows = count_load(now)
    with transaction.atomic():
        Load.objects.all().delete()
        Load.objects.bulk_create(rows)
    return 0


@dataclass(frozen=True, slots=True)
class Work:
    """Open tasks of a person (or of a role that nobody took); `heads` is how many people hold the role today."""

    person: int | None
    role: str
    open: int
    late: int
    today: int
    heads: int = 0


def load(actor: Actor, now: datetime, store: int | None) -> tuple[list[Work], datetime]:
    """Open work and when it was counted: as the worker left it, or counted now when that is too old."""
    mine = visible(Load.objects.all(), actor, "cases.see")
    mine = mine.filter(store_id=store) if store is not None else mine
    kept = mine.values_list("person_id", "role")
    rows = list(kept.annotate(Sum("open"), Sum("late"), Sum("today")))
    at = Load.objects.values_list("at", flat=True).first()
    if at is None or not now - FRESH <= at <= now:
        return _counted(actor, now, store), now
    heads = heads_of(now, store)
    found = [Work(person, role, n, late, today, heads.get(role, 0)) for person, role, n, late, today in rows]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.role, one.person or 0)), at


def _counted(actor: Actor, now: datetime, store: int | None) -> list[Work]:
    scope, heads = stores_of(actor, store), heads_of(now, store)
    whole: dict[tuple[int | None, str], list[int]] = {}
    for one in count_load(now):
        if scope is None or one.store_id in scope:
            sums_ = whole.setdefault((one.person_id, one.role), [0, 0, 0])
            for n, value in enumerate((one.open, one.late, one.today)):
                sums_[n] += value
    found = [
        Work(person, role, values[0], values[1], values[2], heads.get(role, 0))
        for (person, role), values in whole.items()
    ]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.role, one.person or 0))


HEADS = """
select m.role, count(distinct m.person_id) from people_membership m join people_person p on p.id = m.person_id
where p.active and m.starts <= %(day)s and (m.ends is null or m.ends >= %(day)s)
    and (%(store)s::bigint is null or m.store_id is null or m.store_id = %(store)s)
    and not exists (select from people_leave l where l.person_id = m.person_id and %(day)s between l.starts and l.ends)
group by 1
"""


def heads_of(now: datetime, store: int | None) -> Mapping[str, int]:
    """role -> people who hold it today and are not away: the capacity beside the load."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {"day": now.astimezone(ZONE).date(), "store": store})
        return dict(cursor.fetchall())
