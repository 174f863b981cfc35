"""Is this a person's full name? Pure functions: used by customers, forms and imports alike."""

from __future__ import annotations

import re
import unicodedata

from aftercare.errors import Fault
from aftercare.values.plain import text_fault

# A form of address never ends a real name, whatever stands before it.
_TITLES = [
    "先生",
    "女士",
    "小姐",
    "太太",
    "夫人",
    "老师",
    "师傅",
    "经理",
    "老板",
    "主任",
    "医生",
    "大夫",
    "教授",
    "阿姨",
    "叔叔",
    "大哥",
    "大姐",
    "大叔",
    "大妈",
    "大爷",
    "大婶",
    "奶奶",
    "爷爷",
    "校长",
    "局长",
    "处长",
    "科长",
    "院长",
    "部长",
    "厂长",
    "书记",
    "律师",
    "同学",
    "同志",
    "美女",
    "帅哥",
    "靓女",
    "靓仔",
    "客户",
    "顾客",
    "业主",
    "家长",
    "老公",
    "老婆",
    "爸爸",
    "妈妈",
    "师父",
    "掌柜",
    "总裁",
    "董事",
    "主管",
    "会计",
    "护士",
    "警官",
    "女仕",
    "某某",
]
# One sign after a surname alone: 王总 is an address, 王建总 could be a name.
_SHORT_TITLES = frozenset("总董哥姐叔姨嫂婶伯爷太工氏姓")
_NICKNAME_HEADS = frozenset("老小阿大")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "令狐",
        "宇文",
        "长孙",
        "夏侯",
        "端木",
        "南宫",
        "独孤",
    ]
)
_NOBODY = frozenset(
    [
        "无",
        "无名",
        "无名氏",
        "未知",
        "不详",
        "匿名",
        "测试",
        "待定",
        "没有",
        "暂无",
        "保密",
        "散客",
        "新客户",
        "老客户",
        "na",
        "n/a",
        "none",
        "null",
        "unknown",
        "test",
        "anonymous",
        "guest",
        "customer",
        "nobody",
        "tbd",
    ]
)
_LATIN_TITLE = re.compile(r"(mr|mrs|ms|miss|mister|madam|dr|sir|prof)[.\s]\s*\S.*|(mr|mrs|ms|miss|mister|madam|sir)\.?")
_STAND_INS = frozenset("某×*＊？?○〇_□")
_JOINERS = frozenset("·•‧∙・･.'’ʼ-‐ -")


def is_full_name(name: str) -> bool:
    """True for a name as it stands on a paper of identity (王建国, 𠮷田, 买买提·艾力, John Smith), false for 王先生."""
    return full_name_fault(name) is None


def full_name_fault(name: str, field: str = "name") -> Fault | None:
    """Why `name` is not a full personal name, worded for the person who typed it, or None when it is one."""
    unkeepable = text_fault(name, field)
    if unkeepable:
        return unkeepable
    plain = _visible(name)
    if not plain:
        return _fault("empty", field, name, "没有填写姓名", "no name was entered")
    for rule in (_nobody, _stand_in, _strange_sign, _title, _nickname, _too_short):
        reason = rule(plain)
        if reason:
            return _fault(*reason[:1], field, name, *reason[1:])
    return None


_Reason = tuple[str, str, str] | None


def _visible(name: str) -> str:
    """What a reader sees: width folded, invisible signs and outer blanks dropped, so that they hide no title."""
    folded = unicodedata.normalize("NFKC", name)
    return " ".join("".join(sign for sign in folded if unicodedata.category(sign) != "Cf").split())


def _nobody(name: str) -> _Reason:
    if name.lower() in _NOBODY or name in _TITLES:
        return "nobody", "这不是人的姓名", "this names nobody"
    return None


def _stand_in(name: str) -> _Reason:
    letters = name.upper()
    if _STAND_INS & set(name) or (re.search(r"(?<![A-Z])X{1,3}$", letters) and _han(name)):
        return "placeholder", "“某、×、*”等代替了真实的字", "signs such as 某, × or * stand in for the real ones"
    return None


def _strange_sign(name: str) -> _Reason:
    for sign in name:
        kind = unicodedata.category(sign)
        if kind[0] in "NSCPZ" and kind not in ("Co", "Cn", "Nl") and sign not in _JOINERS:
            return "sign", f"“{sign}”不会出现在姓名中", f"“{sign}” does not belong in a name"
    if not any(unicodedata.category(sign)[0] == "L" or _uncharted(sign) for sign in name):
        return "sign", "姓名里没有文字", "it has no letters"
    return None


def _title(name: str) -> _Reason:
    bare = name.replace(" ", "")
    for title in _TITLES:
        if bare.endswith(title):
            return "title", f"“{title}”是称呼，不是名字", f"“{title}” is a form of address, not part of a name"
    stem = bare[:-1]
    if bare[-1] in _SHORT_TITLES and ((len(stem) == 1 and _han(stem)) or stem in _DOUBLE_SURNAMES):
        return "title", f"“{bare[-1]}”是称呼，不是名字", f"“{bare[-1]}” after a surname is a form of address"
    if _LATIN_TITLE.fullmatch(name.lower()) and len(name.split()) <= 2:
        return "title", "只有称呼和姓", "it is a title and a surname only"
    return None


def _nickname(name: str) -> _Reason:
    if len(name) == 2 and name[0] in _NICKNAME_HEADS and name[1] in _SURNAMES:
        return "nickname", f"“{name}”是口头称呼", f"“{name}” is a nickname"
    return None


def _too_short(name: str) -> _Reason:
    if len([sign for sign in name if sign not in _JOINERS]) < 2:
        return "short", "只有一个字", "it has a single character only"
    return None


def _han(text: str) -> bool:
    return any("\u3400" <= s <= "\u9fff" or "\uf900" <= s <= "\ufaff" or s >= "\U00020000" for s in text)


def _uncharted(sign: str) -> bool:
    """Private use and characters newer than our tables: names printed on identity cards hold them."""
    return unicodedata.category(sign) in ("Co", "Cn")


def _fault(code: str, field: str, name: str, zh: str, en: str) -> Fault:
    return Fault(
        f"name.{code}",
        f"“{name}”不是全名：{zh}。请填写身份证件上的姓名，例如“王建国”。",
        f"“{name}” is not a full name: {en}. Enter the name as on the person's papers, e.g. 王建国.",
        field=field,
    )
