"""Starts by the calendar and lists worked row by row: what the loader takes and what it refuses, with the place."""

from __future__ import annotations

import pytest

from aftercare.handbook import load_texts
from tests.engine.stage import CLAUSES, FRAME

FORM = """
forms:
  - id: f
    name: {zh: 表, en: F}
    fields:
      - {id: note, name: {zh: 注, en: Note}, type: text}
      - lines: items
        name: {zh: 行, en: Items}
        from: facts.people
        key: line
        columns:
          - {id: line, name: {zh: 行, en: Line}, type: text, locked: true}
          - {id: customer, name: {zh: 客户, en: Customer}, type: customer, locked: true}
          - {id: way, name: {zh: 方式, en: Way}, type: text}
"""
PROCEDURE = """
procedures:
  - id: p
    name: {zh: 流程, en: P}
    subject: none
    starts: [%s]
    facts: [{id: people, of: to_greet, take: rows, once: true, match: {day: case.period}}]
    tasks:
      - task: a
        name: {zh: 步骤, en: A}
        role: clerk
        form: f
        due: {after: case.period, by: 0d}
        outcomes: {all: {name: {zh: 全部, en: All}}}
        rows: %s
"""
START = "{every: day, for_each: stores, if: 'size(facts.people) > 0'}"
ROWS = "{of: items, then: all, do: [{contact: call, customer: row.customer, with: {channel: row.way}}]}"


def faults(start: str = START, rows: str = ROWS) -> list[str]:
    files = {
        "handbook.yaml": FRAME, "clauses.yaml": CLAUSES, "forms/f.yaml": FORM,
        "procedures/p.yaml": PROCEDURE % (start, rows),
    }  # fmt: skip
    return [fault.code for fault in load_texts(files).faults]


def test_what_is_written_right_loads() -> None:
    assert faults() == []
    for start in ("{every: day, opens: '08:30', for_each: stores}", "{every: week, opens: fri, for_each: stores}",
                  "{every: month, opens: day 31, for_each: stores}"):  # fmt: skip
        assert faults(start) == []


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("{every: fortnight, for_each: stores}", "closed_word"),
        ("{every: day, opens: '25:00', for_each: stores}", "start_opens"),
        ("{every: day, opens: mon, for_each: stores}", "start_opens"),
        ("{every: week, opens: friday, for_each: stores}", "start_opens"),
        ("{every: month, opens: day 32, for_each: stores}", "start_opens"),
        ("{every: day}", "start_each"),
        ("{every: day, for_each: stores, if: 'size(facts.nobody) > 0'}", "condition_unknown_field"),
    ],
)
def test_a_start_that_cannot_be_is_refused(start: str, code: str) -> None:
    assert code in faults(start)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("{of: note}", "unknown_fields"),
        ("{of: nothing}", "unknown_fields"),
        ("{of: items, then: some}", "unknown_outcomes"),
        ("{of: items, texts: {birthday: hello}}", "unknown_messages"),
        ("{of: items, do: [{contact: call, with: {chanel: row.way}}]}", "unknown_fields"),
        ("{of: items, do: [{contact: call, customer: row.nobody}]}", "condition_unknown_field"),
        ("{of: items, do: [{contact: call, to: clerk}]}", "effect_option"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows: str, code: str) -> None:
    assert code in faults(rows=rows)
