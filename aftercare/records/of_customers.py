"""Sheets in the file of a customer: every visit, agreement and report that was written down about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftercare.cases.rule_queries import live
from aftercare.customers import filing
from aftercare.handbook.model import Field, Form
from aftercare.people.access import visible
from aftercare.people.actor import Actor
from aftercare.records.models import Record

Json = Any
MOST = 100
SAID = frozenset({"text", "long_text", "number", "score", "date", "choice", "choices"})


def filed(customer: int, actor: Actor) -> list[dict[str, Json]]:
    """[{kind: sheet, id, case, number, title, at, text}], newest first; long words only for who may read them in full.
    One query."""
    rows = visible(Record.objects.filter(customer_id=customer), actor, "cases.see").order_by("-at", "-id")[:MOST]
    forms = {name: form for book in live() for name, form in book.forms.items()}
    return [_told(row, forms.get(row.form), actor.may("customers.reveal", row.store_id)) for row in rows]


def _told(row: Record, form: Form | None, full: bool) -> dict[str, Json]:
    values = {**row.values, **(row.personal if full else {})}
    name = form.name.as_json() if form else {"zh": row.form, "en": row.form}
    return {
        "kind": "sheet", "id": row.pk, "case": row.case_id, "number": row.number, "title": name,
        "at": row.at.isoformat(), "text": "；".join(_said(form.fields if form else (), values)),
    }  # fmt: skip


def _said(fields: tuple[Field, ...], values: Mapping[str, Json]) -> Iterator[str]:
    for one in fields:
        value = values.get(one.id)
        if value in (None, "", [], {}):
            continue
        if one.type == "lines" and isinstance(value, list):
            yield "、".join(" ".join(_said(one.columns, row)) for row in value)
        elif one.type in SAID or one.type == "product":
            names = {option.id: option.name.zh for option in one.options}
            listed = value if isinstance(value, list) else [value]
            yield "、".join(names.get(str(item), str(item)) for item in listed)


def register() -> None:
    filing.on_file("records", filed)
