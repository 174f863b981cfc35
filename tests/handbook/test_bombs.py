"""What is built to exhaust the loader is refused soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from aftercare.handbook import load, load_texts

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + below] * 9)}]\n" for below, name in zip("abcdefg", "bcdefgh", strict=True)
)
BOMBS = {
    "aliases": LAUGHS,
    "few_aliases": "forms:\n" + "".join(f"  - &a{n} [{f'*a{n - 1}, ' * 6 if n else 'x'}]\n" for n in range(8)),
    "deep_flow": "forms: " + "[" * 100_000,
    "deep_maps": "forms: " + "{a: " * 100_000,
    "deep_block": "\n".join(" " * n + "a:" for n in range(1200)),
    "deep_dashes": "forms:\n" + "- " * 200_000,
    "long_scalar": "forms: " + "x" * 900_000,
    "long_quoted": "forms: '" + "x " * 400_000 + "'",
    "blank_lines": "forms:\n" + "\n" * 900_000,
    "comments": "forms:\n" + "# x\n" * 200_000,
    "open_quote": 'forms: "' + "\\u0041" * 100_000,
    "too_big": "forms: " + "x" * 1_000_001,
    "directive": "%YAML 1.1\n---\nforms: []\n",
    "anchor_to_itself": "forms: &a [*a]\n",
    "bad_escape": 'forms: "\\UFFFFFFFF"\n',
    "control_sign": "forms: \x07\n",
    "nul": "forms: \x00\n",
    "huge_number": "forms: " + "9" * 5000 + "\n",
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_within_two_seconds(name: str) -> None:
    started = time.process_time()
    loaded = load_texts({"forms/bomb.yaml": BOMBS[name]})
    assert time.process_time() - started < 2.0
    assert loaded.handbook is None
    assert any(fault.data.get("file") == "forms/bomb.yaml" for fault in loaded.faults) or name in (
        "blank_lines",
        "comments",
    )


def test_a_file_of_many_small_things_is_cut_off() -> None:
    keys = "forms:\n" + "".join(f"  k{n}: 1\n" for n in range(80_000))
    assert "too_much" in {fault.code for fault in load_texts({"forms/many.yaml": keys}).faults}


def test_thousands_of_faults_are_told_two_hundred_at_a_time() -> None:
    lines = "".join(f"  - {{id: R{n}, name: {{zh: 角色, en: Role}}}}\n" for n in range(3000))
    loaded = load_texts({"handbook.yaml": "roles:\n" + lines})
    assert len(loaded.faults) == 200


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    for number in range(201):
        (tmp_path / "forms" / f"f{number}.yaml").write_text("forms:\n", encoding="utf-8")
    assert "too_many_files" in {fault.code for fault in load(tmp_path).faults}


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "handbook.yaml").write_bytes(b"handbook: \xff\xfe")
    assert "encoding" in {fault.code for fault in load(tmp_path).faults}
