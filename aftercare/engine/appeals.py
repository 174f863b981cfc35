"""A finding noted by hand, appealed against by the person concerned, upheld or dropped by who manages."""

from __future__ import annotations

from collections.abc import Mapping

from aftercare.engine.access import managers_only, reason_of
from aftercare.engine.consequences import find, note, parts
from aftercare.engine.judge import Judge
from aftercare.engine.persons import persons_in
from aftercare.engine.types import Json, Refuse, instant
from aftercare.errors import Fault

DECISIONS = ("upheld", "dropped")
BY_HAND = "by_hand"


def find_by_hand(judge: Judge, data: Mapping[str, Json]) -> None:
    """A breach of a clause against one or several people, by a manager; a table may say what follows from it."""
    managers_only(judge)
    clauses = [str(one) for one in _many(data.get("clause"))]
    people, rule = persons_in(data.get("people") or data.get("person")), str(data.get("rule") or "")
    book = judge.world.handbook
    if unknown := [one for one in clauses if one not in book.clauses]:
        raise _wrong("clause", f"手册没有条款 {unknown[0]}", f"The handbook has no clause {unknown[0]}")
    if rule and rule not in book.rules:
        raise _wrong("rule", f"手册没有规则 {rule}", f"The handbook has no table {rule}")
    if not clauses and not rule:
        raise _wrong("clause", "请选择违反的条款", "Choose the clause that was broken")
    if not people:
        raise _wrong("person", "请选择责任人", "Choose the person concerned")
    private = {name: data[name] for name in ("note", "photo") if data.get(name)}
    facts = {name: data[name] for name in ("kind", "item") if data.get(name)}
    amount = _amount(data.get("amount"))
    if rule:
        told = {**facts, **private, "people": people, "amount": amount}
        find(judge, {"rule": rule, "with": told, "private": tuple(private)}, clauses, "")
        return
    for person, part in zip(people, parts(amount, len(people)), strict=True):
        found = {"finding": BY_HAND, "person": person, "amount": part, "element": "", "facts": facts}
        note(judge, {"facts": private}, **found, clause=",".join(clauses))


def appeal(judge: Judge, data: Mapping[str, Json]) -> None:
    """Only the person concerned, once, and in the time that the table allows; what was noted by hand at any time."""
    finding = _finding(judge, data)
    if finding.get("person") != judge.who.person:
        raise _absent()
    if finding.get("state"):
        raise _wrong("finding", "这条记录已经申诉过", "This finding has been appealed against already", "appealed")
    until = finding.get("appeal_until")
    if not until and finding["finding"] != BY_HAND:
        raise _wrong("finding", "这条记录不能申诉", "No appeal is foreseen against this finding", "no_appeal")
    if until and judge.now > instant(until):
        raise _wrong("finding", "申诉期已过", "The time for an appeal is over", "appeal_late")
    reason = {"reason": reason_of(data)}
    judge.emit("finding_appealed", reason, finding=finding["n"], person=finding["person"], of=finding["finding"])


def answer_appeal(judge: Judge, data: Mapping[str, Json]) -> None:
    """Uphold what was appealed against, or drop a finding (a mistaken one also without appeal); never one's own."""
    managers_only(judge)
    finding, decision = _finding(judge, data), data.get("decision")
    if decision not in DECISIONS:
        raise _wrong("decision", "请选择维持或撤销", "Choose upheld or dropped")
    if finding.get("person") == judge.who.person and not judge.who.system:
        raise _wrong("finding", "不能裁定对自己的记录", "Nobody decides on a finding against themselves", "not_allowed")
    if finding.get("state") in DECISIONS or (decision == "upheld" and finding.get("state") != "appealed"):
        raise _wrong("finding", "这条记录没有待答复的申诉", "There is no appeal to answer here", "no_appeal")
    facts = {"finding": finding["n"], "person": finding.get("person"), "of": finding["finding"]}
    kind = "finding_upheld" if decision == "upheld" else "finding_dropped"
    judge.emit(kind, {"reason": reason_of(data)}, **facts)


def _finding(judge: Judge, data: Mapping[str, Json]) -> Mapping[str, Json]:
    n = data.get("finding")
    found = next((one for one in judge.state["findings"] if n is not None and one.get("n") == n), None)
    if found is None:
        raise _absent()
    return found


def _amount(value: Json) -> Json:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong("amount", "金额格式不对", "The amount is not valid")
    return value


def _many(value: Json) -> list[Json]:
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def _absent() -> Refuse:
    zh, en = "没有这条记录", "There is no such finding"
    return Refuse("no_such_finding", Fault("no_such_finding", zh, en, field="finding"))


def _wrong(field: str, zh: str, en: str, code: str = "finding") -> Refuse:
    return Refuse(code, Fault(code, zh, en, field=field))
