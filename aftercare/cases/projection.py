"""From a state to the rows that lists and the clock read. Pure; a rebuild gives the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.engine.parties import CUSTOMER, waiting_for
from aftercare.handbook.model import Procedure

Json = Any
Row = dict[str, Json]


def tasks(state: Mapping[str, Json], procedure: Procedure) -> dict[str, Row]:
    """Open and planned tasks by key."""
    rows: dict[str, Row] = {}
    running = state["status"] in ("open", "paused")
    for key, held in state["tasks"].items():
        definition = procedure.tasks.get(held["task"])
        if not running or definition is None or held.get("state") not in ("open", "planned"):
            continue
        due = state["deadlines"].get(f"{key}|due", {})
        rows[key] = {
            "key": key,
            "task": held["task"],
            "state": held["state"],
            "roles": held.get("roles") or [],
            "assignee_id": held.get("assignee"),
            "opens_at": held.get("opens_at"),
            "due_at": due.get("at"),
            "provisional": bool(due.get("provisional")),
            "overdue": bool(due.get("fired")),
            "round": held["round"],
            "waiting": _waiting(state, key, procedure) if held["state"] == "open" else [],
        }
    return rows


def _waiting(state: Mapping[str, Json], key: str, procedure: Procedure) -> list[str]:
    """Roles (or person:ID) asked for their mark: once a draft is there to be judged; not the customer, not who works on it."""
    task = procedure.tasks[state["tasks"][key]["task"]]
    if task.form and key not in state["drafts"]:
        return []
    waiting: list[str] = []
    for who, _ in waiting_for(dict(state), key, task):
        rule = procedure.people.get(who)
        person = (state["people"].get(who) or {}).get("id") if rule else None
        if who != CUSTOMER and who not in task.role:
            waiting.append(f"person:{person}" if person else rule.role if rule else who)
    return sorted(set(waiting))


def deadlines(state: Mapping[str, Json]) -> dict[str, Row]:
    names = ("element", "level", "round", "kind", "at", "provisional")
    rows = {
        name: {k: held[k] for k in names} | {"fired_at": held.get("fired")} for name, held in state["deadlines"].items()
    }
    return rows if state["status"] in ("open", "paused") else {n: r for n, r in rows.items() if r["fired_at"]}


def pending_copies(state: Mapping[str, Json]) -> dict[str, Row]:
    return {
        f"{document}/{copy}": {"document": document, "copy": copy, "holder": held["holder"], "at": held["at"]}
        for document, paper in state["papers"].items()
        for copy, held in paper.get("copies", {}).items()
        if held.get("pending")
    }


def summary(state: Mapping[str, Json], rows: Mapping[str, Row]) -> Row:
    """The columns of the case row that follow from the state."""
    dues = sorted(row["due_at"] for row in rows.values() if row["due_at"])
    return {
        "status": state["status"],
        "closed_at": state.get("closed_at"),
        "next_due": dues[0] if dues else None,
        "overdue": any(row["overdue"] for row in rows.values()),
        "flags": sorted(name for name, up in state["flags"].items() if up),
    }
