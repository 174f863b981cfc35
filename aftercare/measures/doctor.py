"""Do the kept figures say what the rows say? What lists read of cases, promises, and every sum that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection

from aftercare.cases.models import Case
from aftercare.doctor import Finding
from aftercare.measures import promises, sums
from aftercare.measures.sources import Source, every
from aftercare.texts import Text

NAME = "measures.figures"
CASES = """
select c.number from cases_case c left join measures_case x on x.case_id = c.id
where x.case_id is null or x.values <> coalesce(c.state -> 'values', '{}')
    or x.papers <> coalesce(c.state -> 'papers', '{}')
    or x.shown_status <> coalesce(c.state ->> 'shown_status', '') order by c.id limit 20
"""
SUMS = """
with counted as (select q.part, q.key, q.kind, s.store as store_id, q.day, sum(q.n)::bigint as n, sum(q.total) as total
    from ({}) q cross join lateral (values (q.store_id), (0)) s(store) group by 1, 2, 3, 4, 5),
held as (select part, key, kind, store_id, day, n, total from measures_sum
    where source = %s and span = 'd' and day between %s and %s)
select coalesce(h.day, c.day) from counted c full join held h using (part, key, kind, store_id, day)
where h.n is distinct from c.n or round(h.total, 4) is distinct from round(c.total, 4) order by 1
"""


def check(now: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(CASES)
        for (number,) in cursor.fetchall():
            yield _finding(
                f"工单 {number} 的清单数据与状态不符。", f"Case {number}: its row for lists differs from its state."
            )
    for case in Case.objects.defer("state").order_by("id").iterator(chunk_size=500):
        adopted = case.adopted_at.isoformat() if case.adopted_at else None
        if promises.rebuild(case.pk, case.store_id, case.procedure, adopted) != promises.held(case.pk):
            yield _finding(
                f"工单 {case.number} 的承诺记录与事件不符。",
                f"Case {case.number}: its promises are not its events.",
            )
    known = sums.kept()
    for source in every():
        until = known.until.get(source.id)
        if until is not None:
            for day in wrong_days(source, until, known.touched.get(source.topic, frozenset())):
                yield _finding(f"{source.id} 在 {day} 的合计不符。", f"The sums of {source.id} on {day} are wrong.")


def wrong_days(source: Source, until: date, touched: frozenset[date]) -> list[date]:
    """Kept days that a count of the rows does not give again; touched ones are known to be counted anew."""
    first = sums.first_day(source, until)
    found = source.rows(first, until)
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(found.text), (*found.values, source.id, first - timedelta(days=1), until))
        return sorted({row[0] for row in cursor.fetchall()} - touched)


def _finding(zh: str, en: str) -> Finding:
    return Finding(NAME, Text(zh, en))
