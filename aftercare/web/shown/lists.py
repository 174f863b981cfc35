"""Cells of a list of the handbook: what each value is called, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.handbook.lists import FIGURES, Column, ListView
from aftercare.handbook.model import Handbook
from aftercare.imports.sheets import Column as SheetColumn
from aftercare.measures.lists import Row
from aftercare.values.phones import mask
from aftercare.web import forms_said
from aftercare.web.forms_render import Known
from aftercare.web.naming import House
from aftercare.web.shown.case import STATUS
from aftercare.web.words import day_said, local, moment_said, money_said, text_in

Json = Any
_SHEET_KINDS = {"money": "money", "number": "number", "score": "number", "date": "date", "moment": "moment"}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    url: str = ""
    number: bool = False
    tone: str = ""


@dataclass(slots=True)
class Cells:
    """Names the values of one list; people, stores and outcomes are read once."""

    handbook: Handbook
    view: ListView
    now: datetime
    house: House = field(default_factory=House)

    @property
    def columns(self) -> Sequence[Column]:
        return self.view.columns

    def titles(self) -> list[tuple[Any, bool]]:
        return [(text_in(one.title), one.kind in FIGURES) for one in self.columns]

    def of(self, row: Row) -> list[Cell]:
        return [self.cell(one, row.values[one.name], row) for one in self.columns]

    def cell(self, column: Column, value: Json, row: Row) -> Cell:
        tone = STATUS.get(value, ("",))[0] if column.kind == "status" and isinstance(value, str) else ""
        return Cell(self.said(column, value), self._leads(column, value, row), column.kind in FIGURES, tone)

    def _leads(self, column: Column, value: Json, row: Row) -> str:
        if value in (None, ""):
            return ""
        if column.field is None and column.name == "number" and row.case:
            return reverse("case", args=[row.case])
        if column.kind == "customer" and isinstance(value, Mapping) and value.get("id"):
            return reverse("customer", args=[value["id"]])
        if column.kind == "subject" and value.get("kind") == "order":
            return reverse("order", args=[value["id"]])
        if column.field is None and column.name == "name" and row.customer and self.view.source == "customer":
            return reverse("customer", args=[row.customer])
        return ""

    def said(self, column: Column, value: Json) -> str:
        """A value as text; personal ones masked as everywhere."""
        if value in (None, "", [], {}):
            return ""
        if column.field is not None:
            return forms_said.said(column.field, value, self.now, Known(people=self.house.people))
        found = _SAID.get(column.kind)
        return found(self, value) if found else str(value)

    def _store(self, value: Json) -> str:
        return self.house.store(_id(value))

    def _person(self, value: Json) -> str:
        return self.house.person(value) if value else ""

    def _outcome(self, value: Json) -> str:
        for procedure in self.handbook.procedures.values():
            for task in procedure.tasks.values():
                if task.form == self.view.form and value in task.outcomes:
                    return text_in(task.outcomes[value].name)
        return str(value)

    def _tasks(self, value: Json) -> str:
        procedure = self.handbook.procedures[self.view.of]
        names = {key: procedure.tasks.get(key.split("[")[0].split("#")[0]) for key in value}
        return _(", ").join(dict.fromkeys(text_in(one.name) if one else key for key, one in names.items()))

    def _customer(self, value: Json) -> str:
        return str(value.get("name") or "") if isinstance(value, Mapping) else str(value)

    def _subject(self, value: Json) -> str:
        return str(value.get("name") or f"#{value['id']}")

    def table(self, rows: Sequence[Row]) -> list[dict[str, Json]]:
        """Rows for a spreadsheet: figures and times as such, the rest as said."""
        return [{one.name: self._plain(one, row.values[one.name]) for one in self.columns} for row in rows]

    def _plain(self, column: Column, value: Json) -> Json:
        if isinstance(value, int | float) and column.kind in FIGURES and not isinstance(value, bool):
            return value
        if column.kind == "moment" and isinstance(value, str):
            return datetime.fromisoformat(value)
        if column.kind == "date" and isinstance(value, str):
            return datetime.fromisoformat(value).date()
        return self.said(column, value)

    def sheet_columns(self) -> list[SheetColumn]:
        return [
            SheetColumn(one.name, text_in(one.title), _SHEET_KINDS.get(one.kind, "text"), 16) for one in self.columns
        ]


def _id(value: Json) -> int | None:
    return value.get("id") if isinstance(value, Mapping) else value


_SAID: Mapping[str, Any] = {
    "store": Cells._store,
    "person": Cells._person,
    "outcome": Cells._outcome,
    "tasks": Cells._tasks,
    "customer": Cells._customer,
    "subject": Cells._subject,
    "phone": lambda cells, value: mask(str(value)),
    "address": lambda cells, value: f"{str(value)[:6]}***",
    "status": lambda cells, value: text_in(STATUS[value][1]) if value in STATUS else str(value),
    "check": lambda cells, value: _("yes") if value else _("no"),
    "money": lambda cells, value: money_said(value),
    "date": lambda cells, value: day_said(value, local(cells.now).date()),
    "moment": lambda cells, value: moment_said(value, cells.now),
}
