"""Which characters the fonts of papers can show. What none can show is printed as a visible mark, never left out."""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

MARK = "〓"
MAIN_FAMILY = "Noto Sans SC"
_KEPT_CONTROLS = "\n\t"


@lru_cache(maxsize=4)
def fonts_in(folder: Path) -> tuple[str, ...]:
    """Font files of a folder (ttf, otf), sorted."""
    return tuple(str(path) for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".ttf", ".otf"))


@lru_cache(maxsize=4)
def covered(folder: Path) -> frozenset[int]:
    """Code points that some font of the folder has."""
    found: set[int] = set()
    for path in fonts_in(folder):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap() or ())
    return frozenset(found)


@lru_cache(maxsize=4)
def families(folder: Path) -> tuple[str, ...]:
    """Family names in the order they are tried: the main family, then the others."""
    names: set[str] = set()
    for path in fonts_in(folder):
        with TTFont(path, lazy=True) as font:
            table = font["name"]
            names.add(table.getDebugName(16) or table.getDebugName(1) or "")
    others = sorted(name for name in names if name and name != MAIN_FAMILY)
    return (MAIN_FAMILY, *others)


def shown(text: str, known: frozenset[int]) -> str:
    """`text` as it will be printed: invisible controls dropped, characters without a glyph marked."""
    return "".join(_shown(char, known) for char in text)


def _shown(char: str, known: frozenset[int]) -> str:
    if char in _KEPT_CONTROLS or ord(char) in known:
        return "" if unicodedata.category(char) == "Cf" else char
    kind = unicodedata.category(char)
    if kind in ("Cc", "Cf", "Cs") or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
        return ""
    return " " if kind.startswith("Z") else MARK


def shown_in(value: Any, known: frozenset[int]) -> Any:
    """The same for every text inside JSON data; keys stay."""
    if isinstance(value, str):
        return shown(value, known)
    if isinstance(value, list):
        return [shown_in(item, known) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "png" else shown_in(item, known) for key, item in value.items()}
    return value


def missing(value: Any, known: frozenset[int]) -> list[str]:
    """Characters of JSON data that will be printed as the mark, in order of first appearance."""
    if isinstance(value, str):
        return list(dict.fromkeys(char for char in value if char != MARK and _shown(char, known) == MARK))
    items = (
        value
        if isinstance(value, list)
        else [v for k, v in value.items() if k != "png"]
        if isinstance(value, dict)
        else []
    )
    return list(dict.fromkeys(char for item in items for char in missing(item, known)))
