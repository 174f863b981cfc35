"""Cases that belong together: one opens another, acts on several at once, and hears when a related one has ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.models import Case, Mark
from aftercare.cases.of_customers import customer_of
from aftercare.cases.registry import EffectContext, effect, listen
from aftercare.engine import Command, Event, State
from aftercare.engine.linked import links_of
from aftercare.errors import Fault, Refused
from aftercare.handbook.model import Procedure
from aftercare.people.actor import SYSTEM

Json = Any
ENDED = frozenset({"closed", "cancelled"})


def open_related(context: EffectContext, params: Mapping[str, Json]) -> None:
    """Open a case of another procedure for the same subject and customer, and let both know of each other.

    `with` gives case values that the other procedure knows; others are refused by name.
    """
    given = params.get("with") or {}
    definition = context.handbook.procedures[params["procedure"]]
    values = {name: value for name, value in given.items() if value is not None and name in definition.values}
    child = str(params.get("as") or params["procedure"])
    customer, subject = customer_of(context, params), context.subject
    if params.get("customer"):
        subject = {"kind": "customer", "id": customer} if definition.subject == "customer" else None
    opening = Opening(context.handbook.id, definition.id, context.store, subject, customer)
    parent = {"case": context.case, "number": context.number, "child": child, "procedure": context.procedure.id}
    opener = {"kind": "person", "id": context.actor.person} if context.actor.person else None
    done = open_case(SYSTEM, context.now, opening, {"values": values, "parent": parent, "opener": opener})
    link = {"name": "child_linked", "child": child, "case": done.case, "number": done.number}
    act(SYSTEM, context.now, context.case, Command("signal", link))
    if done.status in ENDED:
        _tell_parent(context, parent, Case.objects.values_list("state", flat=True).get(pk=done.case))


def signal_related(context: EffectContext, params: Mapping[str, Json]) -> None:
    """Signal the case that opened this one (`to: parent`, or nobody named), a related one by its name, or a list."""
    values = {name: value for name, value in (params.get("with") or {}).items() if value is not None}
    command = Command("signal", {"name": params["name"], "values": values})
    for case in _receivers(context, params.get("to") or "parent"):
        act(SYSTEM, context.now, case, command)


def _receivers(context: EffectContext, to: Json) -> list[int]:
    """Ids in their order. What a list names must be there; a related case by its name too."""
    if not isinstance(to, str):
        return sorted(set(_cases(to)))
    linked = links_of(context.state, context.procedure)
    if to in linked:
        return [linked[to]]
    other = (context.state.get("parent") or {}) if to == "parent" else context.state["children"].get(to) or {}
    if not other.get("case"):
        raise Refused(Fault("no_related_case", f"没有关联工单“{to}”。", f"There is no related case “{to}”."))
    return [int(other["case"])]


def join(context: EffectContext, params: Mapping[str, Json]) -> None:
    """The cases of a list read this one from now on, by the name `as`: all of them, or none."""
    data = {"name": "joined", "link": params["as"], "case": context.case, "number": context.number}
    for case in sorted(set(_cases(params.get("each") or ()))):
        act(SYSTEM, context.now, case, Command("signal", data))


def complete_in(context: EffectContext, params: Mapping[str, Json]) -> None:
    """Complete a task in each of several cases: in all of them or in none, one after the other by id."""
    for case in sorted(set(_cases(params.get("each") or ()))):
        data = {"task": params["task"], "outcome": params["outcome"]}
        try:
            act(SYSTEM, context.now, case, Command("complete", data))
        except Refused as refused:
            number = Case.objects.filter(pk=case).values_list("number", flat=True).first() or str(case)
            told = [Fault(f.code, f"{number}：{f.zh}", f"{number}: {f.en}", clause=f.clause) for f in refused.faults]
            raise Refused(told, status=refused.status) from None


def _cases(rows: Iterable[Json]) -> Iterable[int]:
    """Ids in references to cases: `{kind: case, id}` itself, or the column of a row that holds one."""
    for row in rows:
        found = [row, *(row.values() if isinstance(row, Mapping) else ())]
        for one in found:
            if isinstance(one, Mapping) and one.get("kind") == "case" and one.get("id"):
                yield int(one["id"])
                break


def lift_misses(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    """A miss that turned out to be none no longer counts against anybody; the trace keeps both."""
    lifted = [event.data["missed"] for event in events if event.kind == "miss_lifted"]
    if lifted:
        Mark.objects.filter(case_id=context.case, kind="broken", seq__in=lifted).delete()


def on_events(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    """A related case that ends says so to the one that waits for it."""
    parent = state.get("parent")
    if parent and any(event.kind in ENDED for event in events) and _knows(int(parent["case"]), str(parent["child"])):
        _tell_parent(context, parent, state)


def _knows(case: int, child: str) -> bool:
    """Not while the parent is still opening it: then it hears at the end of the opening."""
    children = Case.objects.values_list("state__children", flat=True).get(pk=case) or {}
    return bool((children.get(child) or {}).get("case"))


def _tell_parent(context: EffectContext, parent: Mapping[str, Json], state: State) -> None:
    outcome = state["status"] if state["status"] == "cancelled" else _outcome(state)
    data = {"name": "child_closed", "child": parent["child"], "outcome": outcome}
    act(SYSTEM, context.now, int(parent["case"]), Command("signal", data))


def _outcome(state: State) -> str:
    """What the case ended with: the outcome of the task that ended last."""
    done = [held for held in state["tasks"].values() if held.get("state") == "done"]
    return str(max(done, key=lambda held: str(held["done_at"])).get("outcome") or "") if done else ""


def register() -> None:
    effect("open")(open_related)
    effect("signal")(signal_related)
    effect("complete_in")(complete_in)
    effect("join")(join)
    listen(lift_misses)
    listen(on_events)
