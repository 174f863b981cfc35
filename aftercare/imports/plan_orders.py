"""Rows of an order book: gathered into orders, each judged as a whole; one bad row keeps its whole order out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aftercare.errors import Fault
from aftercare.imports import cells
from aftercare.imports.known import Signature, Staff, catalogue, customers_by_phone, orders_by_number
from aftercare.imports.plan import BadRow, Choices, Plan, PlannedOrder, Row
from aftercare.imports.plan_customers import phone_of_another
from aftercare.imports.plan_heads import Head, new_customer, read_head
from aftercare.imports.plan_lines import read_lines


@dataclass(slots=True)
class Group:
    """The rows of one order and what is wrong with each (by place in `rows`)."""

    number: str
    rows: list[Row]
    faults: list[list[Fault]] = field(default_factory=list)

    def add(self, at: int, faults: Iterable[Fault]) -> None:
        self.faults[at] += faults

    @property
    def is_bad(self) -> bool:
        return any(self.faults)


@dataclass(frozen=True, slots=True)
class World:
    """What orders are judged against."""

    staff: Staff
    products: Mapping[str, int]
    choices: Choices
    today: date
    loaded_before: bool  # this very file was applied: what is there is known, even if it was changed since


def plan_orders(
    plan: Plan, rows: Sequence[Row], staff: Staff, choices: Choices, today: date, loaded_before: bool
) -> None:
    """Fill the plan: new orders with their new customers, orders known already, rows to be mended."""
    world = World(staff, catalogue(), choices, today, loaded_before)
    groups = list(gather(rows))
    _refuse_numbers_of_other_sheets(groups)
    judged = [(group, *_judged(group, world)) for group in groups]
    there = orders_by_number(group.number for group in groups if group.number)
    buyers = customers_by_phone(head.e164 for _, head, _ in judged if head and head.e164)
    named: dict[str, str] = {}
    added: set[tuple[str, str]] = set()
    for group, head, lines in judged:
        if head and not group.is_bad and not _is_known(group, lines, there, world):
            _check_customer(group, head, buyers, named)
        if group.is_bad:
            plan.bad += [BadRow(row, tuple(faults)) for row, faults in zip(group.rows, group.faults, strict=True)]
        elif group.number in there:
            plan.known += len(group.rows)
        elif head:
            _take(plan, group, head, lines, buyers.get(head.e164, {}).get(head.name), added)


def gather(rows: Iterable[Row]) -> Iterator[Group]:
    """Rows of one order follow its number; a row with blank order columns belongs to the order above it."""
    groups: dict[tuple[str, str], Group] = {}
    last: Group | None = None
    sheet = ""
    for row in rows:
        if row.sheet != sheet:
            sheet, last = row.sheet, None
        number = cells.text(row.get("number"))
        if not number and last and not _has_head(row):
            group = last
        elif number:
            group = groups.setdefault((sheet, number), Group(number, []))
        else:
            group = groups.setdefault((sheet, f"\0{row.n}"), Group("", []))
        group.rows.append(row)
        group.faults.append([])
        last = group
    yield from groups.values()


def _has_head(row: Row) -> bool:
    """Whether the row says anything that an order has only once."""
    columns = row.header.kind.columns
    return any(row.get(name) != "" for name, column in columns.items() if column.level == "order" and name != "total")


def _judged(group: Group, world: World) -> tuple[Head | None, list[dict[str, Any]]]:
    first = group.rows[0]
    if not group.number:
        group.add(0, [first.fault("number", "missing", "没有填写", "is missing")])
    elif len(group.number) > 60:
        group.add(0, [first.fault("number", "long", "超过 60 字", "has more than 60 signs")])
    for at, row in enumerate(group.rows[1:], start=1):
        group.add(at, _differing(first, row))
    lines, line_faults = read_lines(group.rows, world.products)
    for at, faults in enumerate(line_faults):
        group.add(at, faults)
    head_faults: list[Fault] = []
    total = sum(line["amount"] for line in lines) if not any(line_faults) else None
    head = read_head(first, world.staff, world.choices, world.today, total, head_faults)
    group.add(0, head_faults)
    return head, lines


def _differing(first: Row, row: Row) -> Iterator[Fault]:
    """What an order has once must read the same on every row, or stand on its first row only."""
    for name, column in first.header.kind.columns.items():
        if column.level == "order" and row.get(name) not in ("", first.get(name)):
            yield row.fault(
                name, "differs", f"与同一订单第 {first.n} 行不一致", f"differs from row {first.n} of the same order"
            )


def _refuse_numbers_of_other_sheets(groups: Sequence[Group]) -> None:
    seen: dict[str, Row] = {}
    for group in groups:
        row = group.rows[0]
        first = seen.setdefault(group.number, row) if group.number else row
        if first is not row:
            zh, en = f"在“{first.sheet}”第 {first.n} 行已出现", f"stands in “{first.sheet}” row {first.n} already"
            group.add(0, [row.fault("number", "number_twice", zh, en)])


def _is_known(group: Group, lines: list[dict[str, Any]], there: Mapping[str, Signature], world: World) -> bool:
    """Already there. The same number with other goods is a fault, unless this very file was applied before."""
    if group.number not in there:
        return False
    if not world.loaded_before and _signature(lines) != there[group.number]:
        fault = group.rows[0].fault(
            "number", "number_known", "已有这张订单，但商品不同", "names an order that is there with other goods"
        )
        group.add(0, [fault])
    return True


def _signature(lines: Iterable[Mapping[str, Any]]) -> Signature:
    return tuple(sorted((line["code"], line["name"], f"{line['qty'].normalize():f}", line["price"]) for line in lines))


def _check_customer(group: Group, head: Head, buyers: Mapping[str, Mapping[str, int]], named: dict[str, str]) -> None:
    """One number, one person: in the database and within the file."""
    if not head.e164:
        return
    row, there = group.rows[0], buyers.get(head.e164, {})
    if there and head.name not in there:
        group.add(0, [phone_of_another(row, "customer_phone")])
    elif named.setdefault(head.e164, head.name) != head.name:
        fault = row.fault(
            "customer_phone",
            "phone_twice",
            "在本文件中也属于另一位客户",
            "belongs to another customer of this file too",
        )
        group.add(0, [fault])


def _take(
    plan: Plan,
    group: Group,
    head: Head,
    lines: list[dict[str, Any]],
    customer: int | None,
    added: set[tuple[str, str]],
) -> None:
    key = None if customer else (head.e164 or group.number, head.name)
    if key and key not in added:
        added.add(key)
        plan.customers.append(new_customer(head, key[0], group.rows[0].n))
    plan.orders.append(
        PlannedOrder(
            group.number, head.store, customer, key, {**head.values, "lines": lines}, len(group.rows), head.paid,
            head.adopt,
        )
    )  # fmt: skip
