"""Faults of a handbook: collected all at once, each with file, line, column and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from aftercare.errors import Fault
from aftercare.handbook.model import Spot

LIMIT = 200
WARNING = "warn_"


class TooMany(Exception):
    """The list of faults is full: loading stops here."""


class Faults:
    """Collects faults and warnings; a warning's code starts with "warn_". The same fault is kept once."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._kept: dict[tuple[str, str, int, int, str], Fault] = {}
        self._wrong = 0

    def add(self, code: str, spot: Spot, zh: str, en: str, instead: str = "", field: str = "") -> None:
        """`instead` is what to write in its place. Raises TooMany when the list is full."""
        key = (code, spot.file, spot.line, spot.column, en)
        if key in self._kept:
            return
        self._kept[key] = make(code, spot, zh, en, instead, field)
        self._wrong += not code.startswith(WARNING)
        if self._wrong >= self.limit or len(self._kept) >= 2 * self.limit:
            raise TooMany

    def warn(self, code: str, spot: Spot, zh: str, en: str, instead: str = "") -> None:
        self.add(WARNING + code, spot, zh, en, instead)

    def unknown(self, code: str, spot: Spot, zh: str, en: str, name: str, known: Iterable[str]) -> None:
        """A name that nothing defines: `zh` and `en` say what sort of name; the nearest known one is offered."""
        near = nearest(name, known)
        zh, en = f"没有这个{zh}：{name[:60]}", f"there is no {en} {name[:60]!r}"
        if near:
            zh, en = f"{zh}，是否应为 {near}？", f"{en}; did you mean {near!r}?"
        self.add(code, spot, zh, en, near)

    @property
    def wrong(self) -> tuple[Fault, ...]:
        return tuple(one for one in self._in_order() if not one.code.startswith(WARNING))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(one for one in self._in_order() if one.code.startswith(WARNING))

    def _in_order(self) -> list[Fault]:
        return [self._kept[key] for key in sorted(self._kept, key=lambda key: (*key[1:4], key[0]))]


def make(code: str, spot: Spot, zh: str, en: str, instead: str = "", field: str = "") -> Fault:
    """A fault; `data` holds the file and, where known, `instead`."""
    data: dict[str, str | int] = {"file": spot.file}
    if instead:
        data["instead"] = instead
    return Fault(code, zh, en, field=field, line=spot.line or None, column=str(spot.column or ""), data=data)


def place(fault: Fault) -> str:
    """`file:line:column`, as far as they are known."""
    parts = [str(fault.data.get("file") or ""), str(fault.line or ""), fault.column]
    return ":".join(part for part in parts if part)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, or ""."""
    words = [str(word) for word in known]
    lower = name.lower().replace("-", "_").replace(" ", "_")
    if lower in words and lower != name:
        return lower
    found = get_close_matches(name[:60], words[:2000], 1, 0.6)
    return found[0] if found else ""
