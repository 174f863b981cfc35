"""Texts are kept code point by code point; only what no database can keep exactly is refused, by name of its field."""

from __future__ import annotations

from typing import Any

from aftercare.errors import Fault

_NUL = "\x00"


def text_fault(value: str, field: str) -> Fault | None:
    """Why `value` cannot be kept exactly (a NUL or half of a surrogate pair), or None."""
    for place, sign in enumerate(value, start=1):
        if sign == _NUL:
            return _fault(field, place, "空字符（NUL）", "a NUL character")
        if "\ud800" <= sign <= "\udfff":
            return _fault(field, place, "不完整的字符（半个代理对）", "half of a character (a lone surrogate)")
    return None


def text_faults(values: Any, field: str = "") -> list[Fault]:
    """The same for any JSON value: every text inside, keys too, named by its path ("address.street")."""
    if isinstance(values, str):
        fault = text_fault(values, field)
        return [fault] if fault else []
    if isinstance(values, dict):
        pairs = [(key, item) for key, item in values.items()]
        return [f for key, item in pairs for f in _pair_faults(str(key), item, field)]
    if isinstance(values, list | tuple):
        return [f for place, item in enumerate(values) for f in text_faults(item, _join(field, str(place)))]
    return []


def keepable(value: str) -> str:
    """The same text with what cannot be kept shown as U+FFFD: for traces, which must never fail."""
    if text_fault(value, "") is None:
        return value
    return "".join("\ufffd" if sign == _NUL or "\ud800" <= sign <= "\udfff" else sign for sign in value)


def _pair_faults(key: str, item: Any, field: str) -> list[Fault]:
    own = text_fault(key, field or "key")
    return [own] if own else text_faults(item, _join(field, key))


def _join(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key


def _fault(field: str, place: int, zh: str, en: str) -> Fault:
    return Fault(
        "text.unkeepable",
        f"“{field}”第 {place} 个字符是{zh}，无法保存，请删去后再试。",
        f"“{field}” holds {en} at character {place}, which cannot be stored; remove it and try again.",
        field=field,
    )
