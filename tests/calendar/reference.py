"""A slow reading of the same rules: minute by minute, day by day, on bare numbers, sharing nothing with the code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MINUTES = 1440
BEIJING = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class Slow:
    """`week`: for each weekday (first, last) minutes from its midnight, last may exceed 1440; dates by ordinal."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    free: frozenset[int] = frozenset()
    made_up: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    extra: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()

    def shifts(self, day: int) -> tuple[tuple[int, int], ...]:
        for special, shifts in self.extra:
            if special == day:
                return shifts
        if day in self.closed or day in self.free:
            return ()
        plain = self.week[(day - 1) % 7]
        if not plain and day in self.made_up and all(self.week[:5]):
            return self.week[0]
        return plain

    def works_at(self, minute: int) -> bool:
        """`minute` counts from the midnight of ordinal 0, local time."""
        day, within = divmod(minute, MINUTES)
        today = any(first <= within < last for first, last in self.shifts(day))
        return today or any(within + MINUTES < last for _, last in self.shifts(day - 1))

    def add(self, minute: int, need: int, paused: frozenset[int] = frozenset()) -> int:
        while need:
            need -= self.works_at(minute) and minute not in paused
            minute += 1
        return minute

    def subtract(self, minute: int, need: int) -> int:
        while need:
            minute -= 1
            need -= self.works_at(minute)
        return minute

    def between(self, a: int, b: int) -> int:
        return sum(self.works_at(minute) for minute in range(a, b))

    def working_day(self, day: int, n: int, step: int) -> int:
        while n:
            day += step
            n -= bool(self.shifts(day))
        return day


def moment(minute: int) -> dt.datetime:
    """The moment of a local minute."""
    day, within = divmod(minute, MINUTES)
    local = dt.datetime.fromordinal(day).replace(tzinfo=BEIJING) + dt.timedelta(minutes=within)
    return local.astimezone(dt.UTC)
