"""The working table of one judgement: the state so far, the events it has produced, and how conditions are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from aftercare.engine.env import environment, follow
from aftercare.engine.fold import apply
from aftercare.engine.kinds import KINDS
from aftercare.engine.types import EffectCall, Event, Json, State, Who, World, moment
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.model import Procedure, Task

# Kinds after which every condition answers as before.
_UNREAD = frozenset({
    "deadline_set", "deadline_moved", "deadline_dropped", "deadline_missed", "miss_lifted", "warned", "escalated",
    "effect", "draft_saved", "note", "breach", "excused", "frozen",
})  # fmt: skip


class Judge:
    """Mutable for the length of one command; never shared."""

    __slots__ = (
        "_bound",
        "_env",
        "_stale",
        "at",
        "effects",
        "events",
        "happened_at",
        "now",
        "procedure",
        "state",
        "task",
        "warnings",
        "who",
        "world",
    )

    def __init__(self, state: State, world: World, who: Who, now: datetime, happened_at: datetime) -> None:
        self.state = state
        self.world = world
        self.procedure: Procedure = world.procedure
        self.who = who
        self.now = now
        self.happened_at = happened_at
        self.at = moment(happened_at)
        self.events: list[Event] = []
        self.effects: list[EffectCall] = []
        self.warnings: list[Fault] = []
        self._env: dict[str, Any] | None = None
        self._stale = False
        self._bound: dict[str, Any] = {}
        self.task: Task | None = None  # whose sheet is being judged

    def emit(self, kind: str, /, personal: Mapping[str, Json] | None = None, **data: Json) -> None:
        """Add an event and let the state follow it. Every event carries when it happened and who did it."""
        assert not personal or set(personal) <= set(KINDS[kind].personal), (kind, personal)
        full = {"at": self.at, "actor": self.who.person, **data}
        self.events.append(Event(kind, full, personal or None))
        apply(self.state, kind, full, personal)
        self._stale = self._stale or kind not in _UNREAD

    def effect(self, name: str, params: Mapping[str, Json], *, public: Mapping[str, Json] | None = None) -> None:
        """Ask another package to write. `public`: what of it may stand in the open part of the event (default all)."""
        shown = params if public is None else public
        hidden = {k: v for k, v in params.items() if k not in shown}
        self.emit("effect", {"params": hidden} if hidden else None, name=name, params=dict(shown))
        self.effects.append(EffectCall(name, params, len(self.events) - 1))

    # --- conditions

    @contextmanager
    def within(self, task: Task, element: Json) -> Iterator[None]:
        """Let conditions read the element a task is done for, by the name the handbook gives it."""
        before = self._bound, self.task
        self._bound = {task.for_each.var: element} if task.for_each is not None else {}
        self.task = task
        try:
            yield
        finally:
            self._bound, self.task = before

    def env(self) -> dict[str, Any]:
        if self._env is None:
            self._env = environment(self.state, self.world, self.now)
        elif self._stale:
            follow(self._env, self.state, self.world)
        self._stale = False
        return self._env

    def forget(self) -> None:
        """Let go of what conditions read: tables of rules hold on to it, and it to them."""
        if self._env is not None:
            self._env.clear()
            self._env = None

    def ask(self, condition: Condition, form: Mapping[str, Json] | None = None, **names: Any) -> Any:
        """The value of a condition in Python's own types, UNKNOWN if something it needs is missing."""
        return condition.value(self._with(form, names))

    def json(self, condition: Condition, form: Mapping[str, Json] | None = None, **names: Any) -> Json:
        value = condition.evaluate(self._with(form, names))
        return None if value is UNKNOWN else value

    def holds(self, condition: Condition | None, form: Mapping[str, Json] | None = None, **names: Any) -> bool:
        """No condition holds; an unknown one does not."""
        return condition is None or self.ask(condition, form, **names) is True

    def missing(
        self, condition: Condition, form: Mapping[str, Json] | None = None, **names: Any
    ) -> Sequence[tuple[str, ...]]:
        return condition.unknown_names(self._with(form, names))

    def _with(self, form: Mapping[str, Json] | None, names: Mapping[str, Any]) -> dict[str, Any]:
        env = self.env()
        if form is None and not names and not self._bound:
            return env
        extra = names if form is None else {"form": form, **names}
        return {**env, **self._bound, **extra}
