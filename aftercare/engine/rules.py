"""Decision tables: rows are read top to bottom, the first that holds answers and says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.model import Rule, RuleRow


def first_row(rule: Rule, env: Mapping[str, Any]) -> RuleRow | None:
    """The row that decides; None when none holds, or when it depends on something unknown: unknown is not false."""
    for row in rule.rows:
        answer = True if row.when is None else row.when.evaluate(env)
        if answer is True:
            return row
        if answer is UNKNOWN:
            return None
    return None


def missing_for(rule: Rule, env: Mapping[str, Any]) -> tuple[str, ...]:
    """The names whose missing values leave the table without an answer, of the first row that asks for them."""
    for row in rule.rows:
        if row.when is not None and row.when.evaluate(env) is UNKNOWN:
            return tuple(".".join(path) for path in row.when.unknown_names(env))
    return ()
