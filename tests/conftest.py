"""What every test may use: a real PostgreSQL, a fixed `now`, the story's first instant.

The test server lies in var/test/postgres and lives as long as any test run uses it. Each run (and each xdist worker)
gets a database of its own, copied from a template that is migrated once per state of the migrations.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import database

pytest_plugins = ["tests.ledger"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.end_run()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also the tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="slow: only with --full")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    with database.for_this_process(django_db_blocker):
        yield


@pytest.fixture
def now() -> datetime:
    """Saturday 2026-11-21, 10:00 in Shanghai."""
    return datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a process: a second one cannot be driven beside it."""
    from tests.web import drive

    with drive.launched() as browser:
        yield browser
