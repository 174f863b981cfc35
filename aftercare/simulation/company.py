"""The invented company of the demo: stores, people with a password, the handbook live, the dials turned."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aftercare.cases.handbooks import load_handbook, turn_dial
from aftercare.handbook import load
from aftercare.people.actions import CompanySetup, NewPerson, NewStore, Role, add_person, set_password, set_up_company
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Membership, Person, Store
from aftercare.simulation.orderbook import stores, words
from aftercare.texts import Text
from aftercare.values.pinyin import of_name

HANDBOOKS = Path(__file__).resolve().parent.parent.parent / "handbooks"
NAME = "安居家具"
LEADS = {"CD": "周军", "CX": "马超", "BJ": "丁磊"}

# role, sign-in, name; the role is held in the whole company
COMPANY_STAFF = (
    ("general_manager", "boss", "赵立新"),
    ("service_manager", "service", "刘洋"),
    ("finance", "finance", "孙丽"),
    ("warehouse", "warehouse", "何平"),
    ("service", "calls", "吴芳"),
    ("workshop_manager", "workshop", "郑涛"),
)


def found(now: datetime, password: str, staff: Mapping[str, int] | None = None) -> None:
    """Set up everything up to the first order. Done once: raises Conflict after. `staff`: role -> persons per store,
    hired beside those who have a name here."""
    plans = stores()
    new_stores = tuple(NewStore(one["code"], Text(**one["name"]), phone="0755-2600") for one in plans)
    set_up_company(CompanySetup(NAME, NewPerson("admin", "方敏"), new_stores), now)
    handbook = load_handbook(SYSTEM, now, load(HANDBOOKS / "showroom").files)
    turn_dial(SYSTEM, now, handbook.id, "", "refuse", (now - timedelta(days=400)).date())
    for role, sign_in, name in COMPANY_STAFF:
        add_person(NewPerson(sign_in, name, roles=(Role(role),)), SYSTEM, now)
    for plan in plans:
        _hire(plan, now)
        _hire_more(plan, staff or {}, handbook.roles, now)
    admin = Person.objects.get(sign_in="admin")
    set_password(admin.pk, password, SYSTEM, now)
    admin.refresh_from_db()
    # Everybody's password is the same and is printed at the start: working it out for each would take a minute.
    Person.objects.exclude(pk=admin.pk).update(password=admin.password)


def _hire(plan: Mapping[str, Any], now: datetime) -> None:
    """The salespeople of a store and who leads its deliveries."""
    store = Store.objects.get(code=plan["code"]).pk
    for name in plan["sellers"]:
        add_person(NewPerson(of_name(name).replace(" ", ""), name, roles=(Role("sales", store),)), SYSTEM, now)
    lead = NewPerson(f"delivery-{plan['code'].lower()}", LEADS[plan["code"]], roles=(Role("delivery_lead", store),))
    add_person(lead, SYSTEM, now)


def _hire_more(plan: Mapping[str, Any], staff: Mapping[str, int], roles: Container[str], now: datetime) -> None:
    """People of every role that the store needs more of, with names drawn for them."""
    store = Store.objects.get(code=plan["code"]).pk
    random, known = Random(f"people|{plan['code']}"), words()
    for role, count in staff.items():
        held = Membership.objects.filter(role=role, store=store, ends=None).count()
        if role not in roles or role in ALONE:
            continue
        for n in range(held + 1, count + 1):
            name = random.choice(known["surnames"]) + random.choice(known["given"])
            sign_in = f"{role.replace('_', '-')}-{plan['code'].lower()}{n if count > 1 else ''}"
            add_person(NewPerson(sign_in, name, roles=(Role(role, store),)), SYSTEM, now)


ALONE = frozenset({"general_manager"})  # there is one in the company
