"""What an outcome does: effects worked out to plain values, papers, case values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aftercare.engine.consequences import find
from aftercare.engine.custody import hand, receive
from aftercare.engine.judge import Judge
from aftercare.engine.sheets import value_is_personal
from aftercare.engine.types import Json
from aftercare.engine.wording import worded
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.entities import MESSAGE_NAMES
from aftercare.handbook.model import Effect, Outcome

__all__ = ["carry_out", "carry_out_row", "hand", "issue", "receive", "set_value", "set_values", "worked_out"]


def carry_out(judge: Judge, effects: Sequence[Effect], form: Mapping[str, Json] | None, element: str) -> None:
    for effect in effects:
        if not judge.holds(effect.shown, form):
            continue
        rows: Sequence[Any] = [None]
        if effect.each is not None:
            found = judge.json(effect.each, form)
            rows = found if isinstance(found, list) else []
        for row in rows:
            names = {} if effect.each is None else {"row": row}
            params = worked_out(judge, effect.params, form, names)
            if effect.name == "tell" and params.get("text"):
                params["text"] = _told(judge, params["text"], form, names)
            _one(judge, effect, params, element)


def _told(
    judge: Judge, text: Mapping[str, str], form: Mapping[str, Json] | None, names: Mapping[str, Any]
) -> dict[str, str]:
    """What only this case knows is filled in here; names of customer, order and store where it is told."""
    languages = {"zh": "zh-hans", "en": "en"}
    return {one: worded(judge, said, languages[one], form, names, leave=MESSAGE_NAMES) for one, said in text.items()}


def carry_out_row(judge: Judge, effect: Effect, row: Mapping[str, Json], element: str, name: str) -> None:
    """For one row of a list that is worked row by row; a case it opens is known by the row."""
    params = {**worked_out(judge, effect.params, None, {"row": row}), "row": name}
    if "as" in params:
        params["as"] = f"{params['as']}:{name}"
    _one(judge, effect, params, element)


def worked_out(judge: Judge, params: Any, form: Mapping[str, Json] | None, names: Mapping[str, Any]) -> Any:
    """Conditions replaced by their values, unknown ones by None."""
    if isinstance(params, Condition):
        return judge.json(params, form, **names)
    if isinstance(params, Mapping):
        return {name: worked_out(judge, value, form, names) for name, value in params.items()}
    if isinstance(params, list | tuple):
        return [worked_out(judge, value, form, names) for value in params]
    return params


def _one(judge: Judge, effect: Effect, params: dict[str, Json], element: str) -> None:
    if effect.name == "issue":
        issue(judge, params["document"])
    elif effect.name == "reissue":
        for document in dict.fromkeys(str(thing).partition("/")[0] for thing in params["things"]):
            issue(judge, document)
    elif effect.name == "hand":
        hand(judge, params["things"], params["to"], params.get("receipt"), params.get("place") or "")
    elif effect.name == "finding":
        find(judge, params, effect.clauses, element)
    elif effect.name == "freeze":
        judge.emit("frozen", key=element, field=str(params["path"]).rpartition(".")[2])
    else:
        _ask_others(judge, effect, params, element)


def _ask_others(judge: Judge, effect: Effect, params: dict[str, Json], element: str) -> None:
    """Values that a person typed travel in the erasable part of the event."""
    if effect.name == "open":
        name = params.get("as") or params["procedure"]
        judge.emit("child_opened", name=name, procedure=params["procedure"], wait=bool(params.get("wait")))
    full = {**params, "clauses": list(effect.clauses), "element": element}
    judge.effect(
        effect.name, full, public={name: value for name, value in full.items() if name not in ("with", "text")}
    )


def issue(judge: Judge, document: str) -> None:
    """A paper comes into being with its copies; its data are frozen with it. It replaces one that was issued before."""
    definition = judge.world.handbook.documents[document]
    replaces = document in judge.state["papers"] and not judge.state["papers"][document].get("superseded")
    if replaces:
        judge.emit("paper_superseded", document=document)
    data = worked_out(judge, definition.data, None, {})
    judge.emit("paper_issued", document=document, copies=[copy.id for copy in definition.copies])
    shown = {"document": document, "supersede": replaces}
    judge.effect("issue", {**shown, "data": data}, public=shown)


def set_values(judge: Judge, outcome: Outcome, form: Mapping[str, Json]) -> None:
    """`set:` of an outcome: case values stay here, fields of the customer or order go out as an effect."""
    outside: dict[str, dict[str, Json]] = {}
    for path, condition in outcome.set.items():
        value = judge.ask(condition, form)
        if value is UNKNOWN:
            continue
        root, _, name = path.partition(".")
        if root == "case":
            set_value(judge, name, judge.json(condition, form))
        else:
            outside.setdefault(root, {})[name] = judge.json(condition, form)
    for entity, values in outside.items():
        judge.effect("save", {"entity": entity, "with": values}, public={"entity": entity})


def set_value(judge: Judge, name: str, value: Json) -> None:
    old = judge.state["values"].get(name)
    if old != value:
        hidden = value_is_personal(judge, name)
        if hidden:
            judge.emit("words_set", {"value": value}, path=name)
        else:
            judge.emit("value_set", path=name, value=value, old=old)
        params = {"name": name, "value": value, "old": old}
        judge.effect("value", params, public={"name": name} if hidden else None)
