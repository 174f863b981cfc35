"""The count of clauses: what is carried, what is proven, and whether the ledger still speaks of what is there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aftercare.cli.__main__ import main
from aftercare.measures.clauses import HANDBOOKS, LEDGER, handbook_hashes, report, stories_hash

STORY = "tests/clauses/SC/test_x.py::test_x"


@pytest.fixture
def handbooks(tmp_path: Path) -> Path:
    shutil.copytree(HANDBOOKS, tmp_path / "handbooks")
    return tmp_path / "handbooks"


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    (tmp_path / "tests/clauses/SC").mkdir(parents=True)
    (tmp_path / "tests/clauses/SC/test_x.py").write_text("def test_x(): ...\n")
    (tmp_path / "tests/showroom.py").write_text("")
    return tmp_path / "tests"


@pytest.fixture
def ledger(tmp_path: Path, handbooks: Path, stories: Path) -> Path:
    path = tmp_path / "ledger.json"
    clauses = {"SC-01": {STORY: "passed"}, "SC-02": {STORY: "passed", f"{STORY}2": "failed"}}
    path.write_text(
        json.dumps({"handbooks": handbook_hashes(handbooks), "tests": stories_hash(stories), "clauses": clauses})
    )
    return path


def test_a_clause_is_proven_when_every_story_about_it_passed(handbooks: Path, stories: Path, ledger: Path) -> None:
    found = report("SC", handbooks, ledger, stories)
    states = {row.id: row.state for row in found.rows}
    assert states["SC-01"] == "proven" and states["SC-02"] == "carried" and len(states) == 18
    assert [(one.code, one.clauses, one.carried, one.proven) for one in found.systems] == [("SC", 18, 18, 1)]
    assert found.stale == ()
    assert all(place.startswith("handbooks/showroom/") and ":" in place for place in found.rows[0].carried_by)


def test_a_clause_that_nothing_cites_is_missing(handbooks: Path, stories: Path, ledger: Path) -> None:
    clauses = handbooks / "showroom" / "clauses.yaml"
    clauses.write_text(
        clauses.read_text()
        + "  - {id: SC-99, system: sales-contract, source: '9', enforce: record, text: {zh: 空, en: Nothing}}\n"
    )
    found = report("sales-contract", handbooks, ledger, stories)
    assert {row.id: row.state for row in found.rows}["SC-99"] == "missing"
    assert found.systems[0].clauses == 19 and found.systems[0].carried == 18


def test_a_ledger_older_than_handbook_or_stories_says_so(handbooks: Path, stories: Path, ledger: Path) -> None:
    order = handbooks / "showroom/procedures/order.yaml"
    order.write_text(order.read_text().replace("by: 1wd", "by: 2wd", 1))
    assert [one.en.split()[1] for one in report("", handbooks, ledger, stories).stale] == ["handbook"]
    (stories / "clauses/SC/test_x.py").write_text("def test_x(): assert True\n")
    assert len(report("", handbooks, ledger, stories).stale) == 2
    assert len(report("", handbooks, ledger.with_name("none.json"), stories).stale) == 1


def test_the_command_prints_systems_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses"]) == 0
    said = capsys.readouterr().out
    assert "SC  sales-contract" in said and "DP  delivery-planning" in said and "total" in said
    assert main(["clauses", "--json", "--system", "DP"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == [f"DP-{n:02}" for n in range(1, 10)]
    assert set(rows[0]) == {"id", "system", "enforce", "state", "carried_by", "tests"}
    assert main(["clauses", "--system", "XX"]) == 1


def test_the_shipped_ledger_names_stories_that_exist() -> None:
    root = LEDGER.parent.parent
    for tests in json.loads(LEDGER.read_text())["clauses"].values():
        for test in tests:
            assert (root / test.partition("::")[0]).is_file(), test
