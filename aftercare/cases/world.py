"""What a judgement reads beside the state: handbooks, settings, dials, calendars (cached per epoch), entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from aftercare.calendar import WorkCalendar
from aftercare.cases.calendars import calendar_of
from aftercare.cases.models import Case, Dial, HandbookVersion, Setting
from aftercare.cases.registry import ENTITIES, FACTS
from aftercare.engine import World
from aftercare.errors import NotFound
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.model import Field, Handbook, Procedure
from aftercare.handbook.options import with_options

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
EVERYTHING = frozenset({"subject", "customer"})


def epoch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select n from cases_epoch")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@lru_cache(maxsize=16)
def handbook_of(version: str) -> Handbook:
    """The compiled handbook of a stored version; compiled once per process."""
    row = HandbookVersion.objects.filter(hash=version).first()
    if row is None:
        raise NotFound.because("no_handbook", "没有这个版本的手册。", "There is no such version of a handbook.")
    library = {one.handbook: one.files for one in HandbookVersion.objects.filter(live=True)}
    from aftercare.handbook import load_texts

    loaded = load_texts(row.files, library)
    assert loaded.handbook is not None, loaded.faults[:3]
    return loaded.handbook


@lru_cache(maxsize=32)
def live_version(handbook: str, at_epoch: int) -> str:
    row = HandbookVersion.objects.filter(handbook=handbook, live=True).values_list("hash", flat=True).first()
    if row is None:
        raise NotFound.because("no_handbook", "还没有启用手册，请先载入。", "No handbook is live yet; load one first.")
    return str(row)


@lru_cache(maxsize=4)
def live_handbooks(at_epoch: int) -> tuple[str, ...]:
    """Hashes of the live versions, one per handbook."""
    return tuple(HandbookVersion.objects.filter(live=True).order_by("handbook").values_list("hash", flat=True))


def settings_of(version: str, store: int, at_epoch: int, opened: dt.datetime | None = None) -> Mapping[str, Json]:
    """Effective figures: the handbook's value, then the company's, then the store's latest.

    For a case `opened` then: a figure that applies to new cases only keeps the value it had at that time.
    """
    changes = _changes(handbook_of(version).id, at_epoch)
    seen = len(changes) if opened is None else sum(1 for change in changes if change[3] <= opened)
    return _effective(version, store, at_epoch, seen)


@lru_cache(maxsize=16)
def _changes(handbook: str, at_epoch: int) -> tuple[tuple[str, int | None, Json, dt.datetime], ...]:
    rows = Setting.objects.filter(handbook=handbook).order_by("at", "id")
    return tuple(rows.values_list("name", "store_id", "value", "at"))


@lru_cache(maxsize=256)
def _effective(version: str, store: int, at_epoch: int, seen: int) -> Mapping[str, Json]:
    """`seen`: how many changes had been made when the case was opened."""
    handbook = handbook_of(version)
    values = {name: setting.value for name, setting in handbook.settings.items()}
    for scope in (None, store):
        for n, (name, where, value, _) in enumerate(_changes(handbook.id, at_epoch)):
            if where == scope and name in values and (n < seen or handbook.settings[name].applies == "running"):
                values[name] = value
    return values


@lru_cache(maxsize=256)
def _dials(handbook: str, store: int, day: dt.date, at_epoch: int) -> Mapping[str, str]:
    """clause -> level on that day; the store's own rows win, later rows win, "" is every clause."""
    found: dict[str, str] = {}
    rows = list(
        Dial.objects.filter(handbook=handbook, since__lte=day)
        .order_by("since", "at", "id")
        .values_list("clause", "store_id", "level")
    )
    for scope in (None, store):
        for clause, where, level in rows:
            if where == scope:
                if clause == "":
                    found = {}
                found[clause] = level
    return found


def dial_of(handbook: Handbook, store: int, day: dt.date, at_epoch: int) -> Callable[[str], str]:
    levels = _dials(handbook.id, store, day, at_epoch)
    start = levels.get("", handbook.dial)
    return lambda clause: levels.get(clause, start)


@lru_cache(maxsize=256)
def calendar_for(store: int, version: str, at_epoch: int) -> WorkCalendar:
    """The store's working time over the company's, over the handbook's first calendar."""
    handbook = handbook_of(version)
    return calendar_of(store, next(iter(handbook.calendars.values()), None))


def world_for(
    version: str,
    procedure: str,
    store: int,
    subject: Mapping[str, Json] | None,
    customer: int | None,
    now: dt.datetime,
    at_epoch: int,
    *,
    whole: bool = False,
    opened: dt.datetime | None = None,
    linked: Mapping[str, int] | None = None,
    period: Json = None,
) -> World:
    """`linked`: name of `reads` -> id of the case that is read by it. `period`: the day a case by the calendar is for.
    Facts that are read once are read for a case that is not `opened` yet."""
    handbook = handbook_at(version, store, at_epoch)
    definition = handbook.procedures[procedure]
    reads = EVERYTHING if whole else roots_read(version, procedure)
    settings = settings_of(version, store, at_epoch, opened)
    about = {"subject": subject, "customer": {"kind": "customer", "id": customer} if customer else None}
    case = {**about, "store": {"kind": "store", "id": store}, "period": period}
    known = {"case": case, "settings": settings, "today": now.astimezone(ZONE).date().isoformat()}
    return World(
        handbook,
        definition,
        calendar_for(store, version, at_epoch),
        settings,
        _load(subject["kind"], subject.get("id")) if subject and "subject" in reads else {},
        _load("customer", customer) if "customer" in reads else {},
        _facts(definition, known, store, new=opened is None),
        dial_of(handbook, store, now.astimezone(ZONE).date(), at_epoch),
        _states(linked) if linked else {},
    )


def _states(linked: Mapping[str, int]) -> dict[str, Json]:
    """The states of related cases, as they are now; not locked, for they are only read."""
    states = dict(Case.objects.filter(pk__in=set(linked.values())).values_list("pk", "state"))
    return {name: states[case] for name, case in linked.items() if case in states}


@lru_cache(maxsize=64)
def handbook_at(version: str, store: int, at_epoch: int) -> Handbook:
    """The handbook with the choices that a shop lists in a setting filled in."""
    handbook = handbook_of(version)
    settings = settings_of(version, store, at_epoch)
    return with_options(handbook, settings)


def _load(kind: str, row: Json) -> Mapping[str, Json]:
    loader = ENTITIES.get(kind)
    return loader(int(row)) if loader and row else {}


def _facts(procedure: Procedure, known: Mapping[str, Json], store: int, *, new: bool) -> dict[str, Json]:
    """What registered providers know, each asked with what the handbook says to match."""
    found: dict[str, Json] = {}
    for name, fact in procedure.facts.items():
        if fact.of in FACTS and (new or not fact.once):
            match = {field: value.evaluate(known) for field, value in fact.match.items()}
            match = {field: None if value is UNKNOWN else value for field, value in match.items()}
            found[name] = FACTS[fact.of]({**known["case"], "store": store, "fact": fact, "match": match})
    return found


@lru_cache(maxsize=64)
def roots_read(version: str, procedure: str) -> frozenset[str]:
    """The namespaces that the conditions of a procedure, its forms and papers read: what need not be loaded is not."""
    handbook = handbook_of(version)
    definition = handbook.procedures[procedure]
    forms = [handbook.forms[task.form] for task in definition.tasks.values() if task.form]
    parts: list[Any] = [definition, forms, list(handbook.documents.values()), list(handbook.rules.values())]
    locked = {
        _root(one)
        for form in forms
        for one in form.fields
        if one.ask == "when_missing" or any(column.locked for column in one.columns)
    }
    return frozenset(path[0] for condition in _conditions(parts) for path in condition.names if path) | locked


def _root(one: Field) -> str:
    """Where the locked columns of lines come from: customer or subject."""
    return "customer" if one.of.startswith("customer.") else "subject" if one.of else ""


def _conditions(value: Any) -> Iterable[Condition]:
    if isinstance(value, Condition):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _conditions(one)
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from _conditions(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _conditions(getattr(value, one.name))
