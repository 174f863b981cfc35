"""A refusal within other work undoes the work and is kept all the same."""

from __future__ import annotations

import pytest

from aftercare.cases.models import RefusalRow
from aftercare.cases.refusals import together
from aftercare.engine import Command
from aftercare.errors import Refused
from aftercare.orders.models import Order
from aftercare.orders.opening import NewOrder, open_order
from tests.showroom import GOODS, NOW, Showroom


def test_an_order_whose_case_is_refused_leaves_nothing_but_the_refusal(shop: Showroom) -> None:
    customer = shop.customer()
    new = NewOrder(shop.store, customer, shop.people["sales"], NOW.date(), GOODS)
    # Return visits are not for sales to open.
    sales = shop.actor("sales")
    with pytest.raises(Refused):
        open_order(sales, NOW, new, "showroom", "return_visits")
    assert not Order.objects.exists()
    kept = list(RefusalRow.objects.values_list("verb", "person_id", "store_id", "case_id"))
    assert kept == [("open", sales.person, shop.store, None)]


def test_a_task_refused_within_other_work_is_kept_once(shop: Showroom) -> None:
    from aftercare.cases.actions import act

    story = shop.open()
    with pytest.raises(Refused), together(), together():
        Order.objects.filter(pk=story.order).update(note="half")
        act(shop.actor("finance"), NOW, story.id, Command("complete", {"task": "release"}))
    assert Order.objects.get(pk=story.order).note != "half"
    assert RefusalRow.objects.filter(case_id=story.id, element="release").count() == 1
