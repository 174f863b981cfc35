"""The invented showroom that is measured, and cases taken some way through the real engine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests import showroom
from tests.showroom import BY_PHONE, CONTRACT, Showroom, Story

SELLERS = 20
SHORT, RUNNING, FRESH, WHOLE = "short", "running", "fresh", "whole"
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲鹏红建华志国春梅雪峰林海燕龙玉婷宇浩欣怡佳琪晨曦梓涵子轩"
    "雨泽博皓思远俊凯天佑嘉豪诗雅美琳晓东少斌永康振兴家福祥瑞德昌立新向阳青云飞若兮一诺安然可心"
)
_HEADS = (
    "130",
    "131",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "158",
    "159",
    "176",
    "177",
    "186",
    "188",
    "199",
)
_STREETS = ("人民路", "解放路", "中山大道", "建设街", "滨江大道", "学院路", "科苑路", "花园街")


@dataclass
class Shop:
    """Who works there; `sellers` belong to the first store."""

    room: Showroom
    sellers: list[int]
    now: datetime
    templates: dict[str, list[Story]] = field(default_factory=dict)


def name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + chance.choice(_GIVEN) + (chance.choice(_GIVEN) if chance.random() < 0.75 else "明")


def phone(chance: random.Random) -> str:
    return f"{chance.choice(_HEADS)}{chance.randrange(10**8):08d}"


def address(chance: random.Random) -> str:
    house, tower, door = chance.randrange(1, 400), chance.randrange(1, 30), chance.randrange(101, 3302)
    return f"深圳市南山区{chance.choice(_STREETS)}{house}号{tower}栋2单元{door}"


def build(now: datetime) -> Shop:
    """A showroom with twenty sellers and, per shape of case, some stories told through the real engine."""
    from aftercare.people.actions import NewPerson, Role, add_person
    from aftercare.people.actor import SYSTEM

    showroom.NOW = now - timedelta(days=30)
    room = showroom.open_showroom()
    showroom.NOW = now
    chance = random.Random(1)
    role, before = (Role("sales", room.store),), now - timedelta(days=30)
    sellers = [add_person(NewPerson(f"seller{n}", name(chance), roles=role), SYSTEM, before) for n in range(SELLERS)]
    shop = Shop(room, sellers, now)
    for shape, told in ((SHORT, _short), (FRESH, _fresh), (RUNNING, _running), (WHOLE, _whole)):
        shop.templates[shape] = list(_stories(shop, shape, told, chance))
    return shop


def _stories(shop: Shop, shape: str, told: Any, chance: random.Random) -> Iterator[Story]:
    for n, seller in enumerate(shop.sellers if shape != WHOLE else shop.sellers[:4]):
        at = shop.now - timedelta(days=20, hours=7 * n + chance.randrange(7))
        shop.room.people["sales"] = seller
        customer = shop.room.customer(name(chance), phone(chance))
        story = shop.room.open(at, customer)
        told(story)
        yield story


def _fresh(story: Story) -> None:
    """Opened, nothing done yet."""


def _short(story: Story) -> None:
    story.do("service_manager", "cancel", reason="客户改变主意")


def _running(story: Story) -> None:
    _contract(story)
    story.release()


def _whole(story: Story) -> None:
    """All copies handed over; only the recheck lies ahead, and is done."""
    _contract(story)
    story.agree(f"{story.now + timedelta(days=40):%Y-%m-%d}")
    story.release()
    needs = {"needs": [{"item": "沙发", "need": "打蜡"}]}
    story.complete("sales", "demand_sheet", values=needs)
    story.complete("sales", "hand_customer_copy", values={"folded": True, "card_slip": True})
    story.complete("sales", "hand_finance_copy")
    story.complete("sales", "hand_service_copy")
    story.do("finance", "accept", paper="sales_contract/1")
    story.do("service_manager", "accept", paper="sales_contract/2")
    story.complete("service_manager", "accept_demand", values={"needs": [{**needs["needs"][0], "accepted": True}]})


def _contract(story: Story) -> None:
    from aftercare.customers.models import Customer, Phone

    who = Customer.objects.get(pk=story.customer)
    number = Phone.objects.get(customer=who).typed
    story.issue(customer_name=who.full_name, customer_phone=number)


__all__ = ["BY_PHONE", "CONTRACT", "Shop", "build"]
