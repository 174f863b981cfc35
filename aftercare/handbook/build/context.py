"""What every builder needs: compiling with positions, references, texts and citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercare.handbook.conditions import (
    Bool,
    Condition,
    ConditionFaults,
    Duration,
    FunctionType,
    List,
    Scope,
    Type,
    compile_condition,
)
from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.faults import Faults, TooMany
from aftercare.handbook.model import Form, Setting, Spot
from aftercare.handbook.nodes import Map, Scalar, Seq
from aftercare.handbook.source.base import Citing, Element
from aftercare.texts import Text

_DURATION_LIKE = re.compile(r"-?[0-9]+\s*[a-z]*", re.IGNORECASE)
_EACH = re.compile(r"(?P<list>.+?)\s+as\s+(?P<var>[a-z][a-z0-9_]*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

ALL = "*"  # every element of a kind
MAX_CONDITIONS = 10_000  # compiled in one load

# kind of element -> what people call it
LABELS: Mapping[str, tuple[str, str]] = {
    "roles": ("角色", "role"), "forms": ("表单", "form"), "procedures": ("流程", "procedure"),
    "rules": ("规则", "rule"),
    "documents": ("单据", "document"), "messages": ("消息", "message"), "lists": ("清单", "list"),
    "settings": ("设置项", "setting"), "clauses": ("条款", "clause"), "tasks": ("任务", "task"),
    "people": ("角色或人员", "role or person"), "outcomes": ("结果", "outcome"), "stages": ("阶段", "stage"),
    "fields": ("字段", "field"), "charges": ("款项", "charge"), "copies": ("联", "copy"),
}  # fmt: skip


@dataclass(slots=True)
class Build:
    """One load. `sources` holds the read elements by kind and id."""

    faults: Faults
    sources: Mapping[str, Mapping[str, Any]]
    unread: frozenset[tuple[str, str]] = frozenset()  # (kind, id) of elements whose own faults are told already
    templates: Mapping[str, str] = field(default_factory=dict)  # files beside documents: path -> text
    forms: dict[str, Form] = field(default_factory=dict)  # without conditions
    settings: dict[str, Setting] = field(default_factory=dict)
    rules: dict[str, FunctionType] = field(default_factory=dict)
    carried: dict[str, list[Spot]] = field(default_factory=dict)
    used_settings: set[str] = field(default_factory=set)
    _count: int = 0
    _compiled: dict[tuple[str, int, Type | None], Condition] = field(default_factory=dict)
    _scopes: dict[int, Scope] = field(default_factory=dict)

    def compile(self, expr: Scalar | None, scope: Scope, want: Type | None = Bool()) -> Condition | None:  # noqa: B008
        """The condition, or None with its faults noted (also for no expression)."""
        return None if expr is None else self._compile(str(expr), expr, scope, want)

    def _compile(self, text: str, at: Scalar, scope: Scope, want: Type | None, shift: int = 0) -> Condition | None:
        key = (text, id(scope), None if want is None else want)
        try:
            known = self._compiled.get(key) if _hashable(want) else None
            self._spend(at)
            made = known or compile_condition(text, scope, want)
        except ConditionFaults as wrong:
            for one in wrong.faults:
                self.faults.add(f"condition_{one.code}", at.at(max(one.offset + shift, 0)), one.zh, one.en, one.meant)
            return None
        if _hashable(want):
            self._compiled[key] = made
            self._scopes[id(scope)] = scope
        self.used_settings.update(path[1] for path in made.names if len(path) > 1 and path[0] == "settings")
        return made

    def _spend(self, at: Scalar) -> None:
        self._count += 1
        if self._count > MAX_CONDITIONS:
            self.faults.add("too_much", at.spot, "手册里的条件太多", "the handbook holds too many conditions")
            raise TooMany

    def duration(self, expr: Scalar | None, scope: Scope) -> Condition | None:
        """A literal such as 3d, or an expression of a duration."""
        if expr is None or not _DURATION_LIKE.fullmatch(expr):
            return self.compile(expr, scope, Duration())
        try:
            parse_duration(expr)
        except DurationFault as fault:
            self.faults.add("duration", expr.spot, fault.zh, fault.en, fault.meant)
            return None
        return self._compile(f"'{expr}'", expr, scope, Duration(), -1)

    def literal(self, word: Scalar, scope: Scope) -> Condition | None:
        """A condition that is this very text."""
        quoted = str(word).replace("\\", "\\\\").replace("'", "\\'")
        return self._compile(f"'{quoted}'", word, scope, None, -1)

    def each(self, expr: Scalar, scope: Scope, var: str = "row") -> tuple[Condition | None, str, Scope]:
        """`LIST as var` -> the list, the variable, and the scope in which one row can be read."""
        found = _EACH.fullmatch(expr)
        text, name = (found["list"], found["var"]) if found else (str(expr), var)
        made = self._compile(text, expr, scope, List())
        if made is None or not isinstance(made.type, List):
            return None, name, scope
        return made, name, Scope({**scope.names, name: made.type.of}, scope.functions, scope.zone)

    def text(self, node: Map | None) -> Text:
        """A text of both languages (already checked by the models)."""
        return Text(str(node["zh"]), str(node["en"])) if node else Text("", "")

    def message(self, node: Map | None, scope: Scope) -> Text | None:
        """A text whose names in braces can all be read in `scope`."""
        if node is None:
            return None
        for language in ("zh", "en"):
            for found in _PLACEHOLDER.finditer(node[language]):
                self._compile(found[1], node[language], scope, None, found.start(1))
        return self.text(node)

    def cite(self, element: Citing, also: Iterable[Scalar] = ()) -> tuple[str, ...]:
        """The clauses an element carries; each must be in clauses.yaml."""
        cited: list[str] = []
        for clause in [*element.cited, *also]:
            if clause not in self.sources["clauses"]:
                self.unknown("clauses", clause, self.sources["clauses"])
            self.carried.setdefault(str(clause), []).append(element.spot)
            cited.append(str(clause))
        return tuple(dict.fromkeys(cited))

    def refer(self, kind: str, name: Scalar | None) -> str:
        """The id of an element that must exist; "" for none."""
        if name is None:
            return ""
        if name not in self.sources.get(kind, {}):
            self.unknown(kind, name, self.sources.get(kind, {}))
        if kind == "settings":
            self.used_settings.add(str(name))
        return str(name)

    def among(self, kind: str, names: Seq | None, known: Iterable[str]) -> tuple[str, ...]:
        """Names that must all be `known`."""
        allowed = list(known)
        for name in names or ():
            if name not in allowed:
                self.unknown(kind, name, allowed)
        return tuple(str(name) for name in names or ())

    def unknown(self, kind: str, name: Scalar, known: Iterable[str]) -> None:
        own = "roles" if kind == "people" else kind
        if (own, str(name)) in self.unread or (own, ALL) in self.unread:
            return
        zh, en = LABELS[kind]
        self.faults.unknown(f"unknown_{kind}", name.spot, zh, en, str(name), known)

    def need(self, element: Element, key: str, spot: Spot | None = None) -> None:
        self.faults.add("missing_key", spot or element.spot, f"缺少 {key}", f"{key!r} is missing", f"{key}: ...")


def _hashable(want: Type | None) -> bool:
    try:
        hash(want)
    except TypeError:
        return False
    return True
