"""Every way in which one rule of a handbook can be taken away or bent: a list that is always the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from aftercare.handbook.conditions import Condition
from aftercare.handbook.faults import Faults
from aftercare.handbook.model import Spot
from aftercare.handbook.nodes import Map, Scalar, Seq, plain, spot_of
from aftercare.handbook.reader import read

Json = Any
Way = tuple[str | int, ...]
REMOVED = object()
_DURATION = re.compile(r"(\d+)(s|min|h|wh|d|wd|w|mo|q|y)")
_SETTING = re.compile(r"settings\.([a-z][a-z0-9_]*)")
# keys that may be taken away, and the word for it
DROPPED = {
    "required": "not required", "full_name": "any name will do", "findable": "any address will do",
    "due": "no deadline",
    "warn": "no warning", "escalate": "no escalation", "if": "without its condition", "set": "nothing set",
    "reopen": "nothing reopened", "after": "not after anything", "opens": "opens at once", "else": "no words",
    "covers": "covers nothing", "corrections": "corrections count for nobody", "must_equal": "may differ",
    "from": "no rows expected", "at_least": "may be empty",
    "minimum": "no least value", "receipt": "no receipt",
    "optional": "not optional", "applies": "new cases only", "form": "no form", "before": "not before",
    "when": "not when", "each": "not for each", "locked": "not locked", "or": "no way out", "not": "anybody",
    "rows": "nothing done line by line", "texts": "no proposed texts", "once": "read anew each time",
    "read_by": "need not be read", "against": "against nobody", "miss": "may be missed",
    "kept_by_default": "must be said", "saves": "not saved", "ends": "nothing ended", "sooner": "not sooner",
    "severe": "not severe",
}  # fmt: skip
NEGATED = ("that", "if", "when")
LISTS = ("requires", "parties", "fields", "columns", "copies", "do", "outcomes", "flags", "tasks", "who", "role",
         "hand", "after", "warn", "escalate", "documents", "forms", "settings", "to", "people")  # fmt: skip
ROLES = ("role", "who", "to", "holder", "edit")
LOOSER = {"name": "text", "phone": "text", "place": "text", "money": "number", "number": "text", "date": "text",
          "moment": "text", "choice": "text", "product": "text", "check": "text", "duration": "text"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """`id` stays the same while the handbook does; `clauses`: those of the element and what it stands in."""

    id: str
    file: str
    line: int
    clauses: tuple[str, ...]
    path: Way
    value: Json  # REMOVED or what stands there instead

    def bent(self, trees: Mapping[str, Json]) -> Json:
        """The whole file as plain JSON, with this one change."""
        return _changed(trees[self.file], self.path, self.value)


def mutants(files: Mapping[str, str]) -> list[Mutant]:
    """Of every element that cites a clause, in the order of the files."""
    trees = {name: read(text, name, Faults()) for name, text in sorted(files.items()) if name.endswith(".yaml")}
    head = plain(trees["handbook.yaml"])
    book = _Book([one["id"] for one in head["roles"]], {one["id"]: str(one["value"]) for one in head["settings"]})
    found: dict[str, Mutant] = {}
    for name, tree in trees.items():
        if name != "clauses.yaml":
            for one in _walk(book, name, tree, (), (), ()):
                found.setdefault(one.id, one)
    return list(found.values())


def trees_of(files: Mapping[str, str]) -> dict[str, Json]:
    return {name: plain(read(text, name, Faults())) for name, text in files.items() if name.endswith(".yaml")}


def meaning(value: Any) -> Any:
    """A definition without its places in the files: equal for handbooks that say the same."""
    if isinstance(value, Condition):
        return ("condition", value.text)
    if isinstance(value, Spot):
        return None
    if is_dataclass(value):
        parts = (one.name for one in fields(value) if one.name not in ("hash", "carried"))
        return (type(value).__name__, *(meaning(getattr(value, name)) for name in parts))
    if isinstance(value, Mapping):
        return {name: meaning(one) for name, one in value.items()}
    return [meaning(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class _Book:
    roles: list[str]
    settings: Mapping[str, str]


def _walk(
    book: _Book, file: str, node: Any, path: Way, names: tuple[str, ...], clauses: tuple[str, ...]
) -> Iterator[Mutant]:
    """`names`: the path in words that stay when elements move."""
    if isinstance(node, Seq):
        for n, item in enumerate(node):
            if isinstance(item, Map) and (item.get("clauses") or item.get("clause")):
                cited = tuple(str(one) for key in ("clauses", "clause") for one in _many(item.get(key)))
                yield _maker(file, path, names, cited)(node, (n,), "removed", REMOVED)
            yield from _walk(book, file, item, (*path, n), (*names, _name(item, n)), clauses)
        return
    if not isinstance(node, Map):
        return
    own = tuple(str(one) for key in ("clauses", "clause") for one in _many(node.get(key)))
    clauses = own or clauses
    make = _maker(file, path, names, clauses)
    for key, value in node.items():
        if key in ("clauses", "clause", "name", "title", "id", "task", "options", "number", "help"):
            continue
        if clauses:
            yield from _bend(book, make, node, key, value)
        yield from _walk(book, file, value, (*path, key), (*names, key), clauses)


def _maker(file: str, path: Way, names: tuple[str, ...], clauses: tuple[str, ...]) -> Callable[..., Mutant]:
    def make(node: Any, more: Way, what: str, value: Json) -> Mutant:
        words = "/".join(str(part) for part in (*names, *(_at(node, more))))
        return Mutant(f"{file}#{words}: {what}", file, _line(node, more), clauses, (*path, *more), value)

    return make


def _bend(book: _Book, make: Callable[..., Mutant], node: Map, key: str, value: Any) -> Iterator[Mutant]:
    at: Way = (key,)
    if key in DROPPED or (key == "ask" and str(value) == "when_missing"):
        yield make(node, at, DROPPED.get(key, "asked of everybody"), REMOVED)
    if key in NEGATED and isinstance(value, Scalar):
        yield make(node, at, "negated", f"!({value})")
    if key == "required" and isinstance(value, Scalar) and value.value is not True:
        yield make(node, at, "negated", f"!({value})")
    if key in LISTS and isinstance(value, Seq):
        for n, item in enumerate(value):
            if not (isinstance(item, Map) and (item.get("clauses") or item.get("clause"))):  # else: by its own clauses
                yield make(node, (key, n), "removed", REMOVED)
    if key in ("outcomes", "data", "set") and isinstance(value, Map):
        for name in value:
            yield make(node, (key, name), "removed", REMOVED)
    if key in ROLES:
        yield from _other_roles(book, make, node, key, value)
    if key == "type" and str(value) in LOOSER:
        yield make(node, at, f"{value} -> {LOOSER[str(value)]}", LOOSER[str(value)])
    if key in ("by", "wait", "value", "at_least", "minimum", "in"):
        for what, other in _other_figures(book, node, value):
            yield make(node, at, what, other)


def _other_roles(book: _Book, make: Callable[..., Mutant], node: Map, key: str, value: Any) -> Iterator[Mutant]:
    held = [str(one) for one in _many(value)]
    others = [role for role in (*book.roles, "customer") if role not in held and role != "sales"]
    for n, who in enumerate(held):
        other = others[0] if who != "customer" else "finance"
        if isinstance(value, Seq):
            yield make(node, (key, n), f"{who} -> {other}", other)
        else:
            yield make(node, (key,), f"{who} -> {other}", other)


def _other_figures(book: _Book, node: Map, value: Any) -> Iterator[tuple[str, Json]]:
    """Twice, one more, half: of a figure, or of the setting named."""
    if not isinstance(value, Scalar):
        return
    named = _SETTING.fullmatch(value)
    text = book.settings.get(named[1], "") if named else str(value)
    if isinstance(value.value, int) and not isinstance(value.value, bool):
        n = value.value
        for other in sorted({2 * n, n + 1, n // 2} - {n}):
            yield f"{n} -> {other}", other
    elif duration := _DURATION.fullmatch(text):
        n, unit = int(duration[1]), duration[2]
        for other in sorted({2 * n, n + 1, n // 2} - {n}):
            yield f"{text} -> {other}{unit}", f"{other}{unit}"


# --- paths


def _many(node: Any) -> list[Any]:
    return [] if node is None else list(node) if isinstance(node, Seq) else [node]


def _name(item: Any, n: int) -> str:
    if isinstance(item, Map):
        for key in ("id", "task", "lines"):
            if isinstance(item.get(key), Scalar):
                return str(item[key])
    return str(item) if isinstance(item, Scalar) else str(n)


def _at(node: Any, more: Way) -> Iterator[str]:
    for part in more:
        node = node[part]
        yield _name(node, part) if isinstance(part, int) else part


def _line(node: Any, more: Way) -> int:
    line = 0
    for part in more:
        if isinstance(node, Map) and part in node.key_spots:
            line = node.key_spots[str(part)].line
        node = node[part]
        line = spot_of(node).line or line
    return line


def _changed(tree: Json, path: Way, value: Json) -> Json:
    """A copy along the path; the rest is shared."""
    if not path:
        return value
    here, rest = path[0], path[1:]
    made = dict(tree) if isinstance(tree, dict) else list(tree)
    if value is REMOVED and not rest:
        del made[here]  # type: ignore[arg-type]
    else:
        made[here] = _changed(tree[here], rest, value)  # type: ignore[index]
    return made
