"""Decision tables: rows are read top to bottom, the first that holds answers and says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercare.handbook.model import Rule, RuleRow


def first_row(rule: Rule, env: Mapping[str, Any]) -> RuleRow | None:
    """The row that decides. A row over something unknown is passed over: only what is known can decide."""
    for row in rule.rows:
        if row.when is None or row.when.evaluate(env) is True:
            return row
    return None
