"""Any handbook in a shop of its own: one store, one person per role. Nothing here knows a trade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aftercare.cases.handbooks import load_handbook
from aftercare.customers.actions import NewCustomer, NewPhone, create_customer
from aftercare.handbook import load
from aftercare.people.actions import CompanySetup, NewPerson, NewStore, Role, add_person, set_up_company
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Store
from aftercare.people.queries import actor_for
from aftercare.texts import Text
from tests.clauses.surface import House, Promise
from tests.showroom import NOW, forget


@dataclass
class Shop:
    handbook: str
    store: int
    people: dict[str, int]

    def actor(self, role: str, now: datetime = NOW) -> Actor:
        return actor_for(self.people[role], now)


@dataclass
class Trade(House):
    """The API of a shop that works by another handbook."""

    def begin(self, role: str, procedure: str, now: datetime = NOW) -> Promise:
        """Open a case for a customer, by whoever holds `role`."""
        assert isinstance(self.shop, Shop)
        customer = create_customer(
            NewCustomer("王建国", store=self.shop.store, phones=(NewPhone("13800138000"),)), SYSTEM, now
        ).id
        body = {
            "handbook": self.shop.handbook, "procedure": procedure, "store": self.shop.store, "customer": customer,
            "subject": {"kind": "customer", "id": customer},
        }  # fmt: skip
        return Promise(self, self.send(role, "POST", "/cases", body)["case"], 0, customer)


def open_trade(folder: Path) -> Trade:
    """Load a handbook's folder as a person would; every fault is an assertion."""
    loaded = load(folder)
    assert loaded.handbook is not None, [(fault.field, fault.line, fault.en) for fault in loaded.faults]
    forget()
    store = NewStore("E", Text("城东店", "East store"))
    set_up_company(CompanySetup(name="安居", administrator=NewPerson("admin", "方敏"), stores=(store,)), NOW)
    load_handbook(SYSTEM, NOW, loaded.files)
    where = Store.objects.get(code="E").pk
    people = {
        role: add_person(NewPerson(f"p{n}", f"陈{name}", roles=(Role(role, where),)), SYSTEM, NOW)
        for n, (role, name) in enumerate(zip(loaded.handbook.roles, "一二三四五六七八九", strict=False))
    }
    return Trade(Shop(loaded.handbook.id, where, people), looker=next(iter(people)))  # type: ignore[arg-type]
