"""Findings: what was found against whom, and what the table of the handbook makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aftercare.engine.judge import Judge
from aftercare.engine.rules import first_row
from aftercare.engine.types import Json, Refuse
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN, Condition


def find(judge: Judge, params: Mapping[str, Json], clauses: Sequence[str], element: str) -> None:
    """Note a finding; rows of its rule read what the effect gives as `finding.`. `once_per` stops double counting.

    Without a row that holds, the finding stands without a consequence and a person must look at it.
    """
    rule = judge.world.handbook.rules[params["rule"]]
    facts = {name: value for name, value in params.items() if name != "rule"}
    once = "|".join([rule.id, *(str(facts.get(name)) for name in rule.once_per)]) if rule.once_per else None
    if once is not None and any(one.get("once") == once for one in judge.state["findings"]):
        return
    finding = {"at": judge.at, "task": element, **facts}
    env = {**judge.env(), "finding": finding}
    row = first_row(rule, env)
    if row is not None and row.refuse:
        zh, en = (row.reason.zh, row.reason.en) if row.reason else ("按规定不能办理", "The rule does not allow it")
        raise Refuse("decided", Fault("decided", zh, en, clause=",".join(row.clauses)))
    values = _values(row.values, env) if row else {}
    found = {
        "finding": rule.id, "person": _person(values.pop("person", facts.get("person"))),
        "amount": values.pop("amount", facts.get("amount")), "shares": values.pop("shares", None), "values": values,
        "element": element, "clause": ",".join((row.clauses if row else ()) or clauses), "once": once,
        "open": row is None, "answer": _json(row.then, env) if row and row.then else None,
    }  # fmt: skip
    judge.emit("finding", **found)
    judge.effect("consequence", found)


def _values(values: Mapping[str, Condition], env: Mapping[str, Json]) -> dict[str, Json]:
    """`shares.person` becomes {shares: {person: ...}}."""
    found: dict[str, Json] = {}
    for path, condition in values.items():
        root, _, name = path.partition(".")
        value = _json(condition, env)
        if name:
            found.setdefault(root, {})[name] = value
        else:
            found[root] = value
    return found


def _json(condition: Condition, env: Mapping[str, Json]) -> Json:
    value = condition.evaluate(env)
    return None if value is UNKNOWN else value


def _person(value: Json) -> Json:
    return value.get("id") if isinstance(value, Mapping) else value
