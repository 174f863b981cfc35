"""The compiled condition and the one way to make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercare.handbook.conditions import explain, javascript, operators
from aftercare.handbook.conditions.build import BUDGET, Run, build
from aftercare.handbook.conditions.check import Checker
from aftercare.handbook.conditions.errors import ConditionFaults
from aftercare.handbook.conditions.parse import parse
from aftercare.handbook.conditions.scope import Op, Scope
from aftercare.handbook.conditions.types import Bool, Type, deep_kind
from aftercare.handbook.conditions.values import write

_TRUTH = Bool()


@dataclass(frozen=True, slots=True)
class Condition:
    """A typed condition, ready to run.

    `names` holds every path that it reads from a root (`("sheets", "recheck", "new_date")`); `calls` the functions and
    rules that it uses (`"days"`, `"rules.return_limit"`).
    """

    text: str
    type: Type = field(hash=False)
    names: frozenset[tuple[str, ...]]
    calls: frozenset[str]
    tree: Op = field(repr=False, compare=False)
    _run: Run = field(repr=False, compare=False)
    _slots: int = field(repr=False, default=0)

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """JSON of `type` (True or False for a condition), or UNKNOWN. `env` is JSON as records hold it."""
        return write(deep_kind(self.type), self.value(env))

    def value(self, env: Mapping[str, Any]) -> Any:
        """The same in Python's own types: date, aware datetime, Duration, int (fen), int or Fraction."""
        return self._run(env, self.variables())

    def variables(self) -> list[Any]:
        """Fresh places for the loop variables of one evaluation."""
        return [BUDGET, *[None] * self._slots]

    def unknown_names(self, env: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        """The paths whose missing values leave the answer open, in reading order; () when it is known.

        A path into a list carries the row, counted from 0: `("form", "items", "2", "qty")`.
        """
        return explain.unknown_names(self.tree, env, self.variables())

    def javascript(self) -> str | None:
        """An expression over `env` and the module `c` (conditions.js); None if only the engine can tell."""
        return javascript.expression(self.tree)


def compile_condition(text: str, scope: Scope, want: Type | None = _TRUTH) -> Condition:
    """Compile `text` to a value of type `want`; None takes any type. Raises ConditionFaults with every fault."""
    tree = parse(text)
    checker = Checker(scope)
    op = checker.truth(tree) if isinstance(want, Bool) else checker.check(tree)
    if want is not None and not checker.faults:
        op = operators.coerce(checker, op, want, tree.offset)
    if checker.faults:
        raise ConditionFaults(text, checker.faults)
    names = frozenset(step.data for step in op.walk() if step.code == "path")
    return Condition(text, op.type, names, frozenset(checker.calls), op, build(op), checker.slots)
