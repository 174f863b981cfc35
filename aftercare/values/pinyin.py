"""How Chinese names are spoken, for sorting and finding. The dictionary loads on first use."""

from __future__ import annotations

from functools import lru_cache

MOST_READINGS = 4
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
    from pypinyin import Style, pinyin

    if not name:
        return ()
    usual = [found[0].lower() for found in pinyin(name, style=Style.NORMAL)]
    firsts = [found.lower() for found in pinyin(name[0], style=Style.NORMAL, heteronym=True)[0]]
    if usual[0] not in firsts:
        return (tuple(usual),)
    if name[0] in _SURNAMES:
        firsts.insert(0, _SURNAMES[name[0]])
    else:
        firsts.insert(0, usual[0])
    return tuple((first, *usual[1:]) for first in dict.fromkeys(firsts))[:MOST_READINGS]


def of_name(name: str) -> str:
    """The usual reading, syllables apart: "wang jian guo"."""
    found = readings(name)
    return " ".join(found[0]) if found else ""
