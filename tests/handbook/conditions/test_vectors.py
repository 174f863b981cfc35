"""The same hand-made rows in Python and in the browser's language."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aftercare.handbook.conditions import UNKNOWN, Condition, ConditionFaults, compile_condition
from tests.handbook.conditions import vectors

ROWS = vectors.rows()
SCRIPT = Path(__file__).parents[3] / "frontend" / "src" / "conditions.js"


def compiled(row: Any) -> Condition:
    return compile_condition(row.text, vectors.scope(), row.want)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_in_python(row: Any) -> None:
    if row.fault:
        with pytest.raises(ConditionFaults) as caught:
            compiled(row)
        first = caught.value.faults[0]
        assert first.code == row.fault
        assert first.offset == row.expect.get("at", first.offset)
        assert first.meant == row.expect.get("meant", first.meant)
        assert row.expect.get("meantin", "") in first.en and row.expect.get("meantin", "") in first.zh
        return
    condition = compiled(row)
    answer = condition.evaluate(row.env)
    if row.unknown is not None:
        assert answer is UNKNOWN
        assert list(condition.unknown_names(row.env)) == row.unknown
    else:
        assert (type(answer), answer) == (type(row.expect), row.expect)
        assert condition.unknown_names(row.env) == ()


def test_rows_in_the_browsers_language(tmp_path: Path) -> None:
    good = [row for row in ROWS if not row.fault]
    sources = [compiled(row).javascript() for row in good]
    assert None not in sources
    cases = ",\n".join(f"(env) => {source}" for source in sources)
    envs = json.dumps([row.env for row in good])
    program = tmp_path / "vectors.mjs"
    program.write_text(
        f"import * as c from {json.dumps(SCRIPT.as_uri())};\nconst envs = {envs};\nconst cases = [{cases}];\n"
        "console.log(JSON.stringify(cases.map((run, at) => run(envs[at]))));\n",
        encoding="utf-8",
    )
    run = subprocess.run(["node", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    expected = [None if row.unknown is not None else row.expect for row in good]
    found = json.loads(run.stdout)
    wrong = [(row.text, want, got) for row, want, got in zip(good, expected, found, strict=True) if want != got]
    assert wrong == []


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 250
    assert len({row.fault for row in ROWS}) > 35
