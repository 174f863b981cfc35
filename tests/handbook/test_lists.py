"""Saved questions: every name and comparison is checked when the handbook is loaded, and told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercare.handbook import load_texts
from aftercare.handbook.faults import Faults
from aftercare.handbook.folder import read_folder
from aftercare.handbook.lists import When
from aftercare.handbook.model import Handbook

SMALL = read_folder(Path(__file__).parent / "small", Faults())
N = "name: {zh: 清单, en: List}"


def loaded(text: str) -> Handbook:
    found = load_texts({**SMALL, "measures/work.yaml": text})
    assert found.handbook is not None, [(one.code, one.line, one.en) for one in found.faults]
    return found.handbook


def faults(text: str) -> list[tuple[str, str]]:
    found = load_texts({**SMALL, "measures/work.yaml": text})
    assert found.handbook is None
    return [(one.code, one.column) for one in found.faults]


def test_a_list_of_cases_reads_states_times_and_the_work_that_stands_open() -> None:
    where = (
        "{status: [open, paused], late: true, due: {before: today + 2d}, opened: {after: 2026-01-01}, store: my.store}"
    )
    made = loaded(f"lists:\n  - {{id: l, {N}, of: refund, where: {where}, columns: [number, due], order: -opened}}\n")
    view = made.lists["l"]
    assert (view.source, view.order and view.order.name, view.descending, view.moves) == (
        "procedure",
        "opened",
        True,
        True,
    )
    told = {one.name: (one.how, one.value) for one in view.where}
    assert told["due"] == ("before", When("today", "2d")) and told["late"] == ("in", [True])
    assert told["store"] == ("mine", "store") and [one.name for one in view.columns] == ["number", "due"]


def test_a_list_of_a_form_shows_its_own_fields_when_it_names_no_columns() -> None:
    view = loaded(f"lists:\n  - {{id: l, {N}, of: request}}\n").lists["l"]
    assert view.source == "form" and view.order and view.order.name == "at" and view.descending
    assert {"number", "at", "person"} < {one.name for one in view.columns}


WRONG = [
    ("of: refundd", "list_source"),
    ("of: refund, where: {statu: open}", "list_name"),
    ("of: refund, where: {status: opened}", "list_option"),
    ("of: refund, where: {due: {befor: today}}", "list_how"),
    ("of: refund, where: {due: {before: tomorow}}", "list_when"),
    ("of: refund, where: {due: {before: today - 3wd}}", "duration"),
    ("of: refund, where: {status: {before: today}}", "list_how"),
    ("of: refund, where: {open: nothing_such}", "unknown_tasks"),
    ("of: refund, where: {late: yes}", "list_value"),
    ("of: refund, where: {opener: my.store}", "list_mine"),
    ("of: refund, columns: [numbr]", "list_name"),
    ("of: refund, order: tasks", "list_order"),
    ("of: request.nothing", "list_lines"),
    ("of: refund, where: [open]", "list_where"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG, ids=[wrong for wrong, _ in WRONG])
def test_a_slip_in_a_list_is_told_where_it_stands(wrong: str, code: str) -> None:
    told = faults(f"lists:\n  - {{id: l, {N}, {wrong}}}\n")
    assert [one for one, _ in told] == [code] and told[0][1] not in ("", "0")


SLIPS = [
    ("of: refund, take: sum", "measure_take"),
    ("of: request, take: sum number", "measure_take"),
    ("of: request, by: [nobody]", "list_name"),
    ("of: refund, by: [store]", "measure_now"),
    ("of: refund, take: mean", "measure_take"),
]


@pytest.mark.parametrize(("wrong", "code"), SLIPS, ids=[wrong for wrong, _ in SLIPS])
def test_a_slip_in_a_measure_is_told(wrong: str, code: str) -> None:
    assert [one for one, _ in faults(f"measures:\n  - {{id: m, {N}, {wrong}}}\n")] == [code]


def test_a_measure_of_a_list_asks_what_the_list_asks_and_more() -> None:
    text = f"lists:\n  - {{id: l, {N}, of: request, where: {{outcome: done}}}}\n"
    text += f"measures:\n  - {{id: m, {N}, of: l, where: {{corrected: true}}, by: [person, month]}}\n"
    made = loaded(text).measures["m"]
    assert [one.name for one in made.view.where] == ["outcome", "corrected"] and made.counts == "flow"
    assert (made.take, made.by) == ("count", ("person", "month"))


def test_a_report_names_what_exists_and_a_day_that_every_month_has() -> None:
    text = f"reports:\n  - {{id: r, {N}, every: month, opens: day 3, tables: [broken_by_clause, findings]}}\n"
    assert loaded(text).reports["r"].day == 3
    assert [one for one, _ in faults(text.replace("findings", "finding"))] == ["report_table"]
    assert [one for one, _ in faults(text.replace("day 3", "day 31"))] == ["report_day"]
