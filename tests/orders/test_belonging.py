"""Orders follow their customer."""

from __future__ import annotations

import pytest

from aftercare.customers import hooks
from aftercare.errors import Conflict
from aftercare.orders import actions
from aftercare.orders.models import Order, OrderChange
from tests.shop import NOW, Shop, customer


def test_orders_go_to_the_customer_kept_and_back(shop: Shop) -> None:
    other = customer("王建国", shop.east)
    mine, theirs = shop.order(), shop.order(customer=other.pk)
    effects = hooks.merged(shop.customer.pk, other.pk, shop.boss, NOW)
    assert set(Order.objects.values_list("customer_id", flat=True)) == {shop.customer.pk}
    hooks.merge_undone(shop.customer.pk, other.pk, effects, shop.boss, NOW)
    assert dict(Order.objects.values_list("pk", "customer_id")) == {mine.pk: shop.customer.pk, theirs.pk: other.pk}


def test_nothing_personal_is_left_of_an_erased_customer(shop: Shop) -> None:
    order = shop.order(address={"text": "金丝雀路1号"}, note="金丝雀")
    actions.change_order(shop.boss, NOW, order.pk, 1, {"address": {"text": "金丝雀路2号"}})
    with pytest.raises(Conflict):
        hooks.erased(shop.customer.pk, shop.boss, NOW)
    actions.cancel_order(shop.boss, NOW, order.pk, 2, "金丝雀退订")
    hooks.erased(shop.customer.pk, shop.boss, NOW)
    order.refresh_from_db()
    assert (order.address, order.note, order.total) == ({}, "", 580000)
    kept = [*Order.objects.values(), *OrderChange.objects.exclude(field="status").values()]
    assert "金丝雀" not in str(kept)


def test_the_panel_shows_orders_one_may_see(shop: Shop) -> None:
    shop.order()
    shop.order(store=shop.west.pk, salesperson=shop.other.pk)
    shown = hooks.panels(shop.customer.pk, shop.clerk("orders.see"))["orders"]
    assert isinstance(shown, list) and len(shown) == 1
