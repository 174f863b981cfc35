"""Headers, groups of rows and the judgement of each, on small tables."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare.errors import NotAllowed, Refused
from aftercare.imports.actions import Choices, Plan, apply, plan
from aftercare.imports.columns import find_header, plain
from aftercare.imports.reading import Sheet
from aftercare.orders.models import Order
from aftercare.people.actor import Actor
from aftercare.people.models import Store
from tests.shop import NOW, TODAY

HOME = "云溪市东湖区望江路1号1栋1单元101室"
HEAD = "订单号,日期,门店,销售,客户姓名,电话,地址,货号,品名,数量,单价,金额,合计,定金"


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def order_row(number: str, goods: str = "SF,沙发,1,100,100,100,10", phone: str = "13900000001", **other: str) -> str:
    name, day = other.get("name", "王建国"), other.get("day", "2026/11/1")
    return f"{number},{day},城东店,陈晓梅,{name},{phone},{HOME},{goods}"


def planned(actor: Actor, *rows: str, **choices: Any) -> Plan:
    return plan(table(*rows), "t.csv", actor, TODAY, Choices(**choices))


def codes(found: Plan) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in found.faults]


def test_blank_order_cells_belong_to_the_order_above(boss: Actor) -> None:
    first, more = order_row("A1", "SF,沙发,1,100,100,150,10"), ",,,,,,,CJ,茶几,1,50,50,,"
    found = planned(boss, HEAD, first, more, order_row("A2"))
    assert [(order.number, len(order.values["lines"])) for order in found.orders] == [("A1", 2), ("A2", 1)]
    assert len(found.customers) == 1


def test_a_row_with_a_customer_but_no_number_is_named(boss: Actor) -> None:
    found = planned(boss, HEAD, order_row("A1"), order_row(""))
    assert codes(found) == [(3, "A", "import.missing")] and found.good == 1


def test_one_order_must_say_the_same_on_every_row(boss: Actor) -> None:
    other = order_row("A1", "CJ,茶几,1,50,50,100,10", name="李淑芬")
    found = planned(boss, HEAD, order_row("A1"), other)
    assert (3, "E", "import.differs") in codes(found) and found.good == 0
    assert len(found.bad) == 2


def test_the_same_number_for_two_people_is_asked_about(boss: Actor) -> None:
    found = planned(boss, HEAD, order_row("A1"), order_row("A2", name="李淑芬"))
    assert codes(found) == [(3, "F", "import.phone_twice")]


def test_an_order_that_is_there_with_other_goods_is_a_fault(boss: Actor) -> None:
    apply(planned(boss, HEAD, order_row("A1")), boss, NOW)
    assert planned(boss, HEAD, order_row("A1"), "", "").known == 1
    found = planned(boss, HEAD, order_row("A1", "SF,沙发,2,100,200,200,10"))
    assert codes(found) == [(2, "A", "import.number_known")]


def test_a_file_applied_before_adds_nothing_even_after_its_orders_changed(boss: Actor) -> None:
    from aftercare.imports.actions import carry_out, start
    from aftercare.orders.actions import change_order

    data = table(HEAD, order_row("A1"))
    carry_out(start(data, "t.csv", boss, NOW, TODAY).pk, boss, NOW, TODAY)
    order = Order.objects.get()
    changed = [{"key": "k1", "code": "SF", "name": "沙发", "qty": 3, "price": 100}]
    change_order(boss, NOW, order.pk, 1, {"lines": changed, "deposit": 0})
    again = plan(data, "t.csv", boss, TODAY)
    assert (again.good, again.known, again.faults) == (0, 1, [])


def test_a_known_customer_is_found_by_number_and_name(boss: Actor) -> None:
    apply(planned(boss, HEAD, order_row("A1")), boss, NOW)
    found = planned(boss, HEAD, order_row("A2", phone="+86 139-0000-0001"), order_row("A3", name="李淑芬"))
    assert found.orders[0].customer == Order.objects.get().customer_id and found.customers == []
    assert codes(found) == [(3, "F", "import.phone_other")]


def test_a_half_finished_order_that_contradicts_itself(boss: Actor) -> None:
    head = HEAD + ",合同状态,联1,三方约定,送货日期,已付定金"
    found = planned(boss, head, order_row("A1") + ",未出单,已交,已约定,,500")
    assert codes(found) == [
        (2, "P", "import.copy_unissued"),
        (2, "S", "import.deposit"),
        (2, "R", "import.agreed"),
    ]


def test_choices_fill_what_the_table_does_not_say(boss: Actor) -> None:
    store = Store.objects.get(code="CX").pk
    rows = ("姓名,手机", "王建国,13900000001")
    assert codes(planned(boss, *rows)) == [(2, "", "import.missing")]
    assert planned(boss, *rows, store=store).customers[0].new.store == store


def test_without_a_header_the_needed_columns_are_named(boss: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        planned(boss, "甲,乙,丙", "1,2,3", kind="customers", encoding="utf-8")
    assert "客户姓名" in refusal.value.faults[0].zh and "Phone" in refusal.value.faults[0].en
    with pytest.raises(Refused):
        planned(boss, ",,", "", kind="orders", encoding="utf-8")
    with pytest.raises(Refused):
        planned(boss, HEAD, kind="nonsense")


def test_only_own_stores_can_be_imported_into(boss: Actor) -> None:
    east = Store.objects.get(code="CD").pk
    rights = {"imports.run": frozenset({east}), "customers.edit": frozenset({east})}
    clerk = Actor(2, "陈晓梅", rights=rights)
    apply(planned(clerk, HEAD, order_row("A1")), clerk, NOW)
    with pytest.raises(NotAllowed):
        planned(clerk, HEAD, order_row("A2").replace("城东店", "城西店").replace("陈晓梅", "林志远"))
    with pytest.raises(NotAllowed):
        planned(Actor(3, "无"), HEAD, order_row("A3"))
    with pytest.raises(NotAllowed):
        planned(clerk, "货号,品名,标价", "A,沙发,5")


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([["登记表", "登记表", "登记表"], ["", "", ""], ["姓名", "电话", "地址"], ["王建国", "1", ""]], 3),
        ([["客户", "客户", ""], ["姓名", "电话", "地址"], ["王建国", "1", ""]], 2),
        ([["客户", "", ""], ["姓名", "电话", "地址"], ["王建国", "1", ""]], 2),
        ([["姓 名", "电话（手机）", "地址*"], ["王建国", "1", ""]], 1),
        ([["Name", "PHONE", "Address"], ["John", "1", ""]], 1),
    ],
)
def test_headers_are_found_under_titles_and_groups(rows: list[list[Any]], first: int) -> None:
    header = find_header(Sheet("", rows))
    assert header and header.kind.name == "customers" and header.first == first
    assert list(header.fields.values()) == ["name", "phone", "address"]


def test_labels_are_compared_without_their_dress() -> None:
    assert plain(" 单 价（元）* ") == plain("单价") == plain("【必填】单价")
