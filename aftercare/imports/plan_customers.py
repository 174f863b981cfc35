"""Rows of a customer list: judged one by one, then against each other and the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from aftercare.customers.entries import NewAddress, NewCustomer, NewPhone
from aftercare.errors import Fault, Refused
from aftercare.imports import cells
from aftercare.imports.known import Staff, customers_by_phone
from aftercare.imports.plan import BadRow, Choices, Plan, PlannedCustomer, Row
from aftercare.values.names import full_name_fault
from aftercare.values.phones import normalise
from aftercare.values.places import address_fault
from aftercare.values.plain import text_fault


def plan_customers(plan: Plan, rows: Sequence[Row], staff: Staff, choices: Choices) -> None:
    """Fill the plan: new customers, those known already, rows to be mended."""
    judged = [(row, *_judged(row, staff, choices)) for row in rows]
    known = customers_by_phone(planned.e164 for _, planned, _ in judged if planned)
    seen: dict[str, tuple[str, Row]] = {}
    for row, planned, faults in judged:
        if planned is None:
            plan.bad.append(BadRow(row, tuple(faults)))
            continue
        name = planned.new.full_name
        there = known.get(planned.e164, {})
        first = seen.setdefault(planned.e164, (name, row))
        if first[1] is not row:
            plan.bad.append(BadRow(row, (_twice(row, first[1], name == first[0]),)))
        elif name in there:
            plan.known += 1
        elif there:
            plan.bad.append(BadRow(row, (phone_of_another(row, "phone"),)))
        else:
            plan.customers.append(planned)


def read_name(row: Row, field: str, faults: list[Fault]) -> str:
    name = cells.text(row.get(field))
    fault = full_name_fault(name, field)
    if fault:
        faults.append(row.placed(field, fault))
    return name


def read_phone(row: Row, field: str, faults: list[Fault]) -> tuple[str, str]:
    """(as typed, E.164)."""
    value = row.get(field)
    if value == "":
        faults.append(row.fault(field, "missing", "没有填写", "is missing"))
        return "", ""
    typed, problem = cells.phone(value)
    if problem:
        faults.append(row.problem(field, problem))
        return typed, ""
    try:
        return typed, normalise(typed, field).e164
    except Refused as refusal:
        faults.append(row.placed(field, refusal.faults[0]))
        return typed, ""


def read_address(row: Row, field: str, faults: list[Fault]) -> str:
    text = cells.text(row.get(field))
    fault = address_fault(text, field) if text else row.fault(field, "missing", "没有填写", "is missing")
    if fault:
        faults.append(row.placed(field, fault))
    return text


def read_store(row: Row, staff: Staff, choices: Choices, faults: list[Fault]) -> int | None:
    """The store a row names, else the one its sheet is called after, else the chosen one."""
    name = cells.text(row.get("store"))
    store = staff.store(name) if name else staff.store(row.sheet) or choices.store
    if store is None and name:
        faults.append(row.fault("store", "store", f"“{name[:30]}”不是门店", f"“{name[:30]}” is no store"))
    elif store is None:
        faults.append(row.fault("store", "missing", "没有填写，也没有选定门店", "is missing and no store was chosen"))
    return store


def read_optional(row: Row, field: str, faults: list[Fault], read: Any) -> Any:
    """The value of a cell that may be blank."""
    value = row.get(field)
    if value == "":
        return None
    found, problem = read(value)
    if problem:
        faults.append(row.problem(field, problem))
    return found


def read_text(row: Row, field: str, faults: list[Fault], longest: int = 200) -> str:
    text = cells.text(row.get(field))
    if fault := text_fault(text, field):
        faults.append(row.placed(field, fault))
    elif len(text) > longest:
        faults.append(row.fault(field, "long", f"超过 {longest} 字", f"has more than {longest} signs"))
    return text


def phone_of_another(row: Row, field: str) -> Fault:
    return row.fault(
        field, "phone_other", "已登记在另一位客户名下，请核对姓名或电话",
        "belongs to another customer already; check name and number",
    )  # fmt: skip


def _judged(row: Row, staff: Staff, choices: Choices) -> tuple[PlannedCustomer | None, list[Fault]]:
    faults: list[Fault] = []
    name = read_name(row, "name", faults)
    typed, e164 = read_phone(row, "phone", faults)
    second = _second_phone(row, faults)
    has_address = row.header.place("address") is not None
    address = read_address(row, "address", faults) if has_address else ""
    store = read_store(row, staff, choices, faults)
    gender = read_optional(row, "gender", faults, _gender) or ""
    birthday: date | None = read_optional(row, "birthday", faults, _birthday(row))
    notes = read_text(row, "notes", faults, 2000)
    if faults:
        return None, faults
    phones = (NewPhone(typed, primary=True), *([NewPhone(second)] if second else []))
    new = NewCustomer(
        full_name=name, store=store, gender=gender, birthday=birthday.isoformat() if birthday else "", notes=notes,
        phones=phones, addresses=(NewAddress(text=address, primary=True),) if address else (), row=row.n,
    )  # fmt: skip
    return PlannedCustomer(new, e164), faults


def _second_phone(row: Row, faults: list[Fault]) -> str:
    return read_phone(row, "phone_2", faults)[0] if row.get("phone_2") != "" else ""


def _gender(value: Any) -> cells.Read:
    found, problem = cells.word("female")(value)
    return (found, None) if problem is None else cells.word("male")(value)


def _birthday(row: Row) -> Any:
    def read(value: Any) -> cells.Read:
        found, problem = cells.day(value, row.from_1904, first_year=1900)
        return found, problem

    return read


def _twice(row: Row, first: Row, same: bool) -> Fault:
    where_zh = f"第 {first.n} 行" if first.sheet == row.sheet else f"“{first.sheet}”第 {first.n} 行"
    where_en = f"row {first.n}" if first.sheet == row.sheet else f"row {first.n} of “{first.sheet}”"
    if same:
        return row.fault("phone", "duplicate", f"与{where_zh}重复", f"repeats {where_en}", first=first.n)
    return row.fault(
        "phone",
        "phone_twice",
        f"与{where_zh}相同，姓名却不同",
        f"is that of {where_en}, the name is not",
        first=first.n,
    )
