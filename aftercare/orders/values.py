"""What an order may hold: reads values as forms, API and imports give them, and names every fault at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from aftercare.errors import Fault
from aftercare.texts import Text
from aftercare.values.plain import text_faults

PAYMENTS: dict[str, Text] = {
    "cash": Text("现金", "cash"),
    "card": Text("刷卡", "card"),
    "transfer": Text("转账", "transfer"),
    "mobile": Text("微信/支付宝", "WeChat/Alipay"),
}
FIELDS: dict[str, Text] = {
    "customer": Text("客户", "customer"),
    "salesperson": Text("销售", "salesperson"),
    "ordered_on": Text("订货日期", "order date"),
    "delivery_date": Text("送货日期", "delivery date"),
    "address": Text("送货地址", "delivery address"),
    "lines": Text("商品明细", "goods"),
    "total": Text("合计", "total"),
    "deposit": Text("定金", "deposit"),
    "payment": Text("付款方式", "payment"),
    "note": Text("备注", "note"),
}
PLACE_PARTS = ("province", "city", "district", "street", "building", "door", "text")
LINE_TEXTS = {"code": 60, "name": 200, "spec": 200, "unit": 20, "note": 2000}
MOST_LINES = 500
MOST_MONEY = 10**15
MOST_QTY = Decimal(10**8)


def checked(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Typed values of the fields given, and what is wrong with the rest. Dates become `date`, money stays fen."""
    good: dict[str, Any] = {}
    faults = text_faults(dict(values))
    for field, value in values.items():
        if field not in _READERS:
            faults.append(_fault("order.field", field, "订单没有这一项", "an order has no such field"))
        elif not any(fault.field.split(".")[0] == field for fault in faults):
            good[field] = _READERS[field](value, field, faults)
    faults += _between(good)
    return good, faults


def line_amount(qty: Decimal, price: int) -> int:
    """Quantity times price, rounded to the fen as people do."""
    return int((qty * price).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _between(good: Mapping[str, Any]) -> list[Fault]:
    faults = []
    ordered, delivery = good.get("ordered_on"), good.get("delivery_date")
    if ordered and delivery and delivery < ordered:
        faults.append(_fault("order.dates", "delivery_date", "早于订货日期", "lies before the order date"))
    total, deposit = good.get("total"), good.get("deposit")
    if total and deposit and deposit > total:
        faults.append(_fault("order.deposit", "deposit", "大于合计", "is more than the total"))
    return faults


def _lines(value: Any, field: str, faults: list[Fault]) -> list[dict[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_LINES:
        faults.append(_fault("order.lines", field, f"应为至多 {MOST_LINES} 行", f"must be at most {MOST_LINES} lines"))
        return []
    lines = [_line(row, n, faults) for n, row in enumerate(value, start=1)]
    keys = [line["key"] for line in lines if line["key"]]
    if len(keys) != len(set(keys)):
        faults.append(_fault("order.line_key", field, "有两行用了同一个键", "two lines have the same key"))
    return lines


def _line(row: Any, n: int, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        faults.append(_fault("order.line", "lines", f"第 {n} 行不是一行商品", f"line {n} is not a line", line=n))
        row = {}
    found: list[Fault] = []
    line: dict[str, Any] = {"key": _key(row.get("key"), found)}
    for name, longest in LINE_TEXTS.items():
        line[name] = _text(longest)(row.get(name), name, found)
    if not line["name"]:
        found.append(_fault("order.line_name", "name", "没有品名", "has no name"))
    line["qty"] = _qty(row.get("qty"), "qty", found)
    line["price"] = _money(row.get("price"), "price", found)
    listed = row.get("list_price")
    line["list_price"] = None if listed is None else _money(listed, "list_price", found)
    amount = row.get("amount")
    line["amount"] = line_amount(line["qty"], line["price"]) if amount is None else _money(amount, "amount", found)
    faults += [_of_line(fault, n) for fault in found]
    return line


def _of_line(fault: Fault, n: int) -> Fault:
    zh, en = f"第 {n} 行：{fault.zh}", f"Line {n}: {fault.en}"
    return Fault(fault.code, zh, en, field=f"lines.{n}.{fault.field}", line=n)


def _key(value: Any, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= 12:
        return value
    faults.append(_fault("order.line_key", "key", "键至多 12 个字符", "has a key of more than 12 characters"))
    return ""


def _qty(value: Any, field: str, faults: list[Fault]) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise InvalidOperation
        qty = Decimal(str(value)).quantize(Decimal("0.001"))
    except InvalidOperation:
        qty = Decimal(0)
    if not Decimal(0) < qty < MOST_QTY:
        faults.append(_fault("order.qty", field, "应大于 0", "must be above 0"))
        return Decimal(1)
    return qty


def _money(value: Any, field: str, faults: list[Fault]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_MONEY:
        return value
    faults.append(_fault("order.money", field, "应为不小于 0 的金额", "must be an amount of money, 0 or more"))
    return 0


def _day(value: Any, field: str, faults: list[Fault]) -> date | None:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
        if 1990 <= day.year <= 2200:
            return day
    except (TypeError, ValueError):
        pass
    faults.append(_fault("order.date", field, "应为日期，如 2026-11-21", "must be a date such as 2026-11-21"))
    return None


def _day_or_none(value: Any, field: str, faults: list[Fault]) -> date | None:
    return None if value in (None, "") else _day(value, field, faults)


def _id(value: Any, field: str, faults: list[Fault]) -> int:
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return value
    faults.append(_fault("order.reference", field, "请选择", "must be chosen"))
    return 0


def _place(value: Any, field: str, faults: list[Fault]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        faults.append(_fault("order.address", field, "应为地址", "must be an address"))
        return {}
    strange = [str(key) for key in value if key not in PLACE_PARTS]
    if strange or not all(isinstance(part, str) and len(part) <= 500 for part in value.values()):
        named = "、".join(strange) or "text"
        faults.append(_fault("order.address", field, f"不认识的部分：{named}", f"has unknown parts: {named}"))
        return {}
    return {part: value[part].strip() for part in PLACE_PARTS if value.get(part)}


def _payment(value: Any, field: str, faults: list[Fault]) -> str:
    if value in (None, "") or value in PAYMENTS:
        return value or ""
    names = "、".join(text.zh for text in PAYMENTS.values())
    faults.append(_fault("order.payment", field, f"应为：{names}", f"must be one of {', '.join(PAYMENTS)}"))
    return ""


def _text(longest: int) -> Callable[[Any, str, list[Fault]], str]:
    def read(value: Any, field: str, faults: list[Fault]) -> str:
        if value is None:
            return ""
        if isinstance(value, str) and len(value.strip()) <= longest:
            return value.strip()
        faults.append(_fault("order.text", field, f"应为至多 {longest} 字的文字", f"must be a text of {longest} signs"))
        return ""

    return read


def _fault(code: str, field: str, zh: str, en: str, line: int | None = None) -> Fault:
    name = FIELDS.get(field) or _LINE_NAMES.get(field) or Text(field, field)
    return Fault(code, f"“{name.zh}”{zh}。", f"“{name.en}” {en}.", field=field, line=line)


_LINE_NAMES: dict[str, Text] = {
    "code": Text("货号", "code"),
    "name": Text("品名", "name"),
    "spec": Text("规格", "spec"),
    "unit": Text("单位", "unit"),
    "qty": Text("数量", "quantity"),
    "list_price": Text("标价", "list price"),
    "price": Text("单价", "unit price"),
    "amount": Text("金额", "amount"),
}
_READERS: dict[str, Callable[[Any, str, list[Fault]], Any]] = {
    "customer": _id,
    "salesperson": _id,
    "ordered_on": _day,
    "delivery_date": _day_or_none,
    "address": _place,
    "lines": _lines,
    "total": _money,
    "deposit": _money,
    "payment": _payment,
    "note": _text(2000),
}
