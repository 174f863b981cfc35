"""An invented showroom with its handbook live: the stage of the stories about cases."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from aftercare.cases import world
from aftercare.cases.actions import Done, Opening, act, open_case
from aftercare.cases.handbooks import load_handbook, turn_dial
from aftercare.cases.models import Case
from aftercare.customers.actions import NewAddress, NewCustomer, NewPhone, create_customer
from aftercare.engine import Command
from aftercare.handbook import load
from aftercare.orders.actions import attach_case, create_order
from aftercare.people.actions import CompanySetup, NewPerson, NewStore, Role, add_person, set_up_company
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.models import Store
from aftercare.people.queries import actor_for
from aftercare.texts import Text

Json = Any
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # Saturday, 10:00 in Shanghai
HANDBOOK = Path(os.environ.get("AFTERCARE_HANDBOOK") or Path(__file__).resolve().parent.parent / "handbooks/showroom")
replaced: dict[str, str] = {}  # texts of another handbook to play with, by those who bend it on purpose
STAFF = {
    "sales": ("chenxm", "陈晓梅"), "service_manager": ("liuyang", "刘洋"), "finance": ("sunli", "孙丽"),
    "delivery_lead": ("zhoujun", "周军"), "warehouse": ("heping", "何平"), "general_manager": ("zhaolx", "赵立新"),
    "service": ("wangfang", "王芳"), "workshop_manager": ("gaoqiang", "高强"), "delivery_crew": ("malin", "马林"),
}  # fmt: skip
GOODS = [
    {"code": "SF-101", "name": "三人位布艺沙发", "spec": "米灰", "qty": 1, "list_price": 480000, "price": 480000},
    {"code": "CZ-205", "name": "实木餐椅", "spec": "胡桃色", "qty": 4, "list_price": 45000, "price": 45000},
]  # fmt: skip
for _line in GOODS:
    _line["amount"] = _line["qty"] * _line["price"]  # type: ignore[operator]
CONTRACT: dict[str, Json] = {
    "customer_name": "王建国", "customer_phone": "13800138000",
    "address": {"text": "深圳市南山区科苑路15号3栋2单元501"}, "items": GOODS, "total": 660000, "deposit": 200000,
    "payment": "card",
}  # fmt: skip
BY_PHONE = [{"who": "customer", "must": "confirm", "way": "phone"}]


@dataclass
class Showroom:
    """Two stores; one person per role in the first, a salesperson in the second."""

    store: int
    other_store: int
    people: dict[str, int]
    other_sales: int

    def actor(self, role: str, now: datetime = NOW) -> Actor:
        return actor_for(self.people[role], now)

    def customer(self, name: str = "王建国", phone: str = "13800138000", store: int | None = None) -> int:
        new = NewCustomer(
            name, store=store or self.store, phones=(NewPhone(phone),),
            addresses=(NewAddress("深圳市南山区科苑路15号3栋2单元501"),),
        )  # fmt: skip
        return create_customer(new, SYSTEM, NOW).id

    def order(self, customer: int | None = None, now: datetime = NOW, **values: Json) -> int:
        customer = customer or self.customer()
        order = create_order(
            SYSTEM, now, store=self.store, customer=customer, salesperson=self.people["sales"],
            ordered_on=date(2026, 11, 21), lines=GOODS, **values,
        )  # fmt: skip
        return int(order.pk)

    def open(self, now: datetime = NOW, customer: int | None = None) -> Story:
        customer = customer or self.customer()
        order = self.order(customer, now)
        opening = Opening("showroom", "order_promise", self.store, {"kind": "order", "id": order}, customer)
        done = open_case(self.actor("sales", now), now, opening)
        attach_case(order, done.case)
        return Story(self, done.case, order, customer, now)


@dataclass
class Story:
    """One order told step by step; `now` moves with it."""

    shop: Showroom
    id: int
    order: int
    customer: int
    now: datetime

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.id)

    @property
    def state(self) -> dict[str, Json]:
        state: dict[str, Json] = self.case.state
        return state

    def do(self, role: str, verb: str, /, **data: Json) -> Done:
        return act(self.shop.actor(role, self.now), self.now, self.id, Command(verb, data))  # type: ignore[arg-type]

    def complete(
        self,
        role: str,
        task: str,
        outcome: str | None = None,
        values: Mapping[str, Json] | None = None,
        **more: Json,
    ) -> Done:
        data = {"outcome": outcome, "values": None if values is None else dict(values)}
        given = {name: value for name, value in data.items() if value is not None}
        return self.do(role, "complete", task=task, **given, **more)

    def tick(self, now: datetime) -> int:
        from aftercare.cases.clock import run_due

        self.now = now
        return run_due(now).fired

    # --- the usual way, as far as a story needs it

    def issue(self, **changed: Json) -> None:
        self.complete("sales", "contract", values={**CONTRACT, **changed})

    def agree(self, day: str) -> None:
        self.do("sales", "save", task="agree_date", values={"delivery_date": day}, marks=BY_PHONE)
        self.do("service_manager", "sign", task="agree_date", who="service_manager", must="confirm")
        self.complete("sales", "agree_date", values={"delivery_date": day})

    def release(self) -> None:
        self.complete("finance", "price_check", "checked", {"prices_agree": True})
        self.complete("sales", "release", marks=BY_PHONE)
        self.complete("sales", "confirm_contents", marks=BY_PHONE)


@cache
def shipped() -> Mapping[str, str]:
    return load(HANDBOOK).files


def forget() -> None:
    """What was cached of a test before this one: its rows were rolled back, and so was the count of epochs."""
    for cached in (
        world.live_version,
        world.live_handbooks,
        world._changes,
        world._effective,
        world._dials,
        world.calendar_for,
    ):
        cached.cache_clear()


def open_showroom(dial: str = "refuse") -> Showroom:
    setup = CompanySetup(
        name="安居家具", administrator=NewPerson("admin", "方敏"),
        stores=(NewStore("E", Text("城东店", "East store")), NewStore("W", Text("城西店", "West store"))),
    )  # fmt: skip
    forget()
    set_up_company(setup, NOW)
    load_handbook(SYSTEM, NOW, replaced or shipped())
    turn_dial(SYSTEM, NOW, "showroom", "", dial, date(2026, 1, 1))
    east, west = (Store.objects.get(code=code).pk for code in ("E", "W"))
    people = {}
    for role, (sign_in, name) in STAFF.items():
        where = None if role in ("general_manager", "finance", "service_manager") else east
        people[role] = add_person(NewPerson(sign_in, name, roles=(Role(role, where),)), SYSTEM, NOW)
    other = add_person(NewPerson("qianfeng", "钱峰", roles=(Role("sales", west),)), SYSTEM, NOW)
    return Showroom(east, west, people, other)
