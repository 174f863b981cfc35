"""The calendar as people see it: a day by lanes, a week and a month, what is asked for and where arrows lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercare.people.queries import day_of
from aftercare.schedule import lanes as planning
from aftercare.schedule import queries
from aftercare.schedule.models import Entry
from aftercare.schedule.placing import shown_title
from aftercare.web import frame
from aftercare.web.naming import House, listed
from aftercare.web.words import date_said, local, span_day, text_in

VIEWS = ("day", "week", "month")
FILTERS = ("store", "lane", "role", "person", "kind")
UNPLANNED = "-"  # the lane of what has none, in addresses
FIRST_HOUR, HALVES = 7, 28  # a day is drawn from 7:00 to 21:00


def day_asked(text: str, today: date) -> date:
    """A day from an address; today for nonsense."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def number_asked(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a card or bar. Attributes are read by calendar/*.html."""

    row: Entry
    title: str
    lane: str
    kind: str
    people: str
    movable: bool
    suggestion: planning.Suggestion | None = None
    move_url: str = ""
    better_url: str = ""

    @property
    def hours(self) -> str:
        if self.row.starts is None or self.row.ends is None:
            return ""
        return f"{local(self.row.starts):%H:%M}–{local(self.row.ends):%H:%M}"

    @property
    def bar(self) -> str:
        """Classes that place it among the half hours of a day."""
        if self.row.starts is None or self.row.ends is None:
            return ""
        start, length = local(self.row.starts), self.row.ends - self.row.starts
        at = min(max((start.hour - FIRST_HOUR) * 2 + start.minute // 30, 0), HALVES - 1)
        halves = min(max(round(length / timedelta(minutes=30)), 1), HALVES - at)
        return f"at-{at + 1} for-{halves}"


@dataclass(frozen=True, slots=True)
class Row:
    """A lane of a day. `room` None: it takes any number."""

    id: str
    name: str
    jobs: list[Job]
    holds: int | None = None

    @property
    def full(self) -> bool:
        return self.holds is not None and len(self.jobs) >= self.holds

    @property
    def timed(self) -> list[Job]:
        return [job for job in self.jobs if job.row.starts]

    @property
    def whole(self) -> list[Job]:
        return [job for job in self.jobs if not job.row.starts]


class CalendarPage:
    """Reads what a page shows, once, when it is first asked for."""

    def __init__(self, request: Any) -> None:
        self.request, self.actor = request, request.actor
        self.today = day_of(request.now)
        self.view = request.GET.get("view") if request.GET.get("view") in VIEWS else "day"
        self.day = day_asked(request.GET.get("day", ""), self.today)
        self.filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
        self.house = House()

    # --- which days

    @cached_property
    def first(self) -> date:
        if self.view == "day":
            return self.day
        start = self.day if self.view == "week" else self.day.replace(day=1)
        return start - timedelta(days=start.weekday())

    @cached_property
    def last(self) -> date:
        if self.view == "day":
            return self.day
        if self.view == "week":
            return self.first + timedelta(days=6)
        end = (self.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return end + timedelta(days=6 - end.weekday())

    def _step(self, by: int) -> date:
        if self.view == "month":
            first = self.day.replace(day=1)
            return (first + timedelta(days=32)).replace(day=1) if by > 0 else (first - timedelta(days=1)).replace(day=1)
        return self.day + timedelta(days=by * (7 if self.view == "week" else 1))

    def url(self, **changed: Any) -> str:
        asked = {"view": self.view, "day": self.day.isoformat(), **self.filters, **changed}
        return f"{reverse('schedule')}?{urlencode({k: v for k, v in asked.items() if v})}"

    @property
    def here(self) -> str:
        return self.url()

    @property
    def before(self) -> str:
        return self.url(day=self._step(-1).isoformat())

    @property
    def after(self) -> str:
        return self.url(day=self._step(1).isoformat())

    @property
    def now_url(self) -> str:
        return self.url(day=self.today.isoformat())

    @property
    def views(self) -> list[tuple[str, str, str]]:
        names = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
        return [(name, names[name], self.url(view=name)) for name in VIEWS]

    @property
    def title(self) -> str:
        if self.view == "day":
            return date_said(self.day)
        if self.view == "month":
            return _("%(month)s/%(year)s") % {"month": self.day.month, "year": self.day.year}
        return _("%(first)s to %(last)s") % {"first": span_day(self.first), "last": span_day(self.last)}

    @property
    def query(self) -> str:
        return self.url().partition("?")[2]

    # --- what is asked for

    @cached_property
    def store(self) -> int | None:
        return number_asked(self.filters.get("store", "")) or self.request.session.get(frame.STORE_KEY)

    @cached_property
    def asked(self) -> queries.Asked:
        lane = self.filters.get("lane")
        return queries.Asked(
            self.first, self.last, self.store, "" if lane == UNPLANNED else lane, self.filters.get("role", ""),
            number_asked(self.filters.get("person", "")), self.filters.get("kind", ""),
        )  # fmt: skip

    @cached_property
    def choices(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """(name, label, options, chosen) of the filters."""
        lanes = [(one.id, one.name) for one in self.lanes]
        stores = frame.my_stores(self.request)
        options = {
            "store": (_("All stores"), [(str(one.id), text_in(one.name)) for one in stores] if len(stores) > 1 else []),
            "kind": (_("Everything"), [(key, text_in(name)) for key, name in queries.kinds().items()]),
            "lane": (_("All vans and lanes"), [*lanes, (UNPLANNED, _("Not planned yet"))] if lanes else []),
            "person": (_("Everybody"), [(str(number), name) for number, name in self.house.people.items()]),
            "role": (_("All roles"), [(role, text_in(name)) for role, name in self.house.roles.items()]),
        }
        found = [(name, label, given, self.filters.get(name, "")) for name, (label, given) in options.items()]
        return [one for one in found if one[2]]

    # --- jobs and lanes

    @cached_property
    def rows(self) -> list[Entry]:
        return queries.jobs(self.actor, self.asked)

    @cached_property
    def _lanes(self) -> dict[str, list[planning.Lane]]:
        stores = [self.store] if self.store else [one.id for one in frame.my_stores(self.request)]
        return queries.lanes(stores)

    @cached_property
    def lanes(self) -> list[planning.Lane]:
        """Every lane once: those of the figures, then those that only jobs name."""
        found = {lane.id: lane for own in self._lanes.values() for lane in own}
        for row in self.rows:
            if row.lane and row.lane not in found:
                found[row.lane] = planning.Lane(row.lane, self._lane_name(row.lane))
        return list(found.values())

    def _lane_name(self, lane: str) -> str:
        return self.house.person(int(lane.removeprefix("person:"))) if lane.startswith("person:") else lane

    @cached_property
    def _sorts(self) -> tuple[Mapping[str, Any], frozenset[str], frozenset[str]]:
        return queries.kinds(), queries.movable_kinds(), queries.laned_kinds()

    def job(self, row: Entry, *, suggest: bool = False) -> Job:
        kinds, movable, _laned = self._sorts
        kind = f"{row.procedure}.{row.entry}"
        moves = kind in movable and not row.done and self.actor.may("cases.act", row.store_id)
        better = planning.suggest(row, self._lanes.get(kind, []), self.rows) if suggest and moves else None
        address = reverse("schedule_move", args=[row.pk]) if moves else ""
        more = {"day": row.day.isoformat(), "lane": better.lane.id, "back": self.here} if better else {}
        names = {lane.id: lane.name for lane in self.lanes}
        return Job(
            row, self.title_of(row), names.get(row.lane, row.lane),
            text_in(kinds.get(kind, row.procedure)), listed(self.house.person(one) for one in row.people),
            moves, better, f"{address}?{urlencode({'back': self.here})}" if address else "",
            f"{address}?{urlencode(more)}" if better else "",
        )  # fmt: skip

    def title_of(self, row: Entry) -> str:
        whole = self.actor.may("customers.reveal", row.store_id)
        return shown_title(row, get_language() or "zh", whole=whole)

    @cached_property
    def unplanned(self) -> list[Job]:
        """Jobs whose day is known and whose lane is not, each with the lane that suits best."""
        laned = self._sorts[2]
        rows = [row for row in self.rows if not row.lane and f"{row.procedure}.{row.entry}" in laned and not row.done]
        return [self.job(row, suggest=True) for row in rows]

    @cached_property
    def board(self) -> list[Row]:
        """The lanes of a day; jobs that are not planned by lanes stand in the row of their person or role."""
        laned = self._sorts[2]
        jobs = [
            self.job(row) for row in self.rows if row.lane or row.done or f"{row.procedure}.{row.entry}" not in laned
        ]
        shown = [lane for lane in self.lanes if self.filters.get("lane", lane.id) == lane.id]
        rows = [Row(lane.id, lane.name, [job for job in jobs if job.row.lane == lane.id], lane.holds) for lane in shown]
        others: dict[str, list[Job]] = {}
        for job in jobs:
            if not job.row.lane:
                others.setdefault(job.people or self._roles(job.row) or job.kind, []).append(job)
        return rows + [Row("", name, own) for name, own in sorted(others.items())]

    def _roles(self, row: Entry) -> str:
        return listed(text_in(self.house.roles.get(role, role)) for role in row.roles)

    @property
    def has_hours(self) -> bool:
        return any(row.timed for row in self.board)

    @property
    def hours(self) -> list[str]:
        return [f"{FIRST_HOUR + n}:00" for n in range(HALVES // 2)]

    @cached_property
    def notes(self) -> list[queries.Note]:
        return queries.notes(self.actor, self.first, self.last, self.store)

    @property
    def agenda(self) -> list[tuple[date, str, list[queries.Note], list[Job]]]:
        """The days one after the other: what shows without scripts and on a phone."""
        days = [
            (day, [one for one in self.notes if one.first <= day <= one.last], [r for r in self.rows if r.day == day])
            for day in queries.days(self.first, self.last)
        ]
        own = [one for one in days if self.view != "month" or one[0].month == self.day.month]
        return [(day, date_said(day), notes, [self.job(row) for row in rows]) for day, notes, rows in own]
