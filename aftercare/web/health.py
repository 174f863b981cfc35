"""What a machine outside asks: is the process alive, is the whole ready to work?"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from aftercare import clock
from aftercare.config import backups

WORKER_SILENT_AFTER = timedelta(seconds=30)
LEAST_FREE_BYTES = 500 * 1024 * 1024


def healthz(request: HttpRequest) -> HttpResponse:
    """200 whenever this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, worker, disk and backup are well, else 503; the body says which is not."""
    checks = _checks(clock.now())
    well = all(check["ok"] for check in checks.values())
    return JsonResponse({"ok": well, "checks": checks}, status=200 if well else 503)


def _checks(now: datetime) -> dict[str, dict[str, Any]]:
    beat, database_ok = _last_beat()
    free = shutil.disk_usage(settings.FILES_ROOT).free
    last = backups.last_backup(now)
    return {
        "database": {"ok": database_ok},
        "worker": {"ok": beat is not None and now - beat <= WORKER_SILENT_AFTER, "last": _stamp(beat)},
        "disk": {"ok": free >= LEAST_FREE_BYTES, "free_bytes": free},
        "backup": {"ok": not backups.overdue(now), "last": _stamp(last)},
    }


def _last_beat() -> tuple[datetime | None, bool]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select max(beat_at) from config_heartbeat")
            row = cursor.fetchone()
    except DatabaseError:
        return None, False
    return (row[0] if row else None), True


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
