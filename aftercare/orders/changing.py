"""Putting checked values into an order and keeping what they were. Internal to orders.actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from aftercare.orders.models import Order, OrderChange, OrderLine
from aftercare.orders.search import find_column
from aftercare.people.actor import Actor

LINE_FIELDS = ("code", "name", "spec", "unit", "qty", "list_price", "price", "amount", "note")
_COLUMNS = {"customer": "customer_id", "salesperson": "salesperson_id"}

Changes = dict[str, tuple[Any, Any]]


def column(field: str) -> str:
    """The attribute of Order that holds a field."""
    return _COLUMNS.get(field, field)


def as_json(value: Any) -> Any:
    """A value as history and listeners see it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_number(value)
    return value


def plain_number(value: Decimal) -> int | float:
    """2 for 2.000, 2.5 for 2.500."""
    return int(value) if value == value.to_integral_value() else float(value)


def line_json(line: OrderLine) -> dict[str, Any]:
    return {name: as_json(getattr(line, name)) for name in LINE_FIELDS}


def new_lines(order: Order, lines: Sequence[Mapping[str, Any]], used: Sequence[str] = ()) -> list[OrderLine]:
    """Unsaved rows for checked lines; a line without a key gets the next free one (k1, k2 ...)."""
    taken = {line["key"] for line in lines} | set(used)
    numbers = (f"k{n}" for n in range(1, len(lines) + len(taken) + 2))
    free = (key for key in numbers if key not in taken)
    return [
        OrderLine(order=order, n=n, key=line["key"] or next(free), **{name: line[name] for name in LINE_FIELDS})
        for n, line in enumerate(lines, start=1)
    ]


def apply_plain(order: Order, values: Mapping[str, Any]) -> Changes:
    """Set every field but lines; which differ."""
    changes: Changes = {}
    for field, new in values.items():
        if field == "lines":
            continue
        old = getattr(order, column(field))
        if old != new:
            changes[field] = (as_json(old), as_json(new))
            setattr(order, column(field), new)
    return changes


def apply_lines(order: Order, wanted: Sequence[Mapping[str, Any]]) -> tuple[Changes, list[OrderLine]]:
    """Change, add and take out lines by key; the rows as they now stand. Writes the line table."""
    before = {line.key: line for line in order.lines.all()}
    matched = _matched(wanted, before)
    after = new_lines(order, matched, used=list(before))
    changes: Changes = {}
    for line in after:
        old = before.get(line.key)
        if old:
            line.pk, line.delivered_qty = old.pk, old.delivered_qty
        was, is_now = (line_json(old) if old else None), line_json(line)
        if was != is_now:
            changes[f"lines.{line.key}"] = (was, is_now)
    kept = {line.key for line in after}
    gone = [line for key, line in before.items() if key not in kept]
    changes |= {f"lines.{line.key}": (line_json(line), None) for line in gone}
    if changes or [line.key for line in after] != list(before):
        touched = {name.partition(".")[2] for name in changes} | _moved(before, after)
        _write_lines(order, before, [line for line in after if line.key in touched], gone)
    return changes, after


def _moved(before: Mapping[str, OrderLine], after: Sequence[OrderLine]) -> set[str]:
    """Lines that stand at another place now."""
    return {line.key for line in after if line.key in before and before[line.key].n != line.n}


def _matched(wanted: Sequence[Mapping[str, Any]], before: Mapping[str, OrderLine]) -> list[dict[str, Any]]:
    """Lines without a key are those of the same code not asked for otherwise: a form may not carry keys."""
    free = {key: line for key, line in before.items() if key not in {line["key"] for line in wanted}}
    matched = []
    for line in map(dict, wanted):
        if not line["key"] and line["code"]:
            key = next((key for key, old in free.items() if old.code == line["code"]), "")
            free.pop(key, None)
            line["key"] = key
        matched.append(line)
    return matched


def _write_lines(
    order: Order, before: Mapping[str, OrderLine], after: Sequence[OrderLine], gone: Sequence[OrderLine]
) -> None:
    if gone:
        order.lines.filter(pk__in=[line.pk for line in gone]).delete()
    old = [line for line in after if line.key in before]
    if old:
        OrderLine.objects.bulk_update(old, ["n", *LINE_FIELDS])
    OrderLine.objects.bulk_create([line for line in after if line.key not in before])


def refresh_find(order: Order, lines: Sequence[OrderLine]) -> None:
    """The search column: number, note and goods."""
    order.find = find_column(order.number, *{line.name for line in lines}, *{line.code for line in lines})


def keep_history(order: Order, changes: Changes, actor: Actor, now: datetime, reason: str) -> None:
    """One row per field, laid to the account of whoever wrote the value that is corrected."""
    latest = (
        OrderChange.objects.filter(order=order, field__in=list(changes))
        .order_by("field", "-id")
        .distinct("field")
        .values_list("field", "by", "by_name")
    )
    writers = {field: (by, name) for field, by, name in latest}
    rows = []
    for field, (old, new) in changes.items():
        responsible, name = writers.get(field, (order.written_by, order.written_by_name))
        rows.append(
            OrderChange(
                order=order, at=now, by=actor.person, by_name=actor.name, field=field, old=old, new=new, reason=reason,
                after_issue=order.issued_at is not None, responsible=responsible, responsible_name=name,
            )
        )  # fmt: skip
    OrderChange.objects.bulk_create(rows)
