"""Writes the sample order book as the files shops really have, and a list of the faults put into them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import xlsxwriter

from aftercare.simulation.faults import LINE_FIELDS, ORDER_FIELDS, SPOILERS, Written, decorate, spoil, written
from aftercare.simulation.orderbook import Buyer, OrderBook, SoldOrder, Stage, stores, words

LABELS = {
    "number": "订单号", "ordered_on": "日期", "salesperson": "销售", "customer_name": "客户姓名",
    "customer_phone": "联系电话", "address": "送货地址", "code": "货号", "product": "品名", "spec": "规格/颜色",
    "unit": "单位", "qty": "数量", "list_price": "标价（元）", "price": "单价（元）", "amount": "金额（元）",
    "total": "合计", "deposit": "定金", "payment": "付款方式", "delivery_date": "送货日期", "note": "备注",
    "store": "门店", "issued": "合同状态", "deposit_paid": "已付定金", "copy_1": "联1 财务", "copy_2": "联2 客服",
    "copy_3": "联3 客户", "agreed": "三方约定", "stored_on": "入库日期",
}  # fmt: skip
_COLUMNS = (*ORDER_FIELDS[:6], *LINE_FIELDS, *ORDER_FIELDS[6:])
_GROUPS = (("订单", 3), ("客户", 3), ("商品", 8), ("收款", 3), ("送货", 2))
_SUBS = {
    "customer_name": "姓名", "customer_phone": "电话", "address": "地址", "product": "名称", "delivery_date": "日期",
}  # fmt: skip
_STAGES = ("issued", "deposit_paid", "copy_1", "copy_2", "copy_3", "agreed", "stored_on")
Expected = dict[str, Any]  # {sheet, row, column, field, code, kind}


class _Page:
    """A sheet being written; remembers where each expected fault stands."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self.page = book.add_worksheet(name)
        self.name, self.columns, self.row = name, columns, 0
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        self.faults: list[Expected] = []

    def cell(self, row: int, place: int, value: Any) -> None:
        if isinstance(value, date):
            self.page.write_datetime(row, place, datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001
        elif isinstance(value, str):
            self.page.write_string(row, place, value)
        else:
            self.page.write_number(row, place, value)

    def order(self, order: Written, *, repeat: bool = False, merge: bool = False) -> None:
        """Order cells on every row, merged down, or on the first row only."""
        rows = len(order.lines)
        for at, line in enumerate(order.lines):
            for place, name in enumerate(self.columns):
                value = line[name] if name in line else order.head.get(name, "")
                is_first = at == 0 or name in line or repeat
                if value != "" and is_first and not (merge and rows > 1 and name not in line):
                    self.cell(self.row + at, place, value)
        if merge and rows > 1:
            self._merge(order, rows)
        if order.fault:
            at, name, code = order.fault
            self.expect(self.row + at, name, code, order.kind)
        self.row += rows

    def expect(self, row: int, name: str, code: str, kind: str) -> None:
        column = _letter(self.columns.index(name))
        self.faults.append(
            {"sheet": self.name, "row": row + 1, "column": column, "field": name, "code": code, "kind": kind}
        )

    def _merge(self, order: Written, rows: int) -> None:
        for place, name in enumerate(self.columns):
            value = order.head.get(name, "")
            if name not in order.lines[0] and value != "":
                self.page.merge_range(self.row, place, self.row + rows - 1, place, "")
                self.cell(self.row, place, value)


def files(book: OrderBook, seed: int) -> tuple[dict[str, bytes], dict[str, Any]]:
    """({file name: bytes}, manifest): the manifest says what a correct import finds in each file."""
    random = Random(seed + 1)
    made: dict[str, bytes] = {}
    manifest: dict[str, Any] = {"seed": seed, "stores": stores()}
    made["price-list.xlsx"] = _price_list(book)
    manifest["price-list.xlsx"] = {"good": len(book.products), "faults": []}
    made["order-book.xlsx"], faults = _order_book(book.orders, random)
    bad = len({(fault["sheet"], fault["row"]) for fault in faults})
    manifest["order-book.xlsx"] = {"good": len(book.orders) - bad, "orders": len(book.orders), "faults": faults}
    made["half-finished-200.xlsx"] = _half_finished(book.half_finished)
    manifest["half-finished-200.xlsx"] = {"good": len(book.half_finished), "faults": []}
    made["customers-gbk.csv"], faults = _customers(book.buyers, random)
    manifest["customers-gbk.csv"] = {"good": len(book.buyers), "faults": faults}
    return made, manifest


def _order_book(orders: Sequence[SoldOrder], random: Random) -> tuple[bytes, list[Expected]]:
    """A sheet per store, each kept in its own way, and a sheet of explanations that is no table."""
    cells = {order.number: written(order) for order in orders}
    kinds = list(SPOILERS)
    spoiled = random.sample(sorted(cells), max(len(kinds), len(cells) * 6 // 100))
    for n, number in enumerate(spoiled):
        spoil(cells[number], kinds[n % len(kinds)], random)
    for number in sorted(set(cells) - set(spoiled)):
        decorate(cells[number], random)
    buffer, book = _book()
    pages = []
    writers = (_plain_sheet, _grouped_sheet, _sparse_sheet)
    for store, write in zip(stores(), writers, strict=True):
        name = store["name"]["zh"]
        page = _Page(book, name, _COLUMNS)
        write(page, [cells[order.number] for order in orders if order.store == name])
        pages.append(page)
    book.add_worksheet("说明").write_string(0, 0, "各店每周一把本周新签订单补到自己的表里。")
    book.close()
    return buffer.getvalue(), [fault for page in pages for fault in page.faults]


def _plain_sheet(page: _Page, orders: Iterable[Written]) -> None:
    """A title over all columns, then the header; every row complete."""
    page.page.merge_range(0, 0, 0, len(_COLUMNS) - 1, "城东店订单登记表", page.bold)
    _head(page, 2, [LABELS[name] for name in _COLUMNS])
    page.row = 3
    for order in orders:
        page.order(order, repeat=True)


def _grouped_sheet(page: _Page, orders: Iterable[Written]) -> None:
    """Two header rows with merged groups; what an order has once is merged down over its lines."""
    place = 0
    for title, width in _GROUPS:
        page.page.merge_range(0, place, 0, place + width - 1, title, page.bold)
        place += width
    _head(page, 1, [_SUBS.get(name, LABELS[name]) for name in _COLUMNS])
    page.row = 2
    for order in orders:
        page.order(order, merge=True)


def _sparse_sheet(page: _Page, orders: Iterable[Written]) -> None:
    """Order cells on the first row only, a sum every now and then."""
    _head(page, 0, [LABELS[name] for name in _COLUMNS])
    page.row, total = 1, 0.0
    for n, order in enumerate(orders, start=1):
        page.order(order)
        total += sum(line["amount"] for line in order.lines)
        if n % 40 == 0:
            page.page.write_string(page.row, 0, "本页合计")
            page.page.write_number(page.row, _COLUMNS.index("amount"), total)
            page.row, total = page.row + 1, 0.0


def _half_finished(orders: Sequence[SoldOrder]) -> bytes:
    columns = ("number", "ordered_on", "store", *_COLUMNS[2:], *_STAGES)
    buffer, book = _book()
    page = _Page(book, "在办订单", columns)
    _head(page, 0, [LABELS[name] for name in columns])
    page.row = 1
    for order in orders:
        cells = written(order)
        cells.head |= {"store": order.store, **_stage(order.stage)}
        page.order(cells, repeat=True)
    book.close()
    return buffer.getvalue()


def _stage(stage: Stage | None) -> dict[str, Any]:
    if stage is None:
        return {}
    copies = {f"copy_{n}": "已交" if n in stage.copies else "未交" for n in (1, 2, 3)}
    return {
        "issued": "已出单" if stage.issued else "未出单", "deposit_paid": stage.deposit_paid / 100, **copies,
        "agreed": "已约定" if stage.agreed else "未约定", "stored_on": stage.stored_on or "",
    }  # fmt: skip


def _price_list(book: OrderBook) -> bytes:
    columns = ("code", "product", "spec", "unit", "category", "list_price")
    buffer, out = _book()
    page = _Page(out, "价格表", columns)
    _head(page, 0, ["货号", "品名", "规格", "单位", "类别", "标价"])
    for row, product in enumerate(book.products, start=1):
        values = (product.code, product.name, product.spec, product.unit, product.category, product.price / 100)
        for place, value in enumerate(values):
            page.cell(row, place, value)
    out.close()
    return buffer.getvalue()


def _customers(buyers: Sequence[Buyer], random: Random) -> tuple[bytes, list[Expected]]:
    """A list as an old cash register writes it: GBK, with some rows that will not do appended in between."""
    shops = [store["name"]["zh"] for store in stores()]
    rows = [[b.name, b.phone, b.address, b.birthday.strftime("%Y/%m/%d"), shops[n % 3]] for n, b in enumerate(buyers)]
    town = words()["town"]
    first = rows[0]
    bad: list[tuple[list[str], str, str, str, str]] = [
        (["王先生", "13900000000", first[2], "", shops[0]], "A", "name", "name.title", "title as a name"),
        (["李文静", "1.38E+10", first[2], "", shops[0]], "B", "phone", "import.phone_exponent", "phone as an exponent"),
        (["赵德胜", "", first[2], "", shops[0]], "B", "phone", "import.missing", "phone missing"),
        (["周海涛", "139000000", first[2], "", shops[0]], "B", "phone", "phone.short", "phone too short"),
        (["孙月华", "13900000001", f"{town}东湖区", "", shops[0]], "C", "address", "address.vague", "district only"),
        (["钱一鸣", "13900000002", first[2], "1985/2/30", shops[0]], "D", "birthday", "import.date", "30 February"),
        (["何传志", "13900000003", first[2], "", "城北店"], "E", "store", "import.store", "unknown store"),
        (list(first), "B", "phone", "import.duplicate", "row twice"),
    ]
    expected = []
    for cells, column, name, code, kind in bad:
        at = random.randint(len(rows) // 4, len(rows))
        rows.insert(at, cells)
        expected.append((cells, column, name, code, kind))
    faults = [
        {"sheet": "", "row": _index(rows, cells) + 2, "column": column, "field": name, "code": code, "kind": kind}
        for cells, column, name, code, kind in expected
    ]
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer)
    lines.writerow(["姓名", "手机号码", "地址", "生日", "门店"])
    lines.writerows(rows)
    return buffer.getvalue().encode("gbk"), faults


def _index(rows: list[list[str]], cells: list[str]) -> int:
    return next(at for at, row in enumerate(rows) if row is cells)


def _head(page: _Page, row: int, labels: Iterable[str]) -> None:
    for place, label in enumerate(labels):
        page.page.write_string(row, place, label, page.bold)


def _book() -> tuple[io.BytesIO, Any]:
    """A workbook whose bytes depend on nothing but what is written."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
    return buffer, book


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else "A" + chr(39 + place)
