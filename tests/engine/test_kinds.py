"""Every kind of event tells itself in both languages and says what of it is personal; golden logs fold as they did."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aftercare.engine import Event, rebuild
from aftercare.engine.kinds import KINDS

ENGINE = Path(__file__).resolve().parents[2] / "aftercare" / "engine"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
EMITTED = re.compile(r"""emit\(\s*"([a-z_]+)\"""")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_has_a_sentence_in_both_languages(name: str) -> None:
    kind = KINDS[name]
    assert re.search(r"[一-鿿{]", kind.sentence.zh) and re.search(r"[A-Za-z{]", kind.sentence.en)
    placeholders = [set(re.findall(r"\{(\w+)\}", text)) for text in (kind.sentence.zh, kind.sentence.en)]
    assert placeholders[0] == placeholders[1] and isinstance(kind.personal, tuple)
    assert not placeholders[0] & set(kind.personal) or name == "note", "a sentence must stand after an erasure"


def test_every_kind_that_is_written_is_known_and_the_other_way_round() -> None:
    source = "\n".join(path.read_text() for path in ENGINE.glob("*.py"))
    written = set(EMITTED.findall(source))
    assert written <= set(KINDS)
    assert {name for name in KINDS if f'"{name}"' not in source} == set()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_logs_fold_as_they_did(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object, **__: object) -> None:
        raise AssertionError("the fold evaluates nothing")

    for name in ("value", "evaluate"):
        monkeypatch.setattr(f"aftercare.handbook.conditions.condition.Condition.{name}", boom)
    for name in ("after", "before", "at_day", "closing", "opens_after", "opens_before", "reminder"):
        monkeypatch.setattr(f"aftercare.calendar.{name}", boom)
    log = json.loads(path.read_text())
    assert rebuild(Event(one["kind"], one["data"], one.get("personal")) for one in log["events"]) == log["state"]


def test_there_are_golden_logs() -> None:
    assert len(GOLDEN) >= 3
