from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from aftercare.people.models import Person
from aftercare.web import translations
from tests.schedule.stage import Yard, open_yard
from tests.showroom import NOW
from tests.web import drive


def pytest_configure() -> None:
    translations.compile_all()
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in this thread


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("aftercare.clock.now", lambda: NOW)
    return NOW


@pytest.fixture
def yard(db: None) -> Yard:
    return open_yard()


@pytest.fixture
def live_yard(transactional_db: None, live_server: Any) -> Yard:
    return open_yard()


@pytest.fixture
def client_for() -> Callable[..., Client]:
    def made(person: Person, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["aftercare_language"] = language
        return client

    return made


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[drive.Visits]:
    visits = drive.Visits(chromium, live_server.url)
    yield visits
    visits.close()
