"""What a simulation starts from: the handbook, how many stores and orders, and how its people work. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from aftercare.errors import Fault, Refused
from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.model import Handbook

Json = Any
MINUTES = {"min": 1, "h": 60, "d": 1440, "w": 10_080, "mo": 43_200, "wh": 60, "wd": 1440}


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of task: minutes of work, the usual minutes before somebody takes it up, and what it needs."""

    minutes: float = 8
    pace: float = 180
    needs: str = ""  # a lane: one of a few things, busy as long as the work takes
    outcomes: Mapping[str, float] = field(default_factory=dict)  # outcome -> share; the rest ends well
    values: Mapping[str, Json] = field(default_factory=dict)  # field -> what is written there, see inventing.told
    days_before: float | None = None  # taken up no sooner than so many days before the date `day` of the case
    day: str = ""
    retries: str = ""  # outcome of a second attempt, where the first was refused


@dataclass(frozen=True, slots=True)
class Routine:
    """What people begin by themselves: each day a case that takes others along, or now and then a task."""

    procedure: str = ""
    task: str = ""  # begun by hand in a running case of the procedure, with this share
    share: float = 1.0
    after: str = ""  # task of the case after which it is begun
    role: str = ""
    lane: str = ""  # one case for each of these things
    at: float = 480  # minutes after midnight
    gathers: str = ""  # procedure whose waiting cases it takes along
    ready: str = ""  # the task that must be open and passable in each of them
    day: str = ""  # the date of theirs that has come
    most: int = 6


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares between 0 and 1 of how often people slip, and days away in a year."""

    forgets: float = 0.03
    declines: float = 0.08
    writes: float = 0.4
    misses: float = 0.02
    oversleeps: float = 0.03
    tries_anyway: float = 0.05
    away_days: float = 12
    leaves: float = 0.12


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a simulated year depends on; the same plan gives the same year."""

    handbook: Handbook
    begin: date
    seed: int = 1
    stores: int = 3
    orders: int = 5000
    days: int = 365
    dial: str = "refuse"
    habits: Habits = Habits()
    staff: Mapping[str, int] = field(default_factory=dict)  # role -> persons per store
    lanes: Mapping[str, int] = field(default_factory=dict)  # name -> how many per store
    work: Mapping[str, Work] = field(default_factory=dict)
    routines: tuple[Routine, ...] = ()
    season: tuple[float, ...] = (1.0,) * 12
    procedure: str = ""  # that an order runs through
    deposit_after: float = 30
    file_after: float = 1440  # minutes until a new customer has a file
    settings: Mapping[str, Json] = field(default_factory=dict)  # figures of the handbook that differ

    def work_of(self, procedure: str, task: str) -> Work:
        for name in (f"{procedure}.{task}", task, "*"):
            if name in self.work:
                return self.work[name]
        return Work()


def plan_for(handbook: Handbook, data: Mapping[str, Json], begin: date, **chosen: Any) -> Plan:
    """The plan that `data` (the text of NAME.simulation.yaml, read) describes; `chosen` overrides. Raises Refused."""
    unknown = sorted(set(data) - {"orders", "season", "people", "staff", "lanes", "work", "routines"})
    if unknown:
        raise _fault(unknown[0])
    orders = data.get("orders") or {}
    procedure = orders.get("procedure") or _of_orders(handbook)
    if procedure not in handbook.procedures:
        raise _fault(f"orders.procedure: {procedure}")
    try:
        return Plan(
            handbook, begin, habits=Habits(**(data.get("people") or {})), procedure=procedure,
            staff=data.get("staff") or dict.fromkeys(handbook.roles, 1), lanes=dict(data.get("lanes") or {}),
            work={name: _work(one) for name, one in (data.get("work") or {}).items()},
            routines=tuple(Routine(**one) for one in data.get("routines") or ()),
            season=tuple(data.get("season") or (1.0,) * 12),
            deposit_after=minutes(orders.get("deposit_after") or "30min"),
            file_after=minutes(orders.get("file_after") or "1d"), **chosen,
        )  # fmt: skip
    except TypeError as error:
        raise _fault(str(error).rpartition(" ")[2]) from error


def read_plan(folder: Path) -> Mapping[str, Json]:
    """The habits that stand beside a handbook's folder; empty where there are none."""
    file = folder.parent / f"{folder.name}.simulation.yaml"
    found: Mapping[str, Json] = (
        YAML(typ="safe").load(file.read_text(encoding="utf-8")) if file.exists() else None
    ) or {}
    return found


def minutes(text: Json) -> float:
    """Minutes of a length as written: 90, "20min", "3h", "2d". Raises Refused."""
    if isinstance(text, int | float):
        return float(text)
    try:
        length = parse_duration(str(text))
    except DurationFault as error:
        raise _fault(str(text)) from error
    return float(length.n * MINUTES[length.unit])


def _work(data: Mapping[str, Json]) -> Work:
    told = dict(data)
    return Work(minutes(told.pop("minutes", 8)), minutes(told.pop("pace", "3h")), **told)


def _of_orders(handbook: Handbook) -> str:
    """The procedure that begins with an order, else any that somebody may begin."""
    found = [one for one in handbook.procedures.values() if any(start.by for start in one.starts)]
    return next((one.id for one in found if one.subject == "order"), found[0].id if found else "")


def _fault(what: str) -> Refused:
    return Refused(Fault("simulation", f"模拟数据有误：{what}", f"The simulation cannot use this: {what}", field=what))
