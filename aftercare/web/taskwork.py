"""What a task's form posts, read into one command. Whether it is allowed is judged by the case alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.cases.actions import Done, act
from aftercare.cases.filling import with_locked
from aftercare.cases.models import OpenTask
from aftercare.cases.queries import case_of, definition
from aftercare.documents import files
from aftercare.engine import Command
from aftercare.errors import Conflict, Refused
from aftercare.handbook.model import Form
from aftercare.orders.opening import with_list_prices
from aftercare.people.actor import Actor
from aftercare.web import forms_parse
from aftercare.web.naming import House, Names
from aftercare.web.shown.task import OpenedTask
from aftercare.web.words import moment_said

Json = Any


@dataclass(frozen=True, slots=True)
class Asked:
    """What was pressed: finish with an outcome, save, ask (save and let others confirm)."""

    verb: str
    outcome: str


def open_task(actor: Actor, case: int, key: str, now: Any) -> OpenTask:
    """The task this person may see; Conflict says who was first, with the outcome."""
    found = case_of(actor, case)
    row = OpenTask.objects.select_related("case").filter(case=found, key=key).first()
    if row is None:
        raise _gone(found, key, now)
    return row


def _gone(case: Any, key: str, now: Any) -> Conflict:
    held = case.state["tasks"].get(key) or {}
    house = House()
    names = Names(*definition(case), house)
    if held.get("state") == "done":
        who, when = house.person(held.get("actor")), moment_said(held["done_at"], now)
        name, outcome = names.task(key), names.outcome(key, held.get("outcome"))
        return Conflict.because(
            "task.done",
            f"“{name}”已由{who}于 {when} 办结：{outcome}。",
            f"“{name}” was finished by {who}, {when}: {outcome}.",
        )
    return Conflict.because("task.closed", "这一步现在不在办理中。", "This task is not open now.")


def asked(posted: Any) -> Asked:
    verb, _, outcome = str(posted.get("do", "")).partition(":")
    if verb not in ("finish", "save", "ask", "sign"):
        raise Refused.because("task.do", "请选择结果。", "Choose an outcome.", field="outcome")
    return Asked(verb, outcome)


def work(actor: Actor, now: Any, card: OpenedTask, posted: Any, parsed: forms_parse.Parsed, at: Any = None) -> Done:
    """Carries out what was pressed; `at`: when it happened, if not now. Raises Refused; `parsed.typed` draws the form
    again, with the files that were stored on the way."""
    wanted = asked(posted)
    if wanted.verb == "sign":
        return act(actor, now, card.case.pk, Command("sign", _sign(card, wanted.outcome, posted), at))
    data: dict[str, Json] = {"task": card.row.key}
    form = card.form
    if form is not None:
        data["values"] = values_of(actor, now, card, form, parsed)
    if answers := answers_of(posted):
        data.setdefault("values", {})["checks"] = answers
    marks = marks_of(posted)
    if marks:
        data["marks"] = marks
    if wanted.verb == "finish":
        reasons = {name[7:]: text for name, text in posted.items() if name.startswith("reason:") and text.strip()}
        data |= ({"outcome": wanted.outcome} if wanted.outcome else {}) | ({"reasons": reasons} if reasons else {})
    verb = "complete" if wanted.verb == "finish" else "save"
    return act(actor, now, card.case.pk, Command(verb, data, at))  # type: ignore[arg-type]


def parsed_of(card: OpenedTask, posted: Any, uploads: Any = None) -> forms_parse.Parsed:
    fields = card.form.fields if card.form else ()
    return forms_parse.parse(fields, posted, uploads, prefix=f"f{card.row.pk}")


def values_of(actor: Actor, now: Any, card: OpenedTask, form: Form, parsed: forms_parse.Parsed) -> dict[str, Json]:
    """Values with files stored, locked columns put back, and list prices of new lines looked up."""
    if parsed.faults:
        raise Refused(parsed.faults)
    store, case = card.row.store_id, card.row.case_id
    values = forms_parse.with_files(
        parsed, lambda upload: files.accept(upload.read(), upload.name, actor, now, store, case).pk
    )
    for name, drawing in parsed.drawings.items():
        kept = files.accept(base64.b64decode(drawing), f"{name}.png", actor, now, store, case)
        values[name] = {"kind": "file", "id": kept.pk}
    _keep_typed(card, parsed, values)
    return with_prices(form, with_locked(form, values, card.values))


def _keep_typed(card: OpenedTask, parsed: forms_parse.Parsed, values: Mapping[str, Json]) -> None:
    """A form that comes back has the photos and the signature that were given: nobody takes them twice."""
    kept: dict[str, list[str]] = {}
    for name in (*parsed.uploads, *parsed.drawings):
        found = values[name] if isinstance(values[name], list) else [values[name]]
        kept[f"f{card.row.pk}.{name}.kept"] = [str(one["id"]) for one in found]
    parsed.typed = {**parsed.typed, **kept}


def with_prices(form: Form, values: dict[str, Json]) -> dict[str, Json]:
    """Lines of goods: what the catalogue knows of a code, in the columns that nobody types."""
    for one in form.fields:
        names = {column.id for column in one.columns}
        if {"code", "list_price"} <= names and isinstance(values.get(one.id), list):
            rows = with_list_prices(values[one.id])
            values[one.id] = [{k: v for k, v in row.items() if k in names or k == "key"} for row in rows]
    return values


def answers_of(posted: Any) -> dict[str, str]:
    """Answers to attested duties: `check:ID` holds kept, missed or not_applicable."""
    return {name[6:]: str(text) for name, text in posted.items() if name.startswith("check:") and text}


def marks_of(posted: Any) -> list[dict[str, Json]]:
    """Ticked confirmations: `mark` holds who|must, `way:who|must` how it was given."""
    return [_mark(str(name), posted) for name in posted.getlist("mark") if "|" in str(name)]


def _mark(name: str, posted: Any) -> dict[str, Json]:
    who, _, must = name.partition("|")
    more = {"way": posted.get(f"way:{name}"), "reason": posted.get(f"why:{name}")}
    return {"who": who, "must": must, **{key: str(text)[:500] for key, text in more.items() if text}}


def _sign(card: OpenedTask, name: str, posted: Any) -> Mapping[str, Json]:
    return {"task": card.row.key, **_mark(name, posted)}
