"""A whole company in virtual time: its stores one beside the other, on as many processors as there are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from aftercare.calendar import WorkCalendar
from aftercare.simulation.figures import Counting, Figures, total
from aftercare.simulation.plan import Plan
from aftercare.simulation.staff import hire
from aftercare.simulation.virtual import Numbers, Sink, Store
from aftercare.simulation.year import sales

_plans: dict[str, Plan] = {}  # what a child of this process works on: compiled handbooks do not travel


def store_of(plan: Plan, n: int, sink: Sink) -> Store:
    """Store number `n` (from 0) of a plan, ready to run."""
    first = next(iter(plan.handbook.calendars.values()), None)
    calendar = WorkCalendar.from_json(dict(first)) if first else WorkCalendar(holidays="none")
    begin = datetime.combine(plan.begin, time(), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    buyers, sold = sales(plan, n)
    customers = range(n + 1, n + 1 + len(buyers) * plan.stores, plan.stores)
    numbers = Numbers(n + 1, n + 1, n + 1, n + 1, plan.stores)
    return Store(plan, n + 1, hire(plan, n + 1, begin), sold, calendar, sink, numbers, n, customers)


def count(plan: Plan, n: int, progress: Callable[[float], None] = lambda share: None) -> Figures:
    """The figures of one store's year."""
    counting = Counting()
    store = store_of(plan, n, counting)
    store.run(progress)
    counting.figures.commands = store.commands
    return counting.figures


def simulate(plan: Plan, processes: int = 0) -> Figures:
    """The figures of the company's year. `processes` 0: one for each processor; the figures are the same."""
    jobs = min(plan.stores, processes or os.cpu_count() or 1)
    if jobs < 2:
        return total(count(plan, n) for n in range(plan.stores))
    _plans["now"] = plan
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return total(pool.map(_count, range(plan.stores), chunksize=1))


def _count(n: int) -> Figures:
    return count(_plans["now"], n)
