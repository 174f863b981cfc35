"""The daily digest: each morning, to everybody with open work, what is overdue and due today; once a day."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from aftercare.cases.queries import counts
from aftercare.messages.actions import notify
from aftercare.messages.models import Notice
from aftercare.people.models import Person
from aftercare.people.queries import actor_for

ZONE = ZoneInfo("Asia/Shanghai")
SENT_FROM, SENT_UNTIL = time(8, 30), time(12)  # a worker that comes back in the afternoon tells nobody good morning


def send_when_due(now: datetime) -> int:
    """The worker's look at the digest: from 08:30 on, once a day, to everybody or to nobody."""
    if not SENT_FROM <= now.astimezone(ZONE).time() < SENT_UNTIL or Notice.objects.filter(once=_key(now)).exists():
        return 0
    with transaction.atomic():
        return send_digest(now)


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
        told += notify([person.pk], "digest", text, now, link="/", once=_key(now))
    return told


def _key(now: datetime) -> str:
    return f"digest:{now.astimezone(ZONE):%Y-%m-%d}"
