"""Many cases quickly: stories told through the real engine are copied with new ids, numbers and a chain of their own.

Customers come in by the product's own bulk entry, which is measured on the way. Of the cases 70 % ended soon after
opening, 10 % have nearly the whole history of an order, 12 % run with their contract issued, 8 % are just open. Papers
are not copied.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import zip_longest
from typing import Any

import orjson
from django.db import connection, transaction

from aftercare.cases import chain
from aftercare.engine.types import moment
from bench import shop as shops
from bench.shop import Shop
from tests.showroom import Story

Lines = dict[str, list[str]]
MIX = ((shops.SHORT, 70), (shops.WHOLE, 10), (shops.RUNNING, 12), (shops.FRESH, 8))
TABLES = (
    "orders_order", "orders_orderline", "cases_case", "cases_event", "cases_event_personal", "cases_open_task",
    "cases_deadline", "cases_mark", "cases_pending_copy", "records_record",
)  # fmt: skip
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class New:
    """The ids and the number of a copy."""

    case: int
    order: int
    customer: int
    number: str

    def fill(self, text: str) -> str:
        for mark, value in ((CASE, self.case), (ORDER, self.order), (CUSTOMER, self.customer), (NUMBER, self.number)):
            text = text.replace(mark, str(value))
        return text


@dataclass(frozen=True, slots=True)
class Seeded:
    customers_per_second: float
    seconds: float
    customers: list[int]


def seed(shop: Shop, scale: int) -> Seeded:
    """Customers, orders and `scale` cases, and up-to-date statistics."""
    started = time.perf_counter()
    customers = _customers(shop, max(scale // 2, 1000))
    rate = len(customers) / (time.perf_counter() - started)
    molds = {shape: [Mold(story) for story in shop.templates[shape]] for shape, _ in MIX}
    chance = random.Random(2)
    first = {"case": _last("cases_case") + 1, "order": _last("orders_order") + 1}
    shapes = [shape for shape, share in MIX for _ in range(share)]
    for start in range(0, scale, BATCH):
        lines: Lines = {table: [] for table in TABLES}
        for n in range(start, min(start + BATCH, scale)):
            new = New(first["case"] + n, first["order"] + n, customers[n % len(customers)], f"DD8{n:09d}")
            chance.choice(molds[chance.choice(shapes)]).copy(new, lines)
        _load(lines)
    _settle()
    return Seeded(rate, time.perf_counter() - started, customers)


def _customers(shop: Shop, n: int) -> list[int]:
    from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone, create_customers
    from aftercare.people.actor import SYSTEM

    chance, ids = random.Random(3), []
    for start in range(0, n, BATCH):
        news = [
            NewCustomer(
                shops.name(chance), store=shop.room.store, phones=(NewPhone(shops.phone(chance)),),
                addresses=(NewAddress(shops.address(chance)),),
            )
            for _ in range(min(BATCH, n - start))
        ]  # fmt: skip
        ids += [made.id for made in create_customers(news, SYSTEM, shop.now)]
    return ids


# --- copies: whole blocks of COPY text with marks where ids stand, so that a copy is a few replacements

CASE, ORDER, CUSTOMER, NUMBER, HASH = (f"\x01{letter}" for letter in "cokn#")
_CELLS = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


class Mold:
    """A case with all its rows as text of COPY."""

    def __init__(self, story: Story) -> None:
        self.case, self.order, self.customer = story.id, story.order, story.customer
        self.number = story.case.number
        self.blocks = {table: self._block(table) for table in TABLES if table != "cases_event"}
        self.pieces = self._block("cases_event").split(HASH)
        self.contents = self._contents()

    def _block(self, table: str) -> str:
        where = {"orders_order": f"id = {self.order}", "orders_orderline": f"order_id = {self.order}"}
        where["cases_case"] = f"id = {self.case}"
        chosen = where.get(table, f"case_id = {self.case}") + (
            f" order by {table}.seq" if table == "cases_event" else ""
        )
        names = columns(table)
        found = _all(f"select {', '.join(f'{name}::text' for name in names)} from {table} where {chosen}")
        lines = ["\t".join(self._cell(table, *cell) for cell in zip(names, row, strict=True)) for row in found]
        return "".join(f"{line}\n" for line in lines)

    def _cell(self, table: str, column: str, value: str | None) -> str:
        if value is None:
            return "\\N"
        marks = {"case_id": CASE, "order_id": ORDER, "customer_id": CUSTOMER, "subject_id": ORDER, "number": NUMBER}
        if column == "id":
            return CASE if table == "cases_case" else ORDER
        if column in ("head", "hash"):
            return f"\\\\x{HASH}"
        return marks.get(column) or self._marked(value.translate(_CELLS), ": ")

    def _marked(self, text: str, colon: str) -> str:
        comma = ", " if colon == ": " else ","
        for kind, number, mark in (("order", self.order, ORDER), ("customer", self.customer, CUSTOMER)):
            there = f'"id"{colon}{number}{comma}"kind"{colon}"{kind}"'
            text = text.replace(there, there.replace(str(number), mark))
        return text.replace(self.number, NUMBER)

    def _contents(self) -> list[str]:
        """What each link of the chain is a hash over, after the case."""
        text = "select seq, kind, entered_at, data::text, encode(digest, 'hex') from cases_event "
        text += "where case_id = {} order by seq"
        return [
            self._marked(chain.canonical([seq, kind, moment(at), orjson.loads(data), digest])[1:].decode(), ":")
            for seq, kind, at, data, digest in _all(text.format(self.case))
        ]

    def copy(self, new: New, lines: Lines) -> None:
        """Append the rows of a copy to the text of each table."""
        head, hashes = chain.START, []
        for content in self.contents:
            head = sha256(head + f"[{new.case},{new.fill(content)}".encode()).digest()
            hashes.append(head.hex())
        lines["cases_event"].append(new.fill("".join(map("".join, zip_longest(self.pieces, hashes, fillvalue="")))))
        for table, block in self.blocks.items():
            lines[table].append(new.fill(block).replace(HASH, hashes[-1]))


@cache
def columns(table: str) -> tuple[str, ...]:
    """Of a table, but for keys that the database counts up."""
    own = "" if table in ("orders_order", "cases_case") else "and column_name <> 'id'"
    found = _all(
        f"select column_name from information_schema.columns where table_name = '{table}' {own} "
        "order by ordinal_position"
    )
    return tuple(name for (name,) in found)


def _load(lines: Lines) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, blocks in lines.items():
            quoted = ", ".join(f'"{name}"' for name in columns(table))
            with cursor.copy(f"copy {table} ({quoted}) from stdin") as copy:
                copy.write("".join(blocks))


def _settle() -> None:
    with connection.cursor() as cursor:
        for table in ("cases_case", "orders_order"):
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
        cursor.execute("vacuum analyze")


def _last(table: str) -> int:
    return int(_all(f"select coalesce(max(id), 0) from {table}")[0][0])


def _all(text: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return list(cursor.fetchall())
