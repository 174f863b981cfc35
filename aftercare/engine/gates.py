"""Gates: what must hold before something counts, and what the dial of its clause makes of a breach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, Refuse
from aftercare.engine.wording import worded
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.model import Gate
from aftercare.texts import Text

STRICTNESS = {"observe": 0, "warn": 1, "refuse": 2}


def level_of(judge: Judge, clauses: str | Sequence[str]) -> str:
    """How strictly a breach is taken: the strictest dial among its clauses; without a clause it is refused."""
    ids = clauses.split(",") if isinstance(clauses, str) else clauses
    levels = [judge.world.dial(clause) for clause in ids if clause]
    return max(levels, key=lambda level: STRICTNESS[level]) if levels else "refuse"


def enforce(judge: Judge, faults: Iterable[Fault], code: str, element: str) -> None:
    """Refuse for the faults whose clauses are turned up; warn about or only note the others."""
    refused: list[Fault] = []
    for fault in faults:
        level = level_of(judge, fault.clause)
        if level == "refuse":
            refused.append(fault)
            continue
        if level == "warn":
            judge.warnings.append(fault)
        judge.emit("breach", clause=fault.clause, level=level, element=element, code=fault.code, field=fault.field)
    if refused:
        raise Refuse(code, *refused)


def pass_gates(judge: Judge, gates: Sequence[Gate], element: str, form: Mapping[str, Json] | None = None) -> None:
    """Judge every gate of an element; all that fail are reported together."""
    enforce(judge, unmet(judge, gates, element, form), "gate", element)


def unmet(
    judge: Judge,
    gates: Sequence[Gate],
    element: str,
    form: Mapping[str, Json] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> list[Fault]:
    """What fails and is not let by with a reason, a release or a warning."""
    faults: list[Fault] = []
    for n, gate in enumerate(gates):
        failing = list(gate_faults(judge, gate, form))
        if failing and gate.otherwise in ("reason", "release"):
            way = {"gate": f"{element}/{n}", "or": gate.otherwise, "role": gate.release}
            failing = [replace(one, data={**one.data, **way}) for one in failing]
        if failing and not _let_by(judge, gate, failing, f"{element}/{n}", reasons or {}):
            faults += failing
    return faults


def _let_by(judge: Judge, gate: Gate, faults: Sequence[Fault], name: str, reasons: Mapping[str, str]) -> bool:
    clause = ",".join(gate.clauses)
    if gate.otherwise == "reason":
        reason = (reasons.get(name) or "").strip()
        if reason:
            judge.emit("excused", gate=name, clause=clause, reason=reason)
        return bool(reason)
    if gate.otherwise == "release":
        if gate.release in judge.who.roles:
            judge.emit("excused", gate=name, clause=clause, reason=reasons.get(name) or "", released_by=gate.release)
        return gate.release in judge.who.roles
    if gate.otherwise == "warn":
        judge.warnings.extend(faults)
    if gate.otherwise in ("warn", "flag"):
        judge.emit("breach", clause=clause, level=gate.otherwise, element=name, code="gate", field="")
        return True
    return False


def gate_faults(judge: Judge, gate: Gate, form: Mapping[str, Json] | None) -> Iterable[Fault]:
    if gate.each is None:
        if judge.ask(gate.that, form) is not True:
            yield _fault(judge, gate, form, {}, None)
        return
    rows = judge.ask(gate.each, form)
    if rows is UNKNOWN:
        yield _fault(judge, gate, form, {}, None)
        return
    for n, row in enumerate(rows, 1):
        names = {gate.var or "row": row}
        if judge.ask(gate.that, form, **names) is not True:
            yield _fault(judge, gate, form, names, n)


def _fault(
    judge: Judge, gate: Gate, form: Mapping[str, Json] | None, names: Mapping[str, Any], row: int | None
) -> Fault:
    text = gate.message or Text("条件未满足", "A condition does not hold")
    missing = [".".join(path) for path in judge.missing(gate.that, form, **names)]
    return Fault(
        "gate",
        worded(judge, text.zh, "zh-hans", form, names),
        worded(judge, text.en, "en", form, names),
        row=row,
        clause=",".join(gate.clauses),
        field=missing[0].removeprefix("form.") if missing and missing[0].startswith("form.") else "",
        data={"missing": list(missing)},
    )
