"""The arithmetic equals a minute-by-minute reading on calendars of every shape, and explanations add up."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import calendar as c
from aftercare.calendar import holidays_china
from aftercare.calendar.holidays_china import Given, HolidayDay, HolidayYear
from aftercare.handbook.duration import Duration
from aftercare.texts import Text
from tests.calendar.reference import MINUTES, Slow, moment

FIRST = dt.date(2026, 5, 25).toordinal()
DAYS = 21
NAME = Text("测试", "Test")


def shift(first: int, last: int) -> c.Shift:
    clock = [dt.time(minute % MINUTES // 60, minute % 60) for minute in (first, last)]
    return c.Shift(*clock)


@st.composite
def day_shifts(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """None to three shifts at odd minutes; the last may run into the next day."""
    cuts = sorted(draw(st.sets(st.integers(0, MINUTES - 1), max_size=6)))
    pairs = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    if pairs and draw(st.booleans()):
        first, _ = pairs[-1]
        pairs[-1] = (first, MINUTES + draw(st.integers(0, first)))
    return tuple(pairs)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[c.WorkCalendar, Slow, Given]:
    sunday = ((540, 720), (810, 1080))
    week = (*(draw(st.one_of(st.just(()), day_shifts())) for _ in range(6)), sunday)
    pool = draw(st.permutations(range(FIRST - 3, FIRST + DAYS)))
    sizes = draw(st.tuples(*[st.integers(0, 4)] * 4))
    free, made_up, closed, special = (pool[sum(sizes[:i]) : sum(sizes[: i + 1])] for i in range(4))
    extra = tuple((day, draw(day_shifts().filter(bool))) for day in special)
    slow = Slow(week, frozenset(free), frozenset(made_up), frozenset(closed), extra)
    date = dt.date.fromordinal
    entries = [HolidayDay(date(d), False, NAME) for d in free] + [HolidayDay(date(d), True, NAME) for d in made_up]
    years = tuple(HolidayYear(year, tuple(entries) if year == 2026 else ()) for year in range(2025, 2037))
    calendar = c.WorkCalendar(
        week=tuple(tuple(shift(*pair) for pair in shifts) for shifts in week),
        holidays="china",
        closed=tuple((date(day), NAME) for day in closed),
        extra=tuple((date(day), tuple(shift(*pair) for pair in shifts)) for day, shifts in extra),
    )
    return calendar, slow, Given(years)


minutes = st.integers(FIRST * MINUTES, (FIRST + DAYS) * MINUTES)
CASES = settings(max_examples=60, deadline=None)


@CASES
@given(calendars(), minutes, st.integers(0, 2500))
def test_adding_and_subtracting_working_minutes(made: tuple, start: int, need: int) -> None:
    calendar, slow, provider = made
    with holidays_china.using(provider):
        assert c.add_working(calendar, moment(start), need).at == moment(slow.add(start, need))
        assert c.subtract_working(calendar, moment(start), need).at == moment(slow.subtract(start, need))


@CASES
@given(calendars(), minutes, minutes)
def test_working_minutes_between(made: tuple, a: int, b: int) -> None:
    calendar, slow, provider = made
    a, b = min(a, b), min(max(a, b), min(a, b) + 6 * MINUTES)
    with holidays_china.using(provider):
        assert c.working_minutes_between(calendar, moment(a), moment(b)) == slow.between(a, b)
        assert c.working_minutes_between(calendar, moment(b), moment(a)) == -slow.between(a, b)


@CASES
@given(calendars(), minutes)
def test_the_next_working_moment(made: tuple, start: int) -> None:
    calendar, slow, provider = made
    expected = next(minute for minute in range(start, start + 60 * MINUTES) if slow.works_at(minute))
    with holidays_china.using(provider):
        found = c.next_working_moment(calendar, moment(start))
        assert found.at == moment(expected)
        assert c.is_working(calendar, moment(start)) == slow.works_at(start)


@CASES
@given(calendars(), minutes, st.integers(1, 15))
def test_working_days_on_both_sides(made: tuple, start: int, n: int) -> None:
    calendar, slow, provider = made
    zero = start // MINUTES
    with holidays_china.using(provider):
        after = c.after(calendar, moment(start), Duration(n, "wd"))
        before = c.before(calendar, moment(start), Duration(n, "wd"))
    for due, step in ((after, 1), (before, -1)):
        day = slow.working_day(zero, n, step)
        assert due == c.Due(moment((day + 1) * MINUTES), False, dt.date.fromordinal(day))


@CASES
@given(calendars(), minutes, st.integers(0, 900), st.lists(st.tuples(st.integers(-600, 4000), st.integers(0, 900))))
def test_pauses_stop_the_clock(made: tuple, start: int, need: int, raw: list[tuple[int, int]]) -> None:
    calendar, slow, provider = made
    paused = frozenset(start + at + step for at, length in raw[:3] for step in range(length))
    pauses = tuple((moment(start + at), moment(start + at + length)) for at, length in raw[:3])
    inside = not need and {start - 1, start} <= paused
    exact = start if not inside else next(m for m in range(start, start + MINUTES * 9) if m not in paused)
    for _ in range(need):
        while exact in paused:
            exact += 1
        exact += 1
    with holidays_china.using(provider):
        working = c.after(calendar, moment(start), Duration(need, "wmin"), pauses=pauses)
        plain = c.after(calendar, moment(start), Duration(need, "min"), pauses=pauses)
    assert working.at == moment(exact if inside else slow.add(start, need, paused))
    assert plain.at == moment(exact)


durations = st.builds(
    Duration, st.integers(0, 12), st.sampled_from(["min", "h", "d", "w", "mo", "q", "y", "wd", "wh", "wmin"])
)
sides = st.sampled_from(["after", "before", "opens_after", "opens_before"])
pause_lists = st.lists(st.tuples(st.integers(-600, 9000), st.integers(0, 4000)), max_size=3)


@settings(max_examples=200, deadline=None)
@given(calendars(), minutes, durations, sides, pause_lists, st.sampled_from(["moment", "date", "due"]))
def test_an_explanation_tiles_its_interval_and_adds_up(
    made: tuple, start: int, duration: Duration, side: str, raw: list[tuple[int, int]], kind: str
) -> None:
    calendar, _, provider = made
    pauses = tuple((moment(start + at), moment(start + at + length)) for at, length in raw)
    date = dt.date.fromordinal(start // MINUTES)
    due = c.Due(moment((start // MINUTES + 1) * MINUTES), day=date)
    anchor = {"moment": moment(start), "date": date, "due": due}[kind]
    with holidays_china.using(provider):
        found = c.explain(calendar, anchor, duration, side, pauses=pauses)
    for earlier, later in pairwise(found.spans):
        assert earlier.end == later.start
        assert (earlier.counted, earlier.why) != (later.counted, later.why)
    assert all(span.start < span.end for span in found.spans)
    assert_sum(found, duration)
    assert_ends(found, duration, side)
    assert found.sentence.zh and found.sentence.en


def assert_sum(found: c.Explanation, duration: Duration) -> None:
    exact = {"min": 1, "h": 60, "wmin": 1, "wh": 60}
    if duration.unit in exact:
        assert found.counted_time == dt.timedelta(minutes=duration.n * exact[duration.unit])
    elif duration.unit in ("d", "w", "wd"):
        assert found.counted_days == duration.n * (7 if duration.unit == "w" else 1)
        assert found.counted_time == dt.timedelta(days=found.counted_days)
    else:
        length = {"mo": 1, "q": 3, "y": 12}[duration.unit] * duration.n
        assert 28 * length <= found.counted_days <= 31 * length


def assert_ends(found: c.Explanation, duration: Duration, side: str) -> None:
    """After: the spans end when it is due, or with the day on which it opens. Before: they begin there."""
    if not found.spans:
        return
    exact = duration.unit in ("min", "h", "wmin", "wh")
    if side == "after" or (side == "opens_after" and exact):
        assert found.spans[-1].end == found.due.at
    elif side == "opens_after":
        assert found.spans[-1].end == found.due.at + dt.timedelta(days=1)
    elif side == "opens_before" or exact:
        assert found.spans[0].start == found.due.at
    else:
        assert found.spans[0].start == found.due.at - dt.timedelta(days=1)
