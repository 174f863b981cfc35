"""From the bytes of a file to sheets of cells. Knows nothing of customers and orders."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from aftercare.errors import Refused
from aftercare.imports import encodings, safety

Cell = str | int | float | bool | date | datetime | time | timedelta
_MOST_FILLED = 1_000_000
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Row 1 of the sheet is `rows[0]`. Empty cells are ""; merged cells all hold the value of their first one."""

    name: str
    rows: list[list[Any]]
    from_1904: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """`kind`: xlsx, xls or csv; `encoding` of a csv."""

    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""


def read(data: bytes, *, encoding: str = "", looks_right: Callable[[str], bool] = lambda text: True) -> Book:
    """Read a spreadsheet or delimited text. Raises Refused with a sentence for whatever cannot or must not be read."""
    safety.check_size(data)
    kind = safety.kind_of(data)
    if kind == "text":
        text, found = encodings.decode(data, encoding, looks_right)
        return Book("csv", (_delimited(text),), found)
    from_1904 = safety.check_workbook(data) if kind == "xlsx" else False
    return Book(kind, tuple(_workbook(data, from_1904)))


def column_letter(place: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _workbook(data: bytes, from_1904: bool) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _sheet(book.get_sheet_by_name(about.name), from_1904)
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise safety.password() from error
    except CalamineError as error:
        raise safety.damaged() from error


def _sheet(sheet: CalamineSheet, from_1904: bool) -> Sheet:
    if sheet.total_height > safety.MOST_ROWS + 20:
        raise safety.too_many_rows(sheet.name)
    rows = sheet.to_python(skip_empty_area=False)
    _fill_merged(rows, sheet.merged_cell_ranges or [])
    return Sheet(sheet.name, rows, from_1904)


def _fill_merged(rows: list[list[Any]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Excel keeps the value in the first cell only. Ranges may lie, so they end where the sheet does."""
    left = _MOST_FILLED
    for (top, first), (bottom, last) in ranges:
        if top >= len(rows) or first >= len(rows[top]):
            continue
        value = rows[top][first]
        for row in rows[top : bottom + 1]:
            width = min(last + 1, len(row)) - first
            if width > 0 and left > 0:
                row[first : first + width] = [value] * width
                left -= width


def _delimited(text: str) -> Sheet:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    rows: list[list[Any]] = []
    try:
        for row in lines:
            if len(rows) > safety.MOST_ROWS:
                raise safety.too_many_rows("csv")
            if len(row) > safety.MOST_COLUMNS:
                raise _unreadable(lines.line_num)
            rows.append(row)
    except csv.Error as error:
        raise _unreadable(lines.line_num) from error
    return Sheet("", rows)


def _delimiter(text: str) -> str:
    head = text[:5000].splitlines()[:10]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in head))


def _unreadable(line: int) -> Refused:
    return Refused.because(
        "import.csv", f"文件第 {line} 行读不懂，请用 Excel 另存为 .xlsx 再导入。",
        f"Line {line} of the file cannot be read; save it as .xlsx and try again.", line=line,
    )  # fmt: skip
