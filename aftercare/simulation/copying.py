"""Rows as PostgreSQL's COPY takes them: text by the table, kept until they are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import orjson

Json = Any
_BACKSLASH = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Js(str):
    """JSON, written already."""


class Array(list[str]):
    """An array of texts."""


def js(value: Json) -> Js:
    return Js(orjson.dumps(value).decode())


def cell(value: Any) -> str:
    """One value between two tabs."""
    if value is None:
        return "\\N"
    kind = type(value)
    if kind is str or kind is Js:
        return value.translate(_BACKSLASH) if "\\" in value or not value.isprintable() else str(value)
    if kind is bool:
        return "t" if value else "f"
    if kind is bytes:
        return f"\\\\x{value.hex()}"
    if kind is Array:
        return cell("{" + ",".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value) + "}")
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


class Tables:
    """Rows of several tables, in the order they came. `columns`: table -> its columns."""

    def __init__(self, columns: dict[str, tuple[str, ...]]) -> None:
        self.columns = columns
        self.lines: dict[str, list[str]] = {name: [] for name in columns}

    def add(self, table: str, *values: Any) -> None:
        self.lines[table].append("\t".join(map(cell, values)))

    def write(self, cursor: Any, tables: Iterable[str] = ()) -> None:
        """COPY what there is, and let it go."""
        for table in tables or self.columns:
            lines = self.lines[table]
            if lines:
                names = ", ".join(f'"{name}"' for name in self.columns[table])
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for start in range(0, len(lines), 2000):
                        copy.write("\n".join(lines[start : start + 2000]) + "\n")
                lines.clear()
