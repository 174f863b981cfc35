"""Fault points do nothing outside of tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from aftercare import faults
from aftercare.config import paths

FEW = 20  # points stand at the edges of transactions; more of them would be noise in the code


@pytest.fixture(autouse=True)
def fresh_count() -> None:
    faults._passed.clear()


def test_a_point_without_a_fault_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(faults.VARIABLE, raising=False)
    faults.point("case.written")
    assert not faults.armed()


def test_a_fault_is_ignored_outside_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(faults.VARIABLE, "case.written:die,case.locked:fail")
    monkeypatch.delenv(faults.TEST_VARIABLE)
    faults.point("case.written")
    faults.point("case.locked")


def test_the_named_point_fails_at_the_named_passing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(faults.VARIABLE, "case.written:fail:2")
    faults.point("case.written")
    faults.point("case.locked")
    with pytest.raises(faults.Injected):
        faults.point("case.written")
    faults.point("case.written")


def test_die_is_sigkill() -> None:
    program = "from aftercare import faults; faults.point('x')"
    environment = {faults.VARIABLE: "x:die", faults.TEST_VARIABLE: "1", "PYTHONPATH": str(paths.ROOT)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == -9


def test_an_unknown_fault_is_no_fault_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(faults.VARIABLE, "case.written:explode")
    with pytest.raises(ValueError, match="explode"):
        faults.point("case.written")


def named() -> list[str]:
    """Every point of the program, as often as it stands there."""
    found = []
    for path in sorted(Path(paths.ROOT, "aftercare").rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        found += [ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func).startswith("faults.point")]
    return found


def test_points_are_few() -> None:
    assert "case.written" in named()
    assert len(set(named())) <= FEW
