"""After a full run of the clause stories: which test proved which clause, of which handbook, by which tests.

Written beside the program and shipped with it, so that a claim can be checked where no tests are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from aftercare.measures.clauses import LEDGER, handbook_hashes, stories_hash

HOME = "tests/clauses/"
_results: dict[str, dict[str, str]] = {}  # clause -> test -> passed | failed | skipped


def clauses_of(item: pytest.Item) -> list[str]:
    """Every clause that a test claims."""
    return sorted({str(one) for mark in item.iter_markers("clause") for one in mark.args})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(HOME) and (clauses := clauses_of(item)):
            item.user_properties.append(("clauses", clauses))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" and report.outcome == "passed":
        return
    for name, clauses in report.user_properties:
        if name == "clauses" and isinstance(clauses, Iterable):
            for clause in clauses:
                tests = _results.setdefault(str(clause), {})
                if tests.get(report.nodeid) in (None, "passed"):
                    tests[report.nodeid] = report.outcome


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if hasattr(config, "workerinput") or not _results or not _full(config, exitstatus):
        return
    text = ledger_text()
    if not LEDGER.is_file() or LEDGER.read_text(encoding="utf-8") != text:
        LEDGER.write_text(text, encoding="utf-8")


def ledger_text() -> str:
    found = {
        "handbooks": handbook_hashes(),
        "tests": stories_hash(),
        "clauses": {clause: dict(sorted(_results[clause].items())) for clause in sorted(_results)},
    }
    return json.dumps(found, ensure_ascii=True, indent=1) + "\n"


def _full(config: pytest.Config, exitstatus: int) -> bool:
    """Was every clause story run? Nothing chosen, left out or broken off."""
    option = config.option
    chosen = (
        option.keyword, option.markexpr, getattr(option, "lf", False), getattr(option, "last_failed", False),
        option.deselect, option.ignore, option.ignore_glob, option.collectonly, getattr(option, "mutants", ""),
        exitstatus and option.maxfail, getattr(option, "stepwise", False),
    )  # fmt: skip
    home = (config.rootpath / HOME).resolve()
    covered = any("::" not in one and home.is_relative_to(Path(config.rootpath, one).resolve()) for one in config.args)
    return exitstatus in (0, 1) and covered and not any(chosen)
