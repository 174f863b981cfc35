"""What conditions can read: the namespaces of the handbook language over the state and the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aftercare import calendar as working_time
from aftercare.engine.types import Json, State, World, moment
from aftercare.handbook.duration import parse_duration


def environment(state: State, world: World, now: dt.datetime) -> dict[str, Any]:
    """The roots of LANGUAGE ground rule 2 as raw JSON, and the functions that need the state."""
    local = now.astimezone(ZoneInfo(world.calendar.zone))
    env: dict[str, Any] = {
        "sheets": state["sheets"],
        "tasks": _tasks(state, world),
        "case": _case(state),
        "subject": world.subject,
        "customer": world.customer,
        "people": state["people"],
        "settings": world.settings,
        "facts": state["facts"],
        "charges": _charges(state),
        "children": state["children"],
        "flags": {name: bool(state["flags"].get(name)) for name in world.procedure.flags},
        "today": local.date().isoformat(),
        "now": moment(now),
    }
    env["fn"] = _functions(state, world)
    env["rules"] = _Rules(world, env)
    return env


def _tasks(state: State, world: World) -> dict[str, dict[str, Json]]:
    seen: dict[str, dict[str, Json]] = {
        name: {"done": False, "open": False, "round": 1, "outcome": None, "at": None, "actor": None}
        for name in world.procedure.tasks
    }
    for task in state["tasks"].values():
        status = task.get("state")
        seen[task["task"]] = {
            "done": status == "done",
            "open": status == "open",
            "round": task["round"],
            "outcome": task.get("outcome") if status == "done" else None,
            "at": task.get("done_at"),
            "actor": task.get("actor"),
        }
    return seen


def _case(state: State) -> dict[str, Json]:
    return {
        "id": state.get("id"),
        "number": state.get("number"),
        "opened": state.get("opened_at"),
        "opener": state.get("opener"),
        "store": state.get("store"),
        "customer": state.get("customer"),
        "subject": state.get("subject"),
        "status": state["status"],
        **state["values"],
    }


def _charges(state: State) -> dict[str, dict[str, Json]]:
    return {name: charge_view(charge) for name, charge in state["charges"].items()}


def charge_view(charge: Mapping[str, Json]) -> dict[str, Json]:
    """A charge and its parts as conditions read them; parts are settled in their order."""
    amount, left = charge.get("amount"), charge["received"]
    view: dict[str, Json] = {"amount": amount, "received": left, "rest": None, "paid": False}
    if amount is not None:
        view.update(rest=amount - left, paid=left >= amount)
    for part, due in (charge.get("parts") or {}).items():
        view[part] = {"amount": due, "received": min(left, due) if due else 0, "paid": due is not None and left >= due}
        left = max(0, left - (due or 0))
    return view


def _functions(state: State, world: World) -> dict[str, Callable[..., Any]]:
    papers = state["papers"]

    def issued(document: str) -> bool:
        paper = papers.get(document)
        return bool(paper and paper["issues"] and not paper.get("superseded"))

    def held(thing: str, who: str) -> bool:
        document, _, copy = thing.partition("/")
        copies = papers.get(document, {}).get("copies", {})
        wanted = [copies[copy]] if copy in copies else list(copies.values()) if not copy else []
        return bool(wanted) and all(one["holder"] == who and not one.get("pending") for one in wanted)

    def plus_work(start: str, by: str) -> str:
        """Raw JSON in and out, like every function a condition asks."""
        length = parse_duration(by)
        if "T" in start:
            return moment(working_time.after(world.calendar, dt.datetime.fromisoformat(start), length).at)
        due = working_time.after(world.calendar, dt.date.fromisoformat(start), length)
        return (due.day or due.at.date()).isoformat()

    def handled(row: Any) -> bool:
        return False

    return {
        "issued": issued,
        "held": held,
        "plus_work": plus_work,
        "handled": handled,
        "published": lambda name: bool(state["values"].get(f"published:{name}")),
        "booked": lambda what: False,
    }


class _Rules(dict[str, Callable[..., Any]]):
    """Decision tables as functions; each is made when it is first asked for."""

    def __init__(self, world: World, env: Mapping[str, Any]) -> None:
        super().__init__({name: _ask(world, env, name) for name in world.handbook.rules})


def _ask(world: World, env: Mapping[str, Any], name: str) -> Callable[..., Any]:
    def answer(*arguments: Any) -> Any:
        from aftercare.engine.rules import first_row

        rule = world.handbook.rules[name]
        row = first_row(
            rule, {**env, **{known: value for (known, _), value in zip(rule.arguments, arguments, strict=False)}}
        )
        return row.then.evaluate(env) if row and row.then else None

    return answer
