"""Sentences of the handbook with what they name filled in, as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json
from aftercare.handbook.model import Field

_NAME = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


def worded(
    judge: Judge,
    text: str,
    language: str,
    form: Mapping[str, Json] | None = None,
    names: Mapping[str, Any] | None = None,
    leave: Container[str] = (),
) -> str:
    """`{row.name}` filled in; a missing value leaves a dash. A person stays as `{person:12}`: names are known outside,
    and so is what `leave` names."""
    env = {**judge.env(), "form": form or {}, **(names or {})}

    def value(found: re.Match[str]) -> str:
        if found[1] in leave:
            return found[0]
        path = found[1].split(".")
        at: Any = env
        for part in path:
            at = at.get(part) if isinstance(at, Mapping) else None
        if path[0] == "case" and judge.procedure.values.get(path[-1]) == "money" and isinstance(at, int):
            return _yuan(at)
        return _shown(at, list(_fields(judge, path)), language)

    return _NAME.sub(value, text)


def _shown(value: Json, fields: Sequence[Field], language: str) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, Mapping):
        return f"{{person:{value['id']}}}" if value.get("kind") == "person" else str(value.get("text") or "—")
    for one in fields:
        if one.type == "money" and isinstance(value, int):
            return _yuan(value)
        for option in one.options:
            if option.id == value:
                return option.name.in_(language)
    return str(value)


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _fields(judge: Judge, path: Sequence[str]) -> Iterator[Field]:
    """The fields that a name may mean: of the form being filled in, of a sheet, or like a text of the case."""
    forms, name = judge.world.handbook.forms, path[-1]
    if path[0] == "case":
        like = [one for form in forms.values() for one in form.fields] if len(path) == 2 else []
        yield from (one for one in like if one.id == name and one.type == "choice")
        return
    task = judge.procedure.tasks.get(path[1]) if path[0] == "sheets" else judge.task
    form = forms.get(task.form) if task else None
    for one in form.fields if form else ():
        yield from (each for each in (one, *one.columns) if each.id == name)
