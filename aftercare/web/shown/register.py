"""A register as a list: the columns of its form, its filters, its totals, and the same rows as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from aftercare.handbook.model import Field, Form
from aftercare.imports.sheets import Column
from aftercare.records.models import Record
from aftercare.web import forms_said
from aftercare.web.forms_render import Known
from aftercare.web.naming import House
from aftercare.web.words import ZONE, text_in

Json = Any
MOST_COLUMNS = 6
_UNLISTED = frozenset({"lines", "long_text", "photo", "file", "signature", "place"})
_KINDS = {"money": "money", "number": "number", "score": "number", "date": "date", "moment": "moment"}
_PERSONAL = frozenset({"name", "phone", "email", "place"})


def listed(form: Form) -> list[Field]:
    """The fields that make columns: the first that fit into a line."""
    return [one for one in form.fields if one.type not in _UNLISTED][:MOST_COLUMNS]


def cells(row: Record, fields: Sequence[Field], now: datetime, house: House) -> list[tuple[str, bool]]:
    """(text, is a number) of each column; what is personal comes masked."""
    values = {**row.personal, **row.values}
    known = Known(people=house.people)
    return [(forms_said.said(one, values.get(one.id), now, known), one.type in ("money", "number")) for one in fields]


def day_start(text: str, more: int = 0) -> datetime | None:
    """Midnight of a date on the company's clock, or None."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=more), time(), ZONE)
    except (ValueError, OverflowError):
        return None


def columns(form: Form) -> list[Column]:
    """The table to take away: who, when, which case, and every field that fits into a cell."""
    fixed = [
        Column("\0number", _("Case"), width=22),
        Column("\0at", _("When"), "moment", 17),
        Column("\0by", _("Filled in by")),
        Column("\0store", _("Store")),
        Column("\0outcome", _("Outcome")),
    ]
    own = [Column(one.id, text_in(one.name), _KINDS.get(one.type, "text"), 16) for one in form.fields]
    return [*fixed, *own]


def table(rows: Iterable[Record], form: Form, now: datetime, house: House, outcome: Any) -> list[dict[str, Json]]:
    """Rows for `imports.sheets`. Personal fields are masked as on the page."""
    return [_table_row(row, form, now, house, outcome) for row in rows]


def _table_row(row: Record, form: Form, now: datetime, house: House, outcome: Any) -> dict[str, Json]:
    values = {**row.personal, **row.values}
    found: dict[str, Json] = {
        "\0number": row.number,
        "\0at": row.at,
        "\0by": house.person(row.person_id),
        "\0store": house.store(row.store_id),
        "\0outcome": outcome(row),
    }
    for one in form.fields:
        found[one.id] = _cell(one, values.get(one.id), now, house)
    return found


def _cell(one: Field, value: Json, now: datetime, house: House) -> Json:
    if value in (None, "", [], {}):
        return None
    if one.type in ("money", "number", "score") and isinstance(value, int | float):
        return value
    if one.type == "date":
        return date.fromisoformat(value)
    if one.type == "moment":
        return datetime.fromisoformat(value)
    if one.type == "lines":
        return "\n".join(_line(one, row, now) for row in value)
    return forms_said.said(one, value, now, Known(people=house.people))


def _line(one: Field, row: Json, now: datetime) -> str:
    said = (forms_said.said(column, row.get(column.id), now) for column in one.columns)
    return " ".join(text for text in said if text)
