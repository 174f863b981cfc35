"""Refusals and failures, worded for people in both languages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from aftercare.texts import Text

JSON = str | int | float | bool | None | list[Any] | dict[str, Any]

_NO_DATA: Mapping[str, JSON] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `row` and `line` count from 1; `field` is a dotted name; `data` is JSON."""

    code: str
    zh: str
    en: str
    field: str = ""
    row: int | None = None
    line: int | None = None
    sheet: str = ""
    column: str = ""
    clause: str = ""
    data: Mapping[str, JSON] = dataclasses.field(default_factory=lambda: _NO_DATA, hash=False)

    def in_(self, language: str) -> str:
        """The sentence in "zh-hans" or "en"."""
        return Text(self.zh, self.en).in_(language)

    def as_json(self) -> dict[str, JSON]:
        """The shape the API answers with: code and message always, the rest where it is known."""
        known: dict[str, JSON] = {"code": self.code, "message": {"zh": self.zh, "en": self.en}}
        for name in ("field", "row", "line", "sheet", "column", "clause"):
            value = getattr(self, name)
            if value not in ("", None):
                known[name] = value
        if self.data:
            known["data"] = dict(self.data)
        return known


class AftercareError(Exception):
    """The root of every error this program raises on purpose."""


class Refused(AftercareError):
    """What was asked is not done, nothing is changed; `faults` says why (never empty).

    Takes faults one by one or as an iterable: `Refused(a, b)`, `Refused([a, b])`.
    """

    status: int = 422

    def __init__(self, *faults: Fault | Iterable[Fault], status: int | None = None) -> None:
        self.faults: tuple[Fault, ...] = tuple(_flat(faults))
        if not self.faults:
            raise ValueError("a refusal needs at least one fault")
        if status is not None:
            self.status = status
        super().__init__("; ".join(fault.en for fault in self.faults))

    @classmethod
    def because(cls, code: str, zh: str, en: str, **more: Any) -> Self:
        """A refusal for one reason; `more` are the other fields of Fault."""
        return cls(Fault(code, zh, en, **more))


class NotFound(Refused):
    """Absent, or not yours: the two look the same from outside."""

    status = 404


class NotAllowed(Refused):
    """The acting person lacks the right."""

    status = 403


class Conflict(Refused):
    """Somebody else was first, or the state has moved on."""

    status = 409


class OutsideFailure(AftercareError):
    """Something outside this program failed; `retry` says whether trying again may help."""

    def __init__(self, message: str, *, retry: bool) -> None:
        self.retry = retry
        super().__init__(message)


def _flat(faults: Iterable[Fault | Iterable[Fault]]) -> Iterable[Fault]:
    for item in faults:
        if isinstance(item, Fault):
            yield item
        else:
            yield from item
