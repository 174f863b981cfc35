"""A task worked row by row as people see it: whom to greet, with which words, what came back, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.cases.models import Case
from aftercare.cases.queries import case_of, definition
from aftercare.cases.sheets import world_of
from aftercare.customers import greeting
from aftercare.engine.judge import Judge
from aftercare.engine.rows import expected_rows
from aftercare.engine.types import Who, instant
from aftercare.errors import NotFound
from aftercare.handbook.model import Field, Handbook, Task
from aftercare.messages.wording import worded
from aftercare.people.actor import Actor
from aftercare.people.models import Store
from aftercare.texts import Text
from aftercare.values.phones import mask

Json = Any
OPEN, DONE, MISSED = "open", "done", "missed"
OCCASIONS = {"birthday": Text("生日", "birthday")}  # what a greeting calls a day that has no name of its own


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `values`: what was typed; `person` and `at`: who did it and when; `text`: the words that are ready."""

    key: str
    customer: int | None
    name: str
    phone: str
    occasion: str
    what: str
    text: str
    values: Mapping[str, Json]
    state: str
    person: int | None
    at: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """`columns` are those that people fill in; `is_open`: may rows still be worked on?"""

    case: Case
    key: str
    task: Task
    lines: Field
    columns: tuple[Field, ...]
    rows: Sequence[Line]
    is_open: bool
    counts: Mapping[str, int]


def worksheet(actor: Actor, case: int, key: str, now: datetime, *, state: str = "", occasion: str = "") -> Worksheet:
    """The rows of a task, filtered by state (open, done, missed) and occasion. A constant number of queries."""
    row = case_of(actor, case)
    handbook, procedure = definition(row)
    held = row.state["tasks"].get(key)
    task = procedure.tasks.get(held["task"]) if held else None
    lines = handbook.forms[task.form].field(task.rows.of) if task and task.rows else None
    if held is None or task is None or lines is None:
        raise NotFound.because("no_rows", "这一步不是逐行办理的。", "This task is not worked line by line.")
    listed = _lines(row, key, handbook, task, actor, now)
    counts = {name: sum(1 for one in listed if one.state == name) for name in (OPEN, DONE, MISSED)}
    shown = [one for one in listed if state in ("", one.state) and occasion in ("", one.occasion)]
    columns = tuple(one for one in lines.columns if not one.locked and one.compute is None)
    return Worksheet(row, key, task, lines, columns, shown, _is_open(row, key), counts)


def line_of(actor: Actor, case: int, key: str, name: str, now: datetime) -> tuple[Worksheet, Line]:
    sheet = worksheet(actor, case, key, now)
    for one in sheet.rows:
        if one.key == name:
            return sheet, one
    raise NotFound.because("no_such_row", "名单上没有这一行。", "This is not on the list.")


def _is_open(case: Case, key: str) -> bool:
    return case.status == "open" and case.state["tasks"][key].get("state") == "open"


def _lines(case: Case, key: str, handbook: Handbook, task: Task, actor: Actor, now: datetime) -> list[Line]:
    judge = Judge(case.state, world_of(case, now), Who(0, "", system=True), now, now)
    rows = expected_rows(judge, key, task)
    done = case.state["tasks"][key].get("rows") or {}
    late = _is_late(case, key, now)
    known = greeting.told([row for row in rows.values() if isinstance(row.get("customer"), Mapping)])
    full, store = actor.may("customers.reveal", case.store_id), _store(case.store_id)
    made = []
    for name, row in rows.items():
        customer = int(row["customer"]["id"]) if isinstance(row.get("customer"), Mapping) else None
        about = known.get(customer or 0, {})
        occasion = str(row.get("occasion") or "")
        what = about.get("what") or (OCCASIONS[occasion].zh if occasion in OCCASIONS else "")
        phone = about.get("phone", "")
        kept = done.get(name) or {}
        made.append(
            Line(
                key=name, customer=customer, name=about.get("name", ""),
                phone=phone if full else mask(phone) if phone else "", occasion=occasion, what=what,
                text=_text(handbook, task, occasion, about.get("name", ""), what, store),
                values=row, state=DONE if kept else MISSED if late else OPEN, person=kept.get("person"),
                at=str(kept.get("at") or ""),
            )
        )  # fmt: skip
    return made


def _is_late(case: Case, key: str, now: datetime) -> bool:
    """After its deadline, or when the task has ended without it, a row that is not done has been missed."""
    due = case.state["deadlines"].get(f"{key}|due")
    return case.state["tasks"][key].get("state") != "open" or (due is not None and instant(due["at"]) <= now)


def _text(handbook: Handbook, task: Task, occasion: str, name: str, what: str, store: str) -> str:
    message = handbook.messages.get(task.rows.texts.get(occasion, "")) if task.rows else None
    told = {"customer.name": name, "store.name": store, "occasion": what}
    return worded(message.text.zh, told) if message else ""


def _store(number: int) -> str:
    name = Store.objects.filter(pk=number).values_list("name", flat=True).first()
    return str((name or {}).get("zh") or "")
