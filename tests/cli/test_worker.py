"""How the worker shares its time: each kind of work in turn, none starves another, a failing one is tried again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aftercare.cli import worker

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PAUSE = timedelta(seconds=2)


@dataclass
class Swept:
    fired: int


def job(results: list[object]) -> tuple[worker.Job, list[datetime]]:
    calls: list[datetime] = []

    def work(now: datetime) -> object:
        calls.append(now)
        result = results.pop(0) if results else 0
        if isinstance(result, Exception):
            raise result
        return result

    return worker.Job("work", work, PAUSE, NOW), calls


def test_work_that_found_nothing_rests() -> None:
    one, calls = job([0])
    assert one.turn(NOW) is False
    assert one.turn(NOW + PAUSE / 2) is False
    assert len(calls) == 1
    one.turn(NOW + PAUSE)
    assert len(calls) == 2


def test_work_that_found_something_goes_on_at_once() -> None:
    one, calls = job([5, Swept(3), Swept(0)])
    assert one.turn(NOW) is True
    assert one.turn(NOW) is True
    assert one.turn(NOW) is False
    assert len(calls) == 3


def test_a_failure_is_tried_again_after_the_pause() -> None:
    one, calls = job([ValueError("no"), 1])
    assert one.turn(NOW) is False
    assert one.turn(NOW + timedelta(seconds=1)) is False
    assert one.turn(NOW + PAUSE) is True
    assert len(calls) == 2


def test_a_clock_set_back_by_an_hour_does_not_silence_the_worker() -> None:
    one, calls = job([0])
    one.turn(NOW)
    one.turn(NOW - timedelta(hours=1))
    assert len(calls) == 2


def test_long_work_does_not_keep_the_others_waiting() -> None:
    begun, go_on = threading.Event(), threading.Event()
    portions = [1, 0]

    def work(now: datetime) -> int:
        begun.set()
        go_on.wait(5)
        return portions.pop(0) if portions else 0

    one = worker.LongJob("long", work, timedelta(hours=1), NOW)
    assert one.turn(NOW) is True and begun.wait(5)
    assert one.turn(NOW) is True  # at once, though the work is not done
    go_on.set()
    assert one.idle.wait(5) and one.turn(NOW) is False and portions == []
