"""Bad rows as a workbook to be mended and imported again: the same columns, and why each row was not taken."""

from __future__ import annotations

from typing import Any

from aftercare.imports.plan import BadRow, Plan
from aftercare.imports.sheets import Column, write_xlsx

_REASON = Column("\0reason", "导入问题 / Import problems", width=60)
_SOURCE = Column("\0source", "原行 / Source row", width=16)
_SAME_ORDER = "同一订单的其他行有问题 / another row of this order has a problem"


def export_bad_rows(plan: Plan) -> bytes:
    """xlsx: every column of the file under the name this program knows it by, the reason, and where the row stood.

    Values are as they were read, numbers as numbers (a number that lost digits must not turn into a good text); what
    Excel had merged is written into every cell. Mended, the file imports as it is.
    """
    columns = _columns(plan.bad)
    return write_xlsx([_row(bad) for bad in plan.bad], [_SOURCE, *columns, _REASON], sheet="待改 to mend")


def _columns(bad_rows: list[BadRow]) -> list[Column]:
    """Known columns in the order of the first sheet, then others as they were called."""
    found: dict[str, Column] = {}
    for header in {id(bad.row.header): bad.row.header for bad in bad_rows}.values():
        for place, label in header.labels.items():
            field = header.fields.get(place)
            key = field or f"\0{label}"
            name = header.kind.columns[field].name.zh if field else label
            found.setdefault(key, Column(key, name, "number"))
    if any(_sheet_is_store(bad) for bad in bad_rows):
        found.setdefault("store", Column("store", "门店"))
    return list(found.values())


def _row(bad: BadRow) -> dict[str, Any]:
    row, header = bad.row, bad.row.header
    values: dict[str, Any] = {}
    for place, label in header.labels.items():
        if place < len(row.cells):
            field = header.fields.get(place)
            values[field or f"\0{label}"] = row.cells[place]
    if _sheet_is_store(bad) and row.get("number" if header.kind.name == "orders" else "name") != "":
        values["store"] = row.sheet
    values[_SOURCE.key] = f"{row.sheet}!{row.n}" if row.sheet else str(row.n)
    values[_REASON.key] = "\n".join(f"{f.zh} {f.en}" for f in bad.faults) or _SAME_ORDER
    return values


def _sheet_is_store(bad: BadRow) -> bool:
    return bool(bad.row.sheet) and bad.row.header.place("store") is None
