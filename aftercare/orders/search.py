"""Words of the search columns: pairs of signs, kept in an array with an index. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SHORTEST, LONGEST = 2, 64


def pairs(text: str) -> set[str]:
    """Every two neighbouring signs, width and case folded, blanks and marks dropped."""
    plain = _plain(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or ({plain} if plain else set())


def find_column(*texts: str) -> list[str]:
    """What a row is found by: pairs of the texts themselves."""
    return sorted(_all(map(pairs, texts)))


def find_with_pinyin(*texts: str, names: Iterable[str] = ()) -> list[str]:
    """The same, with `names` also found by pinyin (shafa) and initials (sf)."""
    spoken = [word for name in names for word in pinyin(name)]
    return sorted(_all(map(pairs, (*texts, *names, *spoken))))


def wanted(query: str) -> list[str] | None:
    """What all must be in the column for this query; None when it is too short or long to search for."""
    plain = _plain(query)
    return sorted(pairs(plain)) if SHORTEST <= len(plain) <= LONGEST else None


@lru_cache(maxsize=4096)
def pinyin(name: str) -> tuple[str, str]:
    """Full pinyin and initials: 沙发 -> ("shafa", "sf")."""
    from pypinyin import Style, lazy_pinyin  # here, for its dictionary takes 57 MB and most processes need none

    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or unicodedata.category(sign) in ("Co", "Cn"))


def _all(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)
