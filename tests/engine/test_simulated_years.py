"""Two hundred years of random handbooks and random people; failing seeds become fixed tests below."""

from __future__ import annotations

import pytest

from aftercare.engine import rebuild
from tests.engine import simulated_years
from tests.engine.stage import NOW

BATCHES = 10
YEARS = 200
# Seeds that once broke a promise: a mark without a name, a task of an earlier round that held its case open,
# a task opened by a condition whose if stayed false.
BROKEN_ONCE = (14, 19, 47, 62, 102, 125, 143, 184, 11_018)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_simulated_years_keep_every_promise(batch: int) -> None:
    """Each deadline at most once and never early, no task lost, no outcome without its gate, fold == state."""
    days = 0.0
    seed = 10_000 + batch * 1_000
    while days < YEARS * 365 / BATCHES:
        days += sum((one.now - NOW).total_seconds() / 86400 for one in simulated_years.run(seed))
        seed += 1


@pytest.mark.parametrize("seed", BROKEN_ONCE)
def test_what_broke_once_holds(seed: int) -> None:
    simulated_years.run(seed)


def test_the_same_seed_gives_the_same_events() -> None:
    first, second = (simulated_years.run(7) for _ in range(2))
    assert [one.events for one in first] == [one.events for one in second]


def test_the_fold_evaluates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = simulated_years.run(8)

    def boom(*_: object, **__: object) -> None:
        raise AssertionError("the fold evaluates nothing")

    monkeypatch.setattr("aftercare.handbook.conditions.condition.Condition.value", boom)
    monkeypatch.setattr("aftercare.handbook.conditions.condition.Condition.evaluate", boom)
    for name in ("after", "before", "at_day", "closing", "opens_after", "opens_before", "reminder"):
        monkeypatch.setattr(f"aftercare.calendar.{name}", boom)
    for one in runs:
        assert rebuild(one.events) == one.state
