"""Every kind of event in one place: its sentence, what in it is personal, and what it does to the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aftercare.engine.types import Json, State
from aftercare.texts import Text

Apply = Callable[[State, Mapping[str, Json], Mapping[str, Json]], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`sentence` may name keys of the data; ids in it are worded by the page. `personal`: keys kept in the erasable row."""

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


def _task(state: State, data: Mapping[str, Json]) -> dict[str, Json]:
    task: dict[str, Json] = state["tasks"].setdefault(
        data["key"], {"task": data.get("task", data["key"]), "round": 1, "marks": {}}
    )
    return task


# --- the frame of a case


@kind("case_opened", "开立工单", "Case opened", portal=True)
def _opened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    for name in ("procedure", "version", "store", "subject", "customer", "opener", "number"):
        state[name] = data.get(name)
    state["opened_at"] = data["at"]
    state["status"] = "open"
    state["values"] = dict(data.get("values") or {})
    state["people"] = dict(data.get("people") or {})
    state["adopted_at"] = data.get("adopted_at")


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
    _end_open_tasks(state, "missed")


@kind("cancelled", "工单取消：{reason}", "Case cancelled: {reason}", portal=True)
def _cancelled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["status"], state["closed_at"] = "cancelled", data["at"]
    _end_open_tasks(state, "withdrawn")


def _end_open_tasks(state: State, how: str) -> None:
    for task in state["tasks"].values():
        if task.get("state") in ("open", "planned"):
            task["state"] = how
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


@kind("migrated", "改按手册版本 {version} 办理", "Moved to handbook version {version}")
def _migrated(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["version"] = data["version"]


@kind("value_set", "{path}：{old} → {value}", "{path}: {old} → {value}")
def _value_set(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["values"][data["path"]] = data["value"]


@kind("facts_read", "核查资料", "Facts looked up", shown=False)
def _facts(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["facts"].update(data["facts"])


@kind("person_chosen", "{person} 担任 {role}", "{person} acts as {role}")
def _person(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["people"][data["role"]] = data["person"]


@kind("note", "备注：{text}", "Note: {text}", personal=("text",))
def _note(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None


# --- tasks


@kind("task_planned", "计划：{key}", "Planned: {key}", shown=False)
def _task_planned(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task = _task(state, data)
    task.update(
        state="planned",
        opens_at=data["opens_at"],
        slot=data["opens_at"],
        round=data["round"],
        roles=data["roles"],
        assignee=data.get("assignee"),
        element=data.get("element"),
    )


@kind("task_opened", "开始：{key}", "Opened: {key}", shown=False)
def _task_opened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    task = _task(state, data)
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
    )
    task.pop("opens_at", None)


@kind("task_skipped", "免办：{key}", "Not needed: {key}", shown=False)
def _task_skipped(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data).update(state="skipped", round=data["round"], done_at=data["at"])


@kind("task_uncalled", "无须办理：{key}", "Not called for: {key}", shown=False)
def _task_uncalled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data).update(state="uncalled", round=data["round"])


@kind("task_withdrawn", "撤回：{key}", "Withdrawn: {key}", shown=False)
def _task_withdrawn(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data).update(state="withdrawn", round=data["round"])
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] != data["key"] or d.get("fired")}


@kind("draft_saved", "暂存：{key}", "Draft saved: {key}", personal=("values",), shown=False)
def _draft(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["drafts"][data["key"]] = {**data["values"], **personal.get("values", {})}


@kind("task_done", "{key}：{outcome}", "{key}: {outcome}", personal=("values",), portal=True)
def _task_done(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    key = data["key"]
    _task(state, data).update(
        state="done",
        outcome=data["outcome"],
        done_at=data["at"],
        actor=data.get("actor"),
        late=data.get("late", 0),
    )
    if data.get("values") is not None:
        state["sheets"][key] = {**data["values"], **personal.get("values", {})}
    state["drafts"].pop(key, None)
    state["deadlines"] = {
        k: d for k, d in state["deadlines"].items() if not (d["element"] == key and d["own"] and not d.get("fired"))
    }


@kind("task_waived", "豁免：{key}（{reason}）", "Waived: {key} ({reason})")
def _task_waived(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data).update(state="skipped", done_at=data["at"], waived=True)
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] != data["key"] or d.get("fired")}


@kind("task_rearmed", "可再次开始：{key}", "May open again: {key}", shown=False)
def _task_rearmed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data)["armed"] = True


@kind("reopened", "重新办理：{tasks}", "Opened again: {tasks}")
def _reopened(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    for key in data["keys"]:
        task = state["tasks"].get(key)
        if task is None:
            continue
        task.update(state="pending", round=task["round"] + 1, marks={}, outcome=None, done_at=None, late=0)
        task["not_before"] = data.get("not_before")
        task["called"] = key in data["tasks"]
        if key in state["sheets"]:
            state["drafts"][key] = dict(state["sheets"][key])
    state["deadlines"] = {k: d for k, d in state["deadlines"].items() if d["element"] not in data["keys"]}


@kind("reassigned", "{key} 转给 {person}", "{key} moved to {person}")
def _reassigned(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data)["assignee"] = data["person"]


@kind("corrected", "更正 {key}：{reason}", "{key} corrected: {reason}", personal=("changes",))
def _corrected(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    sheet = state["sheets"].setdefault(data["key"], {})
    for name, change in {**data["changes"], **personal.get("changes", {})}.items():
        sheet[name] = change["new"]


# --- marks of parties


@kind("mark", "{who} {must}", "{who}: {must}", personal=("name",), portal=True)
def _mark(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    marks = _task(state, data).setdefault("marks", {})
    marks[f"{data['who']}|{data['must']}"] = {
        k: data[k] for k in ("person", "at", "covers", "way", "reason") if data.get(k) is not None
    }


@kind("mark_lapsed", "{who} 的确认因内容变更失效", "The consent of {who} lapsed: its content changed")
def _mark_lapsed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _task(state, data).get("marks", {}).pop(data["mark"], None)


# --- deadlines


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


# --- papers and custody


@kind("paper_issued", "出单：{document}", "Issued: {document}", portal=True)
def _issued(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    paper = state["papers"].setdefault(data["document"], {"issues": 0})
    paper.update(
        issues=paper["issues"] + 1, at=data["at"], copies={n: {"holder": "", "pending": False} for n in data["copies"]}
    )


@kind("paper_superseded", "作废旧单：{document}", "Superseded: {document}")
def _superseded(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["papers"][data["document"]]["superseded"] = data["at"]


@kind("copy_handed", "{document} 第 {copy} 联交 {to}", "{document}, copy {copy} handed to {to}", portal=True)
def _handed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["papers"][data["document"]]["copies"][data["copy"]] = {
        "holder": data["to"],
        "pending": data["pending"],
        "at": data["at"],
    }


@kind("copy_received", "{document} 第 {copy} 联已由 {to} 接收", "{document}, copy {copy} received by {to}")
def _received(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["papers"][data["document"]]["copies"][data["copy"]].update(
        pending=False, received_at=data["at"], by=data["person"]
    )


# --- figures, flags, money, links


@kind("flag_raised", "标记：{flag}", "Flagged: {flag}")
def _raised(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["flags"][data["flag"]] = True


@kind("flag_lowered", "取消标记：{flag}", "Flag removed: {flag}")
def _lowered(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["flags"][data["flag"]] = False


@kind("charge_set", "应收 {charge}：{amount}", "Charge {charge}: {amount}", shown=False)
def _charge(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    charge = state["charges"].setdefault(data["charge"], {"received": 0})
    charge.update(amount=data["amount"], parts=data.get("parts", {}))


@kind("money_received", "收到 {charge}：{amount}", "Received for {charge}: {amount}", portal=True)
def _money(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    charge = state["charges"].setdefault(data["charge"], {"amount": None, "received": 0, "parts": {}})
    charge["received"] += data["amount"]


@kind("child_opened", "开立关联工单", "Related case opened")
def _child(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["children"][data["name"]] = {"case": data.get("case"), "done": False, "wait": data.get("wait", False)}


@kind("child_closed", "关联工单已办结", "Related case closed")
def _child_closed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["children"].setdefault(data["name"], {}).update(done=True, outcome=data.get("outcome", ""))


@kind("signalled", "收到通知：{name}", "Signal: {name}", shown=False)
def _signalled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None


@kind("excused", "例外理由：{reason}", "Reason given: {reason}")
def _excused(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None


@kind("breach", "未遵守：{clause}", "Not kept: {clause}")
def _breach(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["breaches"] = state.get("breaches", 0) + 1


@kind("finding", "记录责任：{finding}", "Finding: {finding}")
def _finding(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["findings"] = state.get("findings", 0) + 1


@kind("effect", "{name}", "{name}", personal=("params",), shown=False)
def _effect(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None
