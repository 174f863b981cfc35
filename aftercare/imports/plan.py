"""What an import would do: the answer of the dry run, and the only thing that can be applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aftercare.customers.entries import NewCustomer
from aftercare.errors import JSON, Fault
from aftercare.imports.cells import Problem
from aftercare.imports.columns import Header
from aftercare.imports.reading import column_letter


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person decided beforehand; empty = found out or asked. `store` is used where a row names none."""

    kind: str = ""
    encoding: str = ""
    store: int | None = None
    salesperson: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet under its header; `n` counts from 1 as spreadsheets do."""

    sheet: str
    n: int
    cells: list[Any]
    header: Header
    from_1904: bool = False

    def get(self, name: str) -> Any:
        """The cell of a field as read; "" when the sheet has no such column or the cell is blank."""
        place = self.header.place(name)
        value = self.cells[place] if place is not None and place < len(self.cells) else ""
        return value.strip() if isinstance(value, str) else value

    def fault(self, name: str, code: str, zh: str, en: str, **data: JSON) -> Fault:
        """What is wrong with the cell of a field; the sentence begins with the name of its column."""
        place = self.header.place(name)
        known = self.header.kind.columns[name].name
        label = (self.header.labels.get(place) if place is not None else None) or known.zh
        return Fault(
            f"import.{code}", f"“{label}”{zh}。", f"“{known.en}” {en}.", field=name, row=self.n, sheet=self.sheet,
            column=column_letter(place) if place is not None else "", data=data,
        )  # fmt: skip

    def problem(self, name: str, problem: Problem) -> Fault:
        return self.fault(name, problem.code, problem.zh, problem.en)

    def placed(self, name: str, fault: Fault) -> Fault:
        """A fault found by another package, with the place of its cell."""
        place = self.header.place(name)
        letter = column_letter(place) if place is not None else ""
        return Fault(fault.code, fault.zh, fault.en, name, self.n, None, self.sheet, letter, "", fault.data)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken, with every reason. Rows without a fault of their own belong to an order that has one."""

    row: Row
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class PlannedCustomer:
    new: NewCustomer
    e164: str


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """`customer` is an id, or an index into Plan.customers when the customer is new."""

    number: str
    store: int
    customer: int | None
    new_customer: tuple[str, str] | None  # (e164, name) of one in Plan.customers
    values: Mapping[str, Any]
    rows: int
    paid: int = 0
    adopt: Mapping[str, JSON] | None = None


@dataclass(slots=True)
class Plan:
    """Good parts to be applied, bad rows to be mended, and how many rows are there already (`known`)."""

    kind: str
    name: str
    digest: str
    encoding: str = ""
    rows: int = 0
    known: int = 0
    customers: list[PlannedCustomer] = field(default_factory=list)
    orders: list[PlannedOrder] = field(default_factory=list)
    products: list[Mapping[str, Any]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # sheets without a header of this kind

    @property
    def faults(self) -> list[Fault]:
        """Every fault in the order of the sheets."""
        return [fault for bad in self.bad for fault in bad.faults]

    @property
    def good(self) -> int:
        """Things that would be added: orders, customers or products."""
        return {"orders": len(self.orders), "customers": len(self.customers), "prices": len(self.products)}[self.kind]

    def summary(self) -> dict[str, JSON]:
        """{kind, rows, good, known, bad, skipped, faults_by_code}: what the page shows above the list."""
        return {
            "kind": self.kind, "encoding": self.encoding, "rows": self.rows, "good": self.good, "known": self.known,
            "bad": len(self.bad), "skipped": list(self.skipped),
            "new_customers": len(self.customers),
            "faults_by_code": dict(Counter(fault.code for fault in self.faults).most_common()),
        }  # fmt: skip


def iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
