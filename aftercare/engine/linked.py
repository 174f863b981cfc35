"""Cases that a case may read: its parent and what it has joined, by the names its procedure gives them."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.types import Json, State, World
from aftercare.handbook.model import Procedure


def links(procedure: Procedure, parent: Mapping[str, Json] | None, joined: Mapping[str, Json]) -> dict[str, int]:
    """Name of `reads` -> id of the case. `parent`: {case, procedure, ...}; `joined`: name -> {case, number}."""
    found = {name: int(one["case"]) for name, one in joined.items() if name in procedure.reads}
    if parent and parent.get("case"):
        for name, other in procedure.reads.items():
            if other == parent.get("procedure"):
                found.setdefault(name, int(parent["case"]))
    return found


def links_of(state: State, procedure: Procedure) -> dict[str, int]:
    return links(procedure, state.get("parent"), state.get("links") or {})


def papers_of(state: State, world: World, thing: str) -> tuple[str, Mapping[str, Json]]:
    """`promise.contract/2` -> ("contract/2", papers of the case read as `promise`); without a dot the own ones."""
    name, dot, rest = thing.partition(".")
    if not dot or name not in world.procedure.reads:
        return thing, state["papers"]
    other = world.linked.get(name)
    return rest, other["papers"] if other else {}
