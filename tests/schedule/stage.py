"""A shop with three vans that runs `tests/schedule/vans`: deliveries and return visits on the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.handbooks import load_handbook
from aftercare.customers.actions import NewCustomer, NewPhone, create_customer
from aftercare.engine import Command
from aftercare.handbook import load
from aftercare.people.actions import CompanySetup, NewPerson, NewStore, Role, add_person, set_up_company
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Person, Store
from aftercare.people.queries import actor_for
from aftercare.schedule.models import Entry
from aftercare.texts import Text
from tests.showroom import NOW, forget

Json = Any
STAFF = {"planner": ("chenxm", "陈晓梅"), "driver": ("zhoujun", "周军"), "boss": ("zhaolx", "赵立新")}
DAY = date(2026, 11, 25)  # a Wednesday, four days after NOW


@dataclass
class Yard:
    store: int
    other: int
    people: dict[str, int]

    def actor(self, who: str, now: datetime = NOW) -> Actor:
        return actor_for(self.people[who], now)

    def person(self, who: str) -> Person:
        return Person.objects.get(pk=self.people[who])

    def open(self, procedure: str = "delivery", name: str = "王建国", store: int | None = None) -> int:
        where = store or self.store
        phone = f"1380013{Entry.objects.count() + 8000:04}"
        customer = create_customer(NewCustomer(name, store=where, phones=(NewPhone(phone),)), SYSTEM, NOW).id
        subject = {"kind": "customer", "id": customer}
        opening = Opening("vans", procedure, where, subject, customer)
        return open_case(self.actor("boss"), NOW, opening).case

    def job(
        self, day: date = DAY, van: str = "", at: str = "", area: str = "", address: str = "", **more: Json
    ) -> Entry:
        """A delivery that is planned, and where it stands."""
        case = self.open(**more)
        values = {
            "date": day.isoformat(),
            "van": van or None,
            "at": at or None,
            "area": area or None,
            "address": address or None,
        }
        self.do(case, "complete", "plan", values)
        return Entry.objects.get(case_id=case)

    def do(self, case: int, verb: Any, task: str, values: Mapping[str, Json] | None = None, who: str = "boss") -> None:
        given = {name: value for name, value in (values or {}).items() if value is not None}
        data = {"task": task, **({"values": given} if given else {})}
        act(self.actor(who), NOW, case, Command(verb, data))


def open_yard() -> Yard:
    loaded = load(Path(__file__).parent / "vans")
    assert loaded.handbook is not None, [(fault.line, fault.en) for fault in loaded.faults]
    forget()
    stores = (NewStore("E", Text("城东店", "East store")), NewStore("W", Text("城西店", "West store")))
    set_up_company(CompanySetup(name="安居家具", administrator=NewPerson("admin", "方敏"), stores=stores), NOW)
    load_handbook(SYSTEM, NOW, loaded.files)
    east, west = (Store.objects.get(code=code).pk for code in ("E", "W"))
    people = {
        role: add_person(NewPerson(sign_in, name, roles=(Role(role, None if role == "boss" else east),)), SYSTEM, NOW)
        for role, (sign_in, name) in STAFF.items()
    }
    people["west"] = add_person(NewPerson("qianfeng", "钱峰", roles=(Role("planner", west),)), SYSTEM, NOW)
    return Yard(east, west, people)
