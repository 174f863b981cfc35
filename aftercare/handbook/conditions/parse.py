"""From text to our own small tree. `cel-python` gives its parse tree and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from aftercare.handbook.conditions.errors import ConditionFault, ConditionFaults, fault
from aftercare.handbook.conditions.lexis import DEEPEST, faults_in


@dataclass(frozen=True, slots=True)
class Node:
    """`offset` is where a person would point at it: its name or operator."""

    offset: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    kind: str  # text | number | bool
    value: Any  # str, decimal text, bool


@dataclass(frozen=True, slots=True)
class Name(Node):
    id: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    base: Node
    id: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    base: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    base: Node | None
    id: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    sign: str
    arg: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    sign: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choose(Node):
    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Listing(Node):
    items: tuple[Node, ...]


class _Stop(Exception):
    def __init__(self, found: ConditionFault) -> None:
        self.found = found


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of a condition. Raises ConditionFaults."""
    slips = faults_in(text)
    if slips:
        raise ConditionFaults(text, slips)
    try:
        return _node(_tree(text), 0)
    except _Stop as stop:
        raise ConditionFaults(text, [stop.found]) from None


@cache
def _grammar() -> tuple[Callable[[str], Any], type[Exception]]:
    from celpy.celparser import CELParseError, CELParser  # slow to import and to make: once, when first needed

    return CELParser().parse, CELParseError


def _tree(text: str) -> Any:
    read, unreadable = _grammar()
    try:
        return read(text)
    except unreadable as error:
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        # the end of input is reported at the last token; an operator there means that something is missing
        last = len(text.rstrip())
        if not line or re.search(r"[-+*/%<>=!&|?:,.(\[]$|\bin$", text[:last]):
            raise _Stop(fault("unfinished", last)) from None
        at = sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + (column or 1) - 1
        raise _Stop(fault("syntax", at, near=text[at : at + 12])) from None


_SIGNS = {
    "relation_lt": "<", "relation_le": "<=", "relation_gt": ">", "relation_ge": ">=", "relation_eq": "==",
    "relation_ne": "!=", "relation_in": "in", "addition_add": "+", "addition_sub": "-", "multiplication_mul": "*",
    "multiplication_div": "/", "multiplication_mod": "%",
}  # fmt: skip
_WHOLE = frozenset({"list_lit", "map_lit"})
_LOGIC = {"conditionalor": "||", "conditionaland": "&&"}
_ESCAPE = re.compile(r"\\(?:([abfnrtv\"'\\])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))")
_PLAIN = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


def _node(tree: Any, depth: int) -> Node:
    while len(tree.children) == 1 and hasattr(tree.children[0], "data") and tree.data not in _WHOLE:
        tree = tree.children[0]
    if depth > DEEPEST:
        raise _Stop(fault("too_deep", _start(tree), limit=DEEPEST))
    return _BUILD[str(tree.data)](tree, depth + 1)


def _start(tree: Any) -> int:
    return int(getattr(tree.meta, "start_pos", 0) or 0)


def _choose(tree: Any, depth: int) -> Node:
    test, yes, no = (_node(child, depth) for child in tree.children)
    return Choose(_start(tree), test, yes, no)


def _logic(tree: Any, depth: int) -> Node:
    """A long row of && is one node, not a deep tree."""
    data, parts = tree.data, []
    while tree.data == data and len(tree.children) == 2:
        parts.append(tree.children[1])
        tree = tree.children[0]
    args = [_node(part, depth) for part in [tree, *reversed(parts)]]
    return Logic(args[0].offset, _LOGIC[str(data)], tuple(args))


def _binary(tree: Any, depth: int) -> Node:
    """The grammar nests to the left; the leftmost operand is `length` levels down."""
    parts = []
    while len(tree.children) == 2:
        step, right = tree.children
        parts.append((_SIGNS[str(step.data)], step.meta.end_pos, right))
        tree = step.children[0]
    if len(parts) > DEEPEST:
        raise _Stop(fault("too_deep", _start(tree), limit=DEEPEST))
    left = _node(tree, depth + len(parts))
    for sign, end, right in reversed(parts):
        left = Binary(end - len(sign), sign, left, _node(right, depth))
    return left


def _unary(tree: Any, depth: int) -> Node:
    sign = "!" if tree.children[0].data == "unary_not" else "-"
    return Unary(_start(tree), sign, _node(tree.children[1], depth))


def _id(token: Any) -> str:
    if token.value == "in":
        raise _Stop(fault("reserved", token.start_pos, word="in"))
    return str(token.value)


def _member(tree: Any, depth: int) -> Node:
    return Member(tree.children[1].start_pos, _node(tree.children[0], depth), _id(tree.children[1]))


def _args(trees: list[Any], depth: int) -> tuple[Node, ...]:
    return tuple(_node(child, depth) for child in trees[0].children) if trees else ()


def _method(tree: Any, depth: int) -> Node:
    base, token, *rest = tree.children
    return Call(token.start_pos, _node(base, depth), _id(token), _args(rest, depth))


def _call(tree: Any, depth: int) -> Node:
    token, *rest = tree.children
    return Call(token.start_pos, None, _id(token), _args(rest, depth))


def _index(tree: Any, depth: int) -> Node:
    base, key = (_node(child, depth) for child in tree.children)
    return Index(key.offset, base, key)


def _listing(tree: Any, depth: int) -> Node:
    return Listing(_start(tree), _args(tree.children, depth))


def _name(tree: Any, depth: int) -> Node:
    return Name(tree.children[0].start_pos, _id(tree.children[0]))


def _literal(tree: Any, depth: int) -> Node:
    token = tree.children[0]
    text, at = str(token.value), int(token.start_pos or 0)  # true and false come without a position
    match token.type:
        case "BOOL_LIT":
            return Literal(at, "bool", text == "true")
        case "INT_LIT":
            return Literal(at, "number", str(int(text, 0)) if "x" in text else text)
        case "FLOAT_LIT":
            return Literal(at, "number", text)
        case "STRING_LIT":
            raw = text[0] in "rR"
            return Literal(at, "text", text[2:-1] if raw else _ESCAPE.sub(_unescape, text[1:-1]))
    raise _Stop(fault("not_supported", at, what=text[:20]))


def _unescape(found: re.Match[str]) -> str:
    plain, *codes = found.groups()
    if plain:
        return _PLAIN.get(plain, plain)
    code = next(int(digits, 8 if place == 3 else 16) for place, digits in enumerate(codes) if digits)
    return chr(code) if code < 0x110000 else "\ufffd"


def _refuse(tree: Any, depth: int) -> Node:
    raise _Stop(fault("not_supported", _start(tree), what="{...}" if "map" in tree.data or "obj" in tree.data else "."))


_BUILD: dict[str, Callable[[Any, int], Node]] = {
    "expr": _choose, "conditionalor": _logic, "conditionaland": _logic, "relation": _binary, "addition": _binary,
    "multiplication": _binary, "unary": _unary, "member_dot": _member, "member_dot_arg": _method, "ident_arg": _call,
    "member_index": _index, "list_lit": _listing, "ident": _name, "literal": _literal, "map_lit": _refuse,
    "member_object": _refuse, "dot_ident": _refuse, "dot_ident_arg": _refuse,
}  # fmt: skip
