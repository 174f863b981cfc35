"""Every slip comes back with its code, its file, its line and its column."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercare.handbook import load_texts
from aftercare.handbook.faults import Faults, place
from aftercare.handbook.folder import read_folder

HERE = Path(__file__).parent
BROKEN = sorted(path.parent.name for path in (HERE / "broken").glob("*/expected.txt"))


def small() -> dict[str, str]:
    faults = Faults()
    files = read_folder(HERE / "small", faults)
    assert not faults.wrong
    return files


def test_the_whole_that_is_broken_one_by_one_is_sound() -> None:
    loaded = load_texts(small())
    assert loaded.handbook is not None
    assert loaded.faults == ()
    assert loaded.warnings == ()
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("name", BROKEN)
def test_a_slip_is_told_where_it_stands(name: str) -> None:
    folder = HERE / "broken" / name
    code, where = (folder / "expected.txt").read_text(encoding="utf-8").split()
    changed = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    loaded = load_texts({**small(), **changed})
    assert loaded.handbook is None
    told = [(fault.code, place(fault)) for fault in loaded.faults]
    assert any(
        one == code and (spot == where or (":" not in where and spot.startswith(where))) for one, spot in told
    ), told
    assert all(fault.zh and fault.en for fault in loaded.faults)
    assert len(loaded.faults) <= 6, told
