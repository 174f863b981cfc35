"""The papers that the file of a case must hold."""

from __future__ import annotations

from aftercare.engine.types import State, World
from aftercare.handbook.model import Keep


def dossier_missing(state: State, world: World) -> list[Keep]:
    """What is asked for by now and not there: a sheet, a photo in any sheet, an issued paper."""
    return [keep for keep in world.procedure.dossier if _asked(state, keep) and not _there(state, keep)]


def _asked(state: State, keep: Keep) -> bool:
    if keep.since is None:
        return True
    return any(
        held["task"] == keep.since.task
        and held.get("state") == "done"
        and keep.since.outcome in ("", held.get("outcome"))
        for held in state["tasks"].values()
    )


def _there(state: State, keep: Keep) -> bool:
    if keep.kind == "document":
        paper = state["papers"].get(keep.id)
        return bool(paper and paper["issues"] and not paper.get("superseded"))
    if keep.kind == "photo":
        return any(sheet.get(keep.id) for sheet in state["sheets"].values())
    return any(held["task"] == keep.id and key in state["sheets"] for key, held in state["tasks"].items())
