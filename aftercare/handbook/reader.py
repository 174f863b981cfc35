"""YAML 1.2 text -> nodes with positions. What silently means something else is refused, with its line and column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from aftercare.handbook.faults import Faults
from aftercare.handbook.model import Spot
from aftercare.handbook.nodes import Map, Node, Scalar, Seq

MAX_FILE = 1_000_000
MAX_ALIASES = 50
MAX_DEPTH = 24
MAX_NODES = 60_000  # some 1,200 tasks; reading takes about 50 microseconds each

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", re.ASCII)
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)
_TRAP_KEYS = frozenset({"no", "yes", "on", "off", "y", "n"})


class Unreadable(Exception):
    """Reading stops here; the fault is already noted."""


def read(text: str, file: str, faults: Faults, budget: list[int] | None = None) -> Node | None:
    """The one document of `text`, or None when it is empty or cannot be read (the faults say why).

    `budget` holds how many nodes may still be read, shared by the files of a folder.
    """
    budget = budget if budget is not None else [MAX_NODES]
    try:
        _look_over(text, file, faults)
        return _Reader(text, file, faults, budget).document()
    except Unreadable:
        return None
    except MarkedYAMLError as error:
        faults.add("yaml", _error_spot(file, error), *_yaml_sentence(error))
    except (YAMLError, ValueError, AttributeError, IndexError, KeyError, TypeError, OverflowError):
        faults.add("yaml", Spot(file, 1, 1), "不是可读的 YAML", "this is not readable YAML")
    return None


def _look_over(text: str, file: str, faults: Faults) -> None:
    """Size, tabs and signs that cannot be kept, before the parser sees the text."""
    if len(text.encode("utf-8", "replace")) > MAX_FILE:
        faults.add("file_size", Spot(file, 1, 1), "文件超过 1 MB", "the file is larger than 1 MB")
        raise Unreadable
    for code, sign, zh, en in (
        ("tab", "\t", "不能用制表符（Tab），请改用空格", "a tab may not be used; write spaces"),
        ("sign", "\x00", "有无法保存的字符（NUL）", "a NUL character cannot be kept"),
    ):
        found = text.find(sign)
        if found >= 0:
            line = text.count("\n", 0, found) + 1
            faults.add(code, Spot(file, line, found - text.rfind("\n", 0, found)), zh, en)
            raise Unreadable


class _Reader:
    def __init__(self, text: str, file: str, faults: Faults, budget: list[int]) -> None:
        self.lines = text.split("\n")
        self.file, self.faults, self.budget = file, faults, budget
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.aliases = 0

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    self.stop(
                        "documents",
                        event,
                        "一个文件只能有一份文档，不能有 % 指令",
                        "a file holds one document and no % directive",
                    )
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                root = self.node(event, 0)[0]
        return None if isinstance(root, Scalar) and root.value is None else root

    def spot(self, event: Any) -> Spot:
        return Spot(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def stop(self, code: str, event: Any, zh: str, en: str, instead: str = "") -> None:
        self.faults.add(code, self.spot(event), zh, en, instead)
        raise Unreadable

    def node(self, event: Any, depth: int) -> tuple[Node, int]:
        """A node and how many nodes it stands for, aliases expanded."""
        if isinstance(event, AliasEvent):
            return self.alias(event)
        self.refuse_tag(event)
        if depth > MAX_DEPTH:
            self.stop("depth", event, "嵌套太深", "nested too deeply")
        if isinstance(event, ScalarEvent):
            found: tuple[Node, int] = self.scalar(event), 1
        elif isinstance(event, MappingStartEvent):
            found = self.mapping(event, depth)
        else:
            found = self.sequence(event, depth)
        self.spend(1, event)
        if event.anchor:
            self.anchors[event.anchor] = found
        return found

    def spend(self, count: int, event: Any) -> None:
        self.budget[0] -= count
        if self.budget[0] < 0:
            self.stop(
                "too_much",
                event,
                "手册内容太多（或引用展开太大）",
                "the handbook is too large, or its aliases expand too far",
            )

    def alias(self, event: AliasEvent) -> tuple[Node, int]:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            self.stop("aliases", event, f"引用（*）超过 {MAX_ALIASES} 个", f"more than {MAX_ALIASES} aliases (*)")
        if event.anchor not in self.anchors:
            self.stop("alias", event, f"没有定义引用 *{event.anchor}", f"the alias *{event.anchor} is not defined")
        node, size = self.anchors[event.anchor]
        self.spend(size, event)
        return node, size

    def refuse_tag(self, event: Any) -> None:
        tag = getattr(event, "tag", None)
        if tag:
            self.stop(
                "tag",
                event,
                f"不能用标签 {str(tag)[:40]}；以 ! 开头的条件要加引号",
                f"the tag {str(tag)[:40]} is not allowed; a condition that starts with ! must be quoted",
                "'!…'",
            )

    def scalar(self, event: ScalarEvent) -> Scalar:
        text, spot = event.value, self.spot(event)
        if event.style:
            return Scalar(text, spot, text, quoted=event.style in "'\"")
        if _CLOCK.fullmatch(text):
            self.faults.add("bare_time", spot, f'时间要加引号："{text}"', f'quote the time: "{text}"', f'"{text}"')
        end = event.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        return Scalar(text, spot, plain_value(text), cut=rest.lstrip(" ").startswith("#"))

    def sequence(self, event: Any, depth: int) -> tuple[Seq, int]:
        items, size = Seq(spot=self.spot(event)), 1
        for inner in self.events:
            if isinstance(inner, SequenceEndEvent):
                break
            node, count = self.node(inner, depth + 1)
            items.append(node)
            size += count
        return items, size

    def mapping(self, event: Any, depth: int) -> tuple[Map, int]:
        found, size = Map(spot=self.spot(event)), 1
        for inner in self.events:
            if isinstance(inner, MappingEndEvent):
                break
            key = self.key(inner, found)
            node, count = self.node(next(self.events), depth + 1)
            size += count + 1
            if key not in found:
                found[key] = node
                found.key_spots[key] = self.spot(inner)
        return found, size

    def key(self, event: Any, found: Map) -> str:
        if not isinstance(event, ScalarEvent):
            self.stop(
                "key",
                event,
                "键必须是一个词；含 { } 或 [ ] 的文字要加引号",
                "a key must be a single word; a text that holds braces or brackets must be quoted",
            )
        self.refuse_tag(event)
        word = str(event.value)
        if not event.style and word.lower() in _TRAP_KEYS:
            self.faults.add(
                "bare_key",
                self.spot(event),
                f'键 {word} 要加引号："{word}"',
                f'the key {word} must be quoted: "{word}"',
                f'"{word}"',
            )
        if word in found:
            self.faults.add(
                "duplicate_key", self.spot(event), f"键 {word[:60]} 写了两次", f"the key {word[:60]!r} is written twice"
            )
        return word


def plain_value(text: str) -> Any:
    """What the YAML 1.2 core schema makes of an unquoted text."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _error_spot(file: str, error: MarkedYAMLError) -> Spot:
    mark = error.problem_mark or error.context_mark
    return Spot(file, mark.line + 1, mark.column + 1) if mark else Spot(file, 1, 1)


def _yaml_sentence(error: MarkedYAMLError) -> tuple[str, str]:
    what = str(error.problem or error.context or "")[:120]
    return (
        f"这里的 YAML 写法读不懂（{what}）。含冒号、逗号、括号、引号或 # 的文字要整个加引号",
        f"the YAML cannot be read here ({what}); quote a text that holds a colon, comma, bracket, quote or #",
    )
