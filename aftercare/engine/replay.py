"""What would have been late? The past of a case is followed once more and each deadline is worked out twice: in the
world as it was, and in a changed one (another figure, handbook or calendar).

Nothing is decided anew. What people did and when stands; only the verdict on it may differ. Pure: nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aftercare.calendar import Due
from aftercare.calendar.deadlines import is_late
from aftercare.engine.clock import done_at
from aftercare.engine.env import charge_view
from aftercare.engine.fold import apply, empty
from aftercare.engine.judge import Judge
from aftercare.engine.timing import resolve
from aftercare.engine.types import NO_JSON, Event, Json, State, Who, World, instant
from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Deadline, Offset, Procedure

# Kinds of events that change nothing a deadline is worked out from: whoever reads a past may leave them out.
IDLE = frozenset(
    {
        "deadline_set", "deadline_moved", "deadline_dropped", "deadline_missed", "warned", "escalated", "miss_lifted",
        "effect", "note", "breach", "excused", "finding", "mark", "mark_lapsed", "status_reached",
    }
)  # fmt: skip
_SYSTEM = Who(0, "", system=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One deadline in both worlds. `then`, `now`: when it was due and would be (None: no deadline). `done_at` None: not
    done until `until`, the moment its task or case ended, or the moment of asking."""

    element: str  # key of a task, id of a named deadline, or charge.part
    task: str
    round: int
    then: Due | None
    now: Due | None
    done_at: dt.datetime | None
    until: dt.datetime
    adopted_at: dt.datetime | None = None

    @property
    def late_then(self) -> bool:
        return self._late(self.then)

    @property
    def late_now(self) -> bool:
        return self._late(self.now)

    @property
    def differs(self) -> bool:
        return self.late_then != self.late_now

    def _late(self, due: Due | None) -> bool:
        """What fell before a case was taken over counts for nothing."""
        if due is None or (self.adopted_at is not None and due.at <= self.adopted_at):
            return False
        return is_late(self.done_at or self.until, due)


def affected(old: World, new: World) -> frozenset[str]:
    """Ids of the tasks, named deadlines and parts of charges whose moment can differ between two worlds."""
    before, after = dict(_deadlines(old.procedure)), dict(_deadlines(new.procedure))
    figures = {one for one in {*old.settings, *new.settings} if old.settings.get(one) != new.settings.get(one)}
    if old.calendar != new.calendar:
        return frozenset({*before, *after})
    derived = bool(figures) or old.procedure != new.procedure  # flags and tables may follow from either
    return frozenset(
        name
        for name in {*before, *after}
        if _written(before.get(name)) != _written(after.get(name))
        or any(_reads(one, figures, derived) for one in (before.get(name), after.get(name)) if one)
    )


def replay(
    events: Iterable[Event], old: World, new: World, now: dt.datetime, only: Collection[str] | None = None
) -> list[Verdict]:
    """Every deadline of a case that was judged by its end, or by `now`; of those named in `only`, if given.

    The events are those of the case in their order; kinds in IDLE may be missing.
    """
    past = _Past(old, new, affected(old, new) if only is None else only)
    for event in events:
        past.follow(event)
    past.end(now)
    return past.found


class _Past:
    """The state as it grows, and the verdicts so far."""

    def __init__(self, old: World, new: World, only: Collection[str]) -> None:
        self.old, self.new, self.only = old, new, only
        self.state: State = empty()
        self.found: list[Verdict] = []
        self.met: set[str] = set()

    def follow(self, event: Event) -> None:
        at, data = instant(event.data["at"]), event.data
        if event.kind == "task_done":
            self._done(event, at)
        elif event.kind in ("task_withdrawn", "task_waived", "task_skipped"):
            self._undone([data["key"]], at)
        elif event.kind in ("closed", "cancelled"):
            self.end(at)
        elif event.kind == "reopened":
            self._undone(data["keys"], at)
            again = {key.split("[")[0].split("#")[0] for key in data["keys"]}
            self.met -= {one.id for one in self.old.procedure.deadlines if one.until in again}
        unpaid = dict(self._unpaid(at)) if event.kind == "money_received" else {}
        apply(self.state, event.kind, data, event.personal)
        for name, dues in unpaid.items():
            charge, _, part = name.partition(".")
            if charge_view(self.state["charges"][charge]).get(part, {}).get("paid"):
                self._add(name, "", 1, dues, at, at)
        if event.kind == "adopted":
            self.met |= {one.id for one in self.old.procedure.deadlines if one.until in data["tasks"]}

    def end(self, at: dt.datetime) -> None:
        """What stands open at the end: late if it is due by then. A pause holds back what it may hold."""
        status = self.state["status"]
        if status not in ("open", "paused"):
            return
        if status == "paused" and self.state["pauses"]:
            at = min(at, instant(self.state["pauses"][-1][0]))
        self._undone(list(self.state["tasks"]), at)
        for deadline in self.old.procedure.deadlines:
            if deadline.id in self.only and deadline.id not in self.met:
                dues = self._dues(deadline.id, "", at)
                self._add(deadline.id, deadline.until, 1, dues, None, at)
        for name, dues in self._unpaid(at):
            self._add(name, "", 1, dues, None, at)

    # --- one deadline

    def _done(self, event: Event, at: dt.datetime) -> None:
        key, data = event.data["key"], event.data
        held = self.state["tasks"].get(key)
        if held is None:
            return
        task, values = held["task"], {**(data.get("values") or {}), **(event.personal or NO_JSON).get("values", {})}
        if task in self.only and not held.get("quiet"):
            self._add(key, task, held["round"], self._dues(task, key, at), self._when(task, at, values), at)
        for deadline in self.old.procedure.deadlines:
            if deadline.until == task and deadline.outcome in ("", data["outcome"]) and deadline.id not in self.met:
                self.met.add(deadline.id)
                if deadline.id in self.only:
                    when = self._when(deadline.id, at, values)
                    self._add(deadline.id, task, held["round"], self._dues(deadline.id, "", at), when, at)

    def _undone(self, keys: Iterable[str], at: dt.datetime) -> None:
        for key in keys:
            held = self.state["tasks"].get(key, NO_JSON)
            if held.get("state") in ("open", "planned") and held["task"] in self.only and not held.get("quiet"):
                self._add(key, held["task"], held["round"], self._dues(held["task"], key, at), None, at)

    def _unpaid(self, at: dt.datetime) -> Iterator[tuple[str, tuple[Due | None, Due | None]]]:
        for charge in self.old.procedure.charges.values():
            held = self.state["charges"].get(charge.id)
            for part in charge.parts if held and held.get("amount") is not None else ():
                name, view = f"{charge.id}.{part.id}", charge_view(held or {})[part.id]
                if name in self.only and view["amount"] and not view["paid"]:
                    yield name, self._dues(name, "", at)

    def _dues(self, name: str, key: str, at: dt.datetime) -> tuple[Due | None, Due | None]:
        return self._due(self.old, name, key, at), self._due(self.new, name, key, at)

    def _due(self, world: World, name: str, key: str, at: dt.datetime) -> Due | None:
        found = dict(_deadlines(world.procedure)).get(name)
        if found is None:
            return None
        judge = Judge(self.state, world, _SYSTEM, at, at)
        if isinstance(found, Offset):
            return resolve(judge, found, "")
        task = world.procedure.tasks.get(name)
        if task is None:
            return resolve(judge, found.offset, name, pausing=found.pauses) if judge.holds(found.shown) else None
        with judge.within(task, self.state["tasks"][key].get("element")):
            return resolve(judge, found.offset, key, pausing=found.pauses) if judge.holds(found.shown) else None

    def _when(self, name: str, at: dt.datetime, values: Mapping[str, Json]) -> dt.datetime:
        """The moment that is judged: a field of the sheet may say it."""
        found = dict(_deadlines(self.old.procedure)).get(name)
        return (
            done_at(Judge(self.state, self.old, _SYSTEM, at, at), found, values) if isinstance(found, Deadline) else at
        )

    def _add(
        self,
        element: str,
        task: str,
        n: int,
        dues: tuple[Due | None, Due | None],
        done: dt.datetime | None,
        at: dt.datetime,
    ) -> None:
        if dues != (None, None):
            adopted = self.state.get("adopted_at")
            self.found.append(Verdict(element, task, n, *dues, done, at, instant(adopted) if adopted else None))


# --- which deadlines there are, and what they are worked out from


def _deadlines(procedure: Procedure) -> Iterator[tuple[str, Deadline | Offset]]:
    """By the id of the task, of the named deadline, or charge.part."""
    yield from ((task.id, task.due) for task in procedure.tasks.values() if task.due is not None)
    yield from ((one.id, one) for one in procedure.deadlines)
    for charge in procedure.charges.values():
        yield from ((f"{charge.id}.{part.id}", part.due) for part in charge.parts if part.due is not None)


def _conditions(found: Deadline | Offset) -> Iterator[Condition | None]:
    offset = found if isinstance(found, Offset) else found.offset
    yield from (offset.by, offset.anchor.expr)
    if isinstance(found, Deadline):
        yield from (found.shown, found.counts)


def _written(found: Deadline | Offset | None) -> Json:
    """What the handbook says of the moment, wherever in a file it says it."""
    if found is None:
        return None
    offset = found if isinstance(found, Offset) else found.offset
    texts = tuple(one.text if one else "" for one in _conditions(found))
    anchor = (offset.anchor.kind, offset.anchor.task, offset.anchor.outcome, offset.anchor.day, offset.side)
    more = (found.until, found.outcome, found.pauses) if isinstance(found, Deadline) else ()
    return (*anchor, *texts, *more)


def _reads(found: Deadline | Offset, figures: Collection[str], derived: bool) -> bool:
    names = [path for one in _conditions(found) if one for path in one.names]
    direct = any(path[0] == "settings" and len(path) > 1 and path[1] in figures for path in names)
    return direct or (derived and any(path[0] in ("flags", "rules") for path in names))
