"""The shop of the sample order book, with its stores and sellers, and the files as they are shipped."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aftercare.imports.actions import Plan, apply, plan
from aftercare.people.actor import EVERYWHERE, Actor
from aftercare.people.models import Membership, Person, Store
from aftercare.people.rights import ACTIONS
from aftercare.simulation.orderbook import stores
from tests.shop import NOW, TODAY

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def boss(db: None) -> Actor:
    for store in stores():
        shop = Store.objects.create(code=store["code"], name=store["name"])
        for name in store["sellers"]:
            person = Person.objects.create(sign_in=f"{store['code']}-{name}", full_name=name)
            Membership.objects.create(person=person, store=shop, role="sales", starts=date(2020, 1, 1))
    return Actor(1, "赵立新", rights=dict.fromkeys(ACTIONS, EVERYWHERE))


@pytest.fixture
def prices(boss: Actor) -> None:
    apply(sample("price-list.xlsx", boss), boss, NOW)


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))
    return read


def sample(name: str, actor: Actor) -> Plan:
    return plan((SAMPLES / name).read_bytes(), name, actor, TODAY)
