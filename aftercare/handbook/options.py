"""Choices that a shop lists in a setting: `options_from: settings.vans`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from aftercare.handbook.model import Field, Form, Handbook, Option
from aftercare.texts import Text


def with_options(handbook: Handbook, settings: Mapping[str, Any]) -> Handbook:
    """The handbook with those choices filled in; the same object where it has none."""
    forms = {name: _form(form, settings) for name, form in handbook.forms.items()}
    changed = any(forms[name] is not form for name, form in handbook.forms.items())
    return dataclasses.replace(handbook, forms=forms) if changed else handbook


def _form(form: Form, settings: Mapping[str, Any]) -> Form:
    fields = tuple(_field(one, settings) for one in form.fields)
    same = all(new is old for new, old in zip(fields, form.fields, strict=True))
    return form if same else dataclasses.replace(form, fields=fields)


def _field(one: Field, settings: Mapping[str, Any]) -> Field:
    if one.options_from:
        return dataclasses.replace(one, options=tuple(map(_option, settings.get(one.options_from) or ())))
    columns = tuple(_field(column, settings) for column in one.columns)
    same = all(new is old for new, old in zip(columns, one.columns, strict=True))
    return one if same else dataclasses.replace(one, columns=columns)


def _option(row: Any) -> Option:
    """A text, or a row with `id` and `name`."""
    if isinstance(row, Mapping):
        name = str(row.get("name") or row.get("id") or "")
        return Option(str(row.get("id") or name), Text(name, str(row.get("name_en") or name)))
    return Option(str(row), Text(str(row), str(row)))
