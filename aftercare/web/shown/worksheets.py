"""The rows of a task as people see them: the words that are ready, three buttons, what came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from aftercare.errors import Fault
from aftercare.handbook.model import Field, Option
from aftercare.messages.worksheets import DONE, MISSED, OPEN, Line, Worksheet
from aftercare.web.naming import House
from aftercare.web.shown.contacts import CHANNELS
from aftercare.web.words import text_in

STATES = ("", OPEN, DONE, MISSED)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One row. The first choice that must be made stands as buttons, everything else unfolds below."""

    line: Line
    sheet: Worksheet
    house: House
    now: datetime
    faults: tuple[Fault, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def dom(self) -> str:
        return f"row-{self.line.key}"

    @property
    def who(self) -> str:
        return self.house.person(self.line.person) if self.line.person else ""

    @property
    def occasion(self) -> str:
        return self.line.what or self.line.occasion

    @property
    def may(self) -> bool:
        return self.sheet.is_open

    @property
    def buttons(self) -> tuple[Option, ...]:
        choice = self.choice
        return choice.options if choice else ()

    @property
    def choice(self) -> Field | None:
        return next((one for one in self.sheet.columns if one.type == "choice" and one.required), None)

    @property
    def chosen(self) -> str:
        return self._said(self.choice) if self.choice else ""

    @property
    def more(self) -> list[tuple[Field, str]]:
        """(column, value) of what unfolds."""
        return [(one, self.value(one)) for one in self.sheet.columns if one is not self.choice]

    @property
    def told(self) -> list[tuple[Any, str]]:
        """(name, words) of what was entered beside the choice."""
        return [(one.name, self._said(one)) for one, value in self.more if value]

    def value(self, one: Field) -> str:
        return str(self.typed.get(one.id) or self.line.values.get(one.id) or "")

    def _said(self, one: Field) -> str:
        value = self.value(one)
        return next((text_in(option.name) for option in one.options if option.id == value), value)


class SheetPage:
    """The whole list with its filters and counts."""

    def __init__(
        self, sheet: Worksheet, request: Any, house: House, state: str, occasion: str, used: Mapping[str, int]
    ) -> None:
        self.sheet, self.request, self.house = sheet, request, house
        self.state, self.occasion, self.used = state, occasion, used
        self.url = reverse("rows", args=[sheet.case.pk, sheet.key])

    @property
    def title(self) -> str:
        return text_in(self.sheet.task.name)

    @property
    def lines(self) -> Iterable[ShownLine]:
        return [ShownLine(one, self.sheet, self.house, self.request.now) for one in self.sheet.rows]

    @property
    def states(self) -> list[tuple[str, int, str, bool]]:
        """(state, how many, address, chosen)."""
        whole = sum(self.sheet.counts.values())
        return [
            (name, self.sheet.counts.get(name, whole), self._url(state=name), name == self.state) for name in STATES
        ]

    @cached_property
    def occasions(self) -> list[tuple[str, str, bool]]:
        column = next((one for one in self.sheet.lines.columns if one.id == "occasion"), None)
        if column is None:
            return []
        return [(text_in(one.name), self._url(occasion=one.id), one.id == self.occasion) for one in column.options]

    @property
    def ways(self) -> list[tuple[str, int]]:
        return [(text_in(CHANNELS.get(name, name)), n) for name, n in self.used.items()]

    def _url(self, **changed: str) -> str:
        asked = {"state": self.state, "occasion": self.occasion, **changed}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.url}?{query}" if query else self.url
