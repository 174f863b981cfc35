"""Commands over many cases: a changed figure, a closing day, a leaver. Each case is one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from aftercare.cases.actions import act
from aftercare.cases.handbooks import bump
from aftercare.cases.models import Case, Deadline, OpenTask
from aftercare.engine import Command
from aftercare.engine.people import ids_of
from aftercare.errors import Refused
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.hooks import CalendarChange
from aftercare.people.queries import holders_of

Json = Any
RUNNING = ("open", "paused")


def signal_open_cases(now: datetime, handbook: str, store: int | None, name: str) -> int:
    """Let running cases look at their conditions again. Returns how many changed."""
    cases = Case.objects.filter(handbook=handbook, status__in=RUNNING)
    if store is not None:
        cases = cases.filter(store_id=store)
    return _each(cases.order_by("id").values_list("id", flat=True), now, Command("signal", {"name": f"setting:{name}"}))


def _each(cases: Iterable[int], now: datetime, command: Command) -> int:
    return sum(1 for case in list(cases) if act(SYSTEM, now, case, command).seq)


def on_calendar_change(change: CalendarChange, actor: Actor, now: datetime) -> Json:
    """Deadlines follow the calendar at once; the page is told which cases and customers are concerned."""
    bump()
    cases = Case.objects.filter(status__in=RUNNING)
    if change.store is not None:
        cases = cases.filter(store_id=change.store)
    moved: list[Json] = []
    for case in cases.order_by("id").values("id", "number", "customer_id"):
        before = _dues(case["id"])
        act(SYSTEM, now, case["id"], Command("signal", {"name": "calendar"}))
        after = _dues(case["id"])
        changed = [
            {"element": key, "old": before[key], "new": at}
            for key, at in after.items()
            if key in before and before[key] != at
        ]
        if changed:
            moved.append(
                {"case": case["id"], "number": case["number"], "customer": case["customer_id"], "deadlines": changed}
            )
    return {"moved": moved}


def _dues(case: int) -> dict[str, str]:
    rows = Deadline.objects.filter(case_id=case, fired_at=None, level="due").values_list("element", "at")
    return {element: at.isoformat() for element, at in rows}


def refresh_provisional(now: datetime) -> int:
    """Deadlines worked out without a year's holidays follow once they are known. Returns the cases looked at."""
    cases = Deadline.objects.filter(provisional=True, fired_at=None).values_list("case_id", flat=True).distinct()
    return _each(list(cases), now, Command("signal", {"name": "calendar"}))


def on_leaver(person: int, last_day: date, actor: Actor, now: datetime) -> Json:
    """Open and planned tasks of a leaver go to a colleague of the same role, else back to the role; signatures stay."""
    moved: list[Json] = []
    for case, store in _cases_of(person):
        heir = _heir(case, person, store, now)
        done = act(SYSTEM, now, case, Command("reassign", {"from": person, "to": heir}))
        moved.append({"case": case, "number": done.number, "to": heir})
    return {"moved": moved}


def _cases_of(person: int) -> Iterator[tuple[int, int]]:
    mine = Q(state__people__contains={}) & Q(status__in=RUNNING)
    tasks = OpenTask.objects.filter(assignee_id=person).values_list("case_id", "store_id")
    seen = dict(tasks)
    for case, store, people in Case.objects.filter(mine).values_list("id", "store_id", "state__people"):
        if any(person in ids_of({"people": people}, name) for name in people or {}):
            seen.setdefault(case, store)
    yield from sorted(seen.items())


def _heir(case: int, person: int, store: int, now: datetime) -> int | None:
    """The colleague with the fewest open tasks in the role concerned; None leaves it to the whole role."""
    roles = OpenTask.objects.filter(case_id=case, assignee_id=person).values_list("roles", flat=True).first() or []
    colleagues = [holder.person for role in roles for holder in holders_of(role, store, now) if holder.person != person]
    if not colleagues:
        return None
    return min(colleagues, key=lambda one: (OpenTask.objects.filter(assignee_id=one).count(), one))


def move_tasks(actor: Actor, now: datetime, tasks: Iterable[tuple[int, str]], person: int) -> list[Json]:
    """Give several tasks to a person; those that cannot move are told, the others move."""
    results: list[Json] = []
    for case, key in tasks:
        try:
            act(actor, now, case, Command("reassign", {"task": key, "person": person}))
            results.append({"case": case, "task": key, "moved": True})
        except Refused as refused:
            results.append(
                {"case": case, "task": key, "moved": False, "faults": [fault.as_json() for fault in refused.faults]}
            )
    return results
