"""Exports open as they are, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from aftercare.imports.sheets import Column, write_csv, write_xlsx

FORMULAS = [
    "=cmd|'/C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1+1",
    ";=1",
    " =1",
    "{=1}",
    "https://x.invalid",
    "0012",
]
COLUMNS = [Column("name", "姓名"), Column("sum", "金额", "money"), Column("on", "日期"), Column("at", "时间"),
           Column("n", "数量", "number")]  # fmt: skip
ROW = {"sum": 123456, "on": date(2026, 3, 5), "at": datetime(2026, 3, 5, 1, 30, tzinfo=UTC), "n": Decimal("2.5")}


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_stay_texts_in_xlsx(text: str) -> None:
    data = write_xlsx([{**ROW, "name": text}], COLUMNS, sheet="客户[1]/a", notes=["说明"])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["姓名", "金额", "日期", "时间", "数量"]
    assert rows[2] == [text, 1234.56, date(2026, 3, 5), datetime.combine(date(2026, 3, 5), time(9, 30)), 2.5]
    import zipfile

    page = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page and b"<hyperlink" not in page


@pytest.mark.parametrize("text", FORMULAS[:9])
def test_texts_are_made_harmless_in_csv(text: str) -> None:
    data = write_csv([{**ROW, "name": text}], COLUMNS)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1] == [f"'{text}", "1234.56", "2026-03-05", "2026-03-05 09:30", "2.5"]


def test_numbers_below_zero_stay_numbers_in_csv() -> None:
    data = write_csv([{"name": "王建国", "sum": -5, "n": -1}], COLUMNS).decode("utf-8-sig")
    assert data.splitlines()[1] == "王建国,-0.05,,,-1"
