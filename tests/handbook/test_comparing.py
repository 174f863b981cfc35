"""Versions side by side: whole elements, their lines, the clauses they touch; where something stands does not count."""

from __future__ import annotations

import os
from pathlib import Path

from aftercare.handbook import load, load_texts
from aftercare.handbook.comparing import Difference, compare, side_by_side

SHOWROOM = Path(os.environ.get("AFTERCARE_HANDBOOK") or Path(__file__).resolve().parents[2] / "handbooks/showroom")


def differences(*changes: tuple[str, str, str]) -> dict[str, Difference]:
    """The differences after replacing texts: (file, old, new)."""
    loaded = load(SHOWROOM)
    files = dict(loaded.files)
    for file, old, new in changes:
        assert old in files[file], old
        files[file] = files[file].replace(old, new, 1)
    changed = load_texts(files, {})
    assert loaded.handbook and changed.handbook, changed.faults[:3]
    return {one.id: one for one in compare(loaded.handbook, changed.handbook, loaded.files, files)}


def test_a_figure() -> None:
    found = differences(("handbook.yaml", "type: duration, value: 14d", "type: duration, value: 10d"))
    (one,) = found.values()
    assert (one.part, one.id, one.how, one.clauses) == ("settings", "recheck_lead", "changed", ("DP-01",))
    ((old, new, same),) = one.rows
    assert old and new and "14d" in old and "10d" in new and not same
    assert (one.old.value, one.new.value) == ("14d", "10d")


def test_one_task_of_a_procedure_and_not_the_whole() -> None:
    file = "procedures/order.yaml"
    found = differences((file, "due: {after: opened, by: settings.demand_sheet_time", "due: {after: opened, by: 6wh"))
    assert [(one.id, one.how) for one in found.values()] == [("order_promise/demand_sheet", "changed")]
    rows = found["order_promise/demand_sheet"].rows
    assert [row for row in rows if not row[2]] and ("…", "…", True) in rows
    assert "SC-17" in found["order_promise/demand_sheet"].clauses


def test_what_moves_within_its_file_is_no_change() -> None:
    assert differences(("handbook.yaml", "settings:", "# a word\n\nsettings:")) == {}


def test_added_and_dropped() -> None:
    loaded = load(SHOWROOM)
    line = "  - {id: spare, name: {zh: 备用, en: Spare}, type: number, value: 1}\n"
    text = loaded.files["handbook.yaml"].replace("settings:\n", "settings:\n" + line, 1)
    files = {**loaded.files, "handbook.yaml": text}
    more = load_texts(files, {}).handbook
    assert loaded.handbook and more
    (added,) = compare(loaded.handbook, more, loaded.files, files)
    (dropped,) = compare(more, loaded.handbook, files, loaded.files)
    assert (added.how, dropped.how) == ("added", "dropped")
    assert added.rows == ((None, line.strip(), False),) and dropped.rows == ((line.strip(), None, False),)
    assert added.name and added.name.zh == "备用"


def test_a_version_is_the_same_as_itself() -> None:
    assert differences() == {}


def test_lines_pair_and_equal_stretches_are_shortened() -> None:
    old = [*"abcdefg", "x", *"hijklmn"]
    new = [*"abcdefg", "y", "z", *"hijklmn"]
    assert list(side_by_side(old, new)) == [
        ("…", "…", True), ("f", "f", True), ("g", "g", True), ("x", "y", False), (None, "z", False), ("h", "h", True),
        ("i", "i", True), ("…", "…", True),
    ]  # fmt: skip
    assert list(side_by_side(["a"], ["a"])) == [("a", "a", True)]
