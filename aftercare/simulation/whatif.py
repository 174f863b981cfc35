"""A changed world: one van less, another period, a third more orders."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from aftercare.errors import Fault, Refused
from aftercare.simulation.plan import Plan

_CHANGE = re.compile(r"(?:(setting|people)\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(\S.*)")
_SUM = re.compile(r"([+-]?)(\d+(?:\.\d+)?)(%?)")


def changed(plan: Plan, changes: Sequence[str]) -> Plan:
    """`vans=-1`, `sales=+1`, `setting recheck_lead=10d`, `orders=+33%`, `people forgets=0.1`; raises Refused.

    A sign changes what there is by so much (or so many percent), no sign sets it.
    """
    for change in changes:
        found = _CHANGE.fullmatch(change.strip())
        if found is None:
            raise _unknown(change)
        plan = _one(plan, found[1] or "", found[2], found[3].strip(), change)
    return plan


def _one(plan: Plan, kind: str, name: str, value: str, change: str) -> Plan:
    if kind == "setting":
        return _setting(plan, name, value, change)
    if kind == "people":
        if name not in {one.name for one in dataclasses.fields(plan.habits)}:
            raise _unknown(change)
        habits = dataclasses.replace(plan.habits, **{name: _sum(getattr(plan.habits, name), value, change)})
        return dataclasses.replace(plan, habits=habits)
    if name in ("orders", "days", "stores"):
        size: dict[str, Any] = {name: max(1, round(_sum(getattr(plan, name), value, change)))}
        return dataclasses.replace(plan, **size)
    for part in ("lanes", "staff"):
        held = dict(getattr(plan, part))
        known = next((one for one in (name, name.removesuffix("s")) if one in held), None)
        if known is not None:
            held[known] = max(1 if part == "lanes" else 0, round(_sum(held[known], value, change)))
            new: dict[str, Any] = {part: held}
            return dataclasses.replace(plan, **new)
    raise _unknown(change)


def _setting(plan: Plan, name: str, value: str, change: str) -> Plan:
    setting = plan.handbook.settings.get(name)
    if setting is None:
        raise _unknown(change)
    numbers = setting.type in ("number", "money", "score")
    new: Any = value if not numbers else round(_sum(float(setting.value or 0), value, change))
    return dataclasses.replace(plan, settings={**plan.settings, name: new})


def _sum(old: float, text: str, change: str) -> float:
    found = _SUM.fullmatch(text)
    if found is None:
        raise _unknown(change)
    value = float(found[2]) * (-1 if found[1] == "-" else 1)
    if found[3]:
        return old * (1 + value / 100) if found[1] else old * value / 100
    return old + value if found[1] else value


def _unknown(change: str) -> Refused:
    zh = f"看不懂“{change}”。可写：vans=-1、setting 数值=10d、orders=+33%、people forgets=0.1。"
    en = f"“{change}” is not understood. Write vans=-1, setting NAME=10d, orders=+33% or people forgets=0.1."
    return Refused(Fault("what_if", zh, en, field="what_if"))
