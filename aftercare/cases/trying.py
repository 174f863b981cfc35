"""A change tried on the past: which cases would have been late, or in time after all. Reads only, writes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from aftercare.calendar import WorkCalendar
from aftercare.cases.calendars import calendar_of
from aftercare.cases.handbooks import setting_fault
from aftercare.cases.marks import due_clauses
from aftercare.cases.models import Case, Event, EventPersonal, Setting
from aftercare.cases.world import ZONE, calendar_for, epoch, handbook_of, settings_of
from aftercare.engine import Event as EngineEvent
from aftercare.engine import World
from aftercare.engine.replay import IDLE, Verdict, affected, replay
from aftercare.errors import Refused
from aftercare.handbook.model import Handbook
from aftercare.people.access import visible
from aftercare.people.actor import Actor

Json = Any
CHUNK = 200
_Both = tuple[World, World, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried: other figures, a handbook that is not in force, days that were closed; for one store or all.
    `since`: cases opened from that day on."""

    handbook: str
    figures: Mapping[str, Json] = field(default_factory=dict)
    candidate: Handbook | None = None
    closed: tuple[date, ...] = ()
    store: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """One case and its deadlines that the change touches."""

    case: int
    number: str
    store: int
    procedure: str
    version: str
    verdicts: tuple[Verdict, ...]
    clauses: Mapping[str, tuple[str, ...]]  # element -> clauses

    @property
    def differing(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.differs]


@dataclass
class Tally:
    """Sums over the cases of a trial: how many, and by clause ("" where an element names none)."""

    cases: int = 0
    deadlines: int = 0
    late_then: int = 0
    late_now: int = 0
    newly_late: int = 0
    newly_kept: int = 0
    clauses: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, tried: Tried) -> None:
        self.cases += 1
        for one in tried.verdicts:
            told = (
                {"deadlines"} | ({"late_then"} if one.late_then else set()) | ({"late_now"} if one.late_now else set())
            )
            told |= {"newly_late" if one.late_now else "newly_kept"} if one.differs else set()
            for name in told:
                setattr(self, name, getattr(self, name) + 1)
                for clause in tried.clauses[one.element] or ("",):
                    self.clauses.setdefault(clause, Counter())[name] += 1


def checked(change: Change, handbook: Handbook) -> Change:
    """The change with its figures as the handbook keeps them. Raises Refused for one that does not exist or fit."""
    figures = {}
    for name, value in change.figures.items():
        definition = handbook.settings.get(name)
        if definition is None:
            zh, en = f"手册没有“{name}”这项设置。", f"The handbook has no setting “{name}”."
            raise Refused.because("unknown_setting", zh, en, field=name)
        fault = setting_fault(definition, value)
        if fault:
            raise Refused(fault)
        figures[name] = value
    return replace(change, figures=figures)


def figure(handbook: Handbook, name: str, text: str) -> Json:
    """A figure from what somebody typed, as the handbook keeps it: yuan become fen."""
    definition = handbook.settings.get(name)
    kind = definition.type if definition else "text"
    try:
        if kind == "money":
            return round(float(text) * 100)
        if kind == "number":
            return int(text) if text.lstrip("-").isdigit() else float(text)
        return json.loads(text) if kind == "list" else text in ("1", "true", "yes") if kind == "check" else text
    except ValueError:
        zh, en = f"“{text}”不能作为这个数值。", f"“{text}” does not fit this figure."
        raise Refused.because("figure", zh, en, field=name) from None


def cases_of(actor: Actor, change: Change) -> QuerySet[Case]:
    """The cases that a trial looks at, as far as the actor may see them."""
    found = visible(Case.objects.filter(handbook=change.handbook), actor, "cases.see")
    if change.store is not None:
        found = found.filter(store_id=change.store)
    if change.since is not None:
        found = found.filter(opened_at__gte=datetime.combine(change.since, time(), ZONE).astimezone(UTC))
    return found.order_by("id")


def try_on_past(
    actor: Actor, now: datetime, change: Change, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Tried]:
    """Every case with a deadline that the change touches, one after the other, as they stream from the database.

    `progress` hears how many cases were looked at. The transaction is read-only: the database itself refuses a write.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        rows = cases_of(actor, change).defer("state", "head").iterator(chunk_size=CHUNK)
        worlds, done = _Worlds(change), 0
        while chunk := list(islice(rows, CHUNK)):
            asked = [(case, *both) for case in chunk if (both := worlds.of(case)) is not None]
            pasts = _pasts([case.pk for case, *_ in asked])
            for case, old, new, only in asked:
                verdicts = tuple(replay(pasts.get(case.pk, []), old, new, now, only))
                clauses = {
                    one.element: tuple(sorted(due_clauses(old.handbook, old.procedure, one.element)))
                    for one in verdicts
                }
                if verdicts:
                    about = (case.pk, case.number, case.store_id, case.procedure, case.version)
                    yield Tried(*about, verdicts, clauses)
            done += len(chunk)
            progress(done)


def _pasts(cases: Sequence[int]) -> dict[int, list[EngineEvent]]:
    """The events of several cases that matter to deadlines. Two statements."""
    if not cases:
        return {}
    own = EventPersonal.objects.filter(case_id__in=cases).values_list("case_id", "seq", "data")
    personal = {(case, seq): data for case, seq, data in own}
    rows = Event.objects.filter(case_id__in=cases).exclude(kind__in=sorted(IDLE)).order_by("case_id", "seq")
    found: dict[int, list[EngineEvent]] = {}
    for case, seq, kind, data in rows.values_list("case_id", "seq", "kind", "data"):
        found.setdefault(case, []).append(EngineEvent(kind, data, personal.get((case, seq))))
    return found


class _Worlds:
    """Both worlds of each case. Cases of one version, store and set of figures share theirs."""

    def __init__(self, change: Change) -> None:
        self.change, self.epoch = change, epoch()
        rows = Setting.objects.filter(handbook=change.handbook).order_by("at", "id")
        self._changes = list(rows.values_list("name", "store_id", "value", "at"))
        self._known: dict[tuple[str, str, int, int], _Both | None] = {}

    def of(self, case: Case) -> _Both | None:
        """(as it was, as it would have been, the deadlines touched); None where nothing can differ."""
        seen = sum(1 for _name, _store, _value, at in self._changes if at <= case.opened_at)
        key = (case.version, case.procedure, case.store_id, seen)
        if key not in self._known:
            self._known[key] = self._both_of(*key, case.opened_at)
        return self._known[key]

    def _both_of(self, version: str, procedure: str, store: int, seen: int, opened: datetime) -> _Both | None:
        handbook, change = handbook_of(version), self.change
        calendar = calendar_for(store, version, self.epoch)
        settings = settings_of(version, store, self.epoch, opened)
        old = World(handbook, handbook.procedures[procedure], calendar, settings)
        new = replace(old, settings={**settings, **{k: v for k, v in change.figures.items() if k in settings}})
        if change.candidate is not None:
            if procedure not in change.candidate.procedures:
                return None
            new = self._candidate(change.candidate, procedure, store, seen)
        if change.closed:
            days = [{"day": day.isoformat(), "why": {"zh": "试算", "en": "on trial"}} for day in change.closed]
            new = replace(new, calendar=WorkCalendar.from_json({"closed": days}, new.calendar))
        only = affected(old, new)
        return (old, new, only) if only else None

    def _candidate(self, candidate: Handbook, procedure: str, store: int, seen: int) -> World:
        """Its own figures, and over them what the company and the store had changed by page."""
        values = {name: setting.value for name, setting in candidate.settings.items()}
        for scope in (None, store):
            for n, (name, where, value, _at) in enumerate(self._changes):
                if where == scope and name in values and (n < seen or candidate.settings[name].applies == "running"):
                    values[name] = value
        values |= {name: value for name, value in self.change.figures.items() if name in values}
        calendar = calendar_of(store, next(iter(candidate.calendars.values()), None))
        return World(candidate, candidate.procedures[procedure], calendar, values)
