"""Events on deadlines."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.kinds.registry import kind
from aftercare.engine.types import Json, State


@kind("deadline_set", "时限：{element} {at}", "Deadline: {element} {at}", shown=False)
def _deadline_set(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    name = f"{data['element']}|{data['level']}"
    state["deadlines"][name] = {k: data[k] for k in ("element", "level", "kind", "round", "at", "provisional", "own")}


@kind("deadline_moved", "时限改为 {at}（原 {old}）", "Deadline moved to {at} (was {old})")
def _deadline_moved(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["deadlines"][f"{data['element']}|{data['level']}"].update(
        at=data["at"], provisional=data["provisional"], round=data["round"], fired=None
    )


@kind("deadline_dropped", "时限取消：{element}", "Deadline dropped: {element}", shown=False)
def _deadline_dropped(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["deadlines"].pop(f"{data['element']}|{data['level']}", None)


@kind("deadline_missed", "{element} 超时", "{element} is overdue")
def _missed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _fire(state, data)


@kind("warned", "{element} 即将到期", "{element} is due soon", shown=False)
def _warned(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _fire(state, data)


@kind("escalated", "{element} 超时，已上报 {to}", "{element} is overdue and was escalated to {to}")
def _escalated(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _fire(state, data)


def _fire(state: State, data: Mapping[str, Json]) -> None:
    deadline = state["deadlines"].get(f"{data['element']}|{data['level']}")
    if deadline is not None:
        deadline["fired"] = data["at"]
