"""Who may do what, where, and from which day to which."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from aftercare.errors import NotAllowed, Refused
from aftercare.people.access import require, require_somewhere, visible
from aftercare.people.actions import (
    Role,
    add_person,
    install_permissions,
    leaver,
    set_roles,
    stand_in,
    start_leave,
)
from aftercare.people.actor import EVERYWHERE, SYSTEM, Actor, Grant
from aftercare.people.models import Person, Store
from aftercare.people.queries import actor_for, holders_of, permissions
from aftercare.people.rights import ACTIONS, ADMINISTRATOR
from aftercare.texts import Text
from tests.people.shop import MAY, NAMES, Shop, hire, open_shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def shop(now: datetime) -> Shop:
    return open_shop(now)


def names(role: str, store: int | None, now: datetime) -> list[str]:
    return [holder.name for holder in holders_of(role, store, now)]


def test_nothing_is_allowed_unless_granted(shop: Shop, now: datetime) -> None:
    nobody = actor_for(hire("无权", now), now)
    assert not any(nobody.may(action) or nobody.may_somewhere(action) for action in ACTIONS)
    with pytest.raises(NotAllowed) as refusal:
        require(nobody, "customers.see", shop.nanshan)
    assert refusal.value.status == 403
    assert "查看客户" in refusal.value.faults[0].zh


def test_a_store_right_ends_at_the_door_of_the_store(shop: Shop, now: datetime) -> None:
    clerk = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    assert clerk.may("customers.see", shop.nanshan)
    assert not clerk.may("customers.see", shop.futian)
    assert not clerk.may("customers.see")  # rows of the whole company
    assert clerk.may_somewhere("customers.see")
    assert clerk.roles_in(shop.nanshan) == {"clerk"}
    assert clerk.roles_in(shop.futian) == frozenset()


def test_a_role_in_a_region_reaches_its_stores_and_no_other(shop: Shop, now: datetime) -> None:
    manager = actor_for(hire("区经理", now, ("manager", shop.south)), now)
    assert manager.rights["customers.see"] == {shop.south, shop.nanshan, shop.futian}
    assert manager.roles_in(shop.futian) == {"manager"}
    assert names("manager", shop.futian, now) == ["区经理"]
    assert names("manager", shop.north, now) == []


def test_company_scope_and_a_role_of_the_whole_company_reach_everywhere(shop: Shop, now: datetime) -> None:
    boss = actor_for(hire("老板", now, ("boss", shop.north)), now)
    everywhere = actor_for(hire("总店员", now, ("clerk", None)), now)
    assert boss.rights["customers.see"] == EVERYWHERE
    assert boss.may("customers.see") and everywhere.may("customers.see", shop.north)
    assert everywhere.grants == {Grant("clerk", None)}


def test_own_scope_allows_only_own_rows(shop: Shop, now: datetime) -> None:
    clerk = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    assert clerk.may("cases.act", shop.nanshan, owner=clerk.person)
    assert not clerk.may("cases.act", shop.nanshan, owner=clerk.person + 1)
    assert not clerk.may("cases.act", shop.nanshan)
    assert clerk.may_somewhere("cases.act")


def test_two_roles_add_up(shop: Shop, now: datetime) -> None:
    both = actor_for(hire("兼职", now, ("clerk", shop.nanshan), ("manager", shop.north)), now)
    assert both.rights["customers.see"] == {shop.nanshan, shop.north}
    assert both.rights["customers.edit"] == {shop.nanshan}


@pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_role_counts_from_its_first_to_its_last_day(shop: Shop, now: datetime, day: int, holds: bool) -> None:
    person = hire("临时", now)
    set_roles(person, [Role("clerk", shop.nanshan, TODAY, TODAY + timedelta(days=3))], SYSTEM, now)
    moment = now + timedelta(days=day)
    assert actor_for(person, moment).may("customers.see", shop.nanshan) is holds
    assert bool(holders_of("clerk", shop.nanshan, moment)) is holds


def test_the_day_changes_at_midnight_in_shanghai(shop: Shop, now: datetime) -> None:
    person = hire("临时", now, ("clerk", shop.nanshan, TODAY))
    last_second = datetime.fromisoformat("2026-11-21T23:59:59+08:00")
    assert actor_for(person, last_second).may("customers.see", shop.nanshan)
    assert not actor_for(person, last_second + timedelta(seconds=1)).may("customers.see", shop.nanshan)


def test_a_deputy_holds_the_roles_during_the_leave_only(shop: Shop, now: datetime) -> None:
    away, deputy = hire("王敏", now, ("manager", shop.nanshan)), hire("李静", now, ("clerk", shop.futian))
    start_leave(away, TODAY, TODAY + timedelta(days=1), deputy, SYSTEM, now)
    assert actor_for(deputy, now).may("customers.reveal", shop.nanshan)
    assert names("manager", shop.nanshan, now) == ["李静"]
    assert holders_of("manager", shop.nanshan, now)[0].covers == away
    back = now + timedelta(days=2)
    assert not actor_for(deputy, back).may("customers.reveal", shop.nanshan)
    assert names("manager", shop.nanshan, back) == ["王敏"]


def test_a_deputy_who_is_away_too_passes_the_work_on_and_circles_end(shop: Shop, now: datetime) -> None:
    a, b, c = hire("甲", now, ("manager", shop.nanshan)), hire("乙", now), hire("丙", now)
    start_leave(a, TODAY, TODAY, b, SYSTEM, now)
    start_leave(b, TODAY, TODAY, c, SYSTEM, now)
    assert names("manager", shop.nanshan, now) == ["丙"]
    assert actor_for(c, now).may("customers.reveal", shop.nanshan)
    start_leave(c, TODAY, TODAY, a, SYSTEM, now)
    assert names("manager", shop.nanshan, now) == []


def test_a_stand_in_holds_one_role_of_one_store(shop: Shop, now: datetime) -> None:
    person = hire("代班", now)
    stand_in("manager", shop.nanshan, person, TODAY, TODAY, "店里只有六个人", SYSTEM, now)
    assert names("manager", shop.nanshan, now) == ["代班"]
    actor = actor_for(person, now)
    assert actor.may("customers.reveal", shop.nanshan) and not actor.may("customers.reveal", shop.futian)


def test_a_leaver_has_nothing_from_the_day_after(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    leaver(person, TODAY, SYSTEM, now)
    assert actor_for(person, now).may("customers.see", shop.nanshan)
    tomorrow = actor_for(person, now + timedelta(days=1))
    assert (tomorrow.grants, dict(tomorrow.rights), tomorrow.name) == (frozenset(), {}, "")
    assert names("clerk", shop.nanshan, now + timedelta(days=1)) == []


def test_the_deputy_of_a_leaver_keeps_none_of_the_roles(shop: Shop, now: datetime) -> None:
    away, deputy = hire("王敏", now, ("manager", shop.nanshan)), hire("李静", now)
    start_leave(away, TODAY, TODAY + timedelta(days=30), deputy, SYSTEM, now)
    leaver(away, TODAY - timedelta(days=1), SYSTEM, now)
    assert not actor_for(deputy, now).may("customers.reveal", shop.nanshan)
    assert names("manager", shop.nanshan, now) == []


def test_lists_show_only_what_is_visible(shop: Shop, now: datetime) -> None:
    clerk = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    seen = visible(Store.objects.all(), clerk, "customers.see", field="id")
    assert [store.pk for store in seen] == [shop.nanshan]
    assert visible(Store.objects.all(), SYSTEM, "customers.see", field="id").count() == 4
    assert not visible(Store.objects.all(), clerk, "people.see", field="id").exists()
    mine = visible(Person.objects.all(), clerk, "cases.act", field="memberships__store", owner_field="id")
    assert [person.pk for person in mine] == [clerk.person]


def test_an_unknown_action_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown action"):
        require(SYSTEM, "customer.see")
    with pytest.raises(NotAllowed):
        require_somewhere(Actor(1, "x"), "customers.see")


def test_a_token_takes_rights_away_and_never_adds(shop: Shop, now: datetime) -> None:
    clerk = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    limited = clerk.limited_to({"customers.see", "people.manage"})
    assert limited.may("customers.see", shop.nanshan)
    assert not limited.may("customers.edit", shop.nanshan)
    assert not limited.may_somewhere("people.manage")
    assert limited.own == frozenset()


def test_a_manager_gives_no_more_than_they_manage(shop: Shop, now: datetime) -> None:
    manager = actor_for(hire("店长", now, ("manager", shop.nanshan)), now)
    clerk = hire("王敏", now, ("clerk", shop.nanshan), ("clerk", shop.north))
    for role in (Role("clerk", shop.futian), Role("boss", shop.nanshan), Role(ADMINISTRATOR, shop.nanshan)):
        with pytest.raises(NotAllowed):
            set_roles(clerk, [role], manager, now)
    set_roles(clerk, [Role("manager", shop.nanshan)], manager, now)
    assert actor_for(clerk, now).roles_in(shop.nanshan) == {"manager"}
    assert actor_for(clerk, now).roles_in(shop.north) == {"clerk"}  # not the manager's to take away


def test_a_manager_adds_people_to_the_own_store_only(shop: Shop, now: datetime) -> None:
    from aftercare.people.actions import NewPerson

    manager = actor_for(hire("店长", now, ("manager", shop.nanshan)), now)
    add_person(NewPerson("new1", "新人", roles=(Role("clerk", shop.nanshan),)), manager, now)
    for roles in ((Role("clerk", shop.north),), (Role("clerk", None),), ()):
        with pytest.raises(NotAllowed):
            add_person(NewPerson("new2", "新人", roles=roles), manager, now)


def test_installing_a_handbook_replaces_the_table_but_not_the_administrator(shop: Shop, now: datetime) -> None:
    install_permissions({"clerk": {"orders.see": "own"}}, {"clerk": Text("店员", "Clerk")}, SYSTEM, now)
    table = permissions()
    assert table["clerk"] == {"orders.see": "own"}
    assert set(table) == {"clerk", ADMINISTRATOR}
    assert table[ADMINISTRATOR]["handbook.load"] == "company"


def test_a_wrong_table_is_refused_whole_with_every_fault(shop: Shop, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        install_permissions({"clerk": {"orders.sea": "own", "orders.see": "shop"}, "ghost": {}}, NAMES, SYSTEM, now)
    assert [fault.code for fault in refusal.value.faults] == [
        "people.action_unknown", "people.scope_unknown", "people.role_name",
    ]  # fmt: skip
    assert permissions()["clerk"] == MAY["clerk"]


def test_rights_and_holders_cost_one_statement_at_any_size(
    shop: Shop, now: datetime, django_assert_num_queries
) -> None:
    people = [hire(f"人{n}", now, ("clerk", shop.nanshan), ("manager", shop.south)) for n in range(12)]
    start_leave(people[1], TODAY, TODAY, people[0], SYSTEM, now)
    with django_assert_num_queries(1):
        actor_for(people[0], now)
    with django_assert_num_queries(1):
        assert len(holders_of("clerk", shop.nanshan, now)) == 11
