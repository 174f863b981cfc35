"""What a customer is found by, and what a typed search means. Pure functions.

An entry has pieces for the index (`grams`) and three texts for the exact check:
  plain   folded name and addresses, one a line           王建国\\n广东省深圳市…
  coded   pinyin from each syllable on, initials from each letter on     \\np:wangjianguo\\np:jianguo…\\ni:wjg\\ni:jg…
  digits  telephone numbers as dialled                     13800138000 075523456789

Two Chinese characters are one piece (a trigram index cannot see them), three digits of a number are one, pinyin is
cut at its syllables: `ang` in the middle of `wang` is nothing people search for, and would fill the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aftercare.values.pinyin import readings

LONGEST_QUERY = 100
MOST_WORDS = 6
_PINYIN_PIECES = (2, 3, 4, 6, 8, 12)
_RUNS = re.compile(r"[a-z]+|\d+|[^a-z\d]+")
_DIGITS_ONLY = re.compile(r"[+\d\s()\-./]*\d[\d\s()\-./]*")
_LETTERS = re.compile(r"[a-z]+")
_DOTS = str.maketrans("•‧∙・･.", "······")


@dataclass(frozen=True, slots=True)
class Entry:
    grams: list[str]
    plain: str
    coded: str
    digits: str


@dataclass(frozen=True, slots=True)
class Look:
    """One way a word can match: all `pieces` in the index and `needle` within the column `text`."""

    pieces: tuple[str, ...]
    text: str
    needle: str


# A word matches by any of its ways; a way is a list of looks that must all hold. All words must match.
Way = tuple[Look, ...]


def fold(text: str) -> str:
    """Width and case folded, blanks and invisible signs dropped, one kind of dot: both sides of a comparison."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def entry(name: str, phones: Iterable[str], addresses: Iterable[str]) -> Entry:
    """`phones` are numbers as dialled (digits only), `addresses` whole texts."""
    folded, places = fold(name), [fold(address) for address in addresses]
    numbers = list(dict.fromkeys(phones))
    spoken = {"".join(reading[at:]) for reading in _readings(folded) for at in range(len(reading))}
    initials = {"".join(syllable[0] for syllable in reading) for reading in _readings(folded)}
    tails = {word[at:] for word in initials for at in range(len(word))}
    grams = set(folded) | set(_pairs(folded))
    for place in places:
        grams.update(_pairs(place))
    for number in numbers:
        grams.update(_triples(number))
    grams.update(f"p:{word[:size]}" for word in spoken for size in _PINYIN_PIECES if size <= len(word))
    grams.update(f"i:{word[:size]}" for word in tails for size in (1, 2, 3) if size <= len(word))
    coded = [f"p:{word}" for word in sorted(spoken)] + [f"i:{word}" for word in sorted(tails)]
    plain = "\n".join([folded, *places])
    return Entry(sorted(grams), plain, "".join(f"\n{word}" for word in coded), " ".join(numbers))


def initials_of(name: str) -> str:
    """wjg for 王建国; empty for names without Chinese characters."""
    found = _readings(fold(name))
    return "".join(syllable[0] for syllable in found[0]) if found else ""


def ways(text: str) -> list[list[Way]]:
    """For each word of a search the ways it can match; empty when there is nothing to search for."""
    wide = unicodedata.normalize("NFKC", text)[:LONGEST_QUERY]
    is_number = _DIGITS_ONLY.fullmatch(wide.strip())
    words = [_number(wide)] if is_number else [fold(word) for word in wide.split()]
    return [_ways_of(word) for word in dict.fromkeys(words) if word][:MOST_WORDS]


def _ways_of(word: str) -> list[Way]:
    found: list[Way] = [(look,) for look in _looks(word)]
    runs = _RUNS.findall(word)
    if len(runs) > 1:
        for combination in _combinations([_looks(run) for run in runs]):
            found.append(combination)
    return found


def _looks(word: str) -> Iterator[Look]:
    if len(word) == 1:
        yield Look((word,), "name", word)
    else:
        yield Look(tuple(_pairs(word)), "plain", word)
    if _LETTERS.fullmatch(word):
        yield Look((f"i:{word[:3]}",), "coded", f"\ni:{word}")
        if len(word) > 1:
            yield Look(_spoken_pieces(word), "coded", f"\np:{word}")
    if word.isdecimal() and len(word) >= 3:
        yield Look(tuple(_triples(word)), "digits", word)


def _spoken_pieces(word: str) -> tuple[str, ...]:
    sizes = [size for size in _PINYIN_PIECES if size <= len(word)]
    return (f"p:{word[: sizes[-1]]}",)


def _combinations(choices: list[Iterator[Look]]) -> Iterator[Way]:
    """Every run must match in some way: 王jg by name and initials, 王8000 by name and number."""
    listed = [list(choice) for choice in choices]
    found: list[Way] = [()]
    for choice in listed:
        found = [(*way, look) for way in found for look in choice]
        if len(found) > 32:
            return
    yield from found


def _number(wide: str) -> str:
    """Digits of a number typed with blanks and dashes, without the country's own prefix."""
    bare = re.sub(r"[^\d+]", "", wide)
    return re.sub(r"^(\+86|0086|\+)", "", bare).replace("+", "")


def _readings(folded: str) -> tuple[tuple[str, ...], ...]:
    """Syllables of names with Chinese characters; letters only, so that dots and digits do not get in between."""
    if not any("\u3400" <= sign <= "\u9fff" or sign >= "\U00020000" for sign in folded):
        return ()
    kept = [tuple(s for s in reading if _LETTERS.fullmatch(s)) for reading in readings(folded)]
    return tuple(dict.fromkeys(reading for reading in kept if reading))


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))


def _triples(number: str) -> Iterator[str]:
    return (number[at : at + 3] for at in range(len(number) - 2))
