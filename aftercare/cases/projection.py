"""From a state to the rows that lists and the clock read. Pure; a rebuild gives the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.engine.parties import CUSTOMER, waiting_for
from aftercare.engine.people import ids_of
from aftercare.engine.timing import fires_at, stopped
from aftercare.engine.types import moment
from aftercare.handbook.model import Procedure

Json = Any
Row = dict[str, Json]


def tasks(state: Mapping[str, Json], procedure: Procedure) -> dict[str, Row]:
    """Open and planned tasks by key."""
    rows: dict[str, Row] = {}
    running = state["status"] in ("open", "paused")
    for key, held in state["tasks"].items():
        definition = procedure.tasks.get(held["task"])
        if not running or definition is None or held.get("state") not in ("open", "planned") or held.get("quiet"):
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
            "overdue": bool(due.get("fired")) and not due.get("lifted"),
            "round": held["round"],
            "waiting": _waiting(state, key, procedure) if held["state"] == "open" else [],
        }
    return rows


def _waiting(state: Mapping[str, Json], key: str, procedure: Procedure) -> list[str]:
    """Roles (or person:ID) asked for their mark: once a draft is there; not the customer, not who works on it."""
    task = procedure.tasks[state["tasks"][key]["task"]]
    if task.form and key not in state["drafts"]:
        return []
    waiting: list[str] = []
    for who, _ in waiting_for(dict(state), key, task):
        rule = procedure.people.get(who)
        persons = ids_of(dict(state), who) if rule else []
        if who != CUSTOMER and who not in task.role:
            waiting += [f"person:{one}" for one in persons] or [rule.role if rule else who]
    return sorted(set(waiting))


def deadlines(state: Mapping[str, Json]) -> dict[str, Row]:
    """Rows of the clock. What a pause holds has no row until the case runs again; fired ones stay as history."""
    status = state["status"]
    return {
        name: {k: held[k] for k in ("element", "level", "round", "kind", "provisional")}
        | {"at": moment(fires_at(held)), "fired_at": held.get("fired")}
        for name, held in state["deadlines"].items()
        if held.get("fired") or (status in ("open", "paused") and not stopped(status, held))
    }


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
