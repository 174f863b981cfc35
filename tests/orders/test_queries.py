"""Lists and pages of orders: what they find, what they hide, and how many queries they need."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.errors import NotAllowed, NotFound, Refused
from aftercare.money.actions import Payment, take_payment
from aftercare.orders import actions, queries
from aftercare.orders.queries import OrderFilter
from tests.shop import NOW, TODAY, Shop, line

PRODUCTS = [
    {"code": "SF-101", "name": "云岭三人沙发", "spec": "米白", "unit": "张", "category": "沙发", "list_price": 250000},
    {"code": "SF-102", "name": "松涧转角沙发", "spec": "灰", "unit": "套", "category": "沙发", "list_price": 480000},
    {"code": "CZ-301", "name": "禾木餐桌", "spec": "1.6米", "unit": "张", "category": "餐桌", "list_price": 180000},
]


def numbers(page: queries.PageOf) -> list[str]:
    return [row["number"] for row in page.rows]


@pytest.fixture
def three(shop: Shop) -> Shop:
    for n, days in ((1, 20), (2, -3), (3, 40)):
        ordered, delivery = TODAY - timedelta(days=n + 10), TODAY + timedelta(days=days)
        shop.order(number=f"N{n}", ordered_on=ordered, delivery_date=delivery)
    shop.order(number="W1", store=shop.west.pk, salesperson=shop.other.pk, lines=[line("CZ-301", 1, 99)], deposit=0)
    return shop


def test_filters_narrow_the_list(three: Shop) -> None:
    def found(**parts: Any) -> list[str]:
        return numbers(queries.orders(three.boss, OrderFilter(**parts), "number"))

    assert found(store=three.west.pk) == ["W1"]
    assert found(salesperson=three.seller.pk) == ["N1", "N2", "N3"]
    assert found(overdue_on=TODAY) == ["N2"]
    assert found(delivery_from=TODAY, delivery_to=TODAY + timedelta(days=30)) == ["N1"]
    assert found(ordered_from=TODAY) == ["W1"]
    assert found(text="cz-301") == ["W1"] and found(text="商品SF") == ["N1", "N2", "N3"] and found(text="没有") == []


def test_a_clerk_sees_the_orders_of_the_own_store_only(three: Shop) -> None:
    clerk = three.clerk("orders.see")
    assert numbers(queries.orders(clerk, OrderFilter(), "number")) == ["N1", "N2", "N3"]
    foreign = queries.orders(three.boss, OrderFilter(text="W1")).rows[0]["id"]
    with pytest.raises(NotFound):
        queries.order_page(clerk, foreign)
    with pytest.raises(NotAllowed):
        queries.orders(three.clerk("customers.see"), OrderFilter())


@pytest.mark.parametrize("sort", sorted(queries.SORTS))
def test_paging_by_every_sort_shows_each_order_once(three: Shop, sort: str) -> None:
    seen, after = [], ""
    for _ in range(5):
        page = queries.orders(three.boss, OrderFilter(), sort, after, limit=1)
        seen += numbers(page)
        after = page.next
        if not after:
            break
    expected = ["N1", "N2", "N3"] if "delivery" in sort else ["N1", "N2", "N3", "W1"]
    assert sorted(seen) == expected
    assert seen == numbers(queries.orders(three.boss, OrderFilter(), sort))


@pytest.mark.parametrize("sort", ["password", "-customer__full_name", "id; drop table"])
def test_only_sorts_of_the_list_are_taken(shop: Shop, sort: str) -> None:
    with pytest.raises(Refused):
        queries.orders(shop.boss, OrderFilter(), sort)


@pytest.mark.parametrize("after", ["x", "1~", "~1", "2026-01-01~x"])
def test_a_broken_page_mark_is_refused(shop: Shop, after: str) -> None:
    with pytest.raises(Refused):
        queries.orders(shop.boss, OrderFilter(), "-ordered_on", after)


def test_query_counts_do_not_grow(three: Shop, django_assert_num_queries: Any) -> None:
    order = shop_order_with_many_lines(three)
    with django_assert_num_queries(1):
        queries.orders(three.boss, OrderFilter(text="商品"))
    with django_assert_num_queries(3):
        page = queries.order_page(three.boss, order)
    assert len(page["lines"]) == 40 and page["customer_name"] == "王建国"
    with django_assert_num_queries(1):
        facts = queries.order_facts(order)
    assert len(facts["lines"]) == 40
    with django_assert_num_queries(1):
        queries.open_by_date(three.boss, TODAY, TODAY + timedelta(days=60))


def shop_order_with_many_lines(shop: Shop) -> int:
    return shop.order(lines=[line(f"P-{n}", 1, 100) for n in range(40)], deposit=0).pk


def test_facts_are_raw_values(shop: Shop) -> None:
    order = shop.order(lines=[line("A", 2.5, 1000)], deposit=500, delivery_date=date(2026, 12, 24))
    take_payment(shop.boss, NOW, Payment(400, "cash", TODAY, order=order.pk))
    facts = queries.order_facts(order.pk)
    assert (facts["total"], facts["deposit"], facts["paid"], facts["balance"]) == (2500, 500, 400, 2100)
    assert (facts["delivery_date"], facts["ordered_on"], facts["status"]) == ("2026-12-24", "2026-11-21", "open")
    assert facts["lines"][0]["qty"] == 2.5 and facts["lines"][0]["list_price"] is None
    assert facts["customer"] == {"kind": "customer", "id": shop.customer.pk}
    with pytest.raises(NotFound):
        queries.order_facts(0)


def test_open_parts_of_an_order(shop: Shop) -> None:
    order = shop.order()
    actions.record_delivery(order.pk, {"k1": 1}, shop.boss, NOW)
    parts = queries.parts(queries.order_page(shop.boss, order.pk)["lines"])
    assert [(row["key"], row["open_qty"]) for row in parts["partly"]] == [("k1", 1)]
    assert [row["key"] for row in parts["open"]] == ["k2"] and parts["delivered"] == []


def test_open_orders_come_by_delivery_date(three: Shop) -> None:
    rows = queries.open_by_date(three.boss, TODAY - timedelta(days=5), TODAY + timedelta(days=30))
    assert [row["number"] for row in rows] == ["N2", "N1"]


def test_corrections_after_issue_are_counted_per_person(three: Shop) -> None:
    order = queries.orders(three.boss, OrderFilter(text="N1")).rows[0]
    actions.mark_issued(order["id"], NOW)
    actions.change_order(three.boss, NOW, order["id"], 1, {"address": {"text": "错"}}, reason="地址写错")
    counted = queries.changes_counted(three.boss, TODAY, TODAY)
    assert counted == [{"responsible": three.other.pk, "responsible_name": "赵立新", "changes": 1}]


@pytest.mark.parametrize(
    ("text", "codes"),
    [("沙发", ["SF-101", "SF-102"]), ("ylsrsf", ["SF-101"]), ("canzhuo", ["CZ-301"]), ("sf-10", ["SF-101", "SF-102"]),
     ("ＣＺ－３０１", ["CZ-301"]), ("S", ["SF-101", "SF-102"]), ("冰箱", [])],
)  # fmt: skip
def test_products_are_found_by_code_name_pinyin_and_initials(shop: Shop, text: str, codes: list[str]) -> None:
    actions.load_price_list(shop.boss, NOW, "秋", "a" * 64, PRODUCTS)
    assert [row["code"] for row in queries.products(shop.boss, text).rows] == codes


def test_a_price_list_twice_adds_nothing_and_a_new_one_keeps_the_old_prices(shop: Shop) -> None:
    first = actions.load_price_list(shop.boss, NOW, "秋", "a" * 64, PRODUCTS)
    assert (first.added, first.changed) == (3, 0)
    assert actions.load_price_list(shop.boss, NOW, "秋", "a" * 64, PRODUCTS).known
    dearer = [{**PRODUCTS[0], "list_price": 260000}, PRODUCTS[1]]
    second = actions.load_price_list(shop.boss, NOW, "冬", "b" * 64, dearer)
    assert (second.added, second.changed, second.same) == (0, 1, 1)
    found = queries.product_by_code("SF-101")
    assert found and found["list_price"] == 260000
    assert [row["products"] for row in queries.price_lists(shop.boss)] == [1, 3]


def test_a_product_is_changed_by_whoever_saw_its_latest_version(shop: Shop) -> None:
    product = actions.save_product(shop.boss, NOW, PRODUCTS[0])
    changed = actions.save_product(shop.boss, NOW, {"list_price": 1}, product.pk, version=product.version)
    assert (changed.list_price, changed.name) == (1, "云岭三人沙发")
    with pytest.raises(Refused):
        actions.save_product(shop.boss, NOW, {"list_price": 2}, product.pk, version=product.version - 1)
