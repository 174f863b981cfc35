"""What the parts of a procedure read of a case, so that after an event only those are looked at again that it concerns.

A part is a task to open, a deadline, a person, a charge, a flag, the stage or the status; a place is what an event
writes: `tasks.T`, `sheets.KEY`, `people` ... A state that left the engine is at rest: with the next command only parts
that hang on something outside of the case, and what its events touch, can have changed. Settings and calendars are
announced to running cases by a signal, and a signal touches everything; so does every kind not named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aftercare.engine.types import Event, Json, State, World
from aftercare.handbook.conditions import Condition
from aftercare.handbook.model import Charge, Deadline, Flag, Offset, PersonRule, Procedure, Rule, Task

OUTSIDE = "outside"  # an order, a customer, a related case, the time
STAGE, STATUS, DUE = "stage", "status", "due:"

_OF_TASKS = frozenset({
    "task_planned", "task_opened", "task_skipped", "task_uncalled", "task_withdrawn", "task_rearmed", "task_waived",
    "reassigned", "mark", "mark_lapsed", "draft_saved", "row_saved",
})  # fmt: skip
_PLACES: Mapping[str, tuple[str, ...]] = {
    "value_set": ("case",), "words_set": ("case",),
    "person_chosen": ("people",), "status_reached": ("case",), "facts_read": ("facts",),
    "stage_entered": ("stage",),
    **dict.fromkeys(("flag_raised", "flag_lowered"), ("flags",)),
    **dict.fromkeys(("charge_set", "money_received"), ("charges",)),
    **dict.fromkeys(("child_opened", "child_linked", "child_closed"), ("children",)),
    **dict.fromkeys(
        ("paper_issued", "paper_superseded", "copy_handed", "copy_received", "thing_handed", "thing_received"),
        ("papers",),
    ),
    **dict.fromkeys(
        (
            "deadline_set", "deadline_moved", "deadline_dropped", "deadline_missed", "miss_lifted", "warned",
            "escalated", "effect", "note", "breach", "excused", "frozen", "finding",
        ),
        (),
    ),
}  # fmt: skip
_ROOTS = frozenset({"case", "people", "facts", "charges", "children", "flags"})
_CALLS: Mapping[str, tuple[str, ...]] = {
    "issued": ("papers", OUTSIDE), "held": ("papers", OUTSIDE), "published": ("case",), "booked": (OUTSIDE,),
    "handled": ("tasks", "sheets", OUTSIDE),
}  # fmt: skip


def touched(state: State, kind: str, data: Mapping[str, Json]) -> tuple[str, ...] | None:
    """The places that an event has written; None: perhaps all of them."""
    if kind in _OF_TASKS:
        return ("tasks", f"tasks.{state['tasks'][data['key']]['task']}") if data["key"] in state["tasks"] else None
    if kind == "task_done":
        key = data["key"]
        return "tasks", f"tasks.{state['tasks'][key]['task']}", "sheets", f"sheets.{key}"
    return _PLACES.get(kind)


@dataclass(frozen=True, slots=True)
class Reads:
    """`readers`: place -> parts that read it. The rest: the parts by their names."""

    procedure: Procedure
    readers: Mapping[str, frozenset[str]]
    everything: frozenset[str]
    tasks: tuple[tuple[str, Task], ...]
    people: tuple[tuple[str, PersonRule], ...]
    charges: tuple[tuple[str, Charge], ...]
    flags: tuple[tuple[str, Flag], ...]


_known: dict[int, Reads] = {}
_KEPT = 512


def reads_of(world: World) -> Reads:
    """Worked out once for each procedure."""
    found = _known.get(id(world.procedure))
    if found is None or found.procedure is not world.procedure:
        if len(_known) >= _KEPT:
            _known.clear()
        found = _known[id(world.procedure)] = _reads(world.procedure, world.handbook.rules)
    return found


def _reads(procedure: Procedure, rules: Mapping[str, Rule]) -> Reads:
    readers: dict[str, set[str]] = {}
    parts = dict(_parts(procedure, _Places(procedure, rules)))
    for part, places in parts.items():
        for place in places:
            readers.setdefault(place, set()).add(part)
    return Reads(
        procedure,
        {place: frozenset(found) for place, found in readers.items()},
        frozenset(parts),
        tuple((f"task:{one.id}", one) for one in procedure.tasks.values()),
        tuple((f"person:{one.id}", one) for one in procedure.people.values()),
        tuple((f"charge:{one.id}", one) for one in procedure.charges.values()),
        tuple((f"flag:{one.id}", one) for one in procedure.flags.values()),
    )


def _parts(procedure: Procedure, places: _Places) -> Iterator[tuple[str, set[str]]]:
    yield STAGE, {"stage", "tasks"}
    yield STATUS, {"case"}.union(*(places.of(when) for _, when in procedure.status))
    for task in procedure.tasks.values():
        yield f"task:{task.id}", places.of_task(task)
        yield f"due:{task.id}", {f"tasks.{task.id}"} | places.of_deadline(task.due)
    for rule in procedure.people.values():
        yield f"person:{rule.id}", places.of_person(rule)
    for charge in procedure.charges.values():
        amounts = [charge.of, *(part.amount for part in charge.parts)]
        yield f"charge:{charge.id}", {"charges"}.union(*map(places.of, amounts))
        yield f"due:{charge.id}.", {"charges"}.union(*(places.of_offset(part.due) for part in charge.parts))
    for flag in procedure.flags.values():
        yield f"flag:{flag.id}", {"flags"} | places.of(flag.when)
    for deadline in procedure.deadlines:
        yield f"due:{deadline.id}", {f"tasks.{deadline.until}"} | places.of_deadline(deadline)


class _Places:
    """The places that parts of one procedure read."""

    def __init__(self, procedure: Procedure, rules: Mapping[str, Rule]) -> None:
        self._procedure, self._rules = procedure, rules
        self._asked: set[str] = set()

    def of(self, condition: Condition | None) -> set[str]:
        if condition is None:
            return set()
        found: set[str] = set()
        for path in condition.names:
            found |= self._named(path)
        for call in condition.calls:
            found |= set(_CALLS.get(call, ()))
            if call.startswith("rules."):
                found |= self._rule(call.removeprefix("rules."))
        return found

    def _named(self, path: tuple[str, ...]) -> set[str]:
        root = path[0]
        if root in ("sheets", "tasks"):
            return {f"{root}.{path[1]}"} if len(path) > 1 else {root}
        if root in _ROOTS:
            return {root}
        if root == "dossier":
            return {"tasks", "sheets", "papers"}
        return set() if root in ("settings", "form") else {OUTSIDE}

    def _rule(self, name: str) -> set[str]:
        """What the rows of a table read, and the tables that they ask."""
        rule = self._rules.get(name)
        if rule is None or name in self._asked:
            return set()
        self._asked.add(name)
        conditions = [one for row in rule.rows for one in (row.when, row.then)]
        found = set[str]().union(*map(self.of, conditions))
        self._asked.discard(name)
        return found

    def of_task(self, task: Task) -> set[str]:
        opens = task.opens
        found = {f"tasks.{task.id}", "stage"}.union(*map(self.of, (opens.when, opens.wait, opens.every, task.shown)))
        for other in opens.after:
            found |= {f"tasks.{other.task}"} | self._elements(self._procedure.tasks.get(other.task))
        if opens.every is not None or opens.start is not None or opens.until is not None:
            found.add(OUTSIDE)
        return found | self._elements(task) | self.of_offset(opens.before)

    def _elements(self, task: Task | None) -> set[str]:
        return self.of(task.for_each.source) if task is not None and task.for_each is not None else set()

    def of_offset(self, offset: Offset | None) -> set[str]:
        if offset is None:
            return set()
        anchor = offset.anchor
        own = {f"tasks.{anchor.task}"} if anchor.kind == "task" else set()
        return own | self.of(offset.by) | self.of(anchor.expr)

    def of_deadline(self, deadline: Deadline | None) -> set[str]:
        if deadline is None:
            return set()
        levels = (self.of_offset(level.offset) for level in deadline.levels)
        return self.of(deadline.shown).union(self.of_offset(deadline.offset), *levels)

    def of_person(self, rule: PersonRule) -> set[str]:
        found = {"people", *(f"tasks.{name}" for name in rule.not_)}
        if rule.same_as:
            found.add(f"tasks.{rule.same_as}")
        if "." in rule.chosen_by:
            found.add(f"sheets.{rule.chosen_by.removeprefix('sheets.').partition('.')[0]}")
        return found | ({OUTSIDE} if "." in rule.is_ else set())


class Touched:
    """The parts to look at: those that hang on what is outside, and what the events of a command have touched."""

    __slots__ = ("_events", "_parts", "_seen", "_state", "_whole", "reads")

    def __init__(self, reads: Reads, state: State, events: list[Event]) -> None:
        """`events` grow while a command is worked out; `state` follows them."""
        self.reads, self._state, self._events, self._seen = reads, state, events, 0
        self._whole = False  # everything is touched, deadlines of tasks that are no more among it
        self._parts: set[str] = {*reads.readers.get(OUTSIDE, ()), *_waiting(state)}

    def take(self, part: str) -> bool:
        """Is it to be looked at? Then it has been."""
        if self._seen < len(self._events):
            self._follow()
        if part in self._parts:
            self._parts.discard(part)
            return True
        return False

    def deadlines(self) -> Callable[[str], bool]:
        """Which parts of the clock are to be looked at; with that they have been."""
        self._follow()
        if self._whole:
            self._whole = False
            self._parts = {one for one in self._parts if not one.startswith(DUE)}
            return lambda part: True
        found = {one for one in self._parts if one.startswith(DUE)}
        self._parts -= found
        return found.__contains__

    def rests(self, running: bool) -> bool:
        """Is there nothing left to look at? In a case that does not run, only the clock and its status are."""
        self._follow()
        return not any(running or one == STATUS or one.startswith(DUE) for one in self._parts) and not self._whole

    def _follow(self) -> None:
        while self._seen < len(self._events):
            event = self._events[self._seen]
            self._seen += 1
            places = touched(self._state, event.kind, event.data)
            if places is None:
                self._whole, self._parts = True, {*self.reads.everything}
            else:
                for place in places:
                    self._parts |= self.reads.readers.get(place, _NONE)


_NONE: frozenset[str] = frozenset()


def _waiting(state: State) -> Iterable[str]:
    """Tasks that open, and deadlines that are settled, as time passes."""
    for held in state["tasks"].values():
        if held.get("state") == "planned" or held.get("called") or held.get("not_before"):
            yield f"task:{held['task']}"
    for held in state["deadlines"].values():
        if held["provisional"]:
            yield part_of(state, held["element"])


def part_of(state: State, element: str) -> str:
    """The part that an element of the clock belongs to: a task, a named deadline, a charge."""
    held = state["tasks"].get(element)
    if held is not None:
        return f"due:{held['task']}"
    charge, dot, _ = element.partition(".")
    return f"due:{charge}." if dot else f"due:{element}"
