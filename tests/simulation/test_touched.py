"""Looking only at what an event has touched comes to the same as looking at everything every time."""

from __future__ import annotations

import pytest

from aftercare.engine import reads
from tests.simulation.test_year import plan, run


def test_what_is_passed_over_would_have_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = run(plan(orders=12, days=70))

    def everything(self: reads.Touched, of: reads.Reads, state: object, events: list[object]) -> None:
        begin(self, of, state, events)  # type: ignore[arg-type]
        self._parts = set(of.everything)
        self._whole = True

    begin = reads.Touched.__init__
    monkeypatch.setattr(reads.Touched, "__init__", everything)
    monkeypatch.setattr(reads, "touched", lambda state, kind, data: None)
    assert quick.events == run(plan(orders=12, days=70)).events


def test_an_event_that_nobody_named_touches_everything() -> None:
    assert reads.touched({"tasks": {}}, "something_new", {}) is None
