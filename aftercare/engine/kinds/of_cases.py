"""Events on the case itself."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.kinds.registry import kind
from aftercare.engine.types import Json, State


@kind("case_opened", "开立工单", "Case opened", personal=("values",), portal=True)
def _opened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    for name in ("procedure", "version", "store", "subject", "customer", "opener", "number", "parent"):
        state[name] = data.get(name)
    state["opened_at"] = data["at"]
    state["status"] = "open"
    state["values"] = {**(data.get("values") or {}), **personal.get("values", {})}
    state["people"] = dict(data.get("people") or {})
    state["adopted_at"] = data.get("adopted_at")
    if data.get("period"):
        state["period"] = data["period"]


@kind(
    "adopted",
    "接手在办工单：此前已完成的步骤按现状登记",
    "Taken over as it stands: earlier steps entered as done",
    personal=("sheets",),
)
def _adopted(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    for key, one in data["tasks"].items():
        state["tasks"][key] = {
            "task": key,
            "round": 1,
            "marks": {},
            "state": "done",
            "outcome": one.get("outcome", ""),
            "opened_at": one["at"],
            "done_at": one["at"],
            "actor": one.get("actor"),
            "adopted": True,
        }
        state["sheets"][key] = {**one.get("values", {}), **personal.get("sheets", {}).get(key, {})}
    for document, copies in data.get("papers", {}).items():
        state["papers"][document] = {
            "issues": 1,
            "at": data["at"],
            "copies": {n: {"holder": who, "pending": False, "at": data["at"]} for n, who in copies.items()},
        }


@kind("stage_entered", "进入阶段：{stage}", "Stage entered: {stage}")
def _stage(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["stage"] = data["stage"]


@kind("closed", "工单办结", "Case closed", portal=True)
def _closed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"], state["closed_at"] = "closed", data["at"]
    _end_open_tasks(state, data.get("rest", "missed"))


@kind("cancelled", "工单取消：{reason}", "Case cancelled: {reason}", portal=True)
def _cancelled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"], state["closed_at"] = "cancelled", data["at"]
    _end_open_tasks(state, "withdrawn")


def _end_open_tasks(state: State, how: str) -> None:
    for task in state["tasks"].values():
        if task.get("state") in ("open", "planned", "pending"):
            task.update(state=how, ended=True)
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d.get("fired")}


@kind("reinstated", "工单重新打开：{reason}", "Case reopened: {reason}")
def _reinstated(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"], state["closed_at"] = "open", None


@kind("paused", "暂停：{reason}", "Paused: {reason}")
def _paused(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"] = "paused"
    state["pauses"].append([data["at"], None])


@kind("resumed", "恢复", "Resumed")
def _resumed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"] = "open"
    state["pauses"][-1][1] = data["at"]


@kind("customer_changed", "改为另一位客户", "The case is about another customer now")
def _customer_changed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["customer"] = data["customer"]


@kind("migrated", "改按手册版本 {version} 办理", "Moved to handbook version {version}")
def _migrated(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["version"] = data["version"]


@kind("value_set", "{path}：{old} → {value}", "{path}: {old} → {value}")
def _value_set(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["values"][data["path"]] = data["value"]


@kind("words_set", "{path} 已更新", "{path} changed", personal=("value",))
def _words_set(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    """The same for what an erasure takes along."""
    state["values"][data["path"]] = personal.get("value")


@kind("facts_read", "核查资料", "Facts looked up", shown=False)
def _facts(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["facts"].update(data["facts"])


@kind("person_chosen", "{person} 担任 {role}", "{person} acts as {role}")
def _person(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["people"][data["role"]] = data["person"]


@kind("note", "备注：{text}", "Note: {text}", personal=("text",))
def _note(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None


@kind("status_reached", "状态：{status}", "Status: {status}")
def _status(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["shown_status"] = data["status"]


@kind("frozen", "{key} 的“{field}”已锁定", "“{field}” of {key} can no longer change")
def _frozen(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["frozen"].setdefault(data["key"], []).append(data["field"])
