"""Versions of a handbook: who loaded which and when, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from aftercare.cases import rule_queries
from aftercare.cases.candidates import PARTS
from aftercare.cases.models import HandbookVersion
from aftercare.cases.world import handbook_of
from aftercare.handbook.comparing import Difference, compare
from aftercare.handbook.model import Handbook, Setting
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.naming import clause_links
from aftercare.web.shown.manual import handbook_named, said_value

ROOM = "handbook"
NAMED = {**PARTS, "lists": Text("名单", "Lists"), "reports": Text("报表", "Reports")}
HOW = {
    "added": ("kept", Text("新增", "added")),
    "changed": ("soon", Text("修改", "changed")),
    "dropped": ("broken", Text("删除", "dropped")),
}


def versions(request: Any, handbook: str) -> HttpResponse:
    """The versions, and what lies between two of them: `?old=` and `?new=` are hashes or their beginnings."""
    live = handbook_named(handbook)
    rows = rule_queries.versions(handbook)
    old = _chosen(rows, request.GET.get("old", ""), lambda row: row["live"])
    new = _chosen(rows, request.GET.get("new", ""), lambda row: not row["live"] and row is not old)
    context = {"handbook": live, "versions": rows, "old": old, "new": new, "parts": []}
    if old and new and old["hash"] != new["hash"] and (request.GET.get("old") or request.GET.get("new")):
        found = differences(old["hash"], new["hash"])
        context |= {"parts": found, "compared": True, "clauses": _clauses(found, live)}
    return frame.page(request, "handbook/versions.html", context, room=ROOM)


def _chosen(rows: list[dict[str, Any]], wanted: str, usual: Any) -> dict[str, Any] | None:
    if wanted:
        found = next((row for row in rows if len(wanted) >= 8 and row["hash"].startswith(wanted)), None)
        if found is None:
            raise Http404
        return found
    return next((row for row in rows if usual(row)), None)


def differences(old: str, new: str) -> list[tuple[Text, list[dict[str, Any]]]]:
    """(part, what differs in it) between two kept versions."""
    files = dict(HandbookVersion.objects.filter(pk__in=[old, new]).values_list("hash", "files"))
    before, after = handbook_of(old), handbook_of(new)
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in compare(before, after, files[old], files[new]):
        parts.setdefault(one.part, []).append(_shown(one, after))
    return [(NAMED[part], found) for part, found in parts.items()]


def _shown(one: Difference, handbook: Handbook) -> dict[str, Any]:
    values = None
    if one.part == "settings":
        values = tuple(said_value(side, side.value) if isinstance(side, Setting) else "" for side in (one.old, one.new))
    procedure = handbook.procedures.get(one.id.partition("/")[0]) if "/" in one.id else None
    return {
        "id": one.id, "name": one.name, "of": procedure.name if procedure else None, "how": HOW[one.how],
        "rows": one.rows, "values": values, "cited": one.clauses, "clauses": clause_links(one.clauses, handbook),
    }  # fmt: skip


def _clauses(parts: list[tuple[Text, list[dict[str, Any]]]], handbook: Handbook) -> list[tuple[str, str, str]]:
    touched = {clause for _part, found in parts for one in found for clause in one["cited"]}
    return clause_links(tuple(sorted(touched)), handbook)


routes = [
    route("handbook/<str:handbook>/versions/", versions, access="handbook.see", name="versions"),
]
