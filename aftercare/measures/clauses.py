"""Which clauses the shipped handbooks carry, and which of them tests have proven. Reads files only, no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from aftercare.config import paths
from aftercare.handbook import load
from aftercare.handbook.folder import content_hash
from aftercare.handbook.model import Clause, Handbook
from aftercare.texts import Text

LEDGER = Path(__file__).resolve().parent.parent / "clauses_ledger.json"
HANDBOOKS = paths.ROOT / "handbooks"
TESTS = paths.ROOT / "tests"
State = Literal["proven", "carried", "missing"]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """`carried_by`: places of the handbook that cite it, as file:line; `tests`: what shows its proof."""

    id: str
    system: str
    enforce: str
    state: State
    carried_by: tuple[str, ...]
    tests: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "carried_by": list(self.carried_by), "tests": list(self.tests)}


@dataclass(frozen=True, slots=True)
class SystemRow:
    code: str  # the letters of its clauses: SC
    system: str
    clauses: int
    carried: int
    proven: int


@dataclass(frozen=True, slots=True)
class Report:
    """`stale`: why the ledger may no longer be true; empty when it is of this handbook and these tests."""

    rows: tuple[ClauseRow, ...]
    systems: tuple[SystemRow, ...]
    stale: tuple[Text, ...]


def report(system: str = "", handbooks: Path = HANDBOOKS, ledger: Path = LEDGER, tests: Path = TESTS) -> Report:
    """The count, for all systems or one (its code or its name). Raises ValueError for a handbook that does not load."""
    known, books = _ledger(ledger), _books(handbooks)
    rows = tuple(row for row in _rows(books, known) if system in ("", row.system, code_of(row.id)))
    return Report(rows, tuple(_systems(rows)), tuple(_stale(known, handbooks, tests)))


def code_of(clause: str) -> str:
    return clause.partition("-")[0]


def handbook_hashes(handbooks: Path = HANDBOOKS) -> dict[str, str]:
    """name of each shipped handbook -> hash of its texts."""
    return {name: content_hash(_texts(folder)) for name, folder in _folders(handbooks).items()}


def stories_hash(tests: Path = TESTS) -> str:
    """Hash over the clause stories and the stage they play on."""
    files = [*sorted((tests / "clauses").rglob("*.py")), tests / "showroom.py"]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(tests).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


# --- rows


def _rows(books: Mapping[str, Handbook], known: Mapping[str, Any]) -> Iterable[ClauseRow]:
    proofs: Mapping[str, Mapping[str, str]] = known.get("clauses", {})
    carried: dict[str, list[str]] = {}
    clauses: dict[str, Clause] = {}
    for name, book in books.items():
        for one in book.clauses.values():
            clauses.setdefault(one.id, one)
            spots = [f"handbooks/{name}/{spot.file}:{spot.line}" for spot in book.carried.get(one.id, ())]
            carried.setdefault(one.id, []).extend(spot for spot in spots if spot not in carried.get(one.id, ()))
    for one in clauses.values():
        tests, places = proofs.get(one.id, {}), tuple(carried[one.id])
        proven = bool(tests) and all(result == "passed" for result in tests.values())
        state: State = "missing" if not places else "proven" if proven else "carried"
        yield ClauseRow(one.id, one.system, one.enforce, state, places, tuple(sorted(tests)))


def _systems(rows: Iterable[ClauseRow]) -> Iterable[SystemRow]:
    found: dict[tuple[str, str], list[State]] = {}
    for row in rows:
        found.setdefault((code_of(row.id), row.system), []).append(row.state)
    for (code, system), states in found.items():
        proven, missing = states.count("proven"), states.count("missing")
        yield SystemRow(code, system, len(states), len(states) - missing, proven)


# --- what the ledger speaks of


def _ledger(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _stale(known: Mapping[str, Any], handbooks: Path, tests: Path) -> Iterable[Text]:
    if not known:
        yield Text("还没有验证记录，请运行 bin/test。", "There is no ledger yet; run bin/test.")
        return
    now, then = handbook_hashes(handbooks), known.get("handbooks", {})
    for name in sorted({*now, *then}):
        if now.get(name) != then.get(name):
            yield Text(
                f"手册 {name} 在上次验证之后有改动，请重新运行 bin/test。",
                f"The handbook {name} has changed since the tests ran; run bin/test again.",
            )
    if (tests / "clauses").is_dir() and known.get("tests") != stories_hash(tests):
        yield Text(
            "条款测试在上次验证之后有改动，请重新运行 bin/test。",
            "The tests of clauses have changed since they ran; run bin/test again.",
        )


def _folders(handbooks: Path) -> dict[str, Path]:
    return {one.parent.name: one.parent for one in sorted(handbooks.glob("*/handbook.yaml"))}


def _texts(folder: Path) -> dict[str, str]:
    files = (one for one in sorted(folder.rglob("*")) if one.suffix in (".yaml", ".typ"))
    return {one.relative_to(folder).as_posix(): one.read_text(encoding="utf-8") for one in files}


def _books(handbooks: Path) -> Mapping[str, Handbook]:
    return _loaded(handbooks, tuple(handbook_hashes(handbooks).items()))


@lru_cache(maxsize=4)
def _loaded(handbooks: Path, hashes: tuple[tuple[str, str], ...]) -> Mapping[str, Handbook]:
    """By name; loaded again only when a text has changed."""
    folders = _folders(handbooks)
    made = {}
    for name, _ in hashes:
        loaded = load(folders[name], folders)
        if loaded.handbook is None:
            raise ValueError(f"handbooks/{name} does not load: {loaded.faults[0].en}")
        made[name] = loaded.handbook
    return made
