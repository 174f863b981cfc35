"""Drawings of procedures: every task and link is there, no box lies on another, no arrow runs through a box."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from aftercare.handbook import load, load_texts
from aftercare.handbook.drawing import Box, Drawing, Words, draw
from aftercare.handbook.links import Link, gated_by, links
from aftercare.handbook.model import Procedure
from aftercare.handbook.wrapping import wrapped

ROOT = Path(__file__).resolve().parents[2]
SHOWROOM = Path(os.environ.get("AFTERCARE_HANDBOOK") or ROOT / "handbooks/showroom")
HEAD = """
handbook: {id: probe, name: {zh: 手册, en: Book}, version: "1"}
roles: [{id: a, name: {zh: 甲, en: A}}, {id: b, name: {zh: 乙, en: B}}, {id: c, name: {zh: 丙, en: C}}]
calendars: [{id: company, zone: Asia/Shanghai, holidays: none, week: {mon-fri: ["09:00-18:00"]}}]
"""


def procedure_of(tasks: str, extra: str = "") -> Procedure:
    head = "procedures:\n  - id: p\n    name: {zh: 流程, en: Way}\n    subject: none\n    starts: [{by: a}]\n"
    loaded = load_texts({"handbook.yaml": HEAD, "procedures/p.yaml": f"{head}{extra}    tasks:\n{tasks}"}, {})
    assert loaded.handbook is not None, loaded.faults
    return loaded.handbook.procedures["p"]


OUTCOMES = "outcomes: {ok: {name: {zh: 好, en: Fine}}, bad: {name: {zh: 不好, en: Not fine}}}"


def task(name: str, role: str, after: str = "", more: str = "") -> str:
    opens = f", after: [{after}]" if after else ""
    named = f"name: {{zh: 任务{name}, en: Task {name}}}, role: {role}"
    return f"      - {{task: {name}, {named}{opens}{more}, {OUTCOMES}}}\n"


def long_one(n: int = 40) -> Procedure:
    """A net of forty tasks: each follows the one before, some jump ahead, three roles take turns."""
    lines = []
    for i in range(n):
        after = f"t{i - 1}.ok" if i else ""
        if i > 6 and i % 5 == 0:
            after += f", t{i - 6}.bad"
        lines.append(task(f"t{i}", "abc"[i * 7 % 3], after))
    return procedure_of("".join(lines))


def words(procedure: Procedure, english: bool = False) -> Mapping[str, Words]:
    def of(name: str) -> Words:
        one = procedure.tasks[name]
        text = (lambda t: t.en) if english else (lambda t: t.zh)
        notes = (("due", "限 送货前 14 天"), ("clauses", " ".join(one.clauses)))
        return Words(text(one.name), one.role[0], notes, {k: text(o.name) for k, o in one.outcomes.items()})

    return {name: of(name) for name in procedure.tasks}


FOLDERS = [SHOWROOM, *(path.parent for path in sorted((ROOT / "tests/probes").glob("*/handbook.yaml")))]


@pytest.fixture(params=["long", *FOLDERS], ids=lambda one: getattr(one, "name", one))
def procedures(request: pytest.FixtureRequest) -> list[Procedure]:
    if request.param == "long":
        return [long_one()]
    loaded = load(request.param)
    assert loaded.handbook is not None, loaded.faults[:3]
    return list(loaded.handbook.procedures.values())


def drawn(procedure: Procedure, english: bool = False, columns: int = 5) -> Drawing:
    return draw(procedure, words(procedure, english).__getitem__, columns)


def test_every_task_has_a_box_and_every_link_an_arrow(procedures: list[Procedure]) -> None:
    for procedure in procedures:
        drawing = drawn(procedure)
        assert list(drawing.boxes) == list(procedure.tasks)
        assert [one.link for one in drawing.arrows] == list(links(procedure))


@pytest.mark.parametrize("english", [False, True])
def test_no_box_lies_on_another_and_all_lie_on_the_sheet(procedures: list[Procedure], english: bool) -> None:
    for drawing in (drawn(one, english) for one in procedures):
        assert [(one.id, other.id) for one, other in combinations(drawing.boxes.values(), 2) if meet(one, other)] == []
        for box in drawing.boxes.values():
            assert box.x >= 0 and box.x + box.width <= drawing.width and box.y + box.height <= drawing.height
            assert all(line.y <= box.height for line in box.lines)


def meet(one: Box, other: Box) -> bool:
    return crosses(other, one.x, one.y, one.x + one.width, one.y + one.height)


def test_no_arrow_runs_through_a_box_and_each_ends_where_it_should(procedures: list[Procedure]) -> None:
    for drawing in map(drawn, procedures):
        for arrow in drawing.arrows:
            assert arrow.points[-1] == drawing.boxes[arrow.link.target].entry
            if not arrow.far:
                assert arrow.points[0] == drawing.boxes[arrow.link.source].port(arrow.link.outcome)
            for (ax, ay), (bx, by) in pairwise(arrow.points):
                assert ax == bx or ay == by, "arrows run straight or down"
                left, top, right, bottom = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
                assert left >= 0 and right <= drawing.width
                hit = [box.id for box in drawing.boxes.values() if crosses(box, left, top, right, bottom)]
                assert hit == [], arrow.link


def crosses(box: Box, left: float, top: float, right: float, bottom: float) -> bool:
    return left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y


def test_the_same_procedure_gives_the_same_drawing(procedures: list[Procedure]) -> None:
    assert [drawn(one) for one in procedures] == [drawn(one) for one in procedures]


def test_a_band_holds_so_many_columns_and_the_next_goes_on_below() -> None:
    drawing = drawn(long_one(), columns=4)
    assert len(drawing.bands) == 10
    assert drawing.width == drawn(long_one(12), columns=4).width
    assert [band.y for band in drawing.bands] == sorted(band.y for band in drawing.bands)


def test_what_crosses_bands_carries_the_numbers_of_both_ends() -> None:
    drawing = drawn(long_one(7))
    far = [arrow for arrow in drawing.arrows if arrow.far]
    assert [(one.link.source, one.link.target) for one in far] == [("t4", "t5")]
    assert "◂ 5" in [line.text for line in drawing.boxes["t5"].lines]
    assert "好 ▸ 6" in [line.text for line in drawing.boxes["t4"].lines]


def test_stages_begin_bands_of_their_own_in_their_order() -> None:
    tasks = task("x", "a", more=", stage: later") + task("y", "a", more=", stage: sooner")
    drawing = drawn(procedure_of(tasks, "    stages: [sooner, later]\n"))
    assert [band.stage for band in drawing.bands] == [1, 2]
    assert drawing.boxes["y"].y < drawing.boxes["x"].y


LINKED = """
      - {task: one, name: {zh: 一, en: One}, role: a,
         outcomes: {ok: {name: {zh: 好, en: Ok}, set: {case.day: today}}}}
      - {task: two, name: {zh: 二, en: Two}, role: a, opens: {before: case.day, by: 3d},
         outcomes: {ok: {name: {zh: 好, en: Ok}, reopen: [one]}}}
      - {task: three, name: {zh: 三, en: Three}, role: b, opens: {when: flags.odd},
         requires: [{that: tasks.four.done, else: {zh: 先四, en: Four first}}],
         outcomes: {ok: {name: {zh: 好, en: Ok}}}}
      - {task: four, name: {zh: 四, en: Four}, role: b, after: [one.ok, two], outcomes: {ok: {name: {zh: 好, en: Ok}}}}
"""
FLAGS = """    values: {day: date}
    flags: [{id: odd, name: {zh: 怪, en: Odd}, when: "tasks.two.outcome == 'ok'"}]
"""


def test_links_follow_outcomes_flags_values_and_what_opens_again() -> None:
    procedure = procedure_of(LINKED, FLAGS)
    assert set(links(procedure)) == {
        Link("two", "one", "again", "ok"),
        Link("one", "two", "when", "ok"),
        Link("two", "three", "when"),
        Link("one", "four", "after", "ok"),
        Link("two", "four", "after"),
    }
    assert gated_by(procedure.tasks["three"]) == ("four",)
    drawing = drawn(procedure)
    assert drawing.boxes["three"].x > drawing.boxes["four"].x, "what a gate waits for stands before it"


def test_words_are_broken_where_people_break_them() -> None:
    assert wrapped("复核送货日期和地址，再签字", 6) == ("复核送货日期", "和地址，再签", "字")
    assert wrapped("Agree the delivery date", 8) == ("Agree the", "delivery date")
    assert wrapped("", 5) == ("",)
    assert wrapped("很长很长很长很长很长很长", 4, 2) == ("很长很长", "很长很…")
    assert all(len(line) <= 12 for line in wrapped("x" * 50, 6))


def test_what_may_be_done_at_any_time_stands_in_a_band_of_its_own() -> None:
    demand = ", opens: {demand: true}"
    tasks = task("x", "a") + task("y", "b", "x.ok") + task("n", "a", more=demand) + task("m", "b", more=demand)
    drawing = drawn(procedure_of(tasks))
    assert [(band.loose, len(band.lanes)) for band in drawing.bands] == [(False, 2), (True, 1)]
    assert drawing.boxes["n"].y == drawing.boxes["m"].y > drawing.boxes["y"].y
    assert [line.text for line in drawing.boxes["m"].lines if line.kind == "who"] == ["b"]
