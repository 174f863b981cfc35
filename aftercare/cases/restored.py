"""What a restore must tell: which deadlines passed since the backup. They fire once when the worker starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aftercare.cases.models import Deadline
from aftercare.texts import Text

SHOWN = 50


def overdue(now: datetime) -> Iterator[Text]:
    """A sentence with the count, then one for each deadline, the oldest first."""
    due = Deadline.objects.filter(fired_at=None, at__lte=now).order_by("at", "id")
    count = due.count()
    yield Text(f"已到期而未触发的时限：{count} 个。", f"Deadlines that are due and have not fired: {count}.")
    for number, element, level, at in due.values_list("case__number", "element", "level", "at")[:SHOWN]:
        yield Text(
            f"  {number}  {element} {level}  应于 {at:%Y-%m-%d %H:%M}Z",
            f"  {number}  {element} {level}  was due {at:%Y-%m-%d %H:%M}Z",
        )
    if count > SHOWN:
        yield Text(f"  …另有 {count - SHOWN} 个", f"  … and {count - SHOWN} more")
