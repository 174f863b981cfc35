"""Once a day one hash over the heads of all chains that grew: who alters a chain must alter every later root too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from aftercare.cases.models import DailyRoot
from aftercare.cases.world import ZONE
from aftercare.errors import Fault

HEADS = """
select distinct on (case_id) case_id, hash from cases_event
where entered_at >= %s and entered_at < %s order by case_id, seq desc
"""


def seal_days(now: datetime) -> int:
    """Store the roots of all days that are over and not sealed yet, at most a month at a time. Returns how many."""
    today = now.astimezone(ZONE).date()
    last = DailyRoot.objects.order_by("-day").values_list("day", flat=True).first()
    first = last + timedelta(days=1) if last else _first_day()
    if first is None:
        return 0
    days = [first + timedelta(days=n) for n in range(min((today - first).days, 31))]
    for day in days:
        with transaction.atomic():
            cases, root = _root(day)
            DailyRoot.objects.get_or_create(day=day, defaults={"cases": cases, "root": root})
    return len(days)


def root_faults() -> Iterator[Fault]:
    """Sealed days whose events no longer give the stored root."""
    for row in DailyRoot.objects.order_by("day"):
        cases, root = _root(row.day)
        if (cases, root) != (row.cases, bytes(row.root)):
            yield Fault("root", f"{row.day} 的总校验值不符。", f"The root of {row.day} no longer matches.")


def _first_day() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("select min(entered_at) from cases_event")
        found = cursor.fetchone()[0]
    return found.astimezone(ZONE).date() if found else None


def _root(day: date) -> tuple[int, bytes]:
    begin = datetime.combine(day, time(), ZONE)
    total, cases = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [begin, begin + timedelta(days=1)])
        for case, head in cursor.fetchall():
            total.update(case.to_bytes(8, "big") + bytes(head))
            cases += 1
    return cases, total.digest()
