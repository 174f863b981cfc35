"""Is the API there? Anybody may ask; nothing is told but that."""

from __future__ import annotations

from typing import Any

from django.db import connection

from aftercare.api.edge import PUBLIC, Ask
from aftercare.api.routes import Routes
from aftercare.api.shapes import BOOL, MOMENT, obj

routes = Routes("health")


@routes.get("/health", access=PUBLIC, answer=obj(ok=BOOL, now=MOMENT))
def health(ask: Ask) -> Any:
    """The database answers; the clock of the system. Worker, disk and backup: /readyz."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True, "now": ask.now}
