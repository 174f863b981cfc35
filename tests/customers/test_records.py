"""Customers come in as they are known, change without overwriting each other, and show no number by accident."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from aftercare.audit.models import Trace
from aftercare.customers import hooks
from aftercare.customers import personal as customer_fields
from aftercare.customers.actions import (
    NewAddress,
    NewCustomer,
    NewPhone,
    add_address,
    add_phone,
    change_customer,
    create_customer,
    create_customers,
    mark,
    on_panel,
    relate,
    remove_address,
    remove_phone,
    reveal,
    unrelate,
)
from aftercare.customers.birthdays import next_birthday
from aftercare.customers.models import Address, Customer, Phone
from aftercare.customers.queries import contacts, customers_list, panel
from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.people import personal as people_fields
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.queries import actor_for
from tests.people.shop import Shop, hire, open_shop

pytestmark = pytest.mark.django_db
HOME = NewAddress("深圳市南山区科苑路15号3栋501", label="家")


@pytest.fixture
def shop(now: datetime) -> Shop:
    return open_shop(now)


def create(now: datetime, name: str = "王小翠", *phones: str, actor: Actor = SYSTEM, **more: Any) -> int:
    new = NewCustomer(name, phones=tuple(NewPhone(p) for p in phones), **more)
    return create_customer(new, actor, now).id


def refused(call: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        call(*args, **more)
    assert all(fault.zh and fault.en for fault in refusal.value.faults)
    return refusal.value


def test_an_unknown_caller_needs_only_a_name_and_the_panel_says_what_is_missing(now: datetime) -> None:
    shown = panel(create(now, "王先生"), SYSTEM)
    assert [one["code"] for one in shown["missing"]] == ["name.title", "customer.no_phone", "customer.no_address"]
    whole = create(now, "王小翠", "13800138000", addresses=(HOME,))
    assert panel(whole, SYSTEM)["missing"] == []


def test_a_vague_address_is_kept_and_known_as_such(now: datetime) -> None:
    number = create(now, addresses=(NewAddress("南山区"),))
    assert Address.objects.get(customer=number).is_findable is False
    assert panel(number, SYSTEM)["missing"][-1]["data"]["missing"] == ["street", "building", "door"]
    add_address(number, NewAddress(street="科苑路", building="3栋", door="501"), SYSTEM, now)
    assert Address.objects.filter(customer=number, is_findable=True).get().text == "科苑路3栋501"


def test_every_fault_of_every_row_is_told_and_nothing_is_written(now: datetime) -> None:
    news = [
        NewCustomer("好的", row=3),
        NewCustomer(" ", phones=(NewPhone("1.38E+10"), NewPhone("123")), row=4),
        NewCustomer("王\x00", birthday="1980-02-30", gender="x", row=5),
    ]
    faults = refused(create_customers, news, SYSTEM, now).faults
    assert [(fault.row, fault.field) for fault in faults] == [
        (4, "full_name"), (4, "phones.0"), (4, "phones.1"), (5, "full_name"), (5, "gender"), (5, "birthday"),
    ]  # fmt: skip
    assert not Customer.objects.exists()


def test_texts_are_kept_code_point_by_code_point(now: datetime) -> None:
    torture = "𠮷\u200d👨‍👩‍👧\ue000e\u0301\u202eא\ufeff <b>{{7*7}}</b> =1+1 \r\n\t"
    number = create(now, torture, notes=torture)
    row = Customer.objects.get(pk=number)
    assert (row.full_name, row.notes) == (torture, torture)
    assert panel(number, SYSTEM)["name"] == torture


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "a\udfffb"])
@pytest.mark.parametrize("field", ["full_name", "notes", "consent"])
def test_what_cannot_be_kept_is_refused_by_the_name_of_its_field(now: datetime, field: str, bad: str) -> None:
    value: Any = {"sms": bad} if field == "consent" else bad
    fault = refused(create_customer, NewCustomer(**{"full_name": "王小翠", field: value}), SYSTEM, now).faults[0]
    assert fault.code == "text.unkeepable" and fault.field.startswith(field)


@pytest.mark.parametrize("changes", [{"version": 9}, {"id": 1}, {"erased_at": None}, {"store": "1"}, {"notes": 5},
                                     {"birthday_lunar": "yes"}, {"store": True}])  # fmt: skip
def test_fields_that_are_not_theirs_to_change_are_refused(now: datetime, changes: dict[str, Any]) -> None:
    number = create(now)
    refused(change_customer, number, changes, 1, SYSTEM, now)
    assert Customer.objects.get().version == 1


def test_likely_duplicates_are_told_by_number_or_by_name_and_address(now: datetime) -> None:
    first = create(now, "王小翠", "138 0013 8000", addresses=(HOME,))
    by_phone = create_customer(NewCustomer("小翠", phones=(NewPhone("+8613800138000"),)), SYSTEM, now)
    assert [(d.id, d.why) for d in by_phone.duplicates] == [(first, "phone")]
    by_place = create_customer(
        NewCustomer("王小翠", addresses=(NewAddress("深圳市 南山区 科苑路15号３栋501"),)), SYSTEM, now
    )
    assert [(d.id, d.why) for d in by_place.duplicates] == [(first, "name_address")]
    assert create_customer(NewCustomer("王小翠"), SYSTEM, now).duplicates == ()


def test_duplicates_in_another_store_are_not_told(shop: Shop, now: datetime) -> None:
    create(now, "王小翠", "13800138000", store=shop.north)
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    new = NewCustomer("王小翠", store=shop.nanshan, phones=(NewPhone("13800138000"),))
    assert create_customer(new, clerk, now).duplicates == ()


def test_who_saves_second_is_told_who_was_first_and_overwrites_nothing(now: datetime) -> None:
    number = create(now)
    li = Actor(8, "李静", rights=SYSTEM.rights)
    assert change_customer(number, {"notes": "一"}, 1, li, now) == 2
    conflict = refused(change_customer, number, {"notes": "二"}, 1, SYSTEM, now + timedelta(minutes=1))
    assert isinstance(conflict, Conflict)
    fault = conflict.faults[0]
    assert "李静" in fault.zh and fault.data["version"] == 2
    assert fault.data["by"] == {"id": 8, "name": "李静"} and fault.data["at"] == now.isoformat()
    assert Customer.objects.get().notes == "一"


def test_a_customer_of_another_store_looks_absent(shop: Shop, now: datetime) -> None:
    number = create(now, "王小翠", "13800138000", store=shop.north)
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    phone = Phone.objects.get().pk
    for call, args in (
        (panel, (number, clerk)),
        (change_customer, (number, {"notes": "x"}, 1, clerk, now)),
        (add_phone, (number, NewPhone("13900139000"), clerk, now)),
        (remove_phone, (phone, clerk, now)),
        (mark, (number, "vip", "x", clerk, now)),
        (reveal, (number, "phone", phone, "x", clerk, now)),
    ):
        assert isinstance(refused(call, *args), NotFound)
    with pytest.raises(NotAllowed):
        create_customer(NewCustomer("新", store=shop.north), clerk, now)
    mine = create(now, store=shop.nanshan)
    with pytest.raises(NotAllowed):
        change_customer(mine, {"store": shop.north}, 1, clerk, now)


def test_one_number_is_always_the_one_to_call(now: datetime) -> None:
    number = create(now, "王小翠", "13800138000", "13900139000", "138 0013 8000")
    assert list(Phone.objects.order_by("id").values_list("digits", "primary")) == [
        ("13800138000", True), ("13900139000", False),
    ]  # fmt: skip
    add_phone(number, NewPhone("13700137000", primary=True), SYSTEM, now)
    assert contacts([number])[number]["phone"] == "13700137000"
    assert refused(add_phone, number, NewPhone("+86 13700137000"), SYSTEM, now).faults[0].code == "customer.phone_twice"
    remove_phone(Phone.objects.get(digits="13700137000").pk, SYSTEM, now)
    assert contacts([number])[number]["phone"] == "13800138000"


def test_addresses_are_added_and_removed(now: datetime) -> None:
    number = create(now, addresses=(HOME,))
    other = add_address(number, NewAddress("人民路1号2栋303", primary=True), SYSTEM, now)
    assert contacts([number])[number]["address"] == "人民路1号2栋303"
    remove_address(other, SYSTEM, now)
    assert contacts([number])[number]["address"] == HOME.text


def test_a_mark_needs_a_reason(now: datetime) -> None:
    number = create(now)
    refused(mark, number, "blacklist", " ", SYSTEM, now)
    refused(mark, number, "king", "x", SYSTEM, now)
    mark(number, "vip", "老客户介绍三单", SYSTEM, now)
    assert panel(number, SYSTEM)["mark"] == "vip"
    mark(number, "", "", SYSTEM, now)
    assert panel(number, SYSTEM)["mark_reason"] == ""


def test_relations_show_only_who_may_be_seen(shop: Shop, now: datetime) -> None:
    me, wife = create(now, "甲乙", store=shop.nanshan), create(now, "丙丁", store=shop.nanshan)
    far = create(now, "戊己", store=shop.north)
    relation = relate(me, wife, "配偶", SYSTEM, now)
    relate(me, far, "公司", SYSTEM, now)
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    assert [row["name"] for row in panel(me, clerk)["relations"]] == ["丙丁"]
    unrelate(relation, clerk, now)
    refused(relate, me, me, "本人", SYSTEM, now)


def test_the_panel_masks_and_reveal_leaves_a_trace_with_its_reason(now: datetime) -> None:
    number = create(now, "王小翠", "138 0013 8000", addresses=(HOME,), birthday="1980-05-17")
    shown = panel(number, SYSTEM)
    assert "科苑路" not in str(shown) and "0013" not in str(shown) and "05-17" not in str(shown)
    assert shown["phones"][0]["masked"] == "138****8000" and shown["birthday"] == "1980-**-**"
    phone = shown["phones"][0]["id"]
    assert reveal(number, "phone", phone, "客户要求回电", SYSTEM, now, "10.0.0.8") == "138 0013 8000"
    assert reveal(number, "address", shown["addresses"][0]["id"], "送货", SYSTEM, now) == HOME.text
    assert reveal(number, "birthday", None, "贺卡", SYSTEM, now) == "1980-05-17"
    trace = Trace.objects.filter(action="customers.reveal").order_by("id")[0]
    assert (trace.what, trace.address, trace.data["reason"]) == (number, "10.0.0.8", "客户要求回电")
    refused(reveal, number, "phone", phone, " ", SYSTEM, now)
    for what, item in (("phone", 10**9), ("notes", None), ("address", None)):
        assert isinstance(refused(reveal, number, what, item, "x", SYSTEM, now), NotFound)


def test_who_sees_a_customer_may_not_reveal_without_the_right(shop: Shop, now: datetime) -> None:
    number = create(now, "王小翠", "13800138000", store=shop.nanshan)
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    with pytest.raises(NotAllowed):
        reveal(number, "phone", Phone.objects.get().pk, "x", clerk, now)
    assert panel(number, clerk)["may_reveal"] is False


def test_the_twenty_first_reveal_within_ten_minutes_is_refused_and_kept(now: datetime) -> None:
    number = create(now, "王小翠", "13800138000")
    phone = Phone.objects.get().pk
    for second in range(20):
        reveal(number, "phone", phone, "回访", SYSTEM, now + timedelta(seconds=second))
    assert refused(reveal, number, "phone", phone, "回访", SYSTEM, now + timedelta(minutes=9)).status == 429
    assert Trace.objects.filter(action="customers.reveal", result="refused").count() == 1
    reveal(number, "phone", phone, "回访", SYSTEM, now + timedelta(minutes=10, seconds=1))


def test_other_packages_add_to_the_panel(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_panels", {})
    on_panel("orders", lambda customer, actor: [{"order": customer}])
    number = create(now)
    assert panel(number, SYSTEM)["more"] == {"orders": [{"order": number}]}


def test_reads_cost_a_constant_number_of_queries(
    now: datetime, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "_panels", {})  # what other packages add counts there
    ids = [create(now, f"王小{n}", "13800138000", "13900139000", addresses=(HOME,)) for n in range(15)]
    for other in ids[1:]:
        relate(ids[0], other, "亲戚", SYSTEM, now)
    with django_assert_num_queries(7):
        panel(ids[0], SYSTEM)
    with django_assert_num_queries(3):
        assert len(customers_list(SYSTEM)) == 15
    with django_assert_num_queries(3):
        contacts(ids)


def test_the_list_pages_without_gaps_or_doubles(now: datetime) -> None:
    ids = {create(now + timedelta(seconds=n // 3), f"客人{n}") for n in range(10)}
    seen: list[int] = []
    before = None
    while rows := customers_list(SYSTEM, 3, before):
        seen += [row["id"] for row in rows]
        before = (rows[-1]["changed_at"], rows[-1]["id"])
    assert len(seen) == 10 and set(seen) == ids


def test_many_customers_cost_a_fixed_number_of_statements(now: datetime, django_assert_max_num_queries) -> None:
    news = [NewCustomer(f"王小{n}", phones=(NewPhone(f"138{n:08}"),), addresses=(HOME,)) for n in range(300)]
    with django_assert_max_num_queries(15):
        create_customers(news, SYSTEM, now)


def test_birthdays_by_both_calendars(now: datetime) -> None:
    today = now.date()
    assert next_birthday("1980-11-21", False, today) == today
    assert next_birthday("02-29", False, today).isoformat() == "2027-02-28"
    assert next_birthday("1980-01-01", True, today).isoformat() == "2027-02-06"  # Spring Festival
    assert next_birthday("08-15", True, today).isoformat() == "2027-09-15"  # Mid-Autumn
    number = create(now, birthday="02-30", birthday_lunar=True)
    refused(change_customer, number, {"birthday_lunar": False}, 1, SYSTEM, now)


@pytest.mark.parametrize(("label", "fields"), [("customers", customer_fields), ("people", people_fields)])
def test_every_text_of_every_table_is_known_as_personal_or_not(label: str, fields: Any) -> None:
    texts = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.TextField | models.JSONField | models.CharField) or "grams" in field.name
    }
    known = set(fields.PERSONAL) | fields.NOT_PERSONAL
    assert texts - known == set()
    assert {name for name in known - texts if not name.endswith("birthday_lunar")} == set()
