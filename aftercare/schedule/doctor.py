"""Does every case stand where its state says? Compared by day, hours, lane and people; titles follow at a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aftercare.cases.models import Case
from aftercare.cases.world import handbook_of
from aftercare.doctor import Finding
from aftercare.schedule.models import Entry
from aftercare.schedule.projection import PLACE, differs, wanted_rows
from aftercare.texts import Text


def findings(now: datetime) -> Iterator[Finding]:
    """Run `rebuild` to mend what is found."""
    for case in Case.objects.order_by("pk").iterator(chunk_size=200):
        definition = handbook_of(case.version).procedures.get(case.procedure)
        if definition is None or not definition.calendar:
            continue
        wanted, held = wanted_rows(case, now), {row.key: row for row in Entry.objects.filter(case_id=case.pk)}
        if set(wanted) != set(held) or any(differs(held[key], row, (*PLACE, "done")) for key, row in wanted.items()):
            zh = f"工单 {case.number} 在日程上的位置与记录不符。"
            yield Finding("schedule.place", Text(zh, f"Case {case.number} stands wrongly on the calendar."))
    lost = Entry.objects.exclude(case_id__in=Case.objects.values("pk")).values_list("number", flat=True)[:20]
    for number in lost:
        zh, en = f"日程上有不存在的工单 {number}。", f"The calendar shows {number}, which is no case."
        yield Finding("schedule.lost", Text(zh, en))
