"""Events on tasks, and the marks of parties on them."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.kinds.registry import kind, task_of
from aftercare.engine.types import Json, State


@kind("task_planned", "计划：{key}", "Planned: {key}", shown=False)
def _task_planned(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task = task_of(state, data)
    task.update(
        state="planned",
        opens_at=data["opens_at"],
        slot=data["opens_at"],
        round=data["round"],
        roles=data["roles"],
        assignee=data.get("assignee"),
        element=data.get("element"),
        quiet=bool(data.get("quiet")),
    )


@kind("task_opened", "开始：{key}", "Opened: {key}", shown=False)
def _task_opened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task = task_of(state, data)
    task.update(
        state="open",
        opened_at=data["at"],
        round=data["round"],
        roles=data["roles"],
        assignee=data.get("assignee"),
        element=data.get("element"),
        marks={},
        outcome=None,
        done_at=None,
        armed=False,
        called=False,
    )
    for name in ("opens_at", "not_before", "checks", "ended", "rows"):
        task.pop(name, None)


@kind("task_skipped", "免办：{key}", "Not needed: {key}", shown=False)
def _task_skipped(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data).update(
        state="skipped",
        round=data["round"],
        done_at=data["at"],
        armed=False,
        called=False,
        not_before=None,
        quiet=False,
    )


@kind("task_uncalled", "无须办理：{key}", "Not called for: {key}", shown=False)
def _task_uncalled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data).update(state="uncalled", round=data["round"])


@kind("task_withdrawn", "撤回：{key}", "Withdrawn: {key}", shown=False)
def _task_withdrawn(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data).update(state="pending" if data.get("waits") else "withdrawn", round=data["round"])
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] != data["key"] or d.get("fired")}


@kind("draft_saved", "暂存：{key}", "Draft saved: {key}", personal=("values",), shown=False)
def _draft(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["drafts"][data["key"]] = {
        **data["values"],
        **personal.get("values", {}),
        **({"checks": data["checks"]} if data.get("checks") else {}),
    }


@kind("row_saved", "{key}：第 {row} 行", "{key}: line {row}", personal=("values",), shown=False)
def _row_saved(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    """One line of a list that is worked line by line; only that line travels."""
    lines = state["drafts"].setdefault(data["key"], {}).setdefault(data["field"], [])
    row = {**data["values"], **personal.get("values", {})}
    held = next((n for n, one in enumerate(lines) if str(one.get(data["by"])) == data["row"]), None)
    if held is None:
        lines.append(row)
    else:
        lines[held] = row
    task_of(state, data).setdefault("rows", {})[data["row"]] = {"person": data.get("actor"), "at": data["at"]}


@kind("task_done", "{key}：{outcome}", "{key}: {outcome}", personal=("values",), portal=True)
def _task_done(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    key = data["key"]
    task_of(state, data).update(
        state="done",
        outcome=data["outcome"],
        done_at=data["at"],
        actor=data.get("actor"),
        late=data.get("late", 0),
        **({"checks": data["checks"]} if data.get("checks") else {}),
    )
    if data.get("values") is not None:
        # Of a list worked line by line that was about somebody erased, the lines of the others are in what was saved.
        held = state["drafts"].get(key, {}) if not personal and state["tasks"][key].get("rows") else {}
        lines = {name: one for name, one in held.items() if isinstance(one, list)}
        state["sheets"][key] = {**lines, **data["values"], **personal.get("values", {})}
    state["drafts"].pop(key, None)
    state["deadlines"] = {
        k: d for k, d in state["deadlines"].items() if not (d["element"] == key and d["own"] and not d.get("fired"))
    }


@kind("task_waived", "豁免：{key}（{reason}）", "Waived: {key} ({reason})")
def _task_waived(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data).update(state="skipped", done_at=data["at"], waived=True)
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] != data["key"] or d.get("fired")}


@kind("task_rearmed", "可再次开始：{key}", "May open again: {key}", shown=False)
def _task_rearmed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data)["armed"] = True


@kind("reopened", "重新办理：{tasks}", "Opened again: {tasks}")
def _reopened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    for key in data["keys"]:
        task = state["tasks"].setdefault(key, {"task": key, "round": 0})
        called = key in data["tasks"]
        task.update(state="pending", round=task["round"] + 1, marks={}, outcome=None, done_at=None, late=0)
        task.update(called=called, not_before=data.get("not_before") if called else None)
        if key in state["sheets"]:
            state["drafts"][key] = dict(state["sheets"][key])
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] not in data["keys"]}


@kind("reassigned", "{key} 转给 {person}", "{key} moved to {person}")
def _reassigned(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data)["assignee"] = data["person"]


@kind("corrected", "更正 {key}：{reason}", "{key} corrected: {reason}", personal=("changes",))
def _corrected(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    sheet = state["sheets"].setdefault(data["key"], {})
    for name, change in {**data["changes"], **personal.get("changes", {})}.items():
        sheet[name] = change["new"]


# --- marks of parties


@kind("mark", "{who} {must}", "{who}: {must}", personal=("name",), portal=True)
def _mark(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    marks = task_of(state, data).setdefault("marks", {})
    marks[f"{data['who']}|{data['must']}"] = {
        k: data[k] for k in ("person", "at", "covers", "within", "way", "reason", "record") if data.get(k) is not None
    }


@kind("mark_lapsed", "{who} 的确认因内容变更失效", "The consent of {who} lapsed: its content changed")
def _mark_lapsed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task_of(state, data).get("marks", {}).pop(data["mark"], None)
