"""What an outcome does: effects worked out to plain values, and the custody of numbered copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aftercare.engine.judge import Judge
from aftercare.engine.types import Json, Refuse
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.model import Effect, Outcome


def carry_out(judge: Judge, effects: Sequence[Effect], form: Mapping[str, Json] | None, element: str) -> None:
    for effect in effects:
        if not judge.holds(effect.shown, form):
            continue
        rows: Sequence[Any] = [None]
        if effect.each is not None:
            found = judge.ask(effect.each, form)
            rows = [] if found is UNKNOWN else found
        for row in rows:
            names = {} if effect.each is None else {"row": row}
            _one(judge, effect, worked_out(judge, effect.params, form, names), element)


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
    elif effect.name == "hand":
        hand(judge, params["things"], params["to"], params.get("receipt"))
    elif effect.name == "finding":
        judge.emit(
            "finding",
            finding=params.get("finding") or params.get("rule"),
            person=params.get("person"),
            amount=params.get("amount"),
            element=element,
            clause=",".join(effect.clauses),
        )
    elif effect.name == "save":
        judge.effect("save", dict(params), public={"entity": params["entity"]})
    elif effect.name == "open":
        judge.emit("child_opened", name=params.get("as") or params["procedure"], wait=bool(params.get("wait")))
        judge.effect("open", params)
    else:
        judge.effect(effect.name, {**params, "clauses": list(effect.clauses), "element": element})


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


def hand(judge: Judge, things: Sequence[str], to: str, receipt: str | None) -> None:
    """Hand copies over; with a receipt they count when the receiver confirms."""
    for thing in things:
        document, _, copy = thing.partition("/")
        paper = judge.state["papers"].get(document)
        copies = list(paper["copies"]) if paper and copy in ("", "all") else [copy]
        if paper is None or any(one not in paper["copies"] for one in copies):
            name = judge.world.handbook.documents[document].name if document in judge.world.handbook.documents else None
            raise Refuse(
                "not_issued",
                Fault(
                    "not_issued",
                    f"《{name.zh if name else document}》尚未出单，无法交接",
                    f"{name.en if name else document} has not been issued, there is nothing to hand over",
                ),
            )
        for one in copies:
            judge.emit("copy_handed", document=document, copy=one, to=to, pending=bool(receipt))
            judge.effect(
                "hand",
                {"document": document, "copy": one, "to": to, "pending": bool(receipt), "receipt": receipt or ""},
            )


def receive(judge: Judge, paper: str) -> None:
    """The receiver confirms that a copy has arrived."""
    document, _, copy = paper.partition("/")
    held = judge.state["papers"].get(document, {}).get("copies", {}).get(copy)
    if held is None or not held.get("pending"):
        raise Refuse(
            "nothing_to_receive",
            Fault("nothing_to_receive", "没有等待接收的单据", "There is no copy waiting to be received"),
        )
    if held["holder"] not in judge.who.roles:
        role = judge.world.handbook.roles.get(held["holder"])
        raise Refuse(
            "not_yours",
            Fault(
                "not_yours",
                f"应由{role.name.zh if role else held['holder']}接收",
                f"Only {role.name.en if role else held['holder']} can receive it",
            ),
        )
    judge.emit("copy_received", document=document, copy=copy, to=held["holder"], person=judge.who.person)
    judge.effect("received", {"document": document, "copy": copy, "to": held["holder"]})


def set_values(judge: Judge, outcome: Outcome, form: Mapping[str, Json]) -> None:
    """`set:` of an outcome: case values stay here, fields of the customer or order go out as an effect."""
    outside: dict[str, dict[str, Json]] = {}
    for path, condition in outcome.set.items():
        value = judge.json(condition, form)
        root, _, name = path.partition(".")
        if value is None:
            continue
        if root == "case":
            set_value(judge, name, value)
        else:
            outside.setdefault(root, {})[name] = value
    for entity, values in outside.items():
        judge.effect("save", {"entity": entity, "with": values}, public={"entity": entity})


def set_value(judge: Judge, name: str, value: Json) -> None:
    old = judge.state["values"].get(name)
    if old != value:
        judge.emit("value_set", path=name, value=value, old=old)
        judge.effect("value", {"name": name, "value": value, "old": old})
