"""The daily digest: each morning, to everybody with open work, what is overdue and due today; once a day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.cases.queries import counts
from aftercare.messages.actions import notify
from aftercare.people.models import Person
from aftercare.people.queries import actor_for

ZONE = ZoneInfo("Asia/Shanghai")


def send_digest(now: datetime) -> int:
    """Returns how many people were told. The same day twice tells nobody twice."""
    told = 0
    for person in Person.objects.filter(active=True).order_by("id"):
        found = counts(actor_for(person, now), now)
        if not (found["overdue"] or found["open"] or found["waiting"]):
            continue
        text = {
            "zh": f"今日待办 {found['open']} 项，其中超时 {found['overdue']} 项，等您确认 {found['waiting']} 项",
            "en": f"{found['open']} tasks today, {found['overdue']} overdue, {found['waiting']} waiting for you",
        }
        told += notify([person.pk], "digest", text, now, link="/", once=f"digest:{now.astimezone(ZONE):%Y-%m-%d}")
    return told
