"""A first look at the characters of a condition: limits, and the slips of the pen that a parser words badly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftercare.handbook.conditions.errors import ConditionFault, fault
from aftercare.handbook.duration import UNITS

LONGEST = 2000
DEEPEST = 40

RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "namespace"}
    | {"package", "return", "var", "void", "while"}
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!", "True": "true", "False": "false"}
_SIGNS = {"=": "==", "===": "==", "!==": "!=", "<>": "!=", "&": "&&", "|": "||"}
_WIDE = dict(zip("（）［］，．：；＝！＜＞＋－＊／？“”‘’。、｜＆", "()[],.:;=!<>+-*/?\"\"''.,|&", strict=True))
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>[rR]?(?:'''|\"\"\"|'|"))|(?P<word>[^\W\d]\w*)|(?P<number>[0-9][\w]*(?:\.\w+)*)"""
    r"""|(?P<sign>===|!==|==|!=|<>|<=|>=|&&|\|\||//|.)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"""\\[abfnrtv"'\\]|[^\n]""")
_UNITS = re.compile(rf"[0-9]+(?:{'|'.join(UNITS)})")


def faults_in(text: str) -> list[ConditionFault]:
    """Every slip that shows without a grammar. Nothing found means: safe to parse (in linear time)."""
    if not text.strip():
        return [fault("empty", 0)]
    if len(text) > LONGEST:
        return [fault("too_long", LONGEST, limit=LONGEST)]
    found: list[ConditionFault] = []
    opened: list[tuple[str, int]] = []
    operand = False
    for kind, word, at in _tokens(text):
        if kind == "open":
            return [*found, fault("open_text", at)]
        found += _slip(kind, word, at, operand)
        if kind == "sign" and word in "([{":
            opened.append((word, at))
        elif kind == "sign" and word in _PAIRS and (not opened or opened.pop()[0] != _PAIRS[word]):
            return [*found, fault("open_bracket", at, sign=word)]
        if len(opened) > DEEPEST:
            return [*found, fault("too_deep", at, limit=DEEPEST)]
        operand = word in _PAIRS or (kind != "sign" and word != "in" and word not in _WORDS)
    return found + [fault("open_bracket", at, sign=word) for word, at in opened]


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None  # the last branch takes any character
        kind, word = str(token.lastgroup), token[0]
        end = token.end()
        if kind == "text":
            end = _text_end(text, end, word[-1])
            if end < 0:
                yield "open", word, at
                return
        if kind != "space":
            yield kind, word, at
        at = end


def _text_end(text: str, at: int, quote: str) -> int:
    while at < len(text) and text[at] != quote:
        step = _ESCAPED.match(text, at)
        if not step:
            return -1
        at = step.end()
    return at + 1 if at < len(text) else -1


def _slip(kind: str, word: str, at: int, operand: bool) -> list[ConditionFault]:
    if kind == "text" and len(word) > 2:
        return [fault("not_supported", at, what="'''")]
    if kind == "word":
        return _word_slip(word, at, operand)
    if kind == "number" and not re.fullmatch(r"0x[0-9a-fA-F]+|[0-9]+(\.[0-9]+)?([eE][0-9]+)?", word, re.ASCII):
        code = "bare_duration" if _UNITS.fullmatch(word) else "syntax"
        return [fault(code, at, word=word, near=word)]
    if kind == "sign" and word in _SIGNS:
        return [fault("word_operator", at, word=word, use=_SIGNS[word])]
    if kind == "sign" and word in ("//", "#"):
        return [fault("not_supported", at, what=word)]
    if kind == "sign" and word in _WIDE:
        return [fault("wide_sign", at, sign=word, use=_WIDE[word])]
    if kind == "sign" and not word.isascii():
        return [fault("syntax", at, near=word)]
    return []


def _word_slip(word: str, at: int, operand: bool) -> list[ConditionFault]:
    if not word.isascii():
        return [fault("chinese_name", at, word=word)]
    if word in _WORDS:
        return [fault("word_operator", at, word=word, use=_WORDS[word])]
    if word in RESERVED:
        return [fault("reserved", at, word=word)]
    if word in ("null", "None"):
        return [fault("null", at)]
    return [fault("syntax", at, near=word)] if operand and word != "in" else []
