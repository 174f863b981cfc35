"""A report as a workbook: one sheet per table, figures as figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

Json = Any


def write(tables: Sequence[Mapping[str, Json]], language: str) -> bytes:
    """`tables` as `reports.Table.as_json`. A text never becomes a formula."""
    word = "en" if language == "en" else "zh"
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "percent": book.add_format({"num_format": '0" %"'}),
        "number": book.add_format({"num_format": "#,##0.##"}),
    }
    for n, table in enumerate(tables, start=1):
        page = book.add_worksheet(_name(n, table["title"][word]))
        page.write_string(0, 0, table["title"][word], formats["title"])
        for place, column in enumerate(table["columns"]):
            page.write_string(2, place, column["title"][word], formats["head"])
            page.set_column(place, place, 28 if column["kind"] == "text" else 14)
        kinds = [column["kind"] for column in table["columns"]]
        for line, row in enumerate(table["rows"], start=3):
            for place, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                _cell(page, line, place, value, kind, word, formats)
        page.freeze_panes(3, 0)
    book.close()
    return buffer.getvalue()


def _cell(page: Any, line: int, place: int, value: Json, kind: str, word: str, formats: Mapping[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, dict):
        page.write_string(line, place, str(value[word])[:32_767])
    elif isinstance(value, int | float) and not isinstance(value, bool) and kind != "text":
        page.write_number(line, place, value / 100 if kind == "money" else value, formats[kind])
    else:
        page.write_string(line, place, str(value)[:32_767])


def _name(n: int, title: str) -> str:
    """At most 31 signs, none of those a sheet may not have, each only once."""
    return f"{n} {''.join('_' if sign in '[]:*?/' + chr(92) + chr(39) else sign for sign in title)}"[:31]
