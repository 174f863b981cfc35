"""`aftercare handbook try`: told in a table or as JSON, refused with a sentence, nothing written."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aftercare.cli import handbook, started, trying
from aftercare.config import dump
from tests.cases.test_trying import LATER, rechecked
from tests.showroom import Showroom, open_showroom, shipped


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch) -> Showroom:
    monkeypatch.setattr(started, "django", lambda: None)
    monkeypatch.setattr(trying.clock, "now", lambda: LATER)
    found = open_showroom()
    rechecked(found, datetime(2026, 12, 30, 3, tzinfo=UTC))
    return found


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    handbook.add_arguments(parser)
    return handbook.run(parser.parse_args(["try", *words]))


def test_a_figure_is_tried_and_told(shop: Showroom, capsys: Any) -> None:
    before = list(dump.lines())
    assert run("--setting", "recheck_lead=20d") == 0
    told = capsys.readouterr().out
    assert "recheck\tDP-01\t2027-01-02 00:00\t2026-12-27 00:00\t2026-12-30 11:00\t变为超时" in told
    assert "新增超时 1" in told and "城东店" in told
    assert list(dump.lines()) == before


def test_a_folder_is_tried_and_told_as_json(shop: Showroom, capsys: Any, tmp_path: Path) -> None:
    for name, text in shipped().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace("type: duration, value: 14d", "type: duration, value: 20d"))
    assert run("--folder", str(tmp_path), "--json") == 0
    *lines, sums = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["element"] for line in lines] == ["recheck"] and sums["newly_late"] == 1


@pytest.mark.parametrize(
    "words",
    [(), ("--setting", "no=1d"), ("--setting", "recheck_lead=soon"), ("--closed", "2026-12-01", "--store", "X")],
)
def test_what_cannot_be_tried_is_refused(shop: Showroom, capsys: Any, words: tuple[str, ...]) -> None:
    assert run(*words, "--language", "en") == 1
    assert capsys.readouterr().err.strip()
