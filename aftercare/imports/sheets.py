"""Tables out: xlsx and csv that a spreadsheet opens as they are. A text never becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", ";", "|", "%")
_LONGEST = 32_767  # signs in a cell
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Column:
    """`key` in the rows; `kind`: text, number, money (fen in, yuan shown), date, moment."""

    key: str
    label: str
    kind: str = "text"
    width: int = 14


def write_xlsx(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, sheet: str = "1", notes: Sequence[str] = ()
) -> bytes:
    """A workbook with one sheet: header, filter, frozen first row. `notes` stand above the header."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    page = book.add_worksheet(_sheet_name(sheet))
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for at, note in enumerate(notes):
        page.write_string(at, 0, note)
    top = len(notes)
    for place, column in enumerate(columns):
        page.write_string(top, place, column.label, formats["head"])
        page.set_column(place, place, column.width)
    last = top
    for last, row in enumerate(rows, start=top + 1):
        for place, column in enumerate(columns):
            _write(page, last, place, row.get(column.key), column.kind, formats)
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, last, max(len(columns) - 1, 0))
    book.close()
    return buffer.getvalue()


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese; texts that look like formulas get a ' in front."""
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer)
    lines.writerow([column.label for column in columns])
    for row in rows:
        lines.writerow([_plain(row.get(column.key), column.kind) for column in columns])
    return buffer.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text


def _write(page: Any, row: int, place: int, value: Any, kind: str, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if kind == "money" and isinstance(value, int):
        page.write_number(row, place, value / 100, formats["money"])
    elif isinstance(value, datetime):
        local = value.astimezone(ZONE).replace(tzinfo=None) if value.tzinfo else value
        page.write_datetime(row, place, local, formats["moment"])
    elif isinstance(value, date):
        page.write_datetime(row, place, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and kind != "text":
        page.write_number(row, place, float(value))
    else:
        page.write_string(row, place, str(value)[:_LONGEST])


def _plain(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "money" and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if value.tzinfo else value.isoformat(" ", "minutes")
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    return harmless(str(value))


def _sheet_name(name: str) -> str:
    return "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)[:31] or "1"
