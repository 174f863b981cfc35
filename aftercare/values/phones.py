"""Telephone numbers: kept as typed, compared as E.164, shown masked. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

from aftercare.errors import Fault, Refused
from aftercare.values.plain import text_fault

HOME = "CN"
_EXPONENT = re.compile(r"\d+(\.\d+)?[eE]\+?\d+")
_SPREADSHEET_TAIL = re.compile(r"(\d{5,})\.0+")
_EXTENSION_WORDS = re.compile(r"(转|转接|分机|内线)\s*")
_ALLOWED = re.compile(r"[\d\s()+\-./#*,;x]*|[\d\s()+\-./]*(ext\.?|x)\s*\d*", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"(400|800)\d{7}|95\d{3,6}|9[36]\d{3,4}")
_DASHES = str.maketrans("－—–―‐‑−﹣ー", "---------")
LONGEST = 64


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`typed` as it came, `e164` to compare ("+8613800138000", extension ";801"), `digits` as dialled at home."""

    typed: str
    e164: str
    digits: str

    @property
    def tail4(self) -> str:
        return self.digits[-4:]


def phone_fault(typed: str, field: str = "phone") -> Fault | None:
    """Why nobody can be reached by this number, or None."""
    try:
        normalise(typed, field)
    except Refused as refusal:
        return refusal.faults[0]
    return None


def normalise(typed: str, field: str = "phone") -> PhoneNumber:
    """Read a number as people and spreadsheets write it; raises Refused with the reason and `field`.

    Full-width digits, spaces, dashes, +86, 0086, extensions (转801) and the ".0" of a spreadsheet are understood.
    """
    unkeepable = text_fault(typed, field)
    if unkeepable:
        raise Refused(unkeepable)
    text = _EXTENSION_WORDS.sub("x", _folded(typed))
    if tail := _SPREADSHEET_TAIL.fullmatch(text):
        text = tail[1]
    _check_shape(text, typed, field)
    home = _at_home(text)
    if home:
        return _known(typed, home)
    return _parsed(text, typed, field)


def mask(number: str) -> str:
    """138****1234: enough to recognise a number, not enough to call it. Any text goes in, digits never all come out."""
    shown = number.partition(";")[0]
    if len(shown) >= 11:
        return f"{shown[:3]}{'*' * (len(shown) - 7)}{shown[-4:]}"
    if len(shown) >= 7:
        return f"{'*' * (len(shown) - 4)}{shown[-4:]}"
    return "*" * len(shown)


def _folded(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).translate(_DASHES)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").strip().removeprefix("'")


def _check_shape(text: str, typed: str, field: str) -> None:
    digits = sum(sign.isdigit() for sign in text)
    if not digits:
        raise _refused("none", typed, field, "没有号码", "it holds no digits")
    if _EXPONENT.fullmatch(text):
        reason = (
            "表格软件把号码变成了科学计数，后几位已丢失",
            "a spreadsheet turned it into an exponent and lost digits",
        )
        raise _refused("exponent", typed, field, *reason)
    if len(typed) > LONGEST or not _ALLOWED.fullmatch(text) or not text.isascii():
        raise _refused("signs", typed, field, "含有不属于电话号码的内容", "it holds what does not belong in a number")
    if digits < 5 or (digits < 7 and not _SERVICE.fullmatch(text)):
        raise _refused("short", typed, field, f"只有 {digits} 位数字，位数不够", f"{digits} digits are too few")


def _at_home(text: str) -> str:
    """Mobile and service numbers by their shape: new ranges are handed out faster than any library learns them."""
    digits = re.sub(r"[\s()\-./]", "", text)
    digits = re.sub(r"^(\+|00)?86(?=1[3-9]\d{9}$)", "", digits)
    return digits if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits) else ""


def _known(typed: str, digits: str) -> PhoneNumber:
    return PhoneNumber(typed, f"+86{digits}", digits)


def _parsed(text: str, typed: str, field: str) -> PhoneNumber:
    if not text.startswith(("+", "00")):
        _check_home_length(re.sub(r"\D", "", text.lower().partition("x")[0]), typed, field)
    try:
        number = phonenumbers.parse(re.sub(r"^00(?=[1-9])", "+", text), HOME)
    except phonenumbers.NumberParseException as error:
        raise _refused("unknown", typed, field, "不是电话号码", "it is not a telephone number") from error
    if not phonenumbers.is_possible_number(number) or not _plausible(number):
        raise _refused("unknown", typed, field, "不是有效的电话号码", "there is no such telephone number")
    extension = f";{number.extension}" if number.extension else ""
    number.extension = None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return PhoneNumber(typed, e164 + extension, _dialled(number, e164) + extension.replace(";", ""))


def _check_home_length(digits: str, typed: str, field: str) -> None:
    if digits.startswith("1") and len(digits) < 11:
        reason = (
            f"手机号应有 11 位，这里只有 {len(digits)} 位",
            f"a mobile number has 11 digits, this one {len(digits)}",
        )
        raise _refused("short", typed, field, *reason)
    if digits.startswith("1") and len(digits) > 11:
        reason = f"手机号应有 11 位，这里有 {len(digits)} 位", f"a mobile number has 11 digits, this one {len(digits)}"
        raise _refused("long", typed, field, *reason)
    if len(digits) in (7, 8) and not digits.startswith("0"):
        raise _refused("area", typed, field, "固定电话缺少区号", "a landline needs its area code")


def _plausible(number: phonenumbers.PhoneNumber) -> bool:
    return number.country_code != 86 or phonenumbers.is_valid_number(number)


def _dialled(number: phonenumbers.PhoneNumber, e164: str) -> str:
    if number.country_code == 86:
        return "0" + str(number.national_number)
    return e164.lstrip("+")


def _refused(code: str, typed: str, field: str, zh: str, en: str) -> Refused:
    shown = typed if len(typed) <= LONGEST else typed[:LONGEST] + "…"
    return Refused.because(
        f"phone.{code}",
        f"电话“{shown}”打不通：{zh}。请填写 11 位手机号，或带区号的固定电话。",
        f"The phone “{shown}” cannot be called: {en}. Enter 11 digits, or a landline with its area code.",
        field=field,
    )
