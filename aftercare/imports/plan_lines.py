"""Goods of an order, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from aftercare.errors import Fault
from aftercare.imports import cells
from aftercare.imports.plan import Row
from aftercare.imports.plan_customers import read_optional, read_text
from aftercare.orders.values import line_amount

_TEXTS = {"code": 60, "product": 200, "spec": 200, "unit": 20, "line_note": 2000}


def read_lines(rows: Sequence[Row], products: Mapping[str, int]) -> tuple[list[dict[str, Any]], list[list[Fault]]]:
    """The lines as orders.values takes them, and the faults of each row."""
    lines: list[dict[str, Any]] = []
    faults: list[list[Fault]] = []
    seen: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found: list[Fault] = []
        line = _line(row, products, found)
        key = tuple(line.values())
        first = seen.setdefault(key, row)
        if first is not row and not found:
            found.append(row.fault("code", "duplicate", f"与第 {first.n} 行重复", f"repeats row {first.n}"))
        lines.append(line)
        faults.append(found)
    return lines, faults


def _line(row: Row, products: Mapping[str, int], faults: list[Fault]) -> dict[str, Any]:
    texts = {name: read_text(row, name, faults, longest) for name, longest in _TEXTS.items()}
    if not texts["product"] and not texts["code"]:
        faults.append(row.fault("product", "missing", "没有填写", "is missing"))
    listed = _listed(row, texts["code"], products, faults)
    before = len(faults)
    qty: Decimal | None = read_optional(row, "qty", faults, cells.quantity)
    price: int | None = read_optional(row, "price", faults, cells.money)
    amount: int | None = read_optional(row, "amount", faults, cells.money)
    written: int | None = read_optional(row, "list_price", faults, cells.money)
    readable = len(faults) == before
    if readable and qty is None:
        faults.append(row.fault("qty", "missing", "没有填写", "is missing"))
    if readable and price is None and amount is None:
        faults.append(row.fault("price", "missing", "没有填写", "is missing"))
    qty = qty or Decimal(1)
    if price is None:
        price = _price(row, qty, amount or 0, faults)
    if amount is not None and readable and line_amount(qty, price) != amount:
        faults.append(_wrong_amount(row, line_amount(qty, price)))
    return {
        "code": texts["code"], "name": texts["product"] or texts["code"], "spec": texts["spec"],
        "unit": texts["unit"], "qty": qty, "price": price, "note": texts["line_note"],
        "list_price": listed if written is None else written,
        "amount": line_amount(qty, price) if amount is None else amount,
    }  # fmt: skip


def _listed(row: Row, code: str, products: Mapping[str, int], faults: list[Fault]) -> int | None:
    """The list price of the code. When the catalogue has the same code behind zeros, a spreadsheet lost them."""
    if not code or not products or code in products:
        return products.get(code)
    padded = next((known for known in products if known.isdigit() and known.lstrip("0") == code), "")
    if padded:
        zh, en = f"丢了前面的 0，应为“{padded}”", f"lost its leading zeros, it should be “{padded}”"
        faults.append(row.fault("code", "code_zero", zh, en, should=padded))
    else:
        faults.append(row.fault("code", "code", f"目录里没有“{code}”", f"“{code}” is not in the catalogue"))
    return None


def _price(row: Row, qty: Decimal, amount: int, faults: list[Fault]) -> int:
    price = int(amount / qty)
    if line_amount(qty, price) != amount:
        faults.append(row.fault("price", "missing", "没有填写，金额也除不尽", "is missing and cannot be reckoned"))
    return price


def _wrong_amount(row: Row, right: int) -> Fault:
    shown = f"{right // 100}.{right % 100:02}"
    return row.fault(
        "amount",
        "amount",
        f"不等于数量×单价，应为 {shown}",
        f"is not quantity times price, which is {shown}",
        right=right,
    )
