"""How Chinese names are spoken, for sorting and finding. The dictionary loads on first use."""

from __future__ import annotations

from functools import lru_cache

MOST_READINGS = 4
SHORT = 6  # longer names are not names of people; the dictionary reads them as a whole
# As surnames these are read otherwise than as words.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "任": "ren", "朴": "piao", "查": "zha", "区": "ou",
    "盖": "ge", "覃": "qin", "乐": "yue", "华": "hua", "翟": "zhai", "尹": "yin", "冼": "xian", "繁": "po",
}  # fmt: skip


@lru_cache(maxsize=8192)
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The likely readings of a name as syllables, the usual one first: 单雄信 -> (shan, xiong, xin), (dan, xiong, xin).

    Only the surname is tried in all its readings: there they differ most. Signs without a reading stay as they are.
    """
    if not name:
        return ()
    plain = usual(name)
    firsts = list(_all_of(name[0]))
    if plain[0] not in firsts:
        return (tuple(plain),)
    if name[0] in _SURNAMES:
        firsts.insert(0, _SURNAMES[name[0]])
    else:
        firsts.insert(0, plain[0])
    return tuple((first, *plain[1:]) for first in dict.fromkeys(firsts))[:MOST_READINGS]


def usual(name: str) -> list[str]:
    """Sign by sign, unless the dictionary has a word in it (重庆) or signs it takes together (abc)."""
    from pypinyin import Style, pinyin
    from pypinyin.constants import PHRASES_DICT

    parts = (name[at:end] for at in range(len(name)) for end in range(at + 2, len(name) + 1))
    if len(name) > SHORT or not all(map(_is_han, name)) or any(part in PHRASES_DICT for part in parts):
        return [found[0].lower() for found in pinyin(name, style=Style.NORMAL)]
    return [_first_of(sign) for sign in name]


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fa5"


@lru_cache(maxsize=32768)
def _first_of(sign: str) -> str:
    from pypinyin import Style, pinyin

    return str(pinyin(sign, style=Style.NORMAL)[0][0]).lower()


@lru_cache(maxsize=32768)
def _all_of(sign: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    return tuple(found.lower() for found in pinyin(sign, style=Style.NORMAL, heteronym=True)[0])


def of_name(name: str) -> str:
    """The usual reading, syllables apart: "wang jian guo"."""
    found = readings(name)
    return " ".join(found[0]) if found else ""
