"""The dry run: reads a file, judges every row, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from aftercare.errors import Fault, Refused
from aftercare.imports import cells
from aftercare.imports.columns import KINDS, Header, find_header, kinds, looks_like_header, nearest, plain
from aftercare.imports.known import Staff, staff
from aftercare.imports.models import ImportRun
from aftercare.imports.plan import BadRow, Choices, Plan, Row
from aftercare.imports.plan_customers import plan_customers, read_optional, read_text
from aftercare.imports.plan_orders import plan_orders
from aftercare.imports.reading import Book, Sheet, read
from aftercare.orders.models import Product
from aftercare.people.access import require, require_somewhere
from aftercare.people.actor import Actor

# What stands first in a row of sums.
_SUMS = frozenset(map(plain, ("合计", "总计", "小计", "本页合计", "本页小计", "total", "sum", "subtotal")))


def plan(data: bytes, name: str, actor: Actor, today: date, choices: Choices = Choices()) -> Plan:  # noqa: B008
    """What importing these bytes would do. Raises Refused when the file cannot be read, or has to be asked about
    ("import.encoding"), NotAllowed without the right `imports.run`. Changes nothing.
    """
    require_somewhere(actor, "imports.run")
    if choices.kind and choices.kind not in KINDS:
        raise Refused.because("import.kind_unknown", "不认识的导入种类。", "Unknown kind of import.", field="kind")
    book = read(data, encoding=choices.encoding, looks_right=looks_like_header)
    headers = _headers(book, choices.kind)
    kind = headers[0][1].kind.name
    rows = [row for sheet, header in headers if header.kind.name == kind for row in _rows(sheet, header)]
    found = Plan(kind, name[:200], digest(data), book.encoding, len(rows))
    taken = {sheet.name for sheet, header in headers if header.kind.name == kind}
    found.skipped = [sheet.name for sheet in book.sheets if sheet.name not in taken and any(map(any, sheet.rows))]
    _fill(found, rows, choices, today)
    _keep_to_own_stores(found, actor)
    return found


def digest(data: bytes) -> str:
    """By what a file is known again."""
    return sha256(data).hexdigest()


def _fill(found: Plan, rows: list[Row], choices: Choices, today: date) -> None:
    if found.kind == "prices":
        _plan_prices(found, rows)
        return
    here = staff()
    if found.kind == "customers":
        plan_customers(found, rows, here, choices)
    else:
        before = ImportRun.objects.filter(digest=found.digest, added__gt=0).exists()
        plan_orders(found, rows, here, choices, today, before)


def _headers(book: Book, kind: str) -> list[tuple[Sheet, Header]]:
    """The sheets that are of the first recognised kind."""
    found = [(sheet, header) for sheet in book.sheets if (header := find_header(sheet, kind))]
    if found:
        return found
    if not any(any(row) for sheet in book.sheets for row in sheet.rows):
        raise Refused.because("import.empty", "文件里没有内容。", "There is nothing in the file.")
    wanted = kind or "orders"
    lacking = nearest(book.sheets, wanted)
    title = kinds()[wanted].title
    zh, en = "、".join(text.zh for text in lacking), ", ".join(text.en for text in lacking)
    raise Refused.because(
        "import.header", f"没有找到表头。导入{title.zh}至少要有这些列：{zh}。",
        f"No header row was found. To import {title.en} these columns are needed: {en}.", data={"lacking": zh},
    )  # fmt: skip


def _rows(sheet: Sheet, header: Header) -> Iterator[Row]:
    """Rows with anything in them, but for sums at the foot of a page and headers printed again."""
    for at, values in enumerate(sheet.rows[header.first :], start=header.first):
        first = next((value for value in values if value != "" and cells.text(value)), "")
        if first == "" or _is_sum(first) or _is_header_again(values, header):
            continue
        yield Row(sheet.name, at + 1, values, header, sheet.from_1904)


def _is_sum(first: object) -> bool:
    return isinstance(first, str) and len(first) < 12 and plain(first) in _SUMS


def _is_header_again(values: list[object], header: Header) -> bool:
    """Printed on every page: at least half of the labels come again. A look at two cells decides most rows."""
    width = len(values)
    again = 0
    for seen, place in enumerate(header.fields):
        value = values[place] if place < width else ""
        again += isinstance(value, str) and len(value) < 30 and plain(value) in header.kind.labels
        if seen == 1 and not again:
            return False
    return again >= max(2, len(header.fields) // 2)


def _keep_to_own_stores(found: Plan, actor: Actor) -> None:
    if found.kind == "prices":
        require(actor, "imports.run")
    stores: Iterable[int | None] = {order.store for order in found.orders} | {c.new.store for c in found.customers}
    for store in stores:
        require(actor, "imports.run", store)


def _plan_prices(found: Plan, rows: list[Row]) -> None:
    there = {p["code"]: p for p in Product.objects.values("code", "name", "spec", "unit", "category", "list_price")}
    seen: dict[str, Row] = {}
    for row in rows:
        faults: list[Fault] = []
        texts = {
            "code": read_text(row, "code", faults, 60), "name": read_text(row, "product", faults),
            "spec": read_text(row, "spec", faults), "unit": read_text(row, "unit", faults, 20),
            "category": read_text(row, "category", faults, 60),
        }  # fmt: skip
        price = read_optional(row, "list_price", faults, cells.money)
        active = read_optional(row, "active", faults, cells.yes)
        needed = (("code", texts["code"]), ("product", texts["name"]), ("list_price", row.get("list_price")))
        faults += [row.fault(name, "missing", "没有填写", "is missing") for name, value in needed if value == ""]
        first = seen.setdefault(texts["code"], row) if texts["code"] else row
        if first is not row:
            faults.append(row.fault("code", "duplicate", f"与第 {first.n} 行重复", f"repeats row {first.n}"))
        if faults:
            found.bad.append(BadRow(row, tuple(faults)))
        elif active is not False and there.get(texts["code"]) == {**texts, "list_price": price}:
            found.known += 1
        else:
            found.products.append({**texts, "list_price": price, "active": active is not False})


__all__ = ["Choices", "Plan", "Staff", "digest", "plan"]
