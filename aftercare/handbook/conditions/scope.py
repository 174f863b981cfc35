"""What a condition may name, and the tree it becomes once every name has a type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercare.handbook.conditions.types import AnyType, FunctionType, Type


@dataclass(frozen=True, slots=True)
class Scope:
    """`names` are the root namespaces (form, case, settings, today ...), exact in case.

    `functions` are looked up at run time in `env["fn"]`; fields of a root that are FunctionTypes (`rules.NAME`) in
    `env[root]`. Both take and give JSON. `zone` is where a day begins and ends.
    """

    names: Mapping[str, AnyType]
    functions: Mapping[str, FunctionType] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Op:
    """One typed step. `data` is JSON: constants that the step needs beside its arguments."""

    code: str
    type: Type
    args: tuple[Op, ...] = ()
    data: tuple[Any, ...] = ()

    def walk(self) -> Iterator[Op]:
        yield self
        for arg in self.args:
            yield from arg.walk()


# Steps a browser cannot take: they ask the engine.
SERVER_ONLY = frozenset({"call"})
