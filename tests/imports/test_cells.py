"""What people write into cells."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from aftercare.imports import cells

MARCH_5 = date(2026, 3, 5)


@pytest.mark.parametrize(
    "written",
    [MARCH_5, datetime.combine(MARCH_5, time(14, 30)), "2026年3月5日", "2026/3/5", "2026-03-05", "2026.3.5",
     "２０２６年３月５日",
     "20260305", "2026/3/5 14:30", 46086, 46086.6, "46086", "2026 年 3 月 5 号"],
)  # fmt: skip
def test_dates(written: Any) -> None:
    assert cells.day(written) == (MARCH_5, None)


def test_serial_numbers_of_1904() -> None:
    assert cells.day(46086 - 1462, from_1904=True) == (MARCH_5, None)


@pytest.mark.parametrize("written", ["3月5日", "26/3/5", "2026/2/30", "2026-13-01", "下周三", "1.5", 0, -5, 1e12, True,
                                     "1899/1/1", date(1985, 1, 1), "2026年"])  # fmt: skip
def test_no_dates(written: Any) -> None:
    _, problem = cells.day(written)
    assert problem and problem.code in ("date", "date_year")


@pytest.mark.parametrize(
    ("written", "fen"),
    [(1234.5, 123450), (0.29, 29), (1e8, 10**10), ("¥1,234.50", 123450), ("１２３４元", 123400), ("1234.5元整", 123450),
     (0, 0), ("￥ 980", 98000), (1234567.89, 123456789)],
)  # fmt: skip
def test_money(written: Any, fen: int) -> None:
    assert cells.money(written) == (fen, None)


@pytest.mark.parametrize("written", ["一千", "1,23", "12.345", 0.001, -1, "-5", True, MARCH_5, "1e3", "12万", 1e15])
def test_no_money(written: Any) -> None:
    assert cells.money(written)[1] is not None


@pytest.mark.parametrize(("written", "qty"), [(2.0, 2), ("2", 2), ("３把", 3), ("1.5米", Decimal("1.5")), (12, 12)])
def test_quantities(written: Any, qty: Any) -> None:
    assert cells.quantity(written) == (Decimal(str(qty)), None)


@pytest.mark.parametrize("written", ["两张", 0, -1, "", 1e9, "1.2345", "NaN", "Infinity"])
def test_no_quantities(written: Any) -> None:
    assert cells.quantity(written)[1] is not None


@pytest.mark.parametrize(
    ("written", "code"),
    [(1.38e10, "phone_exponent"), ("1.38E+10", "phone_exponent"), ("１．３８Ｅ＋１０", "phone_exponent"),
     (2812345678.0, "phone_zero"), (755123456.0, "phone_zero"), (13812345678.0, ""), ("02812345678", ""),
     ("１３８１２３４５６７８", ""), (4008123123, "")],
)  # fmt: skip
def test_phones(written: Any, code: str) -> None:
    problem = cells.phone(written)[1]
    assert (problem.code if problem else "") == code


@pytest.mark.parametrize(("written", "meaning"), [("微信", "mobile"), ("微信/支付宝", "mobile"), (" 刷卡 ", "card")])
def test_ways_of_payment(written: str, meaning: str) -> None:
    assert cells.word("payment")(written) == (meaning, None)


@pytest.mark.parametrize(
    ("written", "meaning"),
    [("√", True), ("已交", True), ("2026/3/5", True), ("王芳", True), (1.0, True), (True, True),
     ("未交", False), ("×", False), ("-", False), ("没有", False), (0.0, False), (False, False), ("未出单", False)],
)  # fmt: skip
def test_yes_and_no(written: Any, meaning: bool) -> None:
    assert cells.yes(written) == (meaning, None)
