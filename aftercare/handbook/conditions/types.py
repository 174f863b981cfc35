"""The types of the condition language. All are frozen; two types of the same shape are equal.

`kind` names how a value is read from JSON and compared at run time (see `values`); several types share one kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Type:
    kind: ClassVar[str] = "any"
    zh: ClassVar[str] = "任意值"
    en: ClassVar[str] = "any value"


@dataclass(frozen=True, slots=True)
class Anything(Type):
    """A value of a type not known at load; it takes the type of what it is compared with."""


@dataclass(frozen=True, slots=True)
class Text(Type):
    kind = "text"
    zh, en = "文字", "a text"


@dataclass(frozen=True, slots=True)
class Number(Type):
    kind = "number"
    zh, en = "数字", "a number"


@dataclass(frozen=True, slots=True)
class Money(Type):
    kind = "money"
    zh, en = "金额", "money"


@dataclass(frozen=True, slots=True)
class Date(Type):
    kind = "date"
    zh, en = "日期", "a date"


@dataclass(frozen=True, slots=True)
class Time(Type):
    kind = "time"
    zh, en = "钟点", "a time of day"


@dataclass(frozen=True, slots=True)
class Moment(Type):
    kind = "moment"
    zh, en = "时刻", "a moment"


@dataclass(frozen=True, slots=True)
class Duration(Type):
    kind = "duration"
    zh, en = "时长", "a duration"


@dataclass(frozen=True, slots=True)
class Bool(Type):
    kind = "bool"
    zh, en = "是或否", "yes or no"


@dataclass(frozen=True, slots=True)
class Choice(Type):
    """One of `options`; no options means they are not known at load."""

    options: tuple[str, ...] = ()
    kind = "text"
    zh, en = "选项", "a choice"


@dataclass(frozen=True, slots=True)
class Ref(Type):
    """A reference to a record: JSON {"kind", "id", ...} or the bare id; `fields` can be read where it is a dict."""

    of: str = ""
    fields: Mapping[str, AnyType] = field(default_factory=dict)
    kind = "ref"
    zh, en = "引用", "a reference"


@dataclass(frozen=True, slots=True)
class Person(Ref):
    of: str = "person"
    zh, en = "人员", "a person"


def _place_fields() -> dict[str, AnyType]:
    words = ("province", "city", "district", "street", "address", "name", "phone", "text")
    return {**{word: Text() for word in words}, "lat": Number(), "lng": Number()}


@dataclass(frozen=True, slots=True)
class Struct(Type):
    """Named fields; `open` lets unknown names pass as Anything. A field may be a Signature (`rules.NAME(...)`)."""

    fields: Mapping[str, AnyType] = field(default_factory=dict)
    open: bool = False
    kind = "struct"
    zh, en = "一组字段", "a group of fields"


@dataclass(frozen=True, slots=True)
class Place(Struct):
    fields: Mapping[str, AnyType] = field(default_factory=_place_fields)
    zh, en = "地址", "a place"


@dataclass(frozen=True, slots=True)
class File(Type):
    kind = "file"
    zh, en = "文件", "a file"


@dataclass(frozen=True, slots=True)
class Photo(File):
    zh, en = "照片", "a photo"


@dataclass(frozen=True, slots=True)
class Signature(File):
    """The signature of a person on a sheet (the shape of a function is a `FunctionType`)."""

    zh, en = "签名", "a signature"


@dataclass(frozen=True, slots=True)
class List(Type):
    of: Type = field(default_factory=Anything)
    kind = "list"
    zh, en = "列表", "a list"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """A function looked up at run time. The last `optional` arguments may be left out; `rest` takes any more."""

    args: tuple[Type, ...]
    result: Type
    optional: int = 0
    rest: Type | None = None


AnyType = Type | FunctionType

ORDERED = frozenset({"number", "money", "date", "time", "moment", "duration"})
LITERAL_KINDS = frozenset({"date", "time", "moment", "duration"})  # written as quoted text beside a typed operand


def deep_kind(kind: Type) -> str:
    """`list:date` for a list of dates: what encodes a result."""
    return f"list:{deep_kind(kind.of)}" if isinstance(kind, List) else kind.kind
