"""The published JSON Schema accepts what the loader accepts and refuses a plain slip; the command says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from aftercare.cli import handbook as command
from aftercare.cli.__main__ import main
from aftercare.handbook.schema import schemas

HERE = Path(__file__).parent
HANDBOOKS = [
    HERE / "small",
    HERE / "wide",
    *sorted(path.parent for path in (HERE.parents[1] / "handbooks").glob("*/handbook.yaml")),
]


def _name(path: Path, folder: Path) -> str:
    return path.stem if path.parent == folder else path.parent.name


@pytest.mark.parametrize("folder", HANDBOOKS, ids=lambda path: path.name)
def test_the_schemas_accept_the_shipped_handbooks(folder: Path) -> None:
    made = schemas()
    for path in sorted(folder.rglob("*.yaml")):
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        wrong = [
            f"{error.json_path}: {error.message[:200]}"
            for error in Draft202012Validator(made[_name(path, folder)]).iter_errors(data)
        ]
        assert wrong == [], path.name


def test_the_schemas_are_sound_and_refuse_an_unknown_key() -> None:
    made = schemas()
    for schema in made.values():
        Draft202012Validator.check_schema(schema)
    slip = {"forms": [{"id": "a", "name": {"zh": "甲", "en": "A"}, "feilds": []}]}
    assert list(Draft202012Validator(made["forms"]).iter_errors(slip))


def test_the_command_tells_file_line_column_sentence_and_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["handbook", "check", str(HERE / "small"), "--language", "en"]) == 0
    assert "sound" in capsys.readouterr().out
    for path in (HERE / "small").rglob("*.*"):
        target = tmp_path / path.relative_to(HERE / "small")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8").replace("role: boss", "role: bos"), encoding="utf-8")
    assert main(["handbook", "check", str(tmp_path), "--language", "en"]) == 1
    assert (
        "procedures/refund.yaml:18:15  there is no role or person 'bos'; did you mean 'boss'?  -> boss"
        in capsys.readouterr().out
    )
    assert main(["handbook", "check", str(tmp_path), "--language", "zh"]) == 1
    assert "没有这个角色或人员：bos，是否应为 boss？" in capsys.readouterr().out


def test_the_command_writes_one_schema_per_kind_of_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["handbook", "schema", "--out", str(tmp_path)]) == 0
    assert command.NAME in capsys.readouterr().out or (tmp_path / "forms.schema.json").exists()
    assert json.loads((tmp_path / "procedures.schema.json").read_text(encoding="utf-8"))["$defs"]["TaskSource"]
