"""Sums by day and month, kept by the worker; what is not kept yet is counted from the rows, so figures are exact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from aftercare.cases.world import ZONE
from aftercare.measures.models import Built, Touched
from aftercare.measures.names import Sql, joined
from aftercare.measures.sources import ALL, Source, every

SETTLED = timedelta(hours=6)  # a day is kept when no command that began in it can still be running
PORTION = 62  # days kept in one turn of the worker
LOCK = 4721
_DAYS = {"marks": ("cases_mark", "day"), "promises": ("measures_promise", "day"), "findings": ("cases_finding", "day")}
_HELD = "select part, key, kind, store_id, day, n, total from measures_sum"
KEEP = """
insert into measures_sum (source, part, key, kind, store_id, span, day, n, total)
select %s, q.part, q.key, q.kind, s.store, 'd', q.day, sum(q.n), sum(q.total)
from ({}) q cross join lateral (values (q.store_id), (0)) s(store) group by q.part, q.key, q.kind, s.store, q.day
"""
MONTHS = """
insert into measures_sum (source, part, key, kind, store_id, span, day, n, total)
select source, part, key, kind, store_id, 'm', date_trunc('month', day)::date, sum(n), sum(total) from measures_sum
where source = %s and span = 'd' and day >= %s and day < %s group by 1, 2, 3, 4, 5, 7
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of every source: until which day, and the days changed since. Two statements for a whole page."""

    until: Mapping[str, date]
    touched: Mapping[str, frozenset[date]]


@dataclass(frozen=True, slots=True)
class Figure:
    """`key` and `kind` of a part; `bucket` is the first day of a week or month when a trend was asked."""

    part: str
    key: str
    kind: str
    store: int
    bucket: date | None
    n: int
    total: float


def kept() -> Kept:
    touched: dict[str, set[date]] = {}
    for topic, day in Touched.objects.values_list("topic", "day").distinct():
        touched.setdefault(topic, set()).add(day)
    until = dict(Built.objects.values_list("source", "until"))
    return Kept(until, {topic: frozenset(days) for topic, days in touched.items()})


def figures(
    source: Source,
    known: Kept,
    first: date,
    last: date,
    *,
    parts: Sequence[str] = (ALL,),
    stores: Collection[int] | None = None,
    by_store: bool = False,
    trend: str = "",
) -> list[Figure]:
    """Sums of both days and all between. `stores` None = all; `trend` week or month. One statement."""
    months, days, live = plan(source, known, first, last, in_days=trend == "week")
    wanted = sorted(stores) if stores is not None else None
    alone = Sql("store_id = any(%s)", ([0] if wanted is None else wanted,))
    here = joined(
        [
            Sql("part = any(%s)", (list(parts),)),
            Sql("store_id <> 0") if by_store and wanted is None else alone,
        ],
        " and ",
    )
    rows = [
        joined(
            [Sql(f"{_HELD} where source = %s and span = %s and day = any(%s)", (source.id, kind, held)), here], " and "
        )
        for kind, held in (("m", months), ("d", days))
        if held
    ]
    for start, end in live:
        own = source.rows(start, end).wrapped("select part, key, kind, store_id, day, n, total from (", ") v")
        more = [Sql("part = any(%s)", (list(parts),))]
        more += [Sql("store_id = any(%s)", (wanted,))] if wanted is not None else []
        rows.append(joined([own.wrapped("", " where true"), *more], " and "))
    if not rows:
        return []
    whole = joined(rows, " union all ")
    bucket = f"date_trunc('{trend}', day)::date" if trend in ("week", "month") else "null::date"
    store = "store_id" if by_store else "0"
    text = (
        f"select part, key, kind, {store}, {bucket}, sum(n)::bigint, sum(total)::float8 from ({whole.text}) u "
        "group by 1, 2, 3, 4, 5 order by 1, 5, 2, 3"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, whole.values)
        return [Figure(*row) for row in cursor.fetchall()]


def plan(
    source: Source, known: Kept, first: date, last: date, in_days: bool = False
) -> tuple[list[date], list[date], list[tuple[date, date]]]:
    """Which months and days are kept, and which spans are counted from the rows."""
    until, touched = known.until.get(source.id), known.touched.get(source.topic, frozenset())
    months: list[date] = []
    days: list[date] = []
    live: list[tuple[date, date]] = []
    day = first
    while day <= last:
        end = month_end(day)
        whole = day.day == 1 and end <= last and until is not None and end <= until
        if whole and not in_days and not any(day <= one <= end for one in touched):
            months.append(day)
            day = end + timedelta(days=1)
            continue
        if until is not None and day <= until and day not in touched:
            days.append(day)
        elif live and live[-1][1] == day - timedelta(days=1):
            live[-1] = (live[-1][0], day)
        else:
            live.append((day, day))
        if until is None or day > until:  # nothing later is kept
            live[-1] = (live[-1][0], last)
            break
        day += timedelta(days=1)
    return months, days, live


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


# --- the worker


def catch_up(now: datetime) -> int:
    """Keep whole past days of every source, and count touched ones anew. Returns how much was done; idempotent."""
    target = (now - SETTLED).astimezone(ZONE).date() - timedelta(days=1)
    return sum(_of_source(source, target) for source in every())


def _of_source(source: Source, target: date) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, hashtext(%s))", [LOCK, source.id])
        if not cursor.fetchone()[0]:
            return 0
        built = Built.objects.filter(source=source.id).first()
        done = _mend(source, built.until) if built else 0
        start = built.until + timedelta(days=1) if built else first_day(source, target)
        if start > target:
            return done
        end = min(target, start + timedelta(days=PORTION - 1))
        keep_days(source, start, end)
        Built.objects.update_or_create(source=source.id, defaults={"topic": source.topic, "until": end})
        return done + 1


def first_day(source: Source, target: date) -> date:
    """The day of the oldest row; the target itself when there is none."""
    table, column = _DAYS.get(source.topic, ("records_record", "at"))
    with connection.cursor() as cursor:
        cursor.execute(f"select min({column}) from {table}")
        found = cursor.fetchone()[0]
    day = found.astimezone(ZONE).date() if isinstance(found, datetime) else found
    return min(day or target, target)


def _mend(source: Source, until: date) -> int:
    rows = list(Touched.objects.filter(topic=source.topic, day__lte=until).values_list("id", "day"))
    for day in sorted({day for _, day in rows}):
        keep_days(source, day, day)
    others = Built.objects.filter(topic=source.topic).exclude(source=source.id).exists()
    if rows and not others:
        Touched.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    elif rows:
        _mend_others(source, rows)
    return len(rows)


def _mend_others(source: Source, rows: Sequence[tuple[int, date]]) -> None:
    """Several measures may read one form: the note goes when all of them have counted anew."""
    alive = {one.id: one for one in every() if one.topic == source.topic and one.id != source.id}
    for built in Built.objects.filter(source__in=alive):
        for day in sorted({day for _, day in rows if day <= built.until}):
            keep_days(alive[built.source], day, day)
    Touched.objects.filter(pk__in=[pk for pk, _ in rows]).delete()


def keep_days(source: Source, first: date, last: date) -> None:
    """Write the sums of these days and of their months anew."""
    found = source.rows(first, last)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "delete from measures_sum where source = %s and ((span = 'd' and day between %s and %s) "
            "or (span = 'm' and day between %s and %s))",
            [source.id, first, last, month_start(first), last],
        )
        cursor.execute(KEEP.format(found.text), (source.id, *found.values))
        cursor.execute(MONTHS, [source.id, month_start(first), month_end(last) + timedelta(days=1)])


def rebuild(now: datetime) -> None:
    """Forget all sums and count them anew from the rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("truncate measures_sum, measures_built, measures_touched")
    while catch_up(now):
        pass
