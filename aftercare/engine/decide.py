"""The one way in: a command is judged, and everything that follows from it is worked out."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercare.engine import appeals, clock, frame, work
from aftercare.engine.commands import Command
from aftercare.engine.correcting import correct
from aftercare.engine.custody import hand_by_hand
from aftercare.engine.fold import clone, empty
from aftercare.engine.judge import Judge
from aftercare.engine.settle import settle
from aftercare.engine.types import Accepted, Decision, Refuse, State, Who, World, instant
from aftercare.errors import Fault

OLDEST = timedelta(days=366)  # how far back something may be entered
SKEW = timedelta(minutes=5)  # how far ahead the clock of a phone may be

HANDLERS: dict[str, frame.Handler] = {
    "open": frame.open_case,
    "adopt": frame.adopt,
    "begin": work.begin,
    "save": work.save,
    "complete": work.complete,
    "correct": correct,
    "sign": work.sign,
    "accept": work.accept,
    "reassign": work.reassign,
    "set": frame.set_by_hand,
    "pause": frame.pause,
    "resume": frame.resume,
    "waive": work.waive,
    "note": frame.note,
    "reopen": frame.reopen,
    "cancel": frame.cancel,
    "migrate": frame.migrate,
    "signal": frame.signal,
    "tick": clock.tick,
    "hand": hand_by_hand,
    "find": appeals.find_by_hand,
    "appeal": appeals.appeal,
    "answer_appeal": appeals.answer_appeal,
}
OPENING = frozenset({"open", "adopt"})
ALWAYS = frozenset(
    {"note", "reopen", "correct", "signal", "tick", "migrate", "accept", "reassign", "find", "appeal", "answer_appeal"}
)  # on an ended case too


def decide(world: World, state: State | None, command: Command, who: Who, now: datetime) -> Decision:
    """Judge one command at `now` (aware). The given state is not changed; the accepted one is a new object.

    Raises KeyError for an unknown verb and `Unsettled` for a handbook that never comes to rest; everything a person
    can do wrong comes back as a Refusal.
    """
    happened_at = command.happened_at or now
    work_state = empty() if state is None else clone(state)
    judge = Judge(work_state, world, who, now, happened_at)
    try:
        _in_time(command, state, happened_at, now)
        _in_order(command, state)
        if state is not None:
            frame.look_up(judge)
        HANDLERS[command.verb](judge, command.data)
        settle(judge)
    except Refuse as refused:
        return refused.refusal
    finally:
        judge.forget()
    return Accepted(tuple(judge.events), judge.state, tuple(judge.effects), tuple(judge.warnings))


def _in_time(command: Command, state: State | None, happened_at: datetime, now: datetime) -> None:
    if happened_at > now + SKEW:
        raise Refuse(
            "future",
            Fault("future", "发生时间不能晚于现在", "It cannot have happened in the future", field="happened_at"),
        )
    if happened_at < now - OLDEST:
        raise Refuse(
            "too_old",
            Fault(
                "too_old",
                "发生时间太早，最多可补录一年内的事",
                "That lies too far back: at most a year",
                field="happened_at",
            ),
        )
    if state is not None and command.verb not in ("tick", "signal") and happened_at < instant(state["opened_at"]):
        raise Refuse(
            "before_case",
            Fault(
                "before_case",
                "发生时间早于工单开立",
                "It cannot have happened before the case was opened",
                field="happened_at",
            ),
        )


def _in_order(command: Command, state: State | None) -> None:
    if (state is None) != (command.verb in OPENING):
        raise Refuse("state", Fault("state", "工单状态不允许此操作", "The case cannot do this now"))
    if state is None or command.verb in ALWAYS or (command.verb == "resume" and state["status"] == "paused"):
        return
    if state["status"] in ("closed", "cancelled"):
        raise Refuse("ended", Fault("ended", "工单已结束", "The case has ended"))
    if state["status"] == "paused":
        raise Refuse("paused", Fault("paused", "工单已暂停，请先恢复", "The case is paused; resume it first"))
