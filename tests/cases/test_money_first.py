"""A deposit that is paid before the contract says what is owed reaches the case all the same."""

from __future__ import annotations

from aftercare.money.actions import Payment, take_payment
from tests.showroom import NOW, Showroom


def test_a_deposit_that_comes_before_the_contract_reaches_the_case(shop: Showroom) -> None:
    story = shop.open()
    paid = Payment(amount=200000, way="cash", happened_on=NOW.date(), order=story.order)
    take_payment(shop.actor("finance"), NOW, paid)
    assert story.state["charges"]["price"]["received"] == 200000
