"""What a kind of event is, and the one list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aftercare.engine.types import Json, State
from aftercare.texts import Text

Apply = Callable[[State, Mapping[str, Json], Mapping[str, Json]], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`sentence` may name keys of the data; ids in it are worded by the page. `personal`: keys kept erasable."""

    name: str
    sentence: Text
    apply: Apply
    personal: tuple[str, ...] = ()
    shown: bool = True  # in the timeline by default
    portal: bool = False  # the customer may read it


KINDS: dict[str, Kind] = {}


def kind(
    name: str, zh: str, en: str, *, personal: tuple[str, ...] = (), shown: bool = True, portal: bool = False
) -> Callable[[Apply], Apply]:
    def register(apply: Apply) -> Apply:
        if name in KINDS:
            raise ValueError(f"event kind {name} is defined twice")
        KINDS[name] = Kind(name, Text(zh, en), apply, personal, shown, portal)
        return apply

    return register


def task_of(state: State, data: Mapping[str, Json]) -> dict[str, Json]:
    task: dict[str, Json] = state["tasks"].setdefault(
        data["key"], {"task": data.get("task", data["key"]), "round": 1, "marks": {}}
    )
    return task
