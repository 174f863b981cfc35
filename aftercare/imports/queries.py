"""Reading imports."""

from __future__ import annotations

from typing import Any

from aftercare.errors import NotFound
from aftercare.imports.models import ImportRun
from aftercare.people.access import require_somewhere
from aftercare.people.actor import Actor

_COLUMNS = ("id", "name", "kind", "status", "whole", "total", "done", "added", "cancel_asked", "error", "summary",
            "by", "by_name", "created_at", "started_at", "ended_at")  # fmt: skip


def runs(actor: Actor, limit: int = 50) -> list[dict[str, Any]]:
    """Imports, newest first: one's own, all with the right for the whole company. One query."""
    require_somewhere(actor, "imports.run")
    found = ImportRun.objects.order_by("-id")
    if not actor.may("imports.run"):
        found = found.filter(by=actor.person)
    return [dict(row) for row in found.values(*_COLUMNS)[: min(limit, 200)]]


def run(actor: Actor, run_id: int) -> dict[str, Any]:
    """One import with its faults (code, message zh/en, sheet, row, column). One query; NotFound when not one's own."""
    require_somewhere(actor, "imports.run")
    found = ImportRun.objects.filter(pk=run_id).values(*_COLUMNS, "faults").first()
    if found is None or (found["by"] != actor.person and not actor.may("imports.run")):
        raise NotFound.because("import.absent", "没有这次导入。", "There is no such import.")
    return dict(found)
