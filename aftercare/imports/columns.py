"""The meaning of columns: read from columns.yaml, matched against the headers of a sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from aftercare.imports.reading import Sheet
from aftercare.texts import Text

KINDS = ("orders", "prices", "customers")  # in the order they are tried: what needs most comes first
_DEEPEST = 15
_LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    name: Text
    level: str  # "order", "line" or "" (only orders have levels)


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: Text
    columns: Mapping[str, Column]
    labels: Mapping[str, str]  # plain label -> field
    needs: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Of a sheet: `first` row of data (from 0), column place -> field, column place -> label as written."""

    kind: Kind
    first: int
    fields: Mapping[int, str]
    labels: Mapping[int, str]
    places: Mapping[str, int]  # the same as `fields`, the other way round: asked for every cell

    def place(self, field: str) -> int | None:
        return self.places.get(field)


@cache
def kinds() -> dict[str, Kind]:
    return {name: _kind(name, _file()[name]) for name in KINDS}


@cache
def words(name: str) -> dict[str, str]:
    """Plain word of a cell -> its meaning: words("payment")["微信"] == "mobile"; words("yes")["已交"] == "yes"."""
    found = _file()["words"][name]
    groups = found if isinstance(found, dict) else {name: found}
    return {plain(str(word)) or str(word): meaning for meaning, listed in groups.items() for word in listed}


@cache
def reason_labels() -> frozenset[str]:
    return frozenset(map(plain, _file()["reason"]))


@lru_cache(maxsize=2048)
def plain(label: str) -> str:
    """A label as it is compared: width and case folded, no blanks and marks, nothing in brackets."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", folded) or folded
    return "".join(sign for sign in bare if sign.isalnum() or sign in "√✓✔×✗")


def find_header(sheet: Sheet, kind: str = "") -> Header | None:
    """The best header within the first rows, of `kind` or of any; None when no row is one."""
    tried = [kinds()[kind]] if kind else list(kinds().values())
    found: list[tuple[int, int, Header]] = []
    for at in range(min(_DEEPEST, len(sheet.rows))):
        for order, wanted in enumerate(tried):
            for header in _candidates(sheet.rows, at, wanted):
                missing = [need for need in wanted.needs if not need & set(header.fields.values())]
                if not missing:
                    found.append((len(header.fields), -order, header))
    return max(found, key=lambda item: item[:2], default=(0, 0, None))[2]


def nearest(sheets: Sequence[Sheet], kind: str) -> list[Text]:
    """Names of the needed columns that no header of these sheets has: what to tell when nothing was recognised."""
    wanted = kinds()[kind]
    seen = {field for sheet in sheets for row in sheet.rows[:_DEEPEST] for field in _fields(map(str, row), wanted)}
    lacking = [need for need in wanted.needs if not need & seen]
    return [wanted.columns[sorted(need, key=list(wanted.columns).index)[0]].name for need in lacking]


def looks_like_header(text: str) -> bool:
    """Whether the first lines of a text hold known labels: how an encoding is recognised."""
    known = {label for kind in kinds().values() for label in kind.labels}
    labels = {plain(word) for line in text.splitlines()[:_DEEPEST] for word in re.split(r"[,\t;|]", line)}
    return len({label for label in labels & known if not label.isascii()}) >= 2


def _candidates(rows: list[list[Any]], at: int, kind: Kind) -> list[Header]:
    """The row alone, and together with the next one when that looks like labels too."""
    top = [_label(value) for value in rows[at]]
    headers = [_header(kind, at + 1, [(label,) for label in top])]
    if at + 1 < len(rows) and all(_is_label(value) for value in rows[at + 1]) and any(rows[at + 1]):
        below = [_label(value) for value in rows[at + 1]]
        pairs = [(t, b) for t, b in zip(_spread(top), below, strict=False)]
        headers.append(_header(kind, at + 2, pairs))
    return headers


def _header(kind: Kind, first: int, labels: Sequence[tuple[str, ...]]) -> Header:
    fields: dict[int, str] = {}
    for place, parts in enumerate(labels):
        field = next((f for name in _readings(parts) if (f := kind.labels.get(plain(name)))), "")
        if field and field not in fields.values():
            fields[place] = field
    written = {place: "/".join(dict.fromkeys(filter(None, parts))) for place, parts in enumerate(labels)}
    labels_written = {place: label for place, label in written.items() if label}
    return Header(kind, first, fields, labels_written, {field: place for place, field in fields.items()})


def _readings(parts: tuple[str, ...]) -> list[str]:
    if len(parts) == 1 or not parts[1] or parts[0] == parts[1]:
        return [parts[0]]
    return [parts[0] + parts[1], parts[1]]


def _spread(top: list[str]) -> list[str]:
    """A group's name stands over its first column only, when its cells were not merged."""
    spread, last = [], ""
    for label in top:
        last = label or last
        spread.append(last)
    return spread


def _fields(labels: Any, kind: Kind) -> set[str]:
    return {kind.labels[name] for label in labels if (name := plain(label)) in kind.labels}


def _label(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_LABEL and not any(sign in value for sign in "¥￥@")


@cache
def _file() -> dict[str, Any]:
    text = (Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = YAML(typ="safe").load(text)
    return read


def _kind(name: str, raw: Mapping[str, Any]) -> Kind:
    columns: dict[str, Column] = {}
    labels: dict[str, str] = {}
    for field, about in raw["columns"].items():
        columns[field] = Column(field, Text(about["zh"], about["en"]), about.get("level", ""))
        for label in (about["zh"], about["en"], *about.get("also", ())):
            labels.setdefault(plain(label), field)
    needs = tuple(frozenset(need) for need in raw["needs"])
    return Kind(name, Text(**raw["name"]), columns, labels, needs)
