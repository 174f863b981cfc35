"""What can be wrong with the text of a condition, each in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from aftercare.errors import AftercareError
from aftercare.handbook.conditions.types import Type


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """`offset` is the character position in the condition; `meant` the likely right word or ""."""

    code: str
    offset: int
    zh: str
    en: str
    meant: str = ""


class ConditionFaults(AftercareError):
    """A condition does not compile; `faults` holds every fault found, in order of position, never empty."""

    def __init__(self, text: str, faults: Iterable[ConditionFault]) -> None:
        self.text = text
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.offset, fault.code)))
        super().__init__("; ".join(f"{fault.offset + 1}: {fault.en}" for fault in self.faults))


# code: (zh, en); filled by str.format
TEXTS: dict[str, tuple[str, str]] = {
    "empty": ("条件为空", "the condition is empty"),
    "too_long": ("条件超过 {limit} 个字符", "the condition is longer than {limit} characters"),
    "too_deep": (
        "条件嵌套过深（最多 {limit} 层），请拆成规则表",
        "the condition nests deeper than {limit}; use a rule table",
    ),
    "syntax": ("此处看不懂：“{near}”", 'this cannot be read: "{near}"'),
    "unfinished": ("条件没有写完", "the condition ends too early"),
    "open_text": ("引号没有闭合", "a quote is not closed"),
    "open_bracket": ("括号“{sign}”没有配对", 'the bracket "{sign}" has no partner'),
    "chinese_name": (
        "名称须用英文小写字母、数字和下划线：“{word}”；若是文字请加引号",
        'names are ASCII (a-z, 0-9, _): "{word}"; put quotes around a text',
    ),
    "wide_sign": ("请用半角符号“{use}”代替“{sign}”", 'write "{use}" instead of "{sign}"'),
    "reserved": ("“{word}”是保留字，不能用作名称", '"{word}" is a reserved word and cannot be a name'),
    "word_operator": ("请写“{use}”，不要写“{word}”", 'write "{use}" instead of "{word}"'),
    "null": ("不能写 null；请用 filled(字段) 判断是否已填", "null may not be written; say filled(x) or !filled(x)"),
    "bare_duration": ("时长须加引号：'{word}'", "put a duration in quotes: '{word}'"),
    "not_supported": ("不支持这种写法：{what}", "this is not part of the condition language: {what}"),
    "unknown_name": ("没有名为“{name}”的数据", 'there is nothing called "{name}"'),
    "unknown_field": ("“{of}”中没有“{name}”", '"{of}" has no "{name}"'),
    "no_fields": ("{type}没有字段“{name}”", '{type} has no field "{name}"'),
    "unknown_function": ("没有函数“{name}”", 'there is no function "{name}"'),
    "not_called": ("“{name}”是函数，请写成 {name}(...)", '"{name}" is a function, write {name}(...)'),
    "hides_name": (
        "变量“{name}”与已有名称相同，请换一个",
        'the variable "{name}" hides another name; choose a new one',
    ),
    "macro_variable": ("第一个参数须是一个变量名，如 p", "the first argument must be a variable name such as p"),
    "argument_count": ("“{name}”需要 {want} 个参数，写了 {got} 个", '"{name}" takes {want} arguments, {got} given'),
    "literal_argument": ("“{name}”的这个参数须直接写成加引号的文字", 'this argument of "{name}" must be a quoted text'),
    "wrong_type": ("这里需要{want}，而不是{got}", "this must be {want}, not {got}"),
    "not_truth": (
        "这里需要是或否，而“{name}”是{got}；若问是否已填，请写 filled({name})",
        'this must be yes or no, but "{name}" is {got}; to ask whether it is filled in say filled({name})',
    ),
    "cannot_compare": ("{left}与{right}不能比较", "{left} cannot be compared with {right}"),
    "no_order": ("{type}不分大小，只能用 == 或 !=", "{type} has no order; use == or !="),
    "cannot_sum": ("{type}不能相加", "{type} cannot be added up"),
    "not_comparable": (
        "{type}不能比较，请比较其中的字段或写 filled(...)",
        "{type} cannot be compared; compare one of its fields or say filled(...)",
    ),
    "cannot_compute": ("{left}与{right}之间不能用“{sign}”", "there is no {left} {sign} {right}"),
    "money_number": (
        "金额不能与普通数字比较或相加减；请写 yuan({number}) 或用金额设置项",
        "money does not go with a bare number; write yuan({number}) or use a money setting",
    ),
    "date_moment": ("一边是日期，一边是时刻；请写 day(...)", "one side is a date, the other a moment; write day(...)"),
    "empty_text": (
        "不能与空文字比较；请用 filled(...) 或 !filled(...)",
        "nothing equals an empty text; say filled(...) or !filled(...)",
    ),
    "not_an_option": ("“{word}”不在选项中：{options}", '"{word}" is not one of the options: {options}'),
    "bad_duration": ("{why}", "{why}"),
    "bad_date": ("“{word}”不是有效的{type}，请写成 {like}", '"{word}" is not {type}; write it like {like}'),
    "day_unit": ("日期只能加减整天的时长，不能用“{word}”", 'only whole days can be added to a date, not "{word}"'),
    "working_unit": ("工作时长请用 plus_work(起点, '{word}')", "for working time write plus_work(start, '{word}')"),
    "not_a_list": ("这里需要列表，而不是{got}", "this must be a list, not {got}"),
    "mixed": ("两边的类型不同：{left}与{right}", "the sides differ in type: {left} and {right}"),
    "column_name": ("请写列名，如 'amount'", "name a column, for example 'amount'"),
    "bad_pattern": ("匹配式有误：{why}", "the pattern cannot be used: {why}"),
    "macro_depth": ("列表循环最多嵌套 {limit} 层", "loops over lists may be nested {limit} deep"),
}


def fault(code: str, offset: int, *, meant: str = "", **words: object) -> ConditionFault:
    """The fault `code` worded. A word may be plain, a pair (zh, en), or a type; `meant` adds "did you mean"."""
    zh, en = TEXTS[code]
    zh = zh.format(**{name: _in(word, 0) for name, word in words.items()})
    en = en.format(**{name: _in(word, 1) for name, word in words.items()})
    if meant:
        zh, en = f"{zh}，是否应为“{meant}”？", f'{en}; did you mean "{meant}"?'
    return ConditionFault(code, max(offset, 0), zh, en, meant)


def _in(word: object, language: int) -> object:
    if isinstance(word, tuple):
        return word[language]
    return (word.zh, word.en)[language] if isinstance(word, Type) else word


def nearest(word: str, words: Iterable[str]) -> str:
    """The most similar of `words`, or ""."""
    known = sorted(words)
    # `new-date` reads as a subtraction: the name that was meant begins with its first part
    near = get_close_matches(word, known, 1, 0.6) or [name for name in known if name.startswith(f"{word}_")]
    return near[0] if near else ""
