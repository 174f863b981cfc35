"""The bell, and what left the house."""

from __future__ import annotations

from django.db.models import QuerySet

from aftercare.messages.models import Notice, Outbound
from aftercare.people.actor import Actor


def notices(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """The actor's own, newest first."""
    rows = Notice.objects.filter(person_id=actor.person).order_by("-at", "-id")
    return rows.filter(read_at=None) if unread else rows


def unread_count(actor: Actor) -> int:
    return Notice.objects.filter(person_id=actor.person, read_at=None).count()


def of_case(case: int) -> QuerySet[Outbound]:
    return Outbound.objects.filter(case_id=case).order_by("-created_at")
