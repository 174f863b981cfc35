"""Two entries of one customer become one and can be taken apart; an erased customer leaves nothing behind."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from aftercare.audit.models import Trace
from aftercare.customers import hooks
from aftercare.customers.actions import (
    NewAddress,
    NewCustomer,
    NewPhone,
    change_customer,
    create_customer,
    erase,
    mark,
    merge,
    merge_preview,
    on_erase,
    on_merge,
    relate,
    undo_merge,
)
from aftercare.customers.models import Customer, MergeRecord
from aftercare.customers.queries import contacts, current, panel, search
from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.people.actor import SYSTEM
from aftercare.people.queries import actor_for
from tests.people.shop import Shop, hire, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_merges", {})
    monkeypatch.setattr(hooks, "_erasures", {})


@pytest.fixture
def pair(now: datetime) -> tuple[int, int]:
    """王小翠 twice: with one number in common, another address, and what the first one lacks."""
    news = (
        NewCustomer("王小翠", notes="喜欢浅色", phones=(NewPhone("13800138000"), NewPhone("13800138001")),
                    addresses=(NewAddress("科苑路1号2栋303"),)),
        NewCustomer("王翠", gender="female", birthday="1980-05-17", notes="下午在家",
                    phones=(NewPhone("+86 13800138000"), NewPhone("13900139000", primary=True)),
                    addresses=(NewAddress("科苑路1号2栋 303"), NewAddress("人民路5号1栋101"))),
    )  # fmt: skip
    first, second = (create_customer(new, SYSTEM, now).id for new in news)
    return first, second


def snapshot() -> list[Any]:
    """All that tells about customers, without what every save moves on."""
    kinds = ["Customer", "Phone", "Address", "Relation", "SearchEntry"]
    rows = [row for kind in kinds for row in apps.get_model("customers", kind).objects.order_by("pk")]
    shown = json.loads(serializers.serialize("json", rows))
    for row in shown:
        for moving in ("version", "changed_at", "changed_by", "changed_by_name"):
            row["fields"].pop(moving, None)
    return shown


def test_the_preview_lays_fields_side_by_side_and_proposes(pair: tuple[int, int]) -> None:
    shown = {row.field: row for row in merge_preview(*pair, SYSTEM)}
    name = shown["full_name"]
    assert (name.kept, name.other, name.proposed) == ("王小翠", "王翠", "kept")
    assert shown["gender"].proposed == "other" and shown["notes"].proposed == "both"
    assert shown["kind"].same and shown["birthday"].proposed == "other"
    assert Customer.objects.filter(merged_into=None).count() == 2


def test_a_merge_takes_over_fields_numbers_and_addresses(pair: tuple[int, int], now: datetime) -> None:
    kept, other = pair
    merge(kept, other, {}, SYSTEM, now)
    row, contact = Customer.objects.get(pk=kept), contacts([kept])[kept]
    assert (row.full_name, row.gender, row.birthday) == ("王小翠", "female", "1980-05-17")
    assert row.notes == "喜欢浅色\n下午在家"
    assert contact["phones"] == ["13800138000", "13800138001", "13900139000"]
    assert [place["text"] for place in contact["addresses"]] == ["科苑路1号2栋303", "人民路5号1栋101"]
    assert current(other) == kept
    assert [hit["id"] for hit in search("13900139000", SYSTEM)] == [kept]
    assert search("王翠", SYSTEM) == []
    with pytest.raises(Conflict) as conflict:
        change_customer(other, {"notes": "x"}, 1, SYSTEM, now)
    assert conflict.value.faults[0].data["merged_into"] == kept


def test_choices_win_over_proposals_and_odd_ones_are_refused(pair: tuple[int, int], now: datetime) -> None:
    for choices in ({"full_name": "both"}, {"phones": "kept"}, {"notes": ""}):
        with pytest.raises(Refused):
            merge(*pair, choices, SYSTEM, now)
    merge(*pair, {"full_name": "other", "notes": "kept", "gender": "kept"}, SYSTEM, now)
    row = Customer.objects.get(pk=pair[0])
    assert (row.full_name, row.pinyin, row.notes, row.gender) == ("王翠", "wang cui", "喜欢浅色", "")


def test_an_undone_merge_leaves_everything_as_it_was(pair: tuple[int, int], now: datetime) -> None:
    third = create_customer(NewCustomer("李家"), SYSTEM, now).id
    relate(pair[1], third, "配偶", SYSTEM, now)
    relate(third, pair[0], "配偶", SYSTEM, now)
    mark(pair[1], "vip", "老客户", SYSTEM, now)
    before = snapshot()
    record = merge(*pair, {"full_name": "other"}, SYSTEM, now)
    assert snapshot() != before
    undo_merge(record, SYSTEM, now)
    assert snapshot() == before
    with pytest.raises(Conflict):
        undo_merge(record, SYSTEM, now)


def test_an_undo_overwrites_nothing_changed_since(pair: tuple[int, int], now: datetime) -> None:
    record = merge(*pair, {}, SYSTEM, now)
    version = Customer.objects.get(pk=pair[0]).version
    change_customer(pair[0], {"notes": "新备注"}, version, SYSTEM, now)
    with pytest.raises(Conflict) as conflict:
        undo_merge(record, SYSTEM, now)
    assert conflict.value.faults[0].data["fields"] == ["notes"]
    assert current(pair[1]) == pair[0]


def test_other_packages_follow_a_merge_and_its_undo(pair: tuple[int, int], now: datetime) -> None:
    calls: list[Any] = []
    on_merge(
        "orders",
        lambda kept, dropped, actor, now: {"orders": [7]},
        lambda kept, dropped, memento, actor, now: calls.append((kept, dropped, memento)),
    )
    record = merge(*pair, {}, SYSTEM, now)
    undo_merge(record, SYSTEM, now)
    assert calls == [(*pair, {"orders": [7]})]


def test_merging_needs_the_right_for_both(now: datetime) -> None:
    shop: Shop = open_shop(now)
    near = create_customer(NewCustomer("王小翠", store=shop.nanshan), SYSTEM, now).id
    far = create_customer(NewCustomer("王小翠", store=shop.north), SYSTEM, now).id
    clerk = actor_for(hire("店员", now, ("clerk", shop.nanshan)), now)
    for call in (lambda: merge_preview(near, far, clerk), lambda: merge(near, far, {}, clerk, now)):
        with pytest.raises((NotFound, NotAllowed)):
            call()
    with pytest.raises(Refused):
        merge(near, near, {}, SYSTEM, now)


def test_an_erased_customer_leaves_nothing_in_any_table(pair: tuple[int, int], now: datetime) -> None:
    record = merge(*pair, {}, SYSTEM, now)
    relate(pair[0], create_customer(NewCustomer("李家"), SYSTEM, now).id, "配偶", SYSTEM, now)
    erase(pair[0], "客户书面要求", SYSTEM, now)
    everything = [row for label in ("customers", "audit") for m in apps.get_app_config(label).get_models()
                  for row in m.objects.all()]  # fmt: skip
    left = serializers.serialize("json", everything, ensure_ascii=False)
    canaries = ("王小翠", "王翠", "xiao cui", "13800138000", "13900139000", "科苑路", "人民路", "05-17", "浅色", "在家")
    for canary in canaries:
        assert canary not in left, canary
    assert Customer.objects.exclude(erased_at=None).count() == 2
    assert panel(pair[0], SYSTEM)["erased_at"] == now
    with pytest.raises(Refused):
        undo_merge(record, SYSTEM, now)
    with pytest.raises(Refused):
        change_customer(pair[0], {"notes": "x"}, 3, SYSTEM, now)


def test_a_legal_hold_stops_the_whole_erasure(pair: tuple[int, int], now: datetime) -> None:
    def hold(customer: int, actor: Any, now: datetime) -> Any:
        raise Refused.because("orders.hold", "订单仍在保修期内。", "An order is still under warranty.")

    on_erase("orders", hold)
    before = snapshot()
    with pytest.raises(Refused):
        erase(pair[0], "客户要求", SYSTEM, now)
    assert snapshot() == before
    assert not Trace.objects.filter(action="customers.erase").exists()


def test_every_package_hears_of_every_entry_erased(pair: tuple[int, int], now: datetime) -> None:
    on_erase("orders", lambda customer, actor, now: {"wiped": customer})
    merge(*pair, {}, SYSTEM, now)
    assert erase(pair[0], "客户要求", SYSTEM, now) == {str(n): {"orders": {"wiped": n}} for n in pair}
    assert MergeRecord.objects.get().before == {}
