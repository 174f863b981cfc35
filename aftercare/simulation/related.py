"""What effects of a case do to others in memory: cases that open cases, signals, money, what a sheet saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aftercare.engine import Accepted, Command, Who, World
from aftercare.engine.linked import links_of

if TYPE_CHECKING:
    from aftercare.handbook.model import Procedure
    from aftercare.simulation.plan import Routine
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
        elif call.name == "receive":
            _receive(store, case, who, call.params, now)
        elif call.name in ("save", "value"):
            _save(store, case, who, call.params, now)


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


def _save(store: Store, case: Case, who: Who, params: Mapping[str, Json], now: datetime) -> None:
    """What a sheet says of the order stands on the order; goods are not changed by it here."""
    known = store.entities.get(("order", (case.subject or {}).get("id", 0)))
    given = params.get("with") or ({params["name"]: params["value"]} if "name" in params else {})
    if known is None or params.get("entity", "order") != "order":
        return
    for name, value in given.items():
        if name in ("delivery_date", "address", "note", "payment") and value not in (None, known[name]):
            facts = {"order": known["id"], "field": name, "old": known[name], "new": value, "by": who.person}
            known[name] = value
            known["version"] += 1
            store.sink.told("changed", facts, now)


def pay(store: Store, case: Case, payment: Mapping[str, Json], now: datetime, who: Who = SYSTEM) -> None:
    """Money comes in: {amount, way, charge?, part?, for?}; for the charge named, else the first of the case."""
    definition = store.book.procedures[case.procedure]
    known = store.entities.get(("order", (case.subject or {}).get("id", 0)))
    charge, amount = payment.get("charge") or next(iter(definition.charges), ""), payment["amount"]
    if known is None or not charge or amount <= 0:
        return
    known["paid"] += amount
    known["balance"] -= amount
    store.payments += 1
    entry = store.numbers.entry + (store.payments - 1) * store.numbers.step
    facts = {"order": known["id"], "store": store.store, "entry": entry, "by": (who.person, who.name), **payment}
    store.sink.told("money", facts, now)
    signal = {"name": "money", "charge": charge, "amount": amount, "entry": entry}
    store.act(case, Command("signal", signal), SYSTEM, now)


def _receive(store: Store, case: Case, who: Who, params: Mapping[str, Json], now: datetime) -> None:
    """Money taken while a task was done, for the case whose charge it is."""
    linked = links_of(case.state, store.book.procedures[case.procedure])
    target = linked.get(params["in"]) if params.get("in") else case.id
    if target in store.cases:
        payment = {
            "amount": int(params["amount"] or 0), "way": str(params.get("way") or "cash"), "charge": params["charge"],
            "for": target,
        }  # fmt: skip
        pay(store, store.cases[target], payment, now, who)


def routines(store: Store) -> None:
    """Cases that people open each day, where there are others that wait for them; and those the calendar opens."""
    for day in range(store.plan.days):
        midnight = store.begin + timedelta(days=day)
        for routine in store.plan.routines:
            if routine.gathers in store.book.procedures:
                store.at(midnight + timedelta(minutes=routine.at), lambda when, r=routine: _gather(store, r, when))  # type: ignore[misc]
        for procedure in store.book.procedures.values():
            if any(start.every == "day" for start in procedure.starts):
                store.at(midnight + timedelta(minutes=1), lambda when, p=procedure: _start(store, p, when))  # type: ignore[misc]


def _gather(store: Store, routine: Routine, now: datetime) -> None:
    """One case for each lane, as long as something waits; what is due longest goes first."""
    today = now.astimezone(store.zone).date().isoformat()
    running = store.running.setdefault(routine.gathers, [])
    running[:] = [case for case in running if case.state["status"] == "open"]
    waiting = [case for case in running if _waits(store, case, routine, today, now)]
    waiting.sort(key=lambda case: (case.state["values"].get(routine.day) or "", case.id))
    definition = store.book.procedures[routine.procedure]
    roles = [routine.role] if routine.role else [one for start in definition.starts for one in start.by]
    for n in range(store.plan.lanes.get(routine.lane, 1)):
        load, waiting = waiting[: routine.most], waiting[routine.most :]
        worker = store.staff.pick(roles, None, now) if load else None
        if worker is None:
            return
        subject = {"kind": "store", "id": store.store} if definition.subject == "store" else None
        store.gathered[len(store.cases)] = ([case.id for case in load], n)
        opener = {"kind": "person", "id": worker.who.person}
        if store.open(routine.procedure, subject, None, worker.who, now, opener=opener) is None:
            return


def _waits(store: Store, case: Case, routine: Routine, today: str, now: datetime) -> bool:
    held = case.state["tasks"].get(routine.ready, {})
    day = case.state["values"].get(routine.day)
    if held.get("state") != "open" or (routine.day and (not day or day > today)):
        return False
    return not store.is_stopped(case, routine.ready, now, 1)


def _start(store: Store, procedure: Procedure, now: datetime) -> None:
    """What the calendar opens, where its condition holds; whom to greet is all that it looks up here."""
    day = now.astimezone(store.zone).date()
    facts = {name: _greeted(store, day) if one.of == "to_greet" else None for name, one in procedure.facts.items()}
    subject = {"kind": "store", "id": store.store} if procedure.subject == "store" else None
    case = None
    if any(facts.values()):
        store.facts = facts
        case = store.open(procedure.id, subject, None, SYSTEM, now, period=day.isoformat())
        store.facts = {}
    opened = case.id if case else None
    told = {"procedure": procedure.id, "store": store.store, "period": day.isoformat(), "case": opened}
    store.sink.told("started", told, now)


def _greeted(store: Store, day: date) -> list[dict[str, Json]]:
    """Customers whose birthday it is. Festivals, on which everybody is greeted, are left out of a simulation."""
    return [
        {"line": f"c{id_}", "customer": {"kind": "customer", "id": id_}, "occasion": "birthday", "what": "生日"}
        for id_ in sorted(store.born.get(f"{day:%m-%d}", ()))
    ]
