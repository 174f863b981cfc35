"""The faults people make in order books, put into known cells, with what an import should say about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from aftercare.simulation.orderbook import SoldOrder, words

ORDER_FIELDS = (
    "number", "ordered_on", "salesperson", "customer_name", "customer_phone", "address", "total", "deposit",
    "payment", "delivery_date", "note",
)  # fmt: skip
LINE_FIELDS = ("code", "product", "spec", "unit", "qty", "list_price", "price", "amount")
Cells = dict[str, Any]


@dataclass(slots=True)
class Written:
    """An order as it is written down: one dict of order cells, one of line cells per row, and the expected fault."""

    head: Cells
    lines: list[Cells]
    fault: tuple[int, str, str] | None = None  # (row within the order, field, code)
    kind: str = ""


def written(order: SoldOrder) -> Written:
    """The cells of a faultless order, money in yuan."""
    head: Cells = {
        "number": order.number, "ordered_on": order.ordered_on, "salesperson": order.seller,
        "customer_name": order.buyer.name, "customer_phone": order.buyer.phone, "address": order.buyer.address,
        "total": order.total / 100, "deposit": order.deposit / 100, "payment": words()["payments"][order.payment],
        "delivery_date": order.delivery_date, "note": order.note,
    }  # fmt: skip
    lines = [
        {
            "code": line.product.code, "product": line.product.name, "spec": line.product.spec,
            "unit": line.product.unit, "qty": line.qty, "list_price": line.product.price / 100,
            "price": line.price / 100, "amount": line.amount / 100,
        }
        for line in order.lines
    ]  # fmt: skip
    return Written(head, lines)


def spoil(order: Written, kind: str, random: Random) -> None:
    """Put one fault of this kind in."""
    order.kind = kind
    order.fault = SPOILERS[kind](order, random)


def decorate(order: Written, random: Random) -> None:
    """Ways of writing that are odd but right: full-width digits, dates as text or as a bare number, yuan signs."""
    way = random.randrange(12)
    day = order.head["ordered_on"]
    if way == 0:
        order.head["ordered_on"] = f"{day.year}年{day.month}月{day.day}日"
    elif way == 1:
        order.head["ordered_on"] = f"{day.year}/{day.month}/{day.day}"
    elif way == 2:
        order.head["ordered_on"] = (day - _DAY_0).days
    elif way == 3:
        order.head["customer_phone"] = order.head["customer_phone"].translate(_WIDE)
    elif way == 4:
        order.head["customer_phone"] = int(order.head["customer_phone"])
    elif way == 5:
        order.head["total"] = f"¥{order.head['total']:,.2f}"


def _title(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["customer_name"] = order.head["customer_name"][0] + random.choice(("先生", "女士"))
    return 0, "customer_name", "name.title"


def _district_only(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["address"] = words()["town"] + random.choice(words()["districts"])
    return 0, "address", "address.vague"


def _exponent(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["customer_phone"] = 1.38e10 if random.random() < 0.5 else "1.38E+10"
    return 0, "customer_phone", "import.phone_exponent"


def _short_phone(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["customer_phone"] = order.head["customer_phone"][:-1]
    return 0, "customer_phone", "phone.short"


def _no_phone(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["customer_phone"] = ""
    return 0, "customer_phone", "import.missing"


def _wrong_amount(order: Written, random: Random) -> tuple[int, str, str]:
    order.lines[-1]["amount"] += 100
    return len(order.lines) - 1, "amount", "import.amount"


def _wrong_total(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["total"] -= 200
    return 0, "total", "import.total"


def _no_year(order: Written, random: Random) -> tuple[int, str, str]:
    day = order.head["ordered_on"]
    order.head["ordered_on"] = f"{day.month}月{day.day}日"
    return 0, "ordered_on", "import.date"


def _no_such_day(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["delivery_date"] = f"{order.head['delivery_date'].year}/2/30"
    return 0, "delivery_date", "import.date"


def _stranger(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["salesperson"] = "小梅"
    return 0, "salesperson", "import.salesperson"


def _lost_zeros(order: Written, random: Random) -> tuple[int, str, str]:
    code = words()["mattresses"][0]["code"]
    order.lines[0]["code"] = int(code)
    return 0, "code", "import.code_zero"


def _twice(order: Written, random: Random) -> tuple[int, str, str]:
    order.lines.append(dict(order.lines[0]))
    return len(order.lines) - 1, "code", "import.duplicate"


def _before(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["delivery_date"] = order.head["ordered_on"] - timedelta(days=3)
    return 0, "delivery_date", "import.dates"


def _deposit(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["deposit"] = order.head["total"] + 1000
    return 0, "deposit", "import.deposit"


def _quantity(order: Written, random: Random) -> tuple[int, str, str]:
    order.lines[0]["qty"] = "两张"
    return 0, "qty", "import.qty"


def _payment(order: Written, random: Random) -> tuple[int, str, str]:
    order.head["payment"] = "月底再说"
    return 0, "payment", "import.word"


SPOILERS: Mapping[str, Callable[[Written, Random], tuple[int, str, str]]] = {
    "title as a name": _title,
    "district only": _district_only,
    "phone as an exponent": _exponent,
    "phone too short": _short_phone,
    "phone missing": _no_phone,
    "amount wrong": _wrong_amount,
    "total wrong": _wrong_total,
    "date without a year": _no_year,
    "30 February": _no_such_day,
    "unknown salesperson": _stranger,
    "leading zeros lost": _lost_zeros,
    "row twice": _twice,
    "delivered before ordered": _before,
    "deposit above total": _deposit,
    "quantity in words": _quantity,
    "unknown payment": _payment,
}
_DAY_0 = date(1899, 12, 30)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
