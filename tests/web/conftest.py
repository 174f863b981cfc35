"""A small shop, a real browser, and ways in: `client_for` for pages, `browser` for what only a browser shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aftercare.people import actions
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Person, Store
from aftercare.people.rights import ACTIONS
from aftercare.texts import Text
from aftercare.web import translations
from tests.web import drive

PASSWORD = "spring-water-42"


def pytest_configure() -> None:
    translations.compile_all()
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in this thread


@dataclass(frozen=True)
class Shop:
    """One company with two stores; every right is held by the manager, the clerk may only deal with customers."""

    admin: Person
    manager: Person
    clerk: Person
    centre: Store
    east: Store


def make_shop(now: datetime) -> Shop:
    setup = actions.CompanySetup(
        "安居家具",
        actions.NewPerson("admin", "陈立新"),
        (
            actions.NewStore("S1", Text("中心店", "Centre store")),
            actions.NewStore("S2", Text("城东店", "East store"), phone="0571-88888888"),
        ),
    )
    admin = actions.set_up_company(setup, now)
    customers = {action: "store" for action in ACTIONS if action.startswith("customers.")}
    table = {"manager": dict.fromkeys(ACTIONS, "company"), "clerk": customers | {"cases.see": "store"}}
    names = {"manager": Text("客服主管", "Service manager"), "clerk": Text("前台", "Front desk")}
    actions.install_permissions(table, names, SYSTEM, now)
    stores = {store.code: store for store in Store.objects.all()}
    people = {
        "manager": actions.NewPerson("manager", "王建国", "13800138000", roles=(actions.Role("manager"),)),
        "clerk": actions.NewPerson("clerk", "李小满", roles=(actions.Role("clerk", stores["S1"].pk),)),
    }
    ids = {name: actions.add_person(new, SYSTEM, now) for name, new in people.items()}
    made = {name: Person.objects.get(pk=number) for name, number in {**ids, "admin": admin}.items()}
    return Shop(**made, centre=stores["S1"], east=stores["S2"])


@pytest.fixture
def shop(db: None, now: datetime) -> Shop:
    return make_shop(now)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages read the story's instant."""
    monkeypatch.setattr("aftercare.clock.now", lambda: now)


@pytest.fixture
def client_for() -> Callable[[Person], Client]:
    def made(person: Person, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["aftercare_language"] = language
        return client

    return made


@pytest.fixture
def visit(chromium: Any, live_server: Any, settings: Any) -> Iterator[drive.Visits]:
    """`visit(person, "/desk/", width=390, language="en", theme="dark")` -> a Playwright page, signed in."""
    visits = drive.Visits(chromium, live_server.url)
    yield visits
    visits.close()


@pytest.fixture
def live_shop(transactional_db: None, live_server: Any, now: datetime) -> Shop:
    return make_shop(now)


SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
