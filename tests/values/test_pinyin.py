"""Reading sign by sign is a short cut: it must say what the dictionary says of the whole."""

from __future__ import annotations

import random

from pypinyin import Style, pinyin
from pypinyin.constants import PHRASES_DICT

from aftercare.values.pinyin import of_name, readings, usual


def _of_the_dictionary(name: str) -> list[str]:
    return [found[0].lower() for found in pinyin(name, style=Style.NORMAL)]


def test_the_short_cut_reads_as_the_dictionary_does() -> None:
    chance = random.Random(7)
    made = ["".join(chr(chance.randrange(0x4E00, 0x9FA6)) for _ in range(chance.randrange(1, 6))) for _ in range(3000)]
    words = chance.sample(sorted(PHRASES_DICT), 1000)
    odd = ["王abc", "a王", "买买提·艾力", "重庆红星", "𠮷田", "John", "〇一", "王 明"]
    names = [*made, *words, *(f"王{word}" for word in words), *odd]
    assert [name for name in names if usual(name) != _of_the_dictionary(name)] == []


def test_a_surname_is_read_as_a_surname() -> None:
    assert of_name("曾国藩").split()[0] == "zeng" and readings("单雄信")[0] == ("shan", "xiong", "xin")
