"""Values of a form as sentences for people: filled-in sheets, differences, summaries. Never unmasks anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from aftercare.errors import JSON
from aftercare.handbook.model import Field
from aftercare.texts import Text
from aftercare.values.phones import mask
from aftercare.web import words
from aftercare.web.forms_render import INSTEAD_NAMES, NOTHING_KNOWN, Known
from aftercare.web.forms_shape import INSTEAD, REFERENCES, number_text


@dataclass(frozen=True, slots=True)
class Said:
    """One field of a sheet: its name and what was filled in; `rows` (lists of cells) for a table of lines."""

    field: Field
    name: Text
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


def sheet(
    fields: Iterable[Field], values: Mapping[str, JSON], now: datetime, known: Known = NOTHING_KNOWN
) -> list[Said]:
    """The filled-in fields in their order; empty ones are left out. For `web/fields/sheet.html`."""
    return [
        Said(one, one.name, said(one, values[one.id], now, known), _rows(one, values[one.id], now, known))
        for one in fields
        if values.get(one.id) not in (None, "", [], {})
    ]


def said(field: Field, value: Any, now: datetime, known: Known = NOTHING_KNOWN) -> str:
    """One value as text; "" when empty. Personal phones come masked."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict) and set(value) == {INSTEAD}:
        return words.text_in(INSTEAD_NAMES.get(str(value[INSTEAD]), str(value[INSTEAD])))
    if field.type in REFERENCES:
        return known.labels.get((field.type, value["id"])) or _named(field, value, known)
    return _SAID.get(field.type, _plain)(field, value, now)


def _named(field: Field, value: Mapping[str, Any], known: Known) -> str:
    names = {"person": known.people, "store": known.stores}.get(field.type, {})
    return str(names.get(value["id"]) or value.get("name") or f"#{value['id']}")


def _rows(field: Field, value: Any, now: datetime, known: Known) -> tuple[tuple[str, ...], ...]:
    if field.type != "lines" or not isinstance(value, list):
        return ()
    return tuple(tuple(said(column, row.get(column.id), now, known) for column in field.columns) for row in value)


def _plain(field: Field, value: Any, now: datetime) -> str:
    return str(value)


def _money(field: Field, value: Any, now: datetime) -> str:
    return words.money_said(value)


def _number(field: Field, value: Any, now: datetime) -> str:
    return f"{number_text(value)} {field.unit}".strip()


def _date(field: Field, value: Any, now: datetime) -> str:
    return words.day_said(value, words.local(now).date())


def _moment(field: Field, value: Any, now: datetime) -> str:
    return words.moment_said(value, now)


def _choice(field: Field, value: Any, now: datetime) -> str:
    names = {one.id: words.text_in(one.name) for one in field.options}
    chosen = value if isinstance(value, list) else [value]
    return _(", ").join(names.get(one, str(one)) for one in chosen)


def _check(field: Field, value: Any, now: datetime) -> str:
    return _("yes") if value else _("no")


def _phone(field: Field, value: Any, now: datetime) -> str:
    return mask(str(value)) if field.personal else str(value)


def _place(field: Field, value: Any, now: datetime) -> str:
    seen = "".join(str(value.get(part, "")) for part in ("province", "city", "district"))
    return f"{seen}***" if field.personal else str(value.get("text") or "".join(map(str, value.values())))


def _files(field: Field, value: Any, now: datetime) -> str:
    number = len(value) if isinstance(value, list) else 1
    return _("%(n)s on file") % {"n": number}


def _lines(field: Field, value: Any, now: datetime) -> str:
    return _("%(n)s lines") % {"n": len(value)}


_SAID: Mapping[str, Callable[[Field, Any, datetime], str]] = {
    "money": _money,
    "number": _number,
    "score": _number,
    "date": _date,
    "moment": _moment,
    "choice": _choice,
    "choices": _choice,
    "check": _check,
    "phone": _phone,
    "place": _place,
    "photo": _files,
    "file": _files,
    "signature": _files,
    "lines": _lines,
}
