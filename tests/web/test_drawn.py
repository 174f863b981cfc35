"""Drawings on pages: every task and outcome is written, the way of a case is lit, no text breaks out of its drawing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from aftercare.handbook.links import Link
from aftercare.texts import Text
from aftercare.web.naming import House, Names
from aftercare.web.shown.drawn import PAPER, Look, svg
from aftercare.web.shown.flow import Flow
from tests.handbook.test_drawing import SHOWROOM, long_one

STATE: dict[str, Any] = {
    "tasks": {
        "contract": {"task": "contract", "state": "done", "outcome": "issued", "done_at": "2026-11-01T02:00:00Z"},
        "price_check": {"task": "price_check", "state": "open"},
        "agree_date": {"task": "agree_date", "state": "done", "outcome": "agreed", "late": 5, "round": 2},
        "release": {"task": "release", "state": "open"},
        "recheck": {"task": "recheck", "state": "planned"},
        "over_limit": {"task": "over_limit", "state": "skipped"},
    },
    "deadlines": {"release|due": {"fired": "2026-11-03T02:00:00Z"}},
}


def flow(state: dict[str, Any] | None = None) -> Flow:
    from aftercare.handbook import load

    handbook = load(SHOWROOM).handbook
    assert handbook is not None
    return Flow(Names(handbook, handbook.procedures["order_promise"], House()), state)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_drawing_is_sound_and_says_all_tasks_and_outcomes(language: str) -> None:
    with translation.override(language):
        drawn = flow()
        root = ET.fromstring(drawn.svg)
        written = "".join(root.itertext())
        key = language[:2]
        for task in drawn.procedure.tasks.values():
            for text in (task.name, *(one.name for one in task.outcomes.values())):
                assert getattr(text, key)[:6] in written
        assert root.attrib["aria-labelledby"] == "draw-order_promise-title"
        assert len(root.findall(".//{*}a")) == len(drawn.procedure.tasks)
        assert all((one.findtext("{*}title") or "").strip() for one in root.findall(".//{*}a"))


def test_the_way_taken_is_lit_and_where_each_task_stands_is_said() -> None:
    with translation.override("zh-hans"):
        drawn = flow(STATE)
        tones = {name: drawn.tone(name) for name in drawn.procedure.tasks}
        assert {name: tone for name, tone in tones.items() if tone != "ahead"} == {
            "contract": "done", "agree_date": "late_done", "price_check": "open", "release": "late",
            "recheck": "planned", "over_limit": "off",
        }  # fmt: skip
        assert drawn.taken(Link("contract", "price_check", "after", "issued"))
        assert not drawn.taken(Link("contract", "demand_sheet", "after", "issued"))
        assert not drawn.taken(Link("price_check", "contract", "again", "wrong"))
        states = {one.id: one.state for one in drawn.told}
        assert states["contract"] == "✓ 已完成 11-01" and states["release"] == "！已超时"
        assert states["agree_date"] == "✓ 已完成，晚了 ×2" and states["demand_sheet"] == ""
        lit = re.findall(r'class="d-arrow d-\w+ d-lit"', drawn.svg)
        assert len(lit) == 3  # contract -> price check, contract -> release, date -> recheck


def test_the_list_says_what_the_arrows_say() -> None:
    with translation.override("en"):
        told = {one.id: one for one in flow().told}
        assert ("once more", "Return to sales", "1. Fill in and issue the contract list") in told["price_check"].onward
        assert sum(len(one.onward) for one in told.values()) == len(flow().drawing.arrows)


def test_nothing_written_breaks_out_of_the_drawing() -> None:
    procedure = long_one(3)
    nasty = Text('</text><script>x</script>"&', '</text><script>x</script>"&')
    tasks = {name: replace(task, name=nasty) for name, task in procedure.tasks.items()}
    drawn = flow()
    names = Names(drawn.names.handbook, replace(procedure, name=nasty, tasks=tasks), House())
    names.house.roles = {}
    assert "<script" not in Flow(names).svg
    ET.fromstring(Flow(names).svg)


def test_a_band_alone_for_paper_brings_its_own_style() -> None:
    with translation.override("zh-hans"):
        names = Names(flow().names.handbook, long_one(), House())
        names.house.roles = {}
        whole = Flow(names)
        look = Look("图", "", stage=lambda band: "", style=PAPER)
        bands = [svg(whole.drawing, look, n) for n in range(len(whole.drawing.bands))]
        boxes = [len(re.findall(r'class="d-frame"', one)) for one in bands]
        assert sum(boxes) == 40 and all("<style>" in one and "<a " not in one for one in bands)
