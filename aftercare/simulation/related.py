"""What effects of a case do to others in memory: cases that open cases, signals, money, what a sheet saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aftercare.engine import Accepted, Command, Who, World
from aftercare.engine.linked import links_of

if TYPE_CHECKING:
    from aftercare.simulation.virtual import Case, Store

Json = Any
SYSTEM = Who(0, "", system=True)
ENDED = frozenset({"closed", "cancelled"})


def effects(store: Store, case: Case, world: World, who: Who, accepted: Accepted, now: datetime) -> None:
    """Carry out what an accepted command asks of others, as the packages behind the engine do."""
    parent = case.state.get("parent")
    if parent and any(event.kind in ENDED for event in accepted.events):
        _tell_parent(store, case, parent, now)
    for call in accepted.effects:
        if call.name == "open":
            _open(store, case, who, call.params, now)
        elif call.name == "signal":
            _signal(store, case, call.params, now)
        elif call.name == "join":
            data = {"name": "joined", "link": call.params["as"], "case": case.id, "number": case.number}
            for other in sorted(set(_cases(call.params.get("each") or ()))):
                if other in store.cases:
                    store.act(store.cases[other], Command("signal", data), SYSTEM, now)
        elif call.name == "complete_in":
            for other in sorted(set(_cases(call.params.get("each") or ()))):
                data = {"task": call.params["task"], "outcome": call.params["outcome"]}
                if other in store.cases:
                    store.act(store.cases[other], Command("complete", data), SYSTEM, now)
        elif call.name in ("save", "value"):
            _save(store, case, call.params)


def _open(store: Store, case: Case, who: Who, params: Mapping[str, Json], now: datetime) -> None:
    definition = store.book.procedures[params["procedure"]]
    given = params.get("with") or {}
    values = {name: value for name, value in given.items() if value is not None and name in definition.values}
    child = str(params.get("as") or params["procedure"])
    parent = {"case": case.id, "number": case.number, "child": child, "procedure": case.procedure}
    opener = {"kind": "person", "id": who.person} if who.person else None
    done = store.open(
        definition.id, case.subject, case.customer, SYSTEM, now, values=values, parent=parent, opener=opener
    )
    if done is None:
        return
    link = {"name": "child_linked", "child": child, "case": done.id, "number": done.number}
    store.act(case, Command("signal", link), SYSTEM, now)
    if done.state["status"] in ENDED:
        _tell_parent(store, done, parent, now)


def _tell_parent(store: Store, case: Case, parent: Mapping[str, Json], now: datetime) -> None:
    other = store.cases.get(int(parent["case"]))
    if other is None or not (other.state["children"].get(str(parent["child"])) or {}).get("case"):
        return
    done = [held for held in case.state["tasks"].values() if held.get("state") == "done"]
    last = str(max(done, key=lambda held: str(held["done_at"])).get("outcome") or "") if done else ""
    outcome = case.state["status"] if case.state["status"] == "cancelled" else last
    data = {"name": "child_closed", "child": parent["child"], "outcome": outcome}
    store.act(other, Command("signal", data), SYSTEM, now)


def _signal(store: Store, case: Case, params: Mapping[str, Json], now: datetime) -> None:
    values = {name: value for name, value in (params.get("with") or {}).items() if value is not None}
    for other in _receivers(store, case, params.get("to") or "parent"):
        if other in store.cases:
            store.act(store.cases[other], Command("signal", {"name": params["name"], "values": values}), SYSTEM, now)


def _receivers(store: Store, case: Case, to: Json) -> list[int]:
    if not isinstance(to, str):
        return sorted(set(_cases(to)))
    linked = links_of(case.state, store.book.procedures[case.procedure])
    if to in linked:
        return [linked[to]]
    other = (case.state.get("parent") or {}) if to == "parent" else case.state["children"].get(to) or {}
    return [int(other["case"])] if other.get("case") else []


def _cases(rows: Iterable[Json]) -> Iterable[int]:
    for row in rows:
        found = [row, *(row.values() if isinstance(row, Mapping) else ())]
        for one in found:
            if isinstance(one, Mapping) and one.get("kind") == "case" and one.get("id"):
                yield int(one["id"])
                break


def _save(store: Store, case: Case, params: Mapping[str, Json]) -> None:
    """What a sheet says of the order stands on the order; goods are not changed by it here."""
    known = store.entities.get(("order", (case.subject or {}).get("id", 0)))
    given = params.get("with") or ({params["name"]: params["value"]} if "name" in params else {})
    if known is None or params.get("entity", "order") != "order":
        return
    for name, value in given.items():
        if name in ("delivery_date", "address", "note", "payment") and value is not None:
            known[name] = value


def pay(store: Store, case: Case, amount: int, part: str, now: datetime) -> None:
    """Money comes in for the first charge of the case."""
    definition = store.book.procedures[case.procedure]
    known = store.entities.get(("order", (case.subject or {}).get("id", 0)))
    charge = next(iter(definition.charges), "")
    if known is None or not charge or amount <= 0:
        return
    known["paid"] += amount
    known["balance"] -= amount
    store.sink.told("money", {"order": known["id"], "case": case.id, "part": part, "amount": amount}, now)
    store.act(case, Command("signal", {"name": "money", "charge": charge, "amount": amount, "entry": None}), SYSTEM, now)


def routines(store: Store) -> None:
    """Cases that people open again and again: each working day, or once for each of the lanes."""
    for routine in store.plan.routines:
        kind, _, name = routine.per.partition(":")
        if routine.procedure not in store.book.procedures or kind not in ("day", "lane"):
            continue
        times = store.plan.lanes.get(name, 1) if kind == "lane" else 1
        for day in range(store.plan.days):
            for n in range(times):
                at = store.begin + timedelta(days=day, hours=9, minutes=2 * n)
                store.at(at, lambda when, r=routine: _routine(store, r.procedure, r.role, when))  # type: ignore[misc]


def _routine(store: Store, procedure: str, role: str, now: datetime) -> None:
    definition = store.book.procedures[procedure]
    roles = [role] if role else [one for start in definition.starts for one in start.by]
    worker = store.staff.pick(roles, None, now)
    if worker is not None:
        subject = {"kind": "store", "id": store.store} if definition.subject == "store" else None
        store.open(procedure, subject, None, worker.who, now, opener={"kind": "person", "id": worker.who.person})
