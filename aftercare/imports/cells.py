"""What people write into cells, read as values. Each reader gives the value, or a Problem worded for people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from aftercare.imports.columns import plain, words

_DATE = re.compile(r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*[日号]?(\s+\d{1,2}:\d{2}(:\d{2})?)?")
_DENSE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_YUAN = re.compile(r"[¥￥]|元整?$|rmb|cny", re.IGNORECASE)
_EXPONENTIAL = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_MONEY = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_DAY_0 = date(1899, 12, 30)  # as spreadsheets count; those of 1904 are 1462 days behind


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be read: a code and what follows the name of the column, in both languages."""

    code: str
    zh: str
    en: str


Read = tuple[Any, Problem | None]


def text(value: Any) -> str:
    """A cell as text, as a person sees it: 3.0 is 3, a date is 2026-03-05."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value).strip()


def phone(value: Any) -> Read:
    """The number as typed; a number cell that can only come from 1.38E+10 or has lost its first 0 is a problem."""
    typed = text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if typed.endswith("0" * 6) and len(typed) >= 10:
            return typed, _EXPONENT
        if len(typed) in (9, 10) and not typed.startswith(("1", "400", "800")):
            return typed, _LOST_ZERO
    elif "e" in (narrow := _narrow(typed)).lower() and _EXPONENTIAL.fullmatch(narrow):
        return typed, _EXPONENT
    return typed, None


def day(value: Any, from_1904: bool = False, first_year: int = _FIRST_YEAR) -> Read:
    """A date however written: a real one, 2026年3月5日, 2026/3/5, 20260305, or the serial number of a spreadsheet."""
    if isinstance(value, datetime):
        return _plausible(value.date(), first_year)
    if isinstance(value, date):
        return _plausible(value, first_year)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(float(value), from_1904, first_year)
    typed = _narrow(str(value))
    if found := _DATE.fullmatch(typed) or _DENSE.fullmatch(typed):
        try:
            return _plausible(date(int(found[1]), int(found[2]), int(found[3])), first_year)
        except ValueError:
            return None, Problem("date", f"“{typed}”不是日历上的日期", f"“{typed}” is not in the calendar")
    if _SERIAL.fullmatch(typed):
        return _serial(float(typed), from_1904, first_year)
    shown = typed[:30]
    return None, Problem("date", f"“{shown}”不是完整日期，应如 2026-03-05", f"“{shown}” is no full date (2026-03-05)")


def money(value: Any) -> Read:
    """Yuan as fen: 1234.5, "¥1,234.50", "１２３４元". Never negative, never a fraction of a fen."""
    if isinstance(value, bool | date | timedelta):
        return None, _not_money(text(value))
    if isinstance(value, int | float):
        fen = round(value * 100)
        exact = abs(value * 100 - fen) < 1e-4 * max(1.0, abs(value) * 1e-6)
    else:
        bare = _YUAN.sub("", _narrow(str(value))).strip()
        if not _MONEY.fullmatch(bare):
            return None, _not_money(str(value))
        hundred = Decimal(bare.replace(",", "")) * 100
        fen, exact = int(hundred), hundred == int(hundred)
    if not exact:
        return None, Problem(
            "money_fraction", f"“{text(value)}”有不足一分的零头", f"“{text(value)}” has parts of a fen"
        )
    if not 0 <= fen <= 10**13:
        return None, Problem("money_range", f"“{text(value)}”不是合理的金额", f"“{text(value)}” is no sensible amount")
    return fen, None


def quantity(value: Any) -> Read:
    """A quantity above 0 with at most three decimals; a unit behind it is dropped (2件)."""
    bare = re.sub(r"[件张套把个只组台块米㎡平方]+$", "", _narrow(text(value)))
    try:
        qty = Decimal(bare)
        if 0 < qty < 10**6 and qty == qty.quantize(Decimal("0.001")):
            return qty, None
    except InvalidOperation:
        pass
    shown = text(value)[:30]
    return None, Problem("qty", f"“{shown}”不是数量", f"“{shown}” is no quantity")


def word(name: str) -> Callable[[Any], Read]:
    """A reader of words listed in columns.yaml, e.g. ways of payment."""

    def read(value: Any) -> Read:
        found = words(name).get(plain(text(value)) or text(value))
        if found:
            return found, None
        known = "、".join(dict.fromkeys(list(words(name))[:6]))
        shown = text(value)[:30]
        return None, Problem("word", f"“{shown}”看不懂，可写：{known}", f"“{shown}” is not known; write one of {known}")

    return read


def yes(value: Any) -> Read:
    """True, False; a name or a date in such a column says yes ("已交 王芳"): something was written down."""
    key = plain(text(value)) or text(value).strip()
    if key in words("no") or key.startswith(("未", "没")):
        return False, None
    return True, None


def _narrow(typed: str) -> str:
    return typed.strip() if typed.isascii() else unicodedata.normalize("NFKC", typed).strip()


def _serial(number: float, from_1904: bool, first_year: int) -> Read:
    days = number + (1462 if from_1904 else 0)
    if 1 <= days <= 80_000:
        return _plausible(_DAY_0 + timedelta(days=int(days)), first_year)
    return None, Problem("date", f"“{number:g}”不是日期", f"“{number:g}” is no date")


def _plausible(found: date, first_year: int) -> Read:
    if first_year <= found.year <= _LAST_YEAR:
        return found, None
    return None, Problem("date_year", f"“{found}”的年份不合理", f"the year of “{found}” cannot be right")


def _not_money(shown: str) -> Problem:
    return Problem("money", f"“{shown[:30]}”不是金额", f"“{shown[:30]}” is no amount of money")


_EXPONENT = Problem(
    "phone_exponent",
    "被表格软件变成了科学计数，后几位已丢失，请找原始号码重填",
    "was turned into an exponent by a spreadsheet and lost digits; find the number and type it again",
)
_LOST_ZERO = Problem(
    "phone_zero", "像是固定电话丢了区号前的 0，请补上", "looks like a landline that lost the 0 of its area code"
)
