"""Money is taken, given back and mended; every entry stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.money import queries, received
from aftercare.money.actions import Payment, mend, refund, take_payment, take_payments
from aftercare.money.models import Entry
from tests.shop import NOW, TODAY, Shop


def pay(shop: Shop, order: int, amount: int = 100000, **more: Any) -> Entry:
    return take_payment(shop.boss, NOW, Payment(amount, "card", TODAY, order=order, **more))


def test_payments_add_up_to_the_balance(shop: Shop) -> None:
    order = shop.order()
    pay(shop, order.pk, voucher="0001")
    pay(shop, order.pk, 480000)
    balance = queries.balances([order.pk])[order.pk]
    assert (balance.paid, balance.outstanding) == (580000, 0)
    assert queries.outstanding(shop.boss) == []


def test_no_more_is_given_back_than_was_paid(shop: Shop) -> None:
    order = shop.order()
    pay(shop, order.pk, part="deposit")
    with pytest.raises(Refused) as refusal:
        refund(shop.boss, NOW, Payment(100001, "cash", TODAY, order=order.pk, reason="退单"))
    assert refusal.value.faults[0].data["paid"] == 100000
    with pytest.raises(Refused):
        refund(shop.boss, NOW, Payment(1, "cash", TODAY, order=order.pk, part="balance", reason="退尾款"))
    back = refund(shop.boss, NOW, Payment(100000, "cash", TODAY, order=order.pk, reason="退单"))
    assert back.amount == -100000
    with pytest.raises(Refused):
        refund(shop.boss, NOW, Payment(1, "cash", TODAY, order=order.pk, reason="再退"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"amount": 0}, "amount"), ({"amount": -5}, "amount"), ({"amount": 1.5}, "amount"), ({"amount": True}, "amount"),
     ({"way": "gold"}, "way"), ({"order": None}, "order"), ({"voucher": "9" * 61}, "voucher"),
     ({"reason": "\x00"}, "reason"), ({"payer": ("nobody", None)}, "payer")],
)  # fmt: skip
def test_bad_payments_name_their_field(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    given = {"amount": 100, "way": "cash", "happened_on": TODAY, "order": shop.order().pk} | wrong
    with pytest.raises(Refused) as refusal:
        take_payment(shop.boss, NOW, Payment(**given))
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert not Entry.objects.exists()


def test_a_voucher_number_is_used_once_a_store(shop: Shop) -> None:
    pay(shop, shop.order().pk, voucher="A7")
    with pytest.raises(Conflict):
        pay(shop, shop.order().pk, voucher="A7")
    west = shop.order(store=shop.west.pk)
    pay(shop, west.pk, voucher="A7")


def test_a_wrong_payment_is_reversed_and_entered_anew_both_visible(shop: Shop) -> None:
    wrong_order, right_order = shop.order(), shop.order()
    wrong = pay(shop, wrong_order.pk, voucher="B1")
    reversal, again = mend(shop.boss, NOW, wrong.pk, "记错订单", {"order": right_order.pk, "amount": 120000})
    assert (reversal.amount, reversal.reverses_id, again.replaces_id) == (-100000, wrong.pk, wrong.pk)
    assert (again.order_id, again.amount, again.voucher, again.reason) == (right_order.pk, 120000, "B1", "记错订单")
    rows = queries.entries_of_order(shop.boss, wrong_order.pk)
    assert [(row["amount"], row["reversed_by_id"]) for row in rows] == [(100000, reversal.pk), (-100000, None)]
    paid = {order: balance.paid for order, balance in queries.balances([wrong_order.pk, right_order.pk]).items()}
    assert paid == {wrong_order.pk: 0, right_order.pk: 120000}
    assert queries.balances([wrong_order.pk])[wrong_order.pk].refunded == 0


def test_an_entry_is_mended_once_and_a_reversal_never(shop: Shop) -> None:
    wrong = pay(shop, shop.order().pk)
    (reversal,) = mend(shop.boss, NOW, wrong.pk, "重复入账")
    for entry in (wrong, reversal):
        with pytest.raises(Conflict):
            mend(shop.boss, NOW, entry.pk, "再改")


def test_a_payment_already_given_back_cannot_vanish(shop: Shop) -> None:
    order = shop.order()
    paid = pay(shop, order.pk)
    refund(shop.boss, NOW, Payment(60000, "cash", TODAY, order=order.pk, reason="少送一件"))
    with pytest.raises(Conflict):
        mend(shop.boss, NOW, paid.pk, "不是他付的")
    assert queries.balances([order.pk])[order.pk].paid == 40000


def test_a_wrong_refund_can_be_mended_too(shop: Shop) -> None:
    order = shop.order()
    pay(shop, order.pk)
    back = refund(shop.boss, NOW, Payment(60000, "cash", TODAY, order=order.pk, reason="退"))
    mend(shop.boss, NOW, back.pk, "多退了", {"amount": 50000})
    balance = queries.balances([order.pk])[order.pk]
    assert (balance.received, balance.refunded, balance.paid) == (100000, 50000, 50000)
    with pytest.raises(Refused):
        mend(shop.boss, NOW, Entry.objects.latest("id").pk, "又多退", {"amount": 100001})
    assert queries.balances([order.pk])[order.pk].paid == 50000


def test_rights_and_foreign_stores(shop: Shop) -> None:
    mine, foreign = shop.order(), shop.order(store=shop.west.pk)
    with pytest.raises(NotAllowed):
        take_payment(shop.clerk("money.see"), NOW, Payment(1, "cash", TODAY, order=mine.pk))
    with pytest.raises(NotFound):
        take_payment(shop.clerk("money.see", "money.take"), NOW, Payment(1, "cash", TODAY, order=foreign.pk))
    with pytest.raises(NotFound):
        take_payment(shop.boss, NOW, Payment(1, "cash", TODAY, order=10**9))


def test_who_listens_is_told_inside_the_transaction(shop: Shop) -> None:
    order, heard = shop.order(), []

    def hear(entry: Entry, *_: Any) -> None:
        heard.append(entry.amount)
        if entry.amount == 13:
            raise Refused.because("no", "不行", "no")

    received.on_received(hear)
    try:
        pay(shop, order.pk, 7)
        with pytest.raises(Refused):
            pay(shop, order.pk, 13)
        take_payment(shop.boss, NOW, Payment(8, "cash", TODAY, order=order.pk), tell=False)
    finally:
        received.forget(hear)
    assert heard == [7, 13] and queries.balances([order.pk])[order.pk].paid == 15


def test_the_day_book_totals_by_way(shop: Shop, django_assert_num_queries: Any) -> None:
    order = shop.order()
    pay(shop, order.pk, 1000)
    wrong = take_payment(shop.boss, NOW, Payment(300, "cash", TODAY, order=order.pk))
    mend(shop.boss, NOW, wrong.pk, "错")
    refund(shop.boss, NOW, Payment(200, "cash", TODAY, order=order.pk, reason="退"))
    take_payment(shop.boss, NOW, Payment(5, "cash", date(2026, 11, 20), order=order.pk))
    with django_assert_num_queries(2):
        book = queries.day_book(shop.boss, TODAY)
    assert book["totals"] == {"received": 1000, "refunded": 200, "net": 800, "by_way": {"card": 1000, "cash": -200}}
    assert len(book["entries"]) == 4
    assert queries.day_book(shop.clerk("money.see"), TODAY, store=shop.west.pk)["entries"] == []


def test_money_of_a_case_without_an_order(shop: Shop) -> None:
    take_payment(shop.boss, NOW, Payment(500, "cash", TODAY, case=9, store=shop.east.pk, charge="fee"))
    assert queries.paid_for_case(9) == 500 and queries.paid_for_case(9, "fee") == 500
    assert queries.paid_for_case(9, "other") == 0
    with pytest.raises(Refused):
        refund(shop.boss, NOW, Payment(501, "cash", TODAY, case=9, store=shop.east.pk, reason="退"))
    assert len(queries.entries_of_case(shop.boss, 9)) == 1


def test_what_is_outstanding_is_seen_by_store(shop: Shop, django_assert_num_queries: Any) -> None:
    mine = shop.order()
    shop.order(store=shop.west.pk)
    take_payments(shop.boss, NOW, [Payment(80000, "cash", TODAY, order=mine.pk)], shop.east.pk)
    with django_assert_num_queries(1):
        rows = queries.outstanding(shop.clerk("money.see"))
    assert [(row["id"], row["outstanding"], row["customer_name"]) for row in rows] == [(mine.pk, 500000, "王建国")]
