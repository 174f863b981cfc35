"""The bell, and what left the house."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from aftercare.messages.models import Hold, Notice, Outbound
from aftercare.people.actor import Actor


def notices(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """The actor's own, newest first."""
    rows = Notice.objects.filter(person_id=actor.person).order_by("-at", "-id")
    return rows.filter(read_at=None) if unread else rows


def unread_count(actor: Actor) -> int:
    return Notice.objects.filter(person_id=actor.person, read_at=None).count()


def told(case: int) -> QuerySet[Notice]:
    """Whom a case has told what, and who has read it; newest first."""
    return Notice.objects.filter(case_id=case, kind="told").order_by("-at", "-id")


def of_case(case: int) -> QuerySet[Outbound]:
    return Outbound.objects.filter(case_id=case).order_by("-created_at")


def waiting() -> QuerySet[Outbound]:
    """What has yet to leave, the oldest first."""
    return Outbound.objects.filter(state__in=["held", "waiting", "sending"]).order_by("created_at", "id")


def held_since() -> datetime | None:
    """When everything outgoing was put on hold; None when it is not."""
    return Hold.objects.filter(pk=1).values_list("since", flat=True).first()
