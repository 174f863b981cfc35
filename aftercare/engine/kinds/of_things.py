"""Events on papers, things in custody, flags, money, related cases and findings."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.kinds.registry import kind
from aftercare.engine.types import Json, State


@kind("paper_issued", "出单：{document}", "Issued: {document}", portal=True)
def _issued(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    paper = state["papers"].setdefault(data["document"], {"issues": 0})
    paper.pop("superseded", None)
    paper.update(
        issues=paper["issues"] + 1, at=data["at"], copies={n: {"holder": "", "pending": False} for n in data["copies"]}
    )
    paper.pop("superseded", None)


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


@kind("thing_handed", "{thing} 交 {to}", "{thing} handed to {to}", portal=True)
def _thing_handed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["things"][data["thing"]] = {k: data.get(k) for k in ("pending", "at", "place")} | {"holder": data["to"]}


@kind("thing_received", "{thing} 已由 {to} 接收", "{thing} received by {to}")
def _thing_received(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["things"][data["thing"]].update(pending=False, received_at=data["at"], by=data["person"])


# --- flags, money, links, findings


@kind("flag_raised", "标记：{flag}", "Flagged: {flag}")
def _raised(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["flags"][data["flag"]] = True


@kind("flag_lowered", "取消标记：{flag}", "Flag removed: {flag}")
def _lowered(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["flags"][data["flag"]] = False


@kind("charge_set", "应收 {charge}：{amount}", "Charge {charge}: {amount}", shown=False)
def _charge(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    charge = state["charges"].setdefault(data["charge"], {"received": 0})
    charge.update(amount=data["amount"], parts=data.get("parts", {}), order=list(data.get("order", ())))


@kind("money_received", "收到 {charge}：{amount}", "Received for {charge}: {amount}", portal=True)
def _money(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    charge = state["charges"].setdefault(data["charge"], {"amount": None, "received": 0, "parts": {}})
    charge["received"] += data["amount"]


@kind("child_opened", "开立关联工单", "Related case opened")
def _child(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["children"][data["name"]] = {"case": None, "done": False, "wait": data.get("wait", False), "outcome": None}


@kind("child_linked", "关联工单 {number}", "Related case {number}")
def _child_linked(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    child = state["children"].setdefault(data["name"], {"done": False, "wait": False, "outcome": None})
    child.update(case=data["case"], number=data.get("number"))


@kind("child_closed", "关联工单已办结", "Related case closed")
def _child_closed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["children"].setdefault(data["name"], {}).update(done=True, outcome=data.get("outcome", ""))


@kind("case_linked", "加入 {number}", "Joined {number}")
def _linked(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state.setdefault("links", {})[data["link"]] = {"case": data["case"], "number": data.get("number")}


@kind("signalled", "收到通知：{name}", "Signal: {name}", shown=False)
def _signalled(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["signals"][data["name"]] = data["at"]


@kind("excused", "例外理由：{reason}", "Reason given: {reason}")
def _excused(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None


@kind("breach", "未遵守：{clause}", "Not kept: {clause}")
def _breach(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    state["breaches"] = state.get("breaches", 0) + 1


@kind("finding", "记录责任：{finding} {person}", "Finding: {finding} {person}", personal=("facts",))
def _finding(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    """`n` is the number of the event: by it a finding is appealed against."""
    kept = ("n", "finding", "person", "amount", "clause", "at", "once", "appeal_until")
    state["findings"].append({name: data[name] for name in kept if data.get(name) is not None})


def _mark_finding(state: State, n: Json, word: str) -> None:
    for one in state["findings"]:
        if one.get("n") == n:
            one["state"] = word


@kind("finding_appealed", "{person} 对“{of}”提出申诉", "{person} appeals against “{of}”", personal=("reason",))
def _appealed(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _mark_finding(state, data["finding"], "appealed")


@kind("finding_upheld", "维持对 {person} 的“{of}”", "Upheld against {person}: {of}", personal=("reason",))
def _upheld(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _mark_finding(state, data["finding"], "upheld")


@kind("finding_dropped", "撤销对 {person} 的“{of}”", "Dropped against {person}: {of}", personal=("reason",))
def _dropped(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    _mark_finding(state, data["finding"], "dropped")


@kind("effect", "{name}", "{name}", personal=("params",), shown=False)
def _effect(state: State, data: Mapping[str, Json], personal: Mapping[str, Json]) -> None:
    return None
