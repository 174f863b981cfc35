"""A pytest plugin: collects the clause stories once, then plays those of each mutant on its bent handbook.

    pytest -p tests.mutation.worker --mutants ORDERS tests/clauses

ORDERS is a file of JSON lines {id, clauses, file, text}, the text that stands in that file instead ("*" among the
clauses: every story; no file: the handbook as it is). Answers go to ORDERS.done, one JSON line {id, fate, why} each:
killed (by which story), alive, unclaimed, refused (by the loader), same (it says the same in other words).
"""

from __future__ import annotations

import json
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
    orders = Path(session.config.option.mutants)
    with orders.with_suffix(".done").open("w", encoding="utf-8") as answers:
        for line in orders.read_text(encoding="utf-8").splitlines():
            order = json.loads(line)
            fate, why = _fate(session.items, order)
            answers.write(json.dumps({"id": order["id"], "fate": fate, "why": why}, ensure_ascii=False) + "\n")
            answers.flush()
    return True


def _fate(items: Sequence[pytest.Item], order: dict[str, Any]) -> Answer:
    from aftercare.handbook import load_texts
    from tests import showroom  # models can be imported only now

    showroom.replaced.clear()
    if order["file"]:
        shipped = dict(showroom.shipped())
        loaded = load_texts({**shipped, order["file"]: order["text"]})
        if loaded.handbook is None:
            return "refused", loaded.faults[0].en
        if meaning(loaded.handbook) == meaning(load_texts(shipped).handbook):
            return "same", ""
        showroom.replaced.update(loaded.files)
    return _played(items, set(order["clauses"]), told=not order["file"])


class _OnlySession:
    """Stands for the next story: what the whole session shares stays, the rest is torn down."""

    def __init__(self, item: pytest.Item) -> None:
        self.session = item.session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


def _played(items: Sequence[pytest.Item], wanted: set[str], *, told: bool) -> Answer:
    """Until the first story fails; those that claim fewest other clauses speak of this one most closely."""
    claiming = [item for item in items if wanted & {*clauses_of(item), "*"}]
    for item in sorted(claiming, key=lambda one: (len(set(clauses_of(one)) - wanted), one.nodeid)):
        item._initrequest()  # type: ignore[attr-defined]
        for report in runtestprotocol(item, log=False, nextitem=_OnlySession(item)):  # type: ignore[arg-type]
            if report.failed:
                return "killed", f"{item.nodeid}\n{report.longreprtext[-1500:]}" if told else item.nodeid
    return ("alive", "") if claiming else ("unclaimed", "")
