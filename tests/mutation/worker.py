"""A pytest plugin: collects the clause stories once, then plays those of each mutant on its bent handbook.

    pytest -p tests.mutation.worker --mutants ORDERS tests/clauses

ORDERS is a file of JSON lines {id, clauses, file, text}, the text that stands in that file instead. Answers go to
ORDERS.done, one JSON line {id, fate, why} each: killed (by which story), alive, unclaimed, refused (by the loader),
same (it says the same in other words). A story kills only if it passes on the handbook as it is, which each must show
before its first kill counts; the fate "unsound" says that one does not.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.ledger import clauses_of
from tests.mutation.bending import meaning

Answer = tuple[str, str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", default="", help="play the stories on bent handbooks")


def pytest_runtestloop(session: pytest.Session) -> bool:
    _read_once()
    orders = Path(session.config.option.mutants)
    with orders.with_suffix(".done").open("w", encoding="utf-8") as answers:
        for line in orders.read_text(encoding="utf-8").splitlines():
            order = json.loads(line)
            fate, why = _fate(session.items, order)
            answers.write(json.dumps({"id": order["id"], "fate": fate, "why": why}, ensure_ascii=False) + "\n")
            answers.flush()
    return True


def _read_once() -> None:
    """Most of loading a bent handbook is reading files that stay as they are; their nodes are never changed."""
    from aftercare.handbook import gather

    read = gather.read
    known: dict[str, tuple[str, Any]] = {}  # file -> text and nodes as first read, which is as shipped

    def read_once(text: str, file: str, faults: Any, budget: Any = None) -> Any:
        if known.get(file, ("",))[0] == text:
            return known[file][1]
        root = read(text, file, faults, budget)
        if not faults.wrong and not faults.warnings:
            known.setdefault(file, (text, root))
        return root

    gather.read = read_once


def _fate(items: Sequence[pytest.Item], order: dict[str, Any]) -> Answer:
    from aftercare.handbook import load_texts
    from tests import showroom  # models can be imported only now

    shipped = dict(showroom.shipped())
    loaded = load_texts({**shipped, order["file"]: order["text"]})
    if loaded.handbook is None:
        return "refused", loaded.faults[0].en
    if meaning(loaded.handbook) == meaning(load_texts(shipped).handbook):
        return "same", ""
    return _played(items, set(order["clauses"]), dict(loaded.files))


class _OnlySession:
    """Stands for the next story: what the whole session shares stays, the rest is torn down."""

    def __init__(self, item: pytest.Item) -> None:
        self.session = item.session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


_sound: set[str] = set()  # stories that were seen to pass on the handbook as it is
_seconds: dict[str, float] = {}  # what a story took when it was last played
_kills: Counter[str] = Counter()


def _played(items: Sequence[pytest.Item], wanted: set[str], bent: dict[str, str]) -> Answer:
    """Until the first story fails; the likely and quick ones first."""
    claiming = [item for item in items if wanted & {*clauses_of(item)}]

    def patience(item: pytest.Item) -> tuple[float, str]:
        others = len(set(clauses_of(item)) - wanted)
        return _seconds.get(item.nodeid, 1.0) * (1 + others) / (1 + _kills[item.nodeid]), item.nodeid

    for item in sorted(claiming, key=patience):
        if not _failure(item, bent):
            continue
        if item.nodeid not in _sound and (why := _failure(item, {})):
            return "unsound", f"{item.nodeid}\n{why[-9000:]}"
        _sound.add(item.nodeid)
        _kills[item.nodeid] += 1
        return "killed", item.nodeid
    return ("alive", "") if claiming else ("unclaimed", "")


def _failure(item: pytest.Item, bent: dict[str, str]) -> str:
    """Plays one story; what it says when it fails."""
    from tests import showroom

    showroom.replaced.clear()
    showroom.replaced.update(bent)
    begun = time.monotonic()
    item._initrequest()  # type: ignore[attr-defined]
    reports = runtestprotocol(item, log=False, nextitem=_OnlySession(item))  # type: ignore[arg-type]
    _seconds[item.nodeid] = time.monotonic() - begun
    return next((report.longreprtext + report.caplog or "fails" for report in reports if report.failed), "")
