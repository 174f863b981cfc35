"""When tasks open, are planned, skipped or not called for: judged here once, the events carry the results."""

from __future__ import annotations

import datetime as dt

from aftercare import calendar as working_time
from aftercare.engine import timing
from aftercare.engine.after import RUNNING, SETTLED, after_holds, elements, happened_at, instances, is_single
from aftercare.engine.judge import Judge
from aftercare.engine.people import whose
from aftercare.engine.types import Json, instant, moment
from aftercare.handbook.conditions import UNKNOWN
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import Task

# No unit is longer than this: a safe first guess of how many have passed.
LONGEST = {
    "min": dt.timedelta(minutes=1), "h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(days=7),
    "mo": dt.timedelta(days=31), "q": dt.timedelta(days=92), "y": dt.timedelta(days=366),
}  # fmt: skip
NEVER = dt.timedelta(days=99_999)


_REST = frozenset({"open", "done", "skipped", "withdrawn", "missed"})  # of a task that comes once


def consider(judge: Judge, task: Task) -> None:
    held = judge.state["tasks"].get(task.id)
    if held is not None and held.get("state") in _REST and task.opens.when is None and is_single(task):
        return
    if not reached(judge, task):
        return
    if task.for_each is not None:
        _each(judge, task)
    elif task.opens.demand or task.opens.every is not None:
        for key, held in instances(judge.state, task.id):
            if held.get("called") or held.get("not_before"):
                _one(judge, task, key, None)
        if task.opens.every is not None:
            _every(judge, task)
    else:
        _one(judge, task, task.id, None)


def reached(judge: Judge, task: Task) -> bool:
    stages = judge.procedure.stages
    return not task.stage or not stages or stages.index(task.stage) <= stages.index(judge.state["stage"])


def _each(judge: Judge, task: Task) -> None:
    """One instance per element; an empty list skips the task, an element that is gone withdraws its instance."""
    assert task.for_each is not None
    wanted = elements(judge, task)
    if wanted is None:
        return
    if not wanted and task.id not in judge.state["tasks"] and after_holds(judge, task.opens.after)[0]:
        judge.emit("task_skipped", key=task.id, task=task.id, round=1)
    for key, held in instances(judge.state, task.id):
        if key not in wanted and held.get("state") in RUNNING:
            judge.emit("task_withdrawn", key=key, task=task.id, round=held["round"])
    for key, element in wanted.items():
        with judge.within(task, element):
            _one(judge, task, key, element)
        if task.for_each.one_by_one and judge.state["tasks"].get(key, {}).get("state") not in SETTLED:
            return


# --- again and again


def _every(judge: Judge, task: Task) -> None:
    """The next instance is planned when the one before has opened. Slots that passed unseen (the machine was off, the
    case was taken over later) are made up for by one instance, not by many."""
    opens, held = task.opens, instances(judge.state, task.id)
    start = happened_at(judge, opens.start) if opens.start else instant(judge.state["opened_at"])
    until = happened_at(judge, opens.until) if opens.until else None
    if start is None or (until is not None and until >= start):
        for key, one in held:
            if one.get("state") in RUNNING:
                judge.emit("task_withdrawn", key=key, task=task.id, round=one["round"])
        return
    planned = next((key for key, one in held if one.get("state") == "planned"), None)
    if planned:
        _open_planned(judge, task, planned)
        return
    every = judge.ask(opens.every) if opens.every else UNKNOWN
    if isinstance(every, Duration) and every.n > 0 and after_holds(judge, opens.after)[0]:
        last = max((instant(one["slot"]) for _, one in held if one.get("slot")), default=None)
        _plan(judge, task, f"{task.id}#{len(held) + 1}", _slot(judge, start, every, last), 1)


def _slot(judge: Judge, start: dt.datetime, every: Duration, last: dt.datetime | None) -> dt.datetime:
    """The next slot after the last one; of several that have passed, the latest. Counted from the start, so that the
    31st stays the 31st where a month has one."""
    floor = max(instant(judge.state["adopted_at"] or judge.state["opened_at"]), last or start)
    found: dt.datetime | None = None
    n = max(1, int((floor - start) / LONGEST.get(every.unit, NEVER)) // every.n - 1)
    while True:
        at = working_time.opens_after(judge.world.calendar, start, Duration(every.n * n, every.unit)).at
        if at > floor and (found is None or at <= judge.now):
            found = at
        if at > judge.now and found is not None:
            return found
        n += 1


def open_by_hand(judge: Judge, task: Task) -> str:
    """A new instance of a task that is opened on demand."""
    n = 1 + len(instances(judge.state, task.id))
    key = task.id if n == 1 else f"{task.id}#{n}"
    _open(judge, task, key, 1, None)
    return key


# --- one instance


def _one(judge: Judge, task: Task, key: str, element: Json) -> None:
    held = judge.state["tasks"].get(key, {})
    status = held.get("state")
    if status == "planned":
        _open_planned(judge, task, key)
    if status in ("planned", "open") or (status in SETTLED and status != "uncalled" and not task.opens.when):
        return
    called = bool(held.get("called")) and status == "pending"
    if called and held.get("not_before") and instant(held["not_before"]) > judge.now:
        _plan(judge, task, key, instant(held["not_before"]), held["round"], element)
        return
    ready, settled_at = (True, judge.happened_at) if called else after_holds(judge, task.opens.after)
    if ready is None:
        return
    round_ = held.get("round", 1)
    if not ready:
        if status != "uncalled":
            judge.emit("task_uncalled", key=key, task=task.id, round=round_)
    elif task.opens.when is not None and not called:
        _when(judge, task, key, element)
    else:
        _schedule(judge, task, key, round_, element, settled_at, called)


def _when(judge: Judge, task: Task, key: str, element: Json) -> None:
    """A task that opens when something becomes true opens again when it has become false and true once more."""
    assert task.opens.when is not None
    held = judge.state["tasks"].get(key, {})
    true, again = judge.ask(task.opens.when), held.get("state") in SETTLED - {"uncalled"}
    if again and true is False and not held.get("armed"):
        judge.emit("task_rearmed", key=key, task=task.id)
    if true is True and (not again or held.get("armed")):
        _schedule(judge, task, key, held.get("round", 0) + 1 if again else held.get("round", 1), element, None, False)


def _schedule(
    judge: Judge, task: Task, key: str, round_: int, element: Json, settled_at: dt.datetime | None, called: bool
) -> None:
    """Open now, or plan for later; `if` is judged when the task would open."""
    if (task.opens.before is not None or task.opens.wait is not None) and not called:
        at = timing.opens_at(judge, task, key, settled_at)
        if at is None:
            return
        if at > judge.now:
            _plan(judge, task, key, at, round_, element, quiet=wanted(judge, task) is False)
            return
    _open_if_wanted(judge, task, key, round_, element)


def _open_if_wanted(judge: Judge, task: Task, key: str, round_: int, element: Json) -> None:
    answer = wanted(judge, task)
    if answer is True:
        _open(judge, task, key, round_, element)
    elif answer is False:
        judge.emit("task_skipped", key=key, task=task.id, round=round_)


def wanted(judge: Judge, task: Task) -> bool | None:
    """The answer of `if`; None while unknown."""
    if task.shown is None:
        return True
    value = judge.ask(task.shown)
    return None if value is UNKNOWN else bool(value)


def _open_planned(judge: Judge, task: Task, key: str) -> None:
    """Open what is due to open; let the plan follow its anchor; give it up while the anchor is unknown."""
    held = judge.state["tasks"][key]
    at: dt.datetime | None = instant(held["opens_at"])
    if task.opens.every is None and not held.get("not_before"):
        at = timing.opens_at(judge, task, key, after_holds(judge, task.opens.after)[1])
    if at is None:
        judge.emit("task_withdrawn", key=key, task=task.id, round=held["round"], waits=True)
    elif at <= judge.now:
        _open_if_wanted(judge, task, key, held["round"], held.get("element"))
    else:
        quiet = wanted(judge, task) is False
        if moment(at) != held["opens_at"] or quiet != bool(held.get("quiet")):
            _plan(judge, task, key, at, held["round"], held.get("element"), quiet=quiet)


def _plan(
    judge: Judge, task: Task, key: str, at: dt.datetime, round_: int, element: Json = None, *, quiet: bool = False
) -> None:
    """`quiet`: as things stand its `if` will skip it, so it is on nobody's list."""
    facts = {"opens_at": moment(at), "round": round_, "element": element, "quiet": quiet}
    judge.emit("task_planned", key=key, task=task.id, **facts, **whose(judge, task))


def _open(judge: Judge, task: Task, key: str, round_: int, element: Json) -> None:
    judge.emit("task_opened", key=key, task=task.id, round=round_, element=element, **whose(judge, task))
