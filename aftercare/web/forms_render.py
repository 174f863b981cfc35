"""A handbook form as HTML: labels, help, faults and inputs in the active language.

    drawn = Drawn(form.fields, values, faults=refusal.faults, typed=parsed.typed, known=Known(people={7: "王建国"}))
    {% include "web/fields/form.html" with form=drawn %}

`typed` wins over `values`: what was posted stays as it was typed. `parse` reads the same inputs back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aftercare.errors import JSON, Fault
from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Field, Option
from aftercare.texts import Text
from aftercare.values import places as addresses
from aftercare.web import forms_shape as shape
from aftercare.web.forms_known import NOTHING_KNOWN as NOTHING_KNOWN
from aftercare.web.forms_known import Known as Known
from aftercare.web.words import text_in

INSTEAD_NAMES = {
    "none": Text("没有", "None"),
    "not_applicable": Text("不适用", "Does not apply"),
    "declined": Text("客户不愿提供", "Customer declined"),
}
_KINDS = {"email": "text", "duration": "text", "score": "number", "photo": "files", "file": "files"}
_FULL = frozenset({"long_text", "place", "lines", "files", "signature", "choices", "check"})
_MODES = {"phone": "tel", "money": "decimal", "number": "decimal", "email": "email"}
_LINE = re.compile(r"\.(\d+|__)(?=\.)")  # the number of a line within a path
_FEW = 6  # so many options stand side by side; more become a list to choose from
_WIDE = frozenset({"text", "long_text", "product", "name", "place"})


class Input:
    """One input of a form, ready for its template. Attributes are read by web/fields/*.html."""

    def __init__(self, field: Field, name: str, path: str, form: Drawn) -> None:
        self.field, self.name, self.path, self.form = field, name, path, form
        self.dom = name.replace(".", "-")
        self.kind = _KINDS.get(field.type, field.type)
        self.faults = form.faults_at(path)
        self.locked = field.locked or field.compute is not None or field.id in form.locked
        self.required = field.required is True
        self.asks_logic = any(isinstance(rule, Condition) for rule in (field.shown, field.required, field.propose))

    @property
    def template(self) -> str:
        return f"web/fields/{'choice' if self.as_ticks else _TEMPLATES.get(self.kind, 'text')}.html"

    @property
    def width(self) -> str:
        chosen = self.form.widths.get(self.field.id)
        if chosen:
            return f"field-{chosen}"
        return "" if self.kind in _FULL else "field-half"

    @property
    def is_group(self) -> bool:
        """Several inputs under one heading: a fieldset instead of a label."""
        return self.kind in ("place", "choices", "files", "signature") or self.as_ticks

    @property
    def as_ticks(self) -> bool:
        few = self.is_scale or (self.kind == "choice" and 0 < len(self.field.options) <= _FEW)
        return few and (self.form.spread or not self.in_line)

    @property
    def is_scale(self) -> bool:
        """A score out of a few: the numbers stand side by side."""
        low, high = self.field.minimum, self.field.maximum
        return self.field.type == "score" and isinstance(low, int) and isinstance(high, int) and 0 < high - low < 11

    @property
    def in_line(self) -> bool:
        return "." in self.path

    @property
    def is_fixed(self) -> bool:
        """A column that repeats what its source says is read, not typed, unless somebody may let a difference pass."""
        plain = self.kind not in ("check", "place", "files", "lines", "choices")
        return plain and self.in_line and self.field.must_equal and not self.field.release and bool(self.value)

    @property
    def fixed_text(self) -> str:
        """What stands in such a cell, said as people say it."""
        chosen = [label for _value, label, is_chosen in self.options if is_chosen]
        return text_in(chosen[0]) if chosen else self.picked if self.picker else self.value

    @property
    def wide(self) -> bool:
        return self.field.type in _WIDE

    @property
    def value(self) -> str:
        return self.at("")

    @property
    def values(self) -> Sequence[str]:
        return self.form.flat.get(self.name, [])

    @property
    def mode(self) -> str:
        return _MODES.get(self.field.type, "")

    @property
    def described(self) -> str:
        """Ids of help and fault for aria-describedby."""
        ids = [f"{self.dom}-help"] if self.field.help else []
        return " ".join([*ids, *([f"{self.dom}-fault"] if self.faults else [])])

    def at(self, part: str) -> str:
        texts = self.form.flat.get(f"{self.name}.{part}" if part else self.name, [])
        return str(texts[0]) if texts else ""

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """(value, label, chosen) of a choice, a person or a store."""
        if self.kind in ("person", "store"):
            known = self._people if self.kind == "person" else self.form.known.stores
            return [(str(number), name, str(number) == self.value) for number, name in known.items()]
        if self.is_scale:
            scale = range(self.field.minimum, self.field.maximum + 1)
            return [(str(one), str(one), str(one) == self.value) for one in scale]
        return [(one.id, one.name, one.id in self.values) for one in self.field.options]

    @property
    def _people(self) -> Mapping[int, str]:
        """Who may stand here, and who does."""
        known = self.form.known
        offered = known.people_at.get(_LINE.sub("", self.path), known.people_at.get("", known.people))
        chosen = int(self.value) if self.value.isdigit() else 0
        return offered if chosen in offered or chosen not in known.people else {chosen: known.people[chosen], **offered}

    @property
    def picker(self) -> str:
        named = f"{self.field.type}:{self.field.of}" if self.field.type == "case" else self.field.type
        return self.form.known.pickers.get(named, "")

    @property
    def many(self) -> Input | None:
        """The column of a table by which several lines are added at once: cases, chosen from a list."""
        inputs = self.blank_row.inputs if self.can_grow else []
        return next((one for one in inputs if one.field.type == "case" and one.picker), None)

    @property
    def picked(self) -> str:
        """What the chosen reference is called."""
        if self.kind == "product":
            return self.value
        label = self.form.known.labels.get((self.field.type, int(self.value)), "") if self.value.isdigit() else ""
        return label or self.at("label") or self.value

    @property
    def instead(self) -> list[tuple[str, Any, bool]]:
        chosen = self.at(shape.INSTEAD)
        return [(word, INSTEAD_NAMES.get(word, word), word == chosen) for word in self.field.instead]

    @property
    def parts(self) -> list[tuple[str, str, Text, str]]:
        """(name, dom id, label, value) of a place."""
        return [
            (f"{self.name}.{part}", f"{self.dom}-{part}", addresses.PARTS[part], self.at(part))
            for part in shape.PLACE_PARTS
        ]

    @property
    def text_value(self) -> str:
        return self.at("text")

    @property
    def was(self) -> str:
        return self.at("was")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """(id, address) of stored files."""
        at = self.form.known.pictures
        texts = self.form.flat.get(f"{self.name}.kept", [])
        return [(str(text), at % int(text) if at else "") for text in texts if str(text).isdigit()]

    @property
    def is_photo(self) -> bool:
        return self.field.type == "photo"

    @property
    def rows(self) -> list[Row]:
        """The lines there are, and one empty one to go on typing unless the lines are given."""
        numbers = shape.row_numbers(self.form.flat, self.name)
        rows = [Row(self, number, place) for place, number in enumerate(numbers, 1)]
        if not rows and self.can_grow:
            rows.append(Row(self, 0, 1))
        return rows

    @property
    def blank_row(self) -> Row:
        """The template of a line that a script adds; "__" is replaced by its number."""
        return Row(self, "__", 0)

    @property
    def can_grow(self) -> bool:
        return self.field.source is None and not self.locked


class Row:
    """One line of a table."""

    def __init__(self, table: Input, number: int | str, place: int) -> None:
        self.number, self.place = number, place
        self.key_name = f"{table.name}.{number}.key"
        self.key = table.form.flat.get(self.key_name, [""])[0]
        self.inputs = [
            Input(column, f"{table.name}.{number}.{column.id}", f"{table.path}.{place}.{column.id}", table.form)
            for column in table.field.columns
        ]


class Drawn:
    """A form ready for `web/fields/form.html`."""

    def __init__(
        self,
        fields: Iterable[Field],
        values: Mapping[str, JSON] | None = None,
        *,
        faults: Iterable[Fault] = (),
        typed: Mapping[str, Sequence[str]] | None = None,
        known: Known = NOTHING_KNOWN,
        locked: frozenset[str] = frozenset(),
        widths: Mapping[str, str] | None = None,
        prefix: str = shape.ROOT,
        logic: str = "",
        spread: bool = False,
    ) -> None:
        """`spread`: choices stand side by side in lines too, for a thumb."""
        self.fields = tuple(fields)
        self.flat: Mapping[str, Sequence[str]] = self._shown(values or {}, typed, prefix)
        self.faults, self.known, self.locked = tuple(faults), known, locked
        self.widths, self.prefix, self.logic, self.spread = widths or {}, prefix, logic, spread
        self.inputs = [Input(one, f"{prefix}.{one.id}", one.id, self) for one in self.fields]

    def _shown(
        self, values: Mapping[str, JSON], typed: Mapping[str, Sequence[str]] | None, prefix: str
    ) -> Mapping[str, Sequence[str]]:
        """What was typed, and the values only of fields that cannot be typed."""
        flat: Mapping[str, Sequence[str]] = shape.flatten(self.fields, values, prefix)
        if typed is None:
            return flat
        fixed = tuple(f"{prefix}.{one.id}" for one in self.fields if one.locked or one.compute is not None)
        own_flat = {name: texts for name, texts in flat.items() if name.startswith(fixed)} if fixed else {}
        return {**{name: texts for name, texts in typed.items() if name.startswith(f"{prefix}.")}, **own_flat}

    def faults_at(self, path: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.field == path]

    @property
    def summary(self) -> list[tuple[str, Fault]]:
        """(dom id of the field or "", fault): the list above a form."""
        doms = {one.path: one.dom for one in self._all_inputs()}
        return [(doms.get(fault.field, ""), fault) for fault in self.faults]

    def _all_inputs(self) -> Iterable[Input]:
        for one in self.inputs:
            yield one
            for row in one.rows if one.kind == "lines" else ():
                yield from row.inputs

    def __str__(self) -> SafeString:
        return render_to_string("web/fields/form.html", {"form": self})


_TEMPLATES = {
    "long_text": "long_text", "money": "money", "number": "number", "date": "date", "time": "time",
    "moment": "moment", "choice": "choice", "choices": "choices", "check": "check", "person": "select",
    "store": "select", "customer": "picker", "order": "picker", "asset": "picker", "record": "picker",
    "case": "picker", "product": "picker", "place": "place", "files": "files", "signature": "signature",
    "lines": "lines",
}  # fmt: skip


def option(id: str, zh: str, en: str) -> Option:
    """An option of a form written in code."""
    return Option(id, Text(zh, en))
