"""Decision tables: their signature first, then their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aftercare.handbook.build.context import Build
from aftercare.handbook.conditions import Condition, FunctionType, Scope, Type
from aftercare.handbook.fields import FIELD_TYPES, one_type
from aftercare.handbook.model import Rule, RuleRow
from aftercare.handbook.nodes import Map, Scalar, is_null, spot_of
from aftercare.handbook.scopes import FUNCTIONS, LOOSE, AnyType
from aftercare.handbook.source.base import Citing, read_element
from aftercare.handbook.source.others import RuleSource
from aftercare.handbook.source.words import Expr, Texts, YesNo
from aftercare.texts import Text

_DURATION = re.compile(r"[0-9]+[a-z]{1,4}")
_WORD = re.compile(r"[^\W\d][\w-]*")
_WORDS = ("text", "choice")


class RowSource(Citing):
    """The named keys of a row; any other key is a value (amount, shares ...)."""

    if_: Expr | None = None
    then: Expr | None = None
    refuse: YesNo = False
    reason: Texts | None = None


def signature(build: Build, source: RuleSource) -> FunctionType:
    """How `rules.NAME(...)` is called."""
    for one in source.arguments:
        if one.type not in FIELD_TYPES:
            build.faults.unknown("unknown_type", one.type.spot, "类型", "type", str(one.type), FIELD_TYPES)
    if source.gives is not None and source.gives not in FIELD_TYPES:
        build.faults.unknown("unknown_type", source.gives.spot, "类型", "type", str(source.gives), FIELD_TYPES)
    return FunctionType(tuple(one_type(one.type) for one in source.arguments), one_type(gives(source)))


def gives(source: RuleSource) -> str:
    """The type of the answer: as said, or as the first rows show."""
    if source.gives is not None:
        return str(source.gives)
    answers = [row["then"] for row in source.rows if isinstance(row, Map) and isinstance(row.get("then"), Scalar)]
    answers = [one for one in answers if one != "refuse"]
    if answers and all(_DURATION.fullmatch(one) for one in answers):
        return "duration"
    if answers and all(isinstance(one.value, bool) for one in answers):
        return "check"
    if answers and all(isinstance(one.value, int | float) for one in answers):
        return "number"
    return "text"


def rule(build: Build, source: RuleSource, scopes: Sequence[dict[str, AnyType]]) -> Rule:
    """`scopes`: the roots of every task that this table decides; the last one's conditions are kept."""
    made: tuple[RuleRow, ...] = ()
    arguments = {str(one.id): one_type(one.type) for one in source.arguments}
    for names in scopes:
        scope = Scope({**names, "finding": LOOSE, **arguments}, FUNCTIONS)
        rows = [_row(build, node, scope, gives(source)) for node in source.rows]
        made = tuple(row for row in rows if row is not None)
    if not source.rows:
        build.need(source, "rows")
    return Rule(
        id=str(source.id),
        name=build.text(source.name) if source.name else Text(str(source.id), str(source.id)),
        rows=made,
        arguments=tuple((str(one.id), str(one.type)) for one in source.arguments),
        gives=gives(source),
        once_per=tuple(str(one) for one in source.once_per or ()),
        appeal=_appeal(build, source, scopes),
        clauses=build.cite(source),
        spot=source.spot,
    )


def _appeal(build: Build, source: RuleSource, scopes: Sequence[dict[str, AnyType]]) -> Condition | None:
    """`{within: 3d}`: how long the person concerned may appeal against a finding of this table."""
    if source.appeal is None:
        return None
    names = scopes[-1] if scopes else {}
    return build.duration(source.appeal.within, Scope({**names}, FUNCTIONS))


def _row(build: Build, node: Any, scope: Scope, kind: str) -> RuleRow | None:
    if not isinstance(node, Map):
        build.faults.add("not_a_map", spot_of(node), "每行写 {if: …, then: …}", "a row is {if: ..., then: ...}")
        return None
    named = {
        "if": "if_",
        "then": "then",
        "refuse": "refuse",
        "reason": "reason",
        "clauses": "clauses",
        "clause": "clause",
    }
    own = Map([(named[k], v) for k, v in node.items() if k in named], node.spot, node.key_spots)
    source = read_element(RowSource, own, build.faults)
    if source is None:
        return None
    values: dict[str, Condition] = {}
    for name, expr in node.items():
        if name not in named:
            values.update(_value(build, name, expr, scope))
    refuse = source.refuse or source.then == "refuse"
    then = None if refuse or source.then is None else _answer(build, source.then, scope, kind)
    if source.then is None and not values and not refuse:
        build.need(source, "then")
    when = build.compile(source.if_, scope)
    reason = build.message(source.reason, scope)
    return RuleRow(when, then, values, refuse, reason, build.cite(source), source.spot)


def _answer(build: Build, expr: Scalar, scope: Scope, kind: str) -> Condition | None:
    """A bare word is a text; everything else is an expression of the table's type."""
    want: Type = one_type(kind)
    if kind == "duration":
        return build.duration(expr, scope)
    if kind in _WORDS and (_WORD.fullmatch(expr) or expr.quoted) and "." not in expr and "'" not in expr:
        return build.literal(expr, scope)
    return build.compile(expr, scope, want)


def _value(build: Build, name: str, node: Any, scope: Scope) -> dict[str, Condition]:
    """`amount: loss` or `shares: {person: 50%}` (kept as shares.person)."""
    if isinstance(node, Map):
        found: dict[str, Condition] = {}
        for key, inner in node.items():
            found.update(_value(build, f"{name}.{key}", inner, scope))
        return found
    if not isinstance(node, Scalar) or is_null(node):
        build.faults.add(
            "not_a_word", spot_of(node), "这里要写一个条件或数字", "an expression or a number belongs here"
        )
        return {}
    percent = node[:-1] if node.endswith("%") else ""
    expr = Scalar(percent, node.spot) if percent else node
    made = build.duration(expr, scope) if _DURATION.fullmatch(expr) else build.compile(expr, scope, None)
    return {name: made} if made is not None else {}
