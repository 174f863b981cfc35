"""Trials asked for by page: carried out by the worker, read by who asked, gone after a week; no row is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aftercare.cases import trials
from aftercare.cases.trying import Change
from aftercare.config import dump
from aftercare.errors import NotAllowed, NotFound, Refused
from aftercare.people.actor import Actor
from tests.cases.test_trying import LATER, rechecked
from tests.showroom import Showroom

TWENTY = Change("showroom", {"recheck_lead": "20d"})


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.FILES_ROOT = tmp_path / "files"
    yield tmp_path / "trials"


def test_asked_carried_out_and_read(shop: Showroom) -> None:
    story = rechecked(shop, datetime(2026, 12, 30, 3, tzinfo=UTC))
    boss = shop.actor("general_manager", LATER)
    before = list(dump.lines())
    name = trials.ask(boss, LATER, TWENTY)
    assert trials.trial(boss, name)["state"] == {"status": "waiting", "done": 0, "of": 1}
    assert trials.run_waiting(LATER) == 1 and trials.run_waiting(LATER) == 0
    state = trials.trial(boss, name)["state"]
    assert (state["status"], state["done"], state["tally"]["newly_late"]) == ("ended", 1, 1)
    (line,) = trials.found(name)
    assert (line["case"], line["element"], line["clauses"], line["late"]) == (story.id, "recheck", ["DP-01"], True)
    assert line["then"]["at"] == "2027-01-01T16:00:00Z" and line["now"]["at"] == "2026-12-26T16:00:00Z"
    assert list(trials.found(name, 1)) == [] and list(dump.lines()) == before


def test_a_trial_belongs_to_who_asked(shop: Showroom) -> None:
    name = trials.ask(shop.actor("general_manager", LATER), LATER, TWENTY)
    with pytest.raises(NotFound):
        trials.trial(shop.actor("service_manager", LATER), name)
    with pytest.raises(NotFound):
        trials.trial(shop.actor("general_manager", LATER), "../../etc")
    assert [one["id"] for one in trials.trials(shop.actor("general_manager", LATER))] == [name]
    assert trials.trials(shop.actor("finance", LATER)) == []


def test_refused_before_anything_is_begun(shop: Showroom, place: Path) -> None:
    boss = shop.actor("general_manager", LATER)
    for change in (Change("showroom"), Change("showroom", {"recheck_lead": "soon"}), Change("showroom", {"x": 1})):
        with pytest.raises(Refused):
            trials.ask(boss, LATER, change)
    with pytest.raises(NotFound):
        trials.ask(boss, LATER, TWENTY, candidate="0" * 64)
    with pytest.raises(NotAllowed):
        trials.ask(Actor(0, "", frozenset(), {}), LATER, TWENTY)
    assert not list(place.glob("*"))


def test_one_that_breaks_off_says_so_and_one_left_behind_is_taken_up(shop: Showroom, place: Path) -> None:
    boss = shop.actor("general_manager", LATER)
    left = trials.ask(boss, LATER, TWENTY)
    (place / left / "state.json").write_text('{"status": "running", "done": 0, "of": 0}')
    assert trials.run_waiting(LATER) == 1 and trials.trial(boss, left)["state"]["status"] == "ended"
    broken = trials.ask(boss, LATER, TWENTY)
    asked = json.loads((place / broken / "asked.json").read_text())
    (place / broken / "asked.json").write_text(json.dumps(asked | {"closed": ["no day"]}))
    assert trials.run_waiting(LATER) == 1
    assert trials.trial(boss, broken)["state"]["status"] == "failed" and trials.trial(boss, broken)["state"]["en"]


def test_another_worker_has_it(shop: Showroom, place: Path) -> None:
    name = trials.ask(shop.actor("general_manager", LATER), LATER, TWENTY)
    with trials._taken(place / name) as mine:
        assert mine and trials.run_waiting(LATER) == 0
    assert trials.run_waiting(LATER) == 1


def test_after_a_week_it_is_gone(shop: Showroom, place: Path) -> None:
    boss = shop.actor("general_manager", LATER)
    name = trials.ask(boss, LATER, TWENTY)
    trials.forget_old(LATER + timedelta(days=6))
    assert (place / name).exists()
    trials.forget_old(LATER + timedelta(days=8))
    assert not (place / name).exists()
