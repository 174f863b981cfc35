"""What conditions can read: the namespaces of the handbook language over the state and the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from aftercare import calendar as working_time
from aftercare.engine.dossier import dossier_missing
from aftercare.engine.handled import handlers
from aftercare.engine.linked import papers_of
from aftercare.engine.rules import first_row
from aftercare.engine.types import Json, State, World, moment
from aftercare.engine.views import View, instances
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.duration import parse_duration
from aftercare.handbook.model import Procedure


def environment(state: State, world: World, now: dt.datetime) -> dict[str, Any]:
    """The roots of LANGUAGE ground rule 2 as raw JSON, and the functions that need the state."""
    local = now.astimezone(ZoneInfo(world.calendar.zone))
    env: dict[str, Any] = {
        "subject": world.subject,
        "customer": world.customer,
        "settings": world.settings,
        "today": local.date().isoformat(),
        "now": moment(now),
        "fn": _functions(state, world),
    }
    env["rules"] = _rules(world, env)
    for name, procedure in world.procedure.reads.items():
        env[name] = _linked(world, world.linked.get(name), procedure)
    follow(env, state, world)
    return env


def follow(env: dict[str, Any], state: State, world: World) -> None:
    """Bring up to date what depends on the state; the rest holds for the length of a command."""
    env.update(
        sheets=state["sheets"],
        tasks=_tasks(state, world),
        case=_case(state, world),
        people=state["people"],
        facts=state["facts"],
        charges=_charges(state),
        children=state["children"],
        flags=_flags(state, world.procedure),
        dossier=View(lambda name: not dossier_missing(state, world) if name == "complete" else None),
    )


def _linked(world: World, state: State | None, procedure: str) -> Mapping[str, Json]:
    """A related case as this one reads it; nothing of one that is not linked yet, so that gates over it are unknown."""
    if state is None:
        return {}

    def other() -> World:
        return replace(world, procedure=world.handbook.procedures[procedure])

    looks: dict[str, Callable[[], Json]] = {
        "case": lambda: _case(state, other()), "sheets": lambda: state["sheets"],
        "tasks": lambda: _tasks(state, other()), "people": lambda: state["people"],
        "charges": lambda: _charges(state), "flags": lambda: _flags(state, other().procedure),
    }  # fmt: skip
    return View(lambda name: looks[name]() if name in looks else None)


def _flags(state: State, procedure: Procedure) -> dict[str, bool]:
    return {name: bool(state["flags"].get(name)) for name in procedure.flags}


def _tasks(state: State, world: World) -> Mapping[str, Json]:
    """What is known of each task; of several instances: done for all elements, or the latest of a repetition."""

    def one(name: str) -> Json:
        found = instances(state, name)
        return _task(world, name, found) if found or name in world.procedure.tasks else None

    return View(one)


def _task(world: World, name: str, found: list[tuple[str, dict[str, Json]]]) -> dict[str, Json]:
    if not found:
        return {"done": False, "open": False, "round": 1, "outcome": None, "at": None, "actor": None}
    definition = world.procedure.tasks.get(name)
    done = [one for _, one in found if one.get("state") == "done"]
    each = definition is not None and definition.for_each is not None
    all_done = len(done) == len(found) if each else found[-1][1].get("state") == "done"
    last = max(done, key=lambda one: str(one.get("done_at"))) if done else found[-1][1]
    shown = last if each else found[-1][1]
    return {
        "done": all_done,
        "open": any(one.get("state") == "open" for _, one in found),
        "round": shown["round"],
        "outcome": shown.get("outcome") if all_done else None,
        "at": shown.get("done_at"),
        "actor": shown.get("actor"),
    }


def _case(state: State, world: World) -> dict[str, Json]:
    return {
        "id": state.get("id"),
        "number": state.get("number"),
        "opened": state.get("opened_at"),
        "opener": state.get("opener"),
        "store": state.get("store"),
        "customer": state.get("customer"),
        "subject": state.get("subject"),
        "period": state.get("period"),
        "status": (state["shown_status"] if world.procedure.status else "") or state["status"],
        **state["values"],
    }


def _charges(state: State) -> Mapping[str, Json]:
    return View(lambda name: charge_view(state["charges"][name]) if name in state["charges"] else None)


def charge_view(charge: Mapping[str, Json]) -> dict[str, Json]:
    """A charge and its parts as conditions read them; parts are settled in their order."""
    amount, left = charge.get("amount"), charge["received"]
    view: dict[str, Json] = {"amount": amount, "received": left, "rest": None, "paid": False}
    if amount is not None:
        view.update(rest=amount - left, paid=left >= amount)
    parts = charge.get("parts") or {}
    for part in charge.get("order") or parts:
        due = parts.get(part)
        got = max(0, min(left, due or 0))
        view[part] = {"amount": due, "received": got, "rest": (due or 0) - got, "paid": due is not None and left >= due}
        left = max(0, left - (due or 0))
    return view


def _functions(state: State, world: World) -> dict[str, Callable[..., Any]]:

    def issued(document: str) -> bool:
        name, papers = papers_of(state, world, document)
        paper = papers.get(name)
        return bool(paper and paper["issues"] and not paper.get("superseded"))

    def held(thing: str, who: str = "") -> bool:
        """Is it with that holder (with anybody, if none is named), and confirmed where a receipt was asked for?"""
        name, papers = papers_of(state, world, thing)
        document, _, copy = name.partition("/")
        copies = papers.get(document, {}).get("copies", {})
        wanted = [copies[copy]] if copy in copies else list(copies.values()) if not copy else []
        wanted = [state["things"][thing]] if thing in state["things"] else wanted
        return bool(wanted) and all(
            not one.get("pending") and (one["holder"] == who if who else bool(one["holder"])) for one in wanted
        )

    def plus_work(start: str, by: str) -> str:
        """Raw JSON in and out, like every function a condition asks."""
        length = parse_duration(by)
        if "T" in start:
            return moment(working_time.after(world.calendar, dt.datetime.fromisoformat(start), length).at)
        due = working_time.after(world.calendar, dt.date.fromisoformat(start), length)
        return (due.day or due.at.date()).isoformat()

    return {
        "issued": issued,
        "held": held,
        "plus_work": plus_work,
        "handled": lambda row: handlers(state, world, row),
        # Nobody can tell yet: unknown, so that a gate over them refuses instead of passing.
        "booked": lambda what: None,
        "published": lambda name: bool(state["values"].get(f"published:{name}")),
    }


def _rules(world: World, env: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """Decision tables as functions."""
    return View(lambda name: _ask(world, env, name) if name in world.handbook.rules else None)


def _ask(world: World, env: Mapping[str, Any], name: str) -> Callable[..., Any]:
    rule = world.handbook.rules[name]

    def answer(*arguments: Any) -> Any:
        """The answer as raw JSON; None where no row holds or it depends on something unknown."""
        known = {argument: value for (argument, _), value in zip(rule.arguments, arguments, strict=False)}
        row = first_row(rule, {**env, **known})
        value = row.then.evaluate({**env, **known}) if row and row.then else None
        return None if value is UNKNOWN else value

    return answer
