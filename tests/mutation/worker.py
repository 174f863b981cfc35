"""A pytest plugin: collects the clause stories once, then plays those of each mutant on its bent handbook.

    pytest -p tests.mutation.worker --mutants ORDERS tests/clauses

ORDERS is a file of JSON lines {id, clauses, files}; answers go to ORDERS.done, one JSON line each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.ledger import clauses_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", default="", help="play the stories on bent handbooks")


def pytest_runtestloop(session: pytest.Session) -> bool:
    orders = Path(session.config.option.mutants)
    with orders.with_suffix(".done").open("w", encoding="utf-8") as answers:
        for line in orders.read_text(encoding="utf-8").splitlines():
            order = json.loads(line)
            answer = {"id": order["id"], "killed_by": _play(session.items, order)}
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()
    return True


def _play(items: Sequence[pytest.Item], order: dict[str, Any]) -> str:
    """The first story that fails; "" when all still pass, "-" when none claims the clauses."""
    from tests import showroom  # models can be imported only now

    wanted = set(order["clauses"])
    claiming = [item for item in items if wanted & set(clauses_of(item))]
    showroom.replaced.clear()
    showroom.replaced.update(order["files"])
    # the stories that claim fewest other clauses speak of this one most closely
    for item in sorted(claiming, key=lambda one: (len(set(clauses_of(one)) - wanted), one.nodeid)):
        following = next(one for one in items if one is not item)  # keeps what the session shares
        item._initrequest()  # type: ignore[attr-defined]
        reports = runtestprotocol(item, log=False, nextitem=following)
        if any(report.failed for report in reports):
            return item.nodeid
    return "" if claiming else "-"
