"""An order is written, changed, delivered in parts, cancelled; what it was stays readable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.orders import actions, listeners
from aftercare.orders.models import Order, OrderChange
from tests.shop import NOW, TODAY, Shop, customer, line

FULL = {"city": "深圳市", "district": "南山区", "street": "科苑路", "building": "15号3栋", "door": "501"}


def test_a_new_order_adds_up_and_takes_the_next_number_of_store_and_day(shop: Shop) -> None:
    first, second = shop.order(), shop.order()
    assert (first.total, [row.amount for row in first.lines.all()]) == (580000, [500000, 80000])
    assert [row.key for row in first.lines.all()] == ["k1", "k2"]
    assert first.number == f"20261121-{shop.east.pk}-001" and second.number.endswith("-002")
    assert (first.written_by, first.status, first.version) == (shop.other.pk, "open", 1)


def test_every_fault_is_named_at_once_and_nothing_is_written(shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        shop.order(
            lines=[{"code": "A", "name": "", "qty": 0, "price": -1}], deposit=-5, payment="gold", address="深圳",
            delivery_date=date(2026, 11, 1), note="x\x00",
        )  # fmt: skip
    found = {fault.field for fault in refusal.value.faults}
    assert found == {"lines.1.name", "lines.1.qty", "lines.1.price", "deposit", "payment", "address",
                     "delivery_date", "note"}  # fmt: skip
    assert all(fault.zh and fault.en for fault in refusal.value.faults)
    assert not Order.objects.exists()


def test_a_number_given_twice_is_a_conflict(shop: Shop) -> None:
    shop.order(number="A-1")
    with pytest.raises(Conflict) as refusal:
        shop.order(number="A-1")
    assert refusal.value.faults[0].data["number"] == "A-1"


def test_an_unknown_customer_is_refused_not_a_database_error(shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        shop.order(customer=999999)
    assert refusal.value.faults[0].field == "customer"


def test_only_who_may_writes_orders_of_the_store(shop: Shop) -> None:
    clerk = shop.clerk("orders.see", "orders.edit")
    shop.order(clerk)
    with pytest.raises(NotAllowed):
        shop.order(clerk, store=shop.west.pk)


def test_a_change_keeps_the_old_value_and_names_who_wrote_it(shop: Shop) -> None:
    order = shop.order(address=FULL)
    changed = actions.change_order(
        shop.clerk("orders.edit"), NOW, order.pk, 1, {"address": {**FULL, "door": "502"}, "note": ""}
    )
    assert changed.address["door"] == "502" and changed.version == 2
    (change,) = OrderChange.objects.all()
    assert (change.field, change.old["door"], change.new["door"]) == ("address", "501", "502")
    assert (change.responsible, change.by, change.after_issue) == (shop.other.pk, shop.seller.pk, False)
    actions.change_order(shop.boss, NOW, order.pk, 2, {"address": FULL})
    assert OrderChange.objects.latest("id").responsible == shop.seller.pk


def test_after_the_contract_went_out_a_change_needs_a_reason_and_is_counted(shop: Shop) -> None:
    order = shop.order()
    actions.mark_issued(order.pk, NOW)
    with pytest.raises(Refused) as refusal:
        actions.change_order(shop.boss, NOW, order.pk, 1, {"deposit": 5})
    assert refusal.value.faults[0].field == "reason"
    actions.change_order(shop.boss, NOW, order.pk, 1, {"deposit": 5}, reason="写错")
    change = OrderChange.objects.get()
    assert change.after_issue and change.reason == "写错"


def test_who_saw_an_older_version_cannot_overwrite(shop: Shop) -> None:
    order = shop.order()
    actions.change_order(shop.boss, NOW, order.pk, 1, {"note": "先"})
    with pytest.raises(Conflict):
        actions.change_order(shop.boss, NOW, order.pk, 1, {"note": "后"})
    order.refresh_from_db()
    assert order.note == "先"


def test_lines_keep_their_key_when_others_come_and_go(shop: Shop) -> None:
    order = shop.order()
    new = [line("DZ-205", 1, 80000), line("CT-9", 1, 120000), line("SF-101", 3, 250000)]
    changed = actions.change_order(shop.boss, NOW, order.pk, 1, {"lines": new})
    assert [(row.key, row.code) for row in changed.lines.all()] == [("k2", "DZ-205"), ("k3", "CT-9"), ("k1", "SF-101")]
    assert changed.total == 80000 + 120000 + 750000
    fields = set(OrderChange.objects.values_list("field", flat=True))
    assert fields == {"lines.k1", "lines.k3", "total"}


def test_a_taken_out_line_leaves_its_old_value(shop: Shop) -> None:
    order = shop.order()
    actions.change_order(shop.boss, NOW, order.pk, 1, {"lines": [line("SF-101", 2, 250000)]})
    gone = OrderChange.objects.get(field="lines.k2")
    assert (gone.old["code"], gone.new) == ("DZ-205", None)


def test_a_case_saves_fields_without_being_told_of_them(shop: Shop) -> None:
    order, heard = shop.order(), []

    def hear(order: Order, changes: Any, *_: Any) -> None:
        heard.append(dict(changes))

    listeners.on_changed(hear)
    try:
        actions.save_fields(order.pk, {"delivery_date": "2026-12-20"}, shop.boss, NOW)
        assert heard == []
        actions.change_order(shop.boss, NOW, order.pk, 2, {"delivery_date": "2026-12-22"})
        assert heard == [{"delivery_date": ("2026-12-20", "2026-12-22")}]
    finally:
        listeners.forget(hear)


def test_delivered_in_parts_until_nothing_is_open(shop: Shop) -> None:
    order = shop.order()
    actions.record_delivery(order.pk, {"k1": 1}, shop.boss, NOW)
    with pytest.raises(Refused):
        actions.record_delivery(order.pk, {"k1": 2}, shop.boss, NOW)
    with pytest.raises(Refused):
        actions.cancel_order(shop.boss, NOW, order.pk, 2, "客户不要了")
    done = actions.record_delivery(order.pk, {"k1": 1, "k2": 1}, shop.boss, NOW)
    assert done.status == "delivered"
    with pytest.raises(Conflict):
        actions.change_order(shop.boss, NOW, order.pk, done.version, {"note": "晚了"})


def test_cancelling_needs_a_reason_and_closes_the_order(shop: Shop) -> None:
    order = shop.order()
    with pytest.raises(Refused):
        actions.cancel_order(shop.boss, NOW, order.pk, 1, " ")
    assert actions.cancel_order(shop.boss, NOW, order.pk, 1, "客户退订").status == "cancelled"
    with pytest.raises(Conflict):
        actions.cancel_order(shop.boss, NOW, order.pk, 2, "再退")


def test_another_store_cannot_tell_an_order_from_none(shop: Shop) -> None:
    order = shop.order(store=shop.west.pk, salesperson=shop.other.pk)
    with pytest.raises(NotFound):
        actions.change_order(shop.clerk("orders.see", "orders.edit"), NOW, order.pk, 1, {"note": "?"})
    with pytest.raises(NotAllowed):
        mine = shop.order()
        actions.change_order(shop.clerk("orders.see"), NOW, mine.pk, 1, {"note": "?"})


def test_two_cases_cannot_run_one_order(shop: Shop) -> None:
    order = shop.order()
    actions.attach_case(order.pk, 7)
    actions.attach_case(order.pk, 7)
    with pytest.raises(Conflict):
        actions.attach_case(order.pk, 8)


def test_many_orders_are_written_in_few_statements(shop: Shop, django_assert_max_num_queries: Any) -> None:
    buyer = customer("李淑芬", shop.east)
    values = {"customer": buyer.pk, "salesperson": shop.seller.pk, "ordered_on": TODAY, "lines": [line("A", 1, 1)]}
    drafts = [actions.Draft(shop.east.pk, values, number=f"B-{n}") for n in range(300)]
    with django_assert_max_num_queries(12):
        actions.create_orders(drafts, shop.boss, NOW)
    assert Order.objects.count() == 300
