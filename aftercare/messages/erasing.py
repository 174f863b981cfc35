"""That a message left stays known; to whom and what it said goes with the person. What still waits is not sent."""

from __future__ import annotations

from datetime import datetime

from aftercare.errors import JSON
from aftercare.messages.models import Outbound
from aftercare.people.actor import Actor


def erase(customer: int, actor: Actor, now: datetime) -> JSON:
    rows = Outbound.objects.filter(customer_id=customer)
    rows.filter(state__in=["held", "waiting", "sending"]).update(state="failed", error="erased")
    return {"messages": rows.update(recipient="", body="")}
