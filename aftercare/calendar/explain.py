"""Why something is due when it is: every stretch of time between the anchor and the moment, counted or not, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from aftercare.calendar import deadlines, wording
from aftercare.calendar.deadlines import EXACT, WORKING, Anchor
from aftercare.calendar.model import Due, WorkCalendar
from aftercare.calendar.timeline import Day, Stretch, Timeline, timeline
from aftercare.calendar.working import merged, without, working_stretches
from aftercare.calendar.zones import iso
from aftercare.handbook.duration import Duration
from aftercare.texts import Text

Side = Literal["after", "before", "opens_after", "opens_before"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time (UTC) that counted or did not. `days`: whole days counted, for day units only."""

    start: dt.datetime
    end: dt.datetime
    counted: bool
    why: Text
    days: int = 0

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start

    def to_json(self) -> dict[str, Any]:
        plain = {"start": iso(self.start), "end": iso(self.end), "counted": self.counted, "why": self.why.as_json()}
        return plain | ({"days": self.days} if self.days else {})


@dataclass(frozen=True, slots=True)
class Explanation:
    """The spans tile their interval in order; what is counted sums to the duration.

    The interval runs from the anchor to `due.at`, or the other way round on the side `before`. In day units it holds
    whole days: the anchor's day 0, which never counts, and each counted day in full, the due or opening day included.
    """

    due: Due
    spans: tuple[Span, ...]
    sentence: Text

    @property
    def counted_days(self) -> int:
        return sum(span.days for span in self.spans)

    @property
    def counted_time(self) -> dt.timedelta:
        return sum((span.length for span in self.spans if span.counted), dt.timedelta())

    def to_json(self) -> dict[str, Any]:
        spans = [span.to_json() for span in self.spans]
        return {"due": self.due.to_json(), "spans": spans, "sentence": self.sentence.as_json()}


def explain(
    calendar: WorkCalendar,
    anchor: Anchor,
    duration: Duration,
    side: Side = "after",
    due: Due | None = None,
    *,
    pauses: Iterable[Stretch] = (),
) -> Explanation:
    """The explanation of a deadline or opening.

    `due` is what was stored when it was first worked out: where today's calendar gives another moment, the sentence
    says so. Raises Refused like the arithmetic itself.
    """
    line, stops = timeline(calendar), merged(pauses)
    found = _computed(calendar, anchor, duration, side, stops)
    if duration.unit in WORKING or duration.unit in EXACT:
        spans = _exact_spans(line, anchor, duration, side, found, stops)
    else:
        spans = _day_spans(line, anchor, duration, side, found, stops)
    joined = tuple(_joined(spans))
    free = [span.why for span in joined if not span.counted]
    sentence = wording.sentence(line.zone, anchor, duration, side, found, free)
    if due is not None and due.at != found.at:
        sentence = wording.moved(sentence, line.zone, due)
    return Explanation(due or found, joined, sentence)


def _computed(
    calendar: WorkCalendar, anchor: Anchor, duration: Duration, side: Side, stops: tuple[Stretch, ...]
) -> Due:
    if side == "after":
        return deadlines.after(calendar, anchor, duration, pauses=stops)
    if side == "opens_after":
        return deadlines.opens_after(calendar, anchor, duration, pauses=stops)
    return (deadlines.before if side == "before" else deadlines.opens_before)(calendar, anchor, duration)


def _exact_spans(
    line: Timeline, anchor: Anchor, duration: Duration, side: Side, due: Due, stops: tuple[Stretch, ...]
) -> Iterator[Span]:
    if side in ("after", "opens_after"):
        start, end = deadlines.moment_after(line, anchor), due.at
    else:
        start, end, stops = due.at, deadlines.moment_before(line, anchor), ()
    if duration.unit in EXACT:
        yield from _with_pauses(Span(start, end, True, wording.ELAPSED), stops)
        return
    at = start
    for begins, ends in working_stretches(line, start, end):
        yield from _idle(line, at, begins, stops)
        why = line.day(line.ordinal(begins)).status.name
        yield from _with_pauses(Span(begins, ends, True, wording.shift(why)), stops)
        at = ends
    yield from _idle(line, at, end, stops)


def _idle(line: Timeline, start: dt.datetime, end: dt.datetime, stops: tuple[Stretch, ...]) -> Iterator[Span]:
    """The time between two shifts, cut at local midnights so that each day gives its own reason."""
    while start < end:
        day = line.day(line.ordinal(start))
        stop = min(end, day.end)
        yield from _with_pauses(Span(start, stop, False, _why_idle(day, start, stop)), stops)
        start = stop


def _why_idle(day: Day, start: dt.datetime, end: dt.datetime) -> Text:
    if not day.shifts:
        return day.status.name
    if day.spans and day.spans[0][1] <= start and end <= day.spans[-1][0]:
        return wording.break_between(start - day.start, end - day.start)
    return wording.AFTER_HOURS


def _with_pauses(span: Span, stops: tuple[Stretch, ...]) -> Iterator[Span]:
    at = span.start
    for begins, ends in without((span.start, span.end), stops):
        if begins > at:
            yield Span(at, begins, False, wording.PAUSED)
        yield Span(begins, ends, span.counted, span.why)
        at = ends
    if at < span.end:
        yield Span(at, span.end, False, wording.PAUSED)


def _day_spans(
    line: Timeline, anchor: Anchor, duration: Duration, side: Side, due: Due, stops: tuple[Stretch, ...]
) -> Iterator[Span]:
    zero = deadlines.day_zero(line, anchor)
    moment = anchor.at if isinstance(anchor, Due) else anchor
    if side in ("after", "opens_after"):
        last = due.day.toordinal() if due.day else line.ordinal(due.at)
        start = moment if isinstance(moment, dt.datetime) else line.start(zero)
        if start < line.start(zero + 1):
            yield Span(start, line.start(zero + 1), False, wording.DAY_ZERO)
        yield from _after_zero(line, zero, last, duration, stops)
        return
    first = due.day.toordinal() if due.day else line.ordinal(due.at)
    for ordinal in range(first, zero):
        yield _whole_day(line, ordinal, duration)
    end = moment if isinstance(moment, dt.datetime) else line.start(zero + 1)
    if line.start(zero) < end:
        yield Span(line.start(zero), end, False, wording.DAY_ZERO)


def _after_zero(line: Timeline, zero: int, last: int, duration: Duration, stops: tuple[Stretch, ...]) -> Iterator[Span]:
    held = deadlines.midnight_paused(line, zero, stops)  # still day 0: its midnight fell into a pause
    for ordinal in range(zero + 1, last + 1):
        paused = deadlines.midnight_paused(line, ordinal, stops)
        if paused or held:
            yield Span(line.start(ordinal), line.start(ordinal + 1), False, wording.PAUSED)
            held = held and paused
        else:
            yield _whole_day(line, ordinal, duration)


def _whole_day(line: Timeline, ordinal: int, duration: Duration) -> Span:
    start, end = line.start(ordinal), line.start(ordinal + 1)
    if duration.unit != "wd":
        return Span(start, end, True, wording.ELAPSED_DAYS, 1)
    day = line.day(ordinal)
    counts = day.works and duration.n > 0
    return Span(start, end, counts, day.status.name, 1 if counts else 0)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours with one reason become one span."""
    held: Span | None = None
    for span in spans:
        if held and held.end == span.start and held.counted == span.counted and held.why == span.why:
            held = Span(held.start, span.end, held.counted, held.why, held.days + span.days)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held
