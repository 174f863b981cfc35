"""Fates of mutants from earlier runs, so that a long run can be broken off and taken up again.

A fate holds as long as the bent file and the stories that claim one of the mutant's clauses are the same. Changes of
the stage the stories stand on are not seen: `--fresh` forgets.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.mutation.bending import Mutant, trees_of

STORIES = Path(__file__).resolve().parents[1] / "clauses"
KEPT = Path(__file__).resolve().parents[2] / "var" / "mutants.json"
_CLAUSE = re.compile(r"\b[A-Z]{2}-[0-9]{2,3}\b")


def keys(chosen: list[Mutant], files: Mapping[str, str]) -> dict[str, str]:
    """id -> what its fate hangs on."""
    trees, stories = trees_of(dict(files)), _stories()
    found = {}
    for one in chosen:
        told = "".join(text for text in stories.values() if set(one.clauses) & set(_CLAUSE.findall(text)))
        bent = json.dumps(one.bent(trees), ensure_ascii=False, sort_keys=True)
        found[one.id] = hashlib.sha256(f"{bent}\n{told}".encode()).hexdigest()
    return found


def _stories() -> dict[str, str]:
    return {
        path.name if path.parent == STORIES else f"test_{path}": path.read_text()
        for path in sorted(STORIES.rglob("*.py"))
    }


def recall(wanted: Mapping[str, str]) -> dict[str, Any]:
    """Fates that still hold, by id."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    return {name: kept[key] for name, key in wanted.items() if key in kept}


def keep(wanted: Mapping[str, str], fates: Mapping[str, Any]) -> None:
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    kept |= {wanted[name]: fate for name, fate in fates.items() if name in wanted}
    KEPT.parent.mkdir(exist_ok=True)
    fresh = KEPT.with_suffix(".new")
    fresh.write_text(json.dumps(kept, ensure_ascii=False))
    fresh.replace(KEPT)
