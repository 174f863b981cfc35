"""Orders, payments and traces of a simulated store as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.orders.search import find_column
from aftercare.simulation.copying import Array, Tables, js

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS: dict[str, tuple[str, ...]] = {
    "orders_order": (
        "id", "number", "store_id", "customer_id", "salesperson_id", "ordered_on", "delivery_date", "address", "total",
        "deposit", "payment", "note", "status", "cancel_reason", "issued_at", "written_by", "written_by_name",
        "created_at", "version", "case_id", "import_run", "find",
    ),
    "orders_orderline": (
        "order_id", "n", "key", "code", "name", "spec", "unit", "qty", "list_price", "price", "amount", "note",
        "delivered_qty",
    ),
    "orders_orderchange": (
        "order_id", "at", "by", "by_name", "field", "old", "new", "reason", "after_issue", "responsible",
        "responsible_name",
    ),
    "money_entry": (
        "id", "kind", "store_id", "payer_kind", "payer_id", "payee_kind", "payee_id", "order_id", "case_id", "charge",
        "part", "amount", "way", "happened_on", "taken_by", "taken_by_name", "voucher", "reverses_id", "replaces_id",
        "reason", "at",
    ),
}  # fmt: skip
Told = Sequence[tuple[str, Mapping[str, Json], datetime]]


def write(told: Told, issued: Mapping[int, datetime], people: Mapping[int, str], tables: Tables) -> None:
    """Rows from what the store told: order, changed, money. `issued`: order -> when its paper went out."""
    changes: dict[int, list[tuple[Mapping[str, Json], datetime]]] = {}
    for what, facts, at in told:
        if what == "changed":
            changes.setdefault(facts["order"], []).append((facts, at))
        elif what == "money":
            _money(facts, at, tables)
    for what, facts, at in told:
        if what == "order":
            _order(facts, at, changes.get(facts["id"], []), issued.get(facts["id"]), people, tables)


def _order(
    facts: Mapping[str, Json], at: datetime, changes: Sequence[tuple[Mapping[str, Json], datetime]],
    issued: datetime | None, people: Mapping[int, str], tables: Tables,
) -> None:  # fmt: skip
    """As it stands at the end; what it was before lies in its changes."""
    seller = facts["salesperson"]["id"]
    name, lines = people.get(seller, ""), facts["lines"]
    find = find_column(facts["number"], *{one["name"] for one in lines}, *{one["code"] for one in lines})
    tables.add(
        "orders_order", facts["id"], facts["number"], facts["store"]["id"], facts["customer"]["id"], seller,
        facts["ordered_on"], facts["delivery_date"], js(facts["address"]), facts["total"], facts["deposit"],
        facts["payment"], facts["note"], facts["status"], "", issued, seller, name, at, 1 + len(changes), facts["case"],
        None, Array(find),
    )  # fmt: skip
    for n, one in enumerate(lines, 1):
        tables.add(
            "orders_orderline", facts["id"], n, one["key"], one["code"], one["name"], one["spec"], one["unit"],
            one["qty"], one["list_price"], one["price"], one["amount"], one["note"], one["delivered_qty"],
        )  # fmt: skip
    writers: dict[str, tuple[int, str]] = {}
    for change, when in changes:
        by = change["by"], people.get(change["by"], "")
        responsible = writers.get(change["field"], (seller, name))
        writers[change["field"]] = by
        after = issued is not None and when >= issued
        tables.add(
            "orders_orderchange", facts["id"], when, *by, change["field"], js(change["old"]), js(change["new"]), "",
            after, *responsible,
        )  # fmt: skip


def _money(facts: Mapping[str, Json], at: datetime, tables: Tables) -> None:
    day: date = at.astimezone(ZONE).date()
    by = facts.get("by") or (0, "")
    tables.add(
        "money_entry", facts["entry"], "payment", facts["store"], "customer", None, "company", None, facts["order"],
        facts.get("for"), facts.get("charge") or "", facts.get("part") or "", facts["amount"],
        facts.get("way") or "cash", day, *by, "", None, None, "", at,
    )  # fmt: skip
    tables.add("audit_trace", at, *by, "", "money.payment", "entry", facts["entry"], "done", js({}))
