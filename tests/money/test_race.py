"""Several people give the same money back at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from aftercare.errors import Refused
from aftercare.money import queries
from aftercare.money.actions import Payment, mend, refund, take_payment
from tests.shop import NOW, TODAY, open_shop


def at_once(work: Callable[[], object], times: int = 4) -> list[bool]:
    """Whether each of several threads was let through; all begin together."""
    gate = Barrier(times)

    def one(_: int) -> bool:
        try:
            gate.wait(10)
            work()
            return True
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_four_refunds_of_the_same_order_give_back_what_was_paid_once() -> None:
    shop = open_shop()
    order = shop.order().pk
    take_payment(shop.boss, NOW, Payment(100000, "card", TODAY, order=order))
    back = Payment(60000, "cash", TODAY, order=order, reason="退单")
    assert at_once(lambda: refund(shop.boss, NOW, back)) == [False, False, False, True]
    assert queries.balances([order])[order].paid == 40000


@pytest.mark.django_db(transaction=True)
def test_four_refunds_of_a_case_without_an_order() -> None:
    shop = open_shop()
    take_payment(shop.boss, NOW, Payment(900, "card", TODAY, case=5, store=shop.east.pk))
    back = Payment(300, "cash", TODAY, case=5, store=shop.east.pk, reason="退")
    assert at_once(lambda: refund(shop.boss, NOW, back)) == [False, True, True, True]
    assert queries.paid_for_case(5) == 0


@pytest.mark.django_db(transaction=True)
def test_one_voucher_and_one_order_number_are_given_once() -> None:
    shop = open_shop()
    orders = iter([shop.order().pk for _ in range(4)])
    take = [Payment(1, "cash", TODAY, order=order, voucher="V1") for order in orders]
    assert at_once(lambda: take_payment(shop.boss, NOW, take.pop())) == [False, False, False, True]
    assert at_once(lambda: shop.order(number="N1")) == [False, False, False, True]
    assert at_once(lambda: shop.order()) == [True, True, True, True]


@pytest.mark.django_db(transaction=True)
def test_an_entry_mended_by_four_is_mended_once() -> None:
    shop = open_shop()
    order = shop.order().pk
    wrong = take_payment(shop.boss, NOW, Payment(100000, "card", TODAY, order=order))
    assert at_once(lambda: mend(shop.boss, NOW, wrong.pk, "重复")) == [False, False, False, True]
    assert queries.balances([order])[order].paid == 0
