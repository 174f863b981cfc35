"""Events on deadlines."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.kinds.registry import kind
from aftercare.engine.types import Json, State

# `round` counts how often the deadline was armed, so that none fires twice; `of` is the round of its task; `day`: a
# whole day counts, else the moment itself is still in time; `pauses`: a paused case stops it.
_HELD = ("element", "level", "kind", "round", "of", "at", "day", "provisional", "own", "pauses")


@kind("deadline_set", "时限：{element} {at}", "Deadline: {element} {at}", shown=False)
def _deadline_set(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    name = f"{data['element']}|{data['level']}"
    state["deadlines"][name] = {k: data[k] for k in _HELD}


@kind("deadline_moved", "时限改为 {at}（原 {old}）", "Deadline moved to {at} (was {old})")
def _deadline_moved(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    name = f"{data['element']}|{data['level']}"
    state["deadlines"][name] = {k: data[k] for k in _HELD}


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
    name = f"{data['element']}|{data['level']}"
    deadline = state["deadlines"].get(name)
    if deadline is not None:
        deadline.update(fired=data["at"], seq=state["seq"] + 1)
    state["fired"][name] = data["round"]


@kind("miss_lifted", "{element} 实际按时完成", "{element} was in time after all")
def _lifted(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    deadline = state["deadlines"].get(f"{data['element']}|{data['level']}")
    if deadline is not None:
        deadline["lifted"] = True
