"""The small part of regular expressions that `matches` takes: the same in Python and in a browser, and never slow.

Characters, `.`, classes, `\\d \\w \\s`, `^ $`, alternatives in a group, and repeats of a single character or class. A
group may be optional but not repeated; few repeats of open length. Texts over `SUBJECT` characters are unknown.
"""

from __future__ import annotations

import re

LONGEST = 100
SUBJECT = 200
REPEATS = 3
_CLASS = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r\\f\\u3000"}
_SPECIAL = frozenset("^$\\.*+?()[]{}|/-")
_REPEAT = re.compile(r"[*+?]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\}", re.ASCII)


class PatternFault(ValueError):
    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def plain(pattern: str) -> str:
    """`pattern` in a form that Python and JavaScript (flag u) read alike. Raises PatternFault."""
    if not pattern or len(pattern) > LONGEST:
        raise PatternFault(f"须为 1 至 {LONGEST} 个字符", f"it must have 1 to {LONGEST} characters")
    source = _Reader(pattern).whole()
    try:
        re.compile(source)
    except (re.error, OverflowError) as error:
        raise PatternFault("写法不完整", "it is not complete") from error
    return source


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.repeats, self.depth = pattern, 0, 0, 0

    def whole(self) -> str:
        found = self.alternatives()
        if self.at < len(self.pattern):
            raise PatternFault("多了一个“)”", 'there is a ")" too many')
        return found

    def alternatives(self) -> str:
        parts = []
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            parts.append(self.atom())
        return "".join(parts)

    def atom(self) -> str:
        sign = self.pattern[self.at]
        self.at += 1
        if sign in "|^":
            return sign
        if sign == "$":
            return "(?![\\s\\S])"  # the very end, in both; a Python $ also stands before a last line break
        if sign == "(":
            return self.group()
        if sign in "*+?{}]":
            raise PatternFault(f"“{sign}”的位置不对", f'"{sign}" stands where it cannot')
        single = "[^\\n]" if sign == "." else self.bracket() if sign == "[" else self.escape(sign)
        return single + self.repeat(single=True)

    def group(self) -> str:
        self.depth += 1
        if self.depth > 5 or self.pattern[self.at : self.at + 1] == "?":
            raise PatternFault("括号内的写法不支持", "this kind of group is not supported")
        inner = self.alternatives()
        if self.at >= len(self.pattern):
            raise PatternFault("括号没有闭合", "a bracket is not closed")
        self.at += 1
        self.depth -= 1
        return f"(?:{inner}){self.repeat(single=False)}"

    def repeat(self, *, single: bool) -> str:
        found = _REPEAT.match(self.pattern, self.at)
        if not found:
            return ""
        self.at = found.end()
        text = found[0]
        if not single and text != "?":
            raise PatternFault("不能重复整个括号", "a group cannot be repeated")
        self.repeats += 0 if re.fullmatch(r"\{[0-9]+\}", text) else 1
        if self.repeats > REPEATS:
            raise PatternFault(f"不定长的重复最多 {REPEATS} 处", f"at most {REPEATS} repeats of open length")
        if self.pattern[self.at : self.at + 1] in ("?", "+", "*"):
            raise PatternFault("重复符号不能叠用", "repeats cannot be stacked")
        return text

    def escape(self, sign: str) -> str:
        if sign != "\\":
            return f"\\{sign}" if sign == "/" else sign.replace("-", "\\x2d")
        word = self.pattern[self.at : self.at + 1]
        self.at += 1
        if word in _CLASS and word:
            return f"[{_CLASS[word]}]"
        if word and word in _SPECIAL:
            return "\\x2d" if word == "-" else f"\\{word}"
        raise PatternFault(f"不支持“\\{word}”", f'"\\{word}" is not supported')

    def bracket(self) -> str:
        end = self.at + (1 if self.pattern[self.at : self.at + 1] == "^" else 0)
        start, out = end, []
        while end < len(self.pattern) and (self.pattern[end] != "]" or end == start):
            sign = self.pattern[end]
            if sign == "[":
                raise PatternFault("方括号不能嵌套", "brackets cannot be nested")
            if sign == "\\":
                end += 1
                sign = self.pattern[end : end + 1]
                sign = _CLASS[sign] if sign in _CLASS and sign else f"\\{sign}"
                if sign[:1] == "\\" and sign[1:] not in _SPECIAL:
                    raise PatternFault(f"不支持“{sign}”", f'"{sign}" is not supported')
            elif sign in "&~|^$.*+?(){}/":
                sign = f"\\{sign}" if sign not in "&~" else sign
            out.append(sign)
            end += 1
        if end >= len(self.pattern) or not out:
            raise PatternFault("方括号没有闭合", "a bracket is not closed")
        negated = "^" if start > self.at else ""
        self.at = end + 1
        return f"[{negated}{''.join(out)}]"
