"""An invented showroom's order book, the same for the same seed: products, customers, orders, half-finished ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

HALF_FINISHED = 200


@dataclass(frozen=True, slots=True)
class SoldProduct:
    """`price` is the list price in fen."""

    code: str
    name: str
    spec: str
    unit: str
    category: str
    price: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    product: SoldProduct
    qty: int
    price: int

    @property
    def amount(self) -> int:
        return self.qty * self.price


@dataclass(frozen=True, slots=True)
class Buyer:
    name: str
    phone: str
    address: str
    birthday: date


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a half-finished order has come. `copies`: which of 1 to 3 were handed out."""

    issued: bool
    copies: frozenset[int]
    agreed: bool
    deposit_paid: int
    stored_on: date | None


@dataclass(frozen=True, slots=True)
class SoldOrder:
    number: str
    store: str  # name as written
    seller: str
    buyer: Buyer
    ordered_on: date
    delivery_date: date
    lines: tuple[SoldLine, ...]
    deposit: int
    payment: str  # cash, card, transfer, mobile
    note: str
    stage: Stage | None = None

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class OrderBook:
    products: tuple[SoldProduct, ...]
    buyers: tuple[Buyer, ...]
    orders: tuple[SoldOrder, ...]
    half_finished: tuple[SoldOrder, ...]


def order_book(seed: int, today: date, orders: int = 520, half_finished: int = HALF_FINISHED) -> OrderBook:
    """Orders of the last four months up to `today`, then the half-finished ones of the last weeks."""
    random = Random(seed)
    products = goods()
    known = buyers(random, (orders + half_finished) * 4 // 5)
    made = tuple(_order(random, n, products, known, today, 120) for n in range(1, orders + 1))
    halves = tuple(
        _staged(random, _order(random, 5000 + n, products, known, today, 28), today) for n in range(half_finished)
    )
    return OrderBook(products, known, made, halves)


def stores() -> list[dict[str, Any]]:
    """[{code, name: {zh, en}, sellers: [full names]}]: who must exist before the order book can be imported."""
    found: list[dict[str, Any]] = words()["stores"]
    return found


@cache
def words() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    read: Mapping[str, Any] = YAML(typ="safe").load(text)
    return read


def goods() -> tuple[SoldProduct, ...]:
    """Every kind of goods in every series and spec; dearer series by position, no chance in it."""
    known = words()
    made = []
    for step, series in enumerate(known["series"]):
        for goods in known["goods"]:
            for n, spec in enumerate(goods["specs"], start=1):
                code = f"{goods['code']}-{step + 1}{n:02}"
                yuan = round(goods["price"] * (80 + 9 * step + 4 * n) / 1000) * 10
                made.append(
                    SoldProduct(code, series + goods["name"], spec, goods["unit"], goods["category"], yuan * 100)
                )
    made += [SoldProduct(**{**plain, "price": plain["price"] * 100}) for plain in known["mattresses"]]
    return tuple(made)


def buyers(random: Random, how_many: int, numbers: range = range(1, 10_000)) -> tuple[Buyer, ...]:
    """Invented people; the ends of their telephone numbers are drawn from `numbers`, each once."""
    known = words()
    return tuple(
        Buyer(
            random.choice(known["surnames"]) + random.choice(known["given"]),
            # The middle block 0000 is given to nobody.
            f"1{random.choice('35789')}{random.choice('0135689')}0000{number:04}",
            _address(random),
            date(1950, 1, 1) + timedelta(days=random.randrange(18_000)),
        )
        for number in random.sample(numbers, how_many)
    )


def _address(random: Random) -> str:
    known = words()
    place = known["town"] + random.choice(known["districts"]) + random.choice(known["streets"])
    house = f"{random.randint(1, 299)}号"
    estate = random.choice(known["estates"]) if random.random() < 0.5 else ""
    building, unit = random.randint(1, 28), random.randint(1, 3)
    return f"{place}{house}{estate}{building}栋{unit}单元{random.randint(1, 26)}{random.randint(1, 4):02}室"


def _order(
    random: Random, n: int, products: tuple[SoldProduct, ...], buyers: tuple[Buyer, ...], today: date, back: int
) -> SoldOrder:
    store = random.choice(stores())
    ordered = today - timedelta(days=random.randint(0, back))
    chosen = random.sample(products, random.choice((1, 1, 2, 2, 3, 4)))
    lines = tuple(line(random, product) for product in chosen)
    total = sum(line.amount for line in lines)
    return SoldOrder(
        number=f"{store['code']}{ordered:%y%m}-{n:04}",
        store=store["name"]["zh"],
        seller=random.choice(store["sellers"]),
        buyer=random.choice(buyers),
        ordered_on=ordered,
        delivery_date=ordered + timedelta(days=random.randint(7, 75)),
        lines=lines,
        deposit=total * random.choice((20, 30, 50)) // 10_000 * 100,
        payment=random.choice(list(words()["payments"])),
        note=random.choice(words()["notes"]),
    )


def line(random: Random, product: SoldProduct) -> SoldLine:
    qty = random.randint(4, 8) if product.unit == "把" else random.choice((1, 1, 1, 2))
    price = product.price * random.choice((90, 95)) // 10_000 * 100 if random.random() < 0.08 else product.price
    return SoldLine(product, qty, price)


def _staged(random: Random, order: SoldOrder, today: date) -> SoldOrder:
    """Under way at one of the points where shops stand on a Monday: from just written to goods in the store."""
    reached = random.choices(range(5), (2, 3, 4, 5, 3))[0]
    delivery = today + timedelta(days=random.randint(4, 60))
    stored = today - timedelta(days=random.randint(1, 20)) if reached == 4 else None
    stage = Stage(
        issued=reached >= 1,
        copies=frozenset(((), (), (3,), (1, 3), (1, 2, 3))[reached]),
        agreed=reached >= 2,
        deposit_paid=order.deposit if reached >= 1 or random.random() < 0.5 else 0,
        stored_on=max(stored, order.ordered_on) if stored else None,
    )
    return SoldOrder(
        order.number, order.store, order.seller, order.buyer, order.ordered_on, delivery, order.lines, order.deposit,
        order.payment, order.note, stage,
    )  # fmt: skip
