"""Reads vectors.json: one scope, one environment, many rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aftercare.handbook.conditions import (
    Anything,
    AnyType,
    Bool,
    Choice,
    Date,
    Duration,
    File,
    FunctionType,
    List,
    Moment,
    Money,
    Number,
    Person,
    Photo,
    Place,
    Ref,
    Scope,
    Signature,
    Struct,
    Text,
    Time,
    Type,
)

PLAIN: dict[str, Type] = {
    "any": Anything(), "bool": Bool(), "number": Number(), "text": Text(), "money": Money(), "date": Date(),
    "time": Time(), "moment": Moment(), "duration": Duration(), "person": Person(), "place": Place(), "photo": Photo(),
    "file": File(), "signature": Signature(),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    group: str
    text: str
    expect: Any
    env: dict[str, Any]
    want: Type | None

    @property
    def id(self) -> str:
        return f"{self.group}: {self.text}"

    @property
    def fault(self) -> str:
        return self.expect.get("fault", "") if isinstance(self.expect, dict) else ""

    @property
    def unknown(self) -> list[tuple[str, ...]] | None:
        open_ = self.expect.get("unknown") if isinstance(self.expect, dict) else None
        return None if open_ is None else [tuple(path) for path in open_]


def type_of(shape: Any) -> AnyType:
    if isinstance(shape, str):
        return PLAIN[shape]
    if "args" in shape:
        args = tuple(type_of(arg) for arg in shape["args"])
        return FunctionType(args, type_of(shape["result"]), shape.get("optional", 0))  # type: ignore[arg-type]
    if "choice" in shape:
        return Choice(tuple(shape["choice"]))
    if "list" in shape:
        return List(type_of(shape["list"]))  # type: ignore[arg-type]
    fields = {
        name: type_of(it) for name, it in (shape.get("struct") or shape.get("open") or shape.get("fields", {})).items()
    }
    return Ref(shape["ref"], fields) if "ref" in shape else Struct(fields, "open" in shape)


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
    return found


@cache
def scope() -> Scope:
    names = {name: type_of(shape) for name, shape in _file()["scope"].items()}
    return Scope(names, {name: type_of(shape) for name, shape in _file()["functions"].items()})  # type: ignore[misc]


@cache
def rows() -> list[Row]:
    base = _file()["env"]
    return [
        Row(
            group["name"],
            text,
            expect,
            {**base, **((more[0] if more else None) or {})},
            PLAIN[more[1]] if len(more) > 1 else None,
        )
        for group in _file()["groups"]
        for text, expect, *more in group["rows"]
    ]
