"""The rows of the registers stay for the figures; what is personal in them goes with the person."""

from __future__ import annotations

from datetime import datetime

from aftercare.errors import JSON
from aftercare.people.actor import Actor
from aftercare.records.models import Record


def erase(customer: int, actor: Actor, now: datetime) -> JSON:
    return {"records": Record.objects.filter(customer_id=customer).update(personal={})}
