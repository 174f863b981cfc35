"""What an order has once: who bought, who sold, when, where to, how much; and how far a half-finished one has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from aftercare.customers.entries import NewAddress, NewCustomer, NewPhone
from aftercare.errors import JSON, Fault
from aftercare.imports import cells
from aftercare.imports.known import Staff
from aftercare.imports.plan import Choices, PlannedCustomer, Row, iso
from aftercare.imports.plan_customers import (
    read_address,
    read_name,
    read_optional,
    read_phone,
    read_store,
    read_text,
)
from aftercare.values.places import parse

COPIES = ("copy_1", "copy_2", "copy_3")
ADOPTED = ("issued", "deposit_paid", *COPIES, "agreed", "stored_on")


@dataclass(frozen=True, slots=True)
class Head:
    """`values` as orders.values takes them, but for customer and lines; `adopt` when the order is under way."""

    store: int
    name: str
    phone: str
    e164: str
    values: Mapping[str, Any]
    paid: int
    adopt: Mapping[str, JSON] | None


def read_head(
    row: Row, staff: Staff, choices: Choices, today: date, lines_total: int | None, faults: list[Fault]
) -> Head | None:
    """The head of an order from its first row; None when there are faults. `lines_total` None: the lines have some."""
    name = read_name(row, "customer_name", faults)
    has_phone = row.header.place("customer_phone") is not None
    phone, e164 = read_phone(row, "customer_phone", faults) if has_phone else ("", "")
    address = read_address(row, "address", faults) if row.header.place("address") is not None else ""
    store = read_store(row, staff, choices, faults)
    values = _days(row, today, faults) | _sums(row, lines_total, faults)
    values["payment"] = read_optional(row, "payment", faults, cells.word("payment")) or ""
    values["note"] = read_text(row, "note", faults, 2000)
    values["salesperson"] = _salesperson(row, staff, store, choices, faults)
    values["address"] = _place(address)
    adopt = _adopted(row, values, faults)
    if faults or store is None:
        return None
    paid = adopt["deposit_paid"] if adopt else None
    return Head(store, name, phone, e164, values, paid if isinstance(paid, int) else 0, adopt)


def new_customer(head: Head, e164: str, row: int) -> PlannedCustomer:
    text = head.values["address"].get("text", "")
    new = NewCustomer(
        full_name=head.name, store=head.store, row=row,
        phones=(NewPhone(head.phone, primary=True),) if head.phone else (),
        addresses=(NewAddress(text=text, primary=True),) if text else (),
    )  # fmt: skip
    return PlannedCustomer(new, e164)


def _place(text: str) -> dict[str, str]:
    if not text:
        return {}
    parts = {name: part for name, part in asdict(parse(text)).items() if part and name != "rest"}
    return {**parts, "text": text}


def _days(row: Row, today: date, faults: list[Fault]) -> dict[str, Any]:
    def read(value: Any) -> cells.Read:
        return cells.day(value, row.from_1904)

    before = len(faults)
    ordered: date | None = read_optional(row, "ordered_on", faults, read)
    delivery: date | None = read_optional(row, "delivery_date", faults, read)
    if ordered is None and len(faults) == before:
        faults.append(row.fault("ordered_on", "missing", "没有填写", "is missing"))
    if ordered and ordered > today:
        faults.append(row.fault("ordered_on", "future", "在今天之后", "lies after today"))
    if ordered and delivery and delivery < ordered:
        faults.append(row.fault("delivery_date", "dates", "早于订货日期", "lies before the order date"))
    return {"ordered_on": ordered, "delivery_date": delivery}


def _sums(row: Row, lines_total: int | None, faults: list[Fault]) -> dict[str, Any]:
    total: int | None = read_optional(row, "total", faults, cells.money)
    deposit: int | None = read_optional(row, "deposit", faults, cells.money)
    if total is not None and lines_total is not None and total != lines_total:
        shown = f"{lines_total // 100}.{lines_total % 100:02}"
        zh, en = f"不等于各行之和，应为 {shown}", f"is not the sum of the lines, which is {shown}"
        faults.append(row.fault("total", "total", zh, en, right=lines_total))
    total = lines_total if total is None else total
    if deposit and total is not None and deposit > total:
        faults.append(row.fault("deposit", "deposit", "大于合计", "is more than the total"))
    return {"total": total or 0, "deposit": deposit or 0}


def _salesperson(row: Row, staff: Staff, store: int | None, choices: Choices, faults: list[Fault]) -> int:
    name = cells.text(row.get("salesperson"))
    person = staff.person(name, store) if name else choices.salesperson
    if person is None and name:
        zh, en = f"员工名单里没有“{name[:30]}”", f"“{name[:30]}” is not among the staff"
        faults.append(row.fault("salesperson", "salesperson", zh, en))
    elif person is None:
        faults.append(row.fault("salesperson", "missing", "没有填写", "is missing"))
    return person or 0


def _adopted(row: Row, values: Mapping[str, Any], faults: list[Fault]) -> dict[str, JSON] | None:
    """{issued, deposit_paid, copies: {"1": bool}, delivery_date, agreed, stored_on}; None without such columns."""
    if not any(row.header.place(name) is not None for name in ADOPTED):
        return None
    flags = {name: bool(read_optional(row, name, faults, cells.yes)) for name in ("issued", *COPIES, "agreed")}
    paid: int | None = read_optional(row, "deposit_paid", faults, cells.money)
    stored: date | None = read_optional(row, "stored_on", faults, lambda value: cells.day(value, row.from_1904))
    if not flags["issued"] and row.header.place("issued") is not None:
        for copy in COPIES:
            if flags[copy]:
                zh, en = "已交出，合同却未出单", "was handed out, but the contract was not issued"
                faults.append(row.fault(copy, "copy_unissued", zh, en))
    if paid and paid > values["total"] > 0:
        faults.append(row.fault("deposit_paid", "deposit", "大于合计", "is more than the total"))
    if flags["agreed"] and not values["delivery_date"] and row.get("delivery_date") == "":
        faults.append(row.fault("delivery_date", "agreed", "已约定却没有日期", "is missing though it was agreed"))
    return {
        "issued": flags["issued"], "deposit_paid": paid,
        "copies": {copy[-1]: flags[copy] for copy in COPIES},
        "delivery_date": iso(values["delivery_date"]), "agreed": flags["agreed"], "stored_on": iso(stored),
    }  # fmt: skip
