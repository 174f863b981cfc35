"""Fates of mutants from earlier runs, so that a long run can be broken off and taken up again.

A fate holds as long as the bent element (a task, a form, a row of the head) is the same, and: of a killed one, the
story that killed it; of one alive, all files with stories that claim one of its clauses. Changes elsewhere in the
handbook, of the program and of the stage the stories stand on are not seen: `--fresh` forgets.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.mutation.bending import Mutant, trees_of

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "tests" / "clauses"
KEPT = ROOT / "var" / "mutants.json"
DEPTH = {"procedures": 4, "rules": 4}  # of the element a fate hangs on: a task, a row; elsewhere a form, a setting
_CLAUSE = re.compile(r"\b[A-Z]{2}-[0-9]{2,3}\b")


def keys(chosen: list[Mutant], files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """id -> {bent: the element as it was bent, told: the stories about it}."""
    trees, stories = trees_of(dict(files)), [path.read_text() for path in sorted(STORIES.rglob("test_*.py"))]
    found = {}
    for one in chosen:
        element: Any = one.bent(trees)
        for part in one.path[: min(DEPTH.get(str(one.path[0]), 2), len(one.path) - 1)]:
            element = element[part]
        told = [text for text in stories if set(one.clauses) & set(_CLAUSE.findall(text))]
        bent = json.dumps([one.id, element], ensure_ascii=False, sort_keys=True)
        found[one.id] = {"bent": _hash(bent), "told": _hash(*told)}
    for path in STORIES.rglob("test_*.py"):  # as they are now: that is what will be played
        _functions(path)
    return found


def recall(wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Fates that still hold, by id."""
    kept = _kept()
    held = {name: kept[key["bent"]] for name, key in wanted.items() if key["bent"] in kept}
    return {name: fate for name, fate in held.items() if fate["hangs"] == _hangs(fate, wanted[name])}


def keep(wanted: Mapping[str, Mapping[str, str]], fates: Mapping[str, Any]) -> None:
    kept = _kept()
    for name, fate in fates.items():
        if name in wanted:
            kept[wanted[name]["bent"]] = {**fate, "hangs": _hangs(fate, wanted[name])}
    KEPT.parent.mkdir(exist_ok=True)
    fresh = KEPT.with_suffix(".new")
    fresh.write_text(json.dumps(kept, ensure_ascii=False))
    fresh.replace(KEPT)


def _kept() -> dict[str, Any]:
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    return {key: fate for key, fate in kept.items() if "hangs" in fate}


def _hangs(fate: Mapping[str, str], key: Mapping[str, str]) -> str:
    """What besides the bent element a fate depends on."""
    if fate["fate"] == "killed":
        path, _, name = fate["why"].partition("::")
        return _functions(ROOT / path).get(name.partition("[")[0], "gone")
    return key["told"] if fate["fate"] in ("alive", "unclaimed") else ""


@cache
def _functions(path: Path) -> dict[str, str]:
    """name -> hash of what a story does."""
    if not path.is_file():
        return {}
    text = path.read_text()
    return {
        one.name: _hash(*(ast.get_source_segment(text, part) or "" for part in (*one.decorator_list, one)))
        for one in ast.parse(text).body
        if isinstance(one, ast.FunctionDef)
    }


def _hash(*texts: str) -> str:
    whole: Iterable[bytes] = (text.encode() for text in texts)
    return hashlib.sha256(b"\0".join(whole)).hexdigest()[:32]
