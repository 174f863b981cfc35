"""`where` of a list: lines of name and value become tests, each checked against the kind of its field. Never CEL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.lists import FIGURES, STATUSES, TIMES, UNASKED, WORDS, Column, Test, When, source_of
from aftercare.handbook.model import Procedure
from aftercare.handbook.money import fen
from aftercare.handbook.nodes import Map, Scalar, one_or_many, plain, spot_of

if TYPE_CHECKING:
    from aftercare.handbook.build.lists import Asking

_WHEN = re.compile(r"(?P<base>today|now|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s*(?P<sign>[+-])\s*(?P<by>[a-z0-9_.]+))?")
RANGES = ("before", "after", "from", "to")
LIMITS = ("min", "max")
HOWS = (*RANGES, *LIMITS, "missing", "not", "contains", "differs")
MINE = {"my.store": "store", "my.person": "person"}


def tests(asking: Asking, where: Any, names: Mapping[str, Column], of: str) -> tuple[Test, ...]:
    """Faults are noted at the spot of the name or value that is wrong."""
    if where is None:
        return ()
    if not isinstance(where, Map):
        asking.build.faults.add(
            "list_where", spot_of(where), "where 写成 {字段: 值}", "write where as {field: value}", "{status: open}"
        )
        return ()
    found: list[Test] = []
    for key, value in where.items():
        name = Scalar(key, where.key_spots.get(key, where.spot))
        found += _tests(asking, name, value, names, of)
    return tuple(found)


def _tests(asking: Asking, name: Scalar, value: Any, names: Mapping[str, Column], of: str) -> Iterable[Test]:
    procedure = asking.handbook.procedures.get(of) if source_of(asking.handbook, of) == "procedure" else None
    if procedure is not None and str(name) in WORDS:
        return _word(asking, procedure, name, value)
    own = [key for key, one in names.items() if not one.task and one.kind not in UNASKED]
    column = asking.named(name, {key: names[key] for key in own}, [*own, *(WORDS if procedure else ())])
    if column is None:
        return []
    if isinstance(value, Map):
        return [one for how, inner in value.items() if (one := _how(asking, column, how, inner, value, names))]
    wanted = [_same(asking, column, one, procedure) for one in one_or_many(value)]
    if column.name == "status" and procedure and {str(one) for one in one_or_many(value)} & _shown(procedure):
        return [Test("shown_status", "in", wanted)]
    if any(isinstance(one, Scalar) and str(one) in MINE for one in one_or_many(value)):
        return [Test(column.name, "mine", MINE[str(one_or_many(value)[0])])]
    return [Test(column.name, "in", wanted)]


def _shown(procedure: Procedure) -> set[str]:
    """The states that the procedure itself names."""
    return {name for name, _ in procedure.status} - set(STATUSES)


def _same(asking: Asking, column: Column, node: Any, procedure: Procedure | None) -> Any:
    """The JSON that an equal value has."""
    faults, value = asking.build.faults, plain(node)
    if str(node) in MINE:
        if column.kind != MINE[str(node)]:
            faults.add(
                "list_mine", spot_of(node), f"{node} 与 {column.name} 不符", f"{node} does not fit {column.name!r}"
            )
        return value
    if column.kind == "check" and not isinstance(value, bool):
        faults.add("list_value", spot_of(node), "这里写 true 或 false", "write true or false here", "true")
    if column.kind in ("choice", "choices") and column.field and column.field.options:
        known = [one.id for one in column.field.options]
        if str(value) not in known:
            faults.unknown("list_option", spot_of(node), "选项", "option", str(value), known)
    if column.kind == "status":
        known = [*STATUSES, *sorted(_shown(procedure) if procedure else ())]
        if str(value) not in known:
            faults.unknown("list_option", spot_of(node), "状态", "state", str(value), known)
    if column.kind == "money":
        return fen(value)
    return _when(asking, node, column) if column.kind in TIMES else value


def _how(asking: Asking, column: Column, how: str, node: Any, where: Map, names: Mapping[str, Column]) -> Test | None:
    faults, spot = asking.build.faults, where.key_spots.get(how, where.spot)
    if how not in HOWS:
        faults.unknown("list_how", spot, "比较", "comparison", how, HOWS)
        return None
    if (how in RANGES and column.kind not in TIMES) or (how in LIMITS and column.kind not in FIGURES):
        faults.add("list_how", spot, f"{how} 不能用于 {column.name}", f"{how} does not go with {column.name!r}")
        return None
    if how in RANGES:
        return Test(column.name, how, _when(asking, node, column))
    if how == "differs":
        other = asking.named(node, dict(names)) if isinstance(node, Scalar) else None
        return Test(column.name, how, str(node)) if other else None
    if how == "missing":
        if not isinstance(plain(node), bool):
            faults.add("list_value", spot_of(node), "这里写 true 或 false", "write true or false here", "true")
        return Test(column.name, how, plain(node))
    if how == "not":
        return Test(column.name, how, [_same(asking, column, one, None) for one in one_or_many(node)])
    value = plain(node)
    return Test(column.name, how, fen(value) if column.kind == "money" and how in LIMITS else value)


def _when(asking: Asking, node: Any, column: Column) -> When:
    """`today - 3d`, `now`, `today + settings.keep_for`, `2026-11-01`."""
    faults, spot = asking.build.faults, spot_of(node)
    found = _WHEN.fullmatch(str(node).strip())
    good = bool(found)
    if found and found["base"] not in ("today", "now"):
        try:
            date.fromisoformat(found["base"])
        except ValueError:
            good = False
    if not found or not good:
        faults.add(
            "list_when", spot, "时间写成 today - 3d、now 或 2026-11-01 这样",
            "write a time as today - 3d, now or 2026-11-01", "today - 3d",
        )  # fmt: skip
        return When("today")
    by, setting = found["by"] or "", ""
    if by.startswith("settings."):
        setting, by = asking.build.refer("settings", Scalar(by.removeprefix("settings."), spot)), ""
        known = asking.build.settings.get(setting)
        if known is not None and known.type not in ("duration", "number"):
            faults.add("list_when", spot, f"设置项 {setting} 不是时长", f"the setting {setting!r} is no length of time")
    elif by:
        try:
            if parse_duration(by).working:
                raise DurationFault(by, by.replace("w", ""))
        except DurationFault as fault:
            faults.add("duration", spot, fault.zh, fault.en, fault.meant)
            by = ""
    return When(found["base"], by, found["sign"] == "-", setting)


# --- words that ask about the work of a case


def _word(asking: Asking, procedure: Procedure, name: Scalar, node: Any) -> list[Test]:
    handbook, word = asking.handbook, str(name)
    if word == "person":
        if str(node) != "my.person":
            asking.build.faults.add(
                "list_value", spot_of(node), "这里写 my.person", "write my.person here", "my.person"
            )
        return [Test("person", "mine", "person")]
    if word in ("broken", "finding") and plain(node) is True:
        return [Test(word, word, True)]
    known: dict[str, tuple[str, Iterable[str]]] = {
        "open": ("tasks", procedure.tasks),
        "role": ("roles", handbook.roles),
        "flag": ("flags", procedure.flags),
        "not_issued": ("documents", handbook.documents),
        "not_received": ("documents", handbook.documents),
        "broken": ("clauses", handbook.clauses),
        "finding": ("rules", handbook.rules),
    }
    kind, names = known[word]
    for one in one_or_many(node):
        _refer(asking, kind, one, word, names)
    return [Test(word, word, [str(one) for one in one_or_many(node)])]


_LABELS = {
    "tasks": ("任务", "task"), "roles": ("角色", "role"), "flags": ("标志", "flag"), "documents": ("单据", "document"),
    "clauses": ("条款", "clause"), "rules": ("规则", "rule"), "copies": ("联", "copy"),
}  # fmt: skip


def _refer(asking: Asking, kind: str, node: Any, word: str, names: Iterable[str]) -> None:
    base, _, copy = str(node).partition("/") if word == "not_received" else (str(node), "", "")
    if base not in names:
        asking.build.faults.unknown(f"unknown_{kind}", spot_of(node), *_LABELS[kind], base, names)
    elif copy and copy not in (copies := [one.id for one in asking.handbook.documents[base].copies]):
        asking.build.faults.unknown("unknown_copies", spot_of(node), *_LABELS["copies"], copy, copies)
