"""The same tree as a JavaScript expression over `env` and the helpers `c` of `frontend/src/conditions.js`."""

from __future__ import annotations

import json
from typing import Any

from aftercare.handbook.conditions.scope import SERVER_ONLY, Op
from aftercare.handbook.conditions.types import deep_kind

_LOOPS = {"all": "all", "exists": "exists", "exists_one": "existsOne", "filter": "filter", "map": "map"}
_NAMES = {
    "and": "and", "or": "or", "not": "not", "if": "choose", "in": "isIn", "as": "read", "list": "list",
    "filled": "filled", "min": "least", "max": "most", "sum": "sum",
}  # fmt: skip


def expression(op: Op) -> str | None:
    """The whole condition; its value is JSON, null for UNKNOWN."""
    if any(step.code in SERVER_ONLY for step in op.walk()):
        return None
    return f"c.write({_json(deep_kind(op.type))}, {_part(op)})"


def _part(op: Op) -> str:
    match op.code:
        case "const":
            return f"c.read({_json(op.data[1])}, {_json(op.data[0])})"
        case "path":
            return f"c.path({_json(op.type.kind)}, env, {_json(list(op.data))})"
        case "var":
            return f"v{op.data[0]}"
        case "field":
            return f"c.field({_json(op.type.kind)}, {_part(op.args[0])}, {_json(op.data[0])})"
        case "as":
            return f"c.read({_json(op.data[0])}, {_part(op.args[0])})"
        case "index":
            return f"c.index({_part(op.args[0])}, {_part(op.args[1])}, {_json(op.type.kind)})"
    if op.code in _LOOPS:
        slot, kind = op.data
        return f"c.{_LOOPS[op.code]}({_part(op.args[0])}, {_json(kind)}, (v{slot}) => {_part(op.args[1])})"
    words = [*(_part(arg) for arg in op.args), *(_json(item) for item in op.data)]
    return f"c.{_NAMES.get(op.code, _camel(op.code))}({', '.join(words)})"


def _camel(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _json(value: Any) -> str:
    """JSON that may also stand inside a script element."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e")
