"""Writes of messages: tell people inside, queue what leaves, mark as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aftercare import faults
from aftercare.audit.actions import trace
from aftercare.errors import NotFound, OutsideFailure
from aftercare.messages.channels import channel
from aftercare.messages.models import Hold, Notice, Outbound
from aftercare.people.access import require
from aftercare.people.actor import Actor

Json = Any
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))


def notify(
    people: Iterable[int],
    kind: str,
    text: Mapping[str, str],
    now: datetime,
    *,
    case: int | None = None,
    link: str = "",
    read_by: datetime | None = None,
    once: str = "",
) -> int:
    """A notice to each person; with `once` the same thing is told once. Returns how many are new."""
    wanted = set(people)
    if once:
        wanted -= set(Notice.objects.filter(once=once, person_id__in=wanted).values_list("person_id", flat=True))
    rows = [
        Notice(person_id=one, kind=kind, text=dict(text), case_id=case, link=link, at=now, read_by=read_by, once=once)
        for one in sorted(wanted)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(once))
    return len(rows)


def queue(
    now: datetime,
    *,
    channel_name: str,
    recipient: str,
    message: str,
    body: str,
    customer: int | None = None,
    person: int | None = None,
    case: int | None = None,
    hold: bool = False,
) -> Outbound:
    """Put a message into the outbox; the worker sends it after the transaction is done."""
    return Outbound.objects.create(
        channel=channel_name,
        recipient=recipient,
        message=message,
        body=body,
        customer_id=customer,
        person_id=person,
        case_id=case,
        state="held" if hold else "waiting",
        next_try=now,
        created_at=now,
    )


def read(actor: Actor, now: datetime, notices: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read; None: all of them."""
    rows = Notice.objects.filter(person_id=actor.person, read_at=None)
    return (rows if notices is None else rows.filter(pk__in=list(notices))).update(read_at=now)


def unread_again(actor: Actor, notice: int) -> None:
    if not Notice.objects.filter(person_id=actor.person, pk=notice).update(read_at=None):
        raise NotFound.because("no_notice", "没有这条消息。", "There is no such notice.")


def send_due(now: datetime, limit: int = 100) -> int:
    """Send what waits; returns how many were taken. Nothing leaves while a hold is on.

    A message is marked before it leaves: after a crash in between it is `uncertain` and goes once more with the same
    id, never silently lost.
    """
    sent = 0
    if Hold.objects.exists():
        return 0
    for _ in range(limit):
        row = _claim(now)
        if row is None:
            break
        faults.point("message.claimed")
        sent += _send(row, now)
        faults.point("message.noted")
    return sent


def hold_all(now: datetime) -> int:
    """Let nothing leave until `release`. Returns how many messages wait."""
    Hold.objects.get_or_create(pk=1, defaults={"since": now})
    return Outbound.objects.filter(state__in=["waiting", "sending"]).count()


def release(actor: Actor, now: datetime) -> int:
    """What waits may leave again. Returns how many that are; raises NotAllowed."""
    require(actor, "messages.send")
    with transaction.atomic():
        if Hold.objects.filter(pk=1).delete()[0]:
            trace(actor, "messages.release", now=now)
    return Outbound.objects.filter(state__in=["waiting", "sending"]).count()


def _claim(now: datetime) -> Outbound | None:
    with transaction.atomic():
        waiting = Outbound.objects.select_for_update(skip_locked=True).filter(
            state__in=["waiting", "sending"], next_try__lte=now
        )
        row = waiting.order_by("next_try", "created_at").first()
        if row is None:
            return None
        row.error = "uncertain" if row.state == "sending" else row.error
        row.state, row.tries, row.next_try = "sending", row.tries + 1, now + timedelta(minutes=2)
        row.save(update_fields=["state", "tries", "next_try", "error"])
        return row


def _send(row: Outbound, now: datetime) -> int:
    try:
        channel(row.channel)(str(row.id), row.recipient, row.body)
    except OutsideFailure as failure:
        last = not failure.retry or row.tries > len(WAITS)
        state = "failed" if last else "waiting"
        wait = timedelta() if last else WAITS[min(row.tries, len(WAITS)) - 1]
        Outbound.objects.filter(pk=row.pk).update(state=state, next_try=now + wait, error=str(failure))
        return 0
    faults.point("message.sent")
    state = "uncertain" if row.error == "uncertain" else "sent"
    Outbound.objects.filter(pk=row.pk).update(state=state, sent_at=now)
    return 1
