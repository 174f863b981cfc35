"""What is asked only while the file lacks it, and what is written into the file only when it is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.engine.known import known_values
from tests.engine.stage import CLERK, NOW, Play, outcomes, play, task

FORM = """
  - id: f
    name: {zh: 表, en: F}
    fields:
      - {id: gap, name: {zh: 缺, en: Gap}, type: text, of: order.note, ask: when_missing, saves: on_save,
         required: true}
      - {id: usual, name: {zh: 常, en: Usual}, type: text, of: order.payment, saves: on_save}
      - {id: checked, name: {zh: 核, en: Checked}, type: text, of: order.status, saves: on_accept}
"""
ENDS = outcomes("good", "plain", good="tone: good")


def story(**subject: Any) -> Play:
    return play("tasks:\n" + task("a", f"form: f, {ENDS}"), FORM, subject=subject)


def saved(one: Play) -> dict[str, Any]:
    return {
        name: value for call in one.last.effects if call.name == "save" for name, value in call.params["with"].items()
    }


def test_a_gap_must_be_closed_and_is_written_to_the_file() -> None:
    one = story(note="")
    fault = one.refused(CLERK, "complete", task="a", outcome="good", values={}).faults[0]
    assert (fault.code, fault.field) == ("required", "gap")
    one.complete(CLERK, "a", "good", values={"gap": "周末在家"})
    assert saved(one) == {"note": "周末在家"}


def test_what_the_file_has_is_not_asked() -> None:
    one = story(note="周末在家", payment="card")
    assert known_values(one.world, one.state or {}, "a", NOW) == {"usual": "card"}
    one.complete(CLERK, "a", "good", values={})
    assert saved(one) == {}


@pytest.mark.parametrize(("outcome", "written"), [("good", {"status": "对"}), ("plain", {})])
def test_what_is_saved_on_acceptance_waits_for_a_good_end(outcome: str, written: dict[str, str]) -> None:
    one = story(note="有")
    one.complete(CLERK, "a", outcome, values={"checked": "对"})
    assert saved(one) == written


def test_a_correction_of_what_was_not_accepted_writes_nothing() -> None:
    one = story(note="有")
    one.complete(CLERK, "a", "plain", values={"checked": "错"})
    one.do(CLERK, "correct", task="a", values={"checked": "对"}, reason="写错")
    assert saved(one) == {}
