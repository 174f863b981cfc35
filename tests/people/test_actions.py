"""People come, change, go away and leave; the company is set up and its days change."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from aftercare.audit.models import Trace
from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.people import hooks
from aftercare.people.actions import (
    CompanySetup,
    NewPerson,
    NewStore,
    Role,
    add_closing_day,
    add_person,
    change_company,
    change_person,
    create_token,
    end_leave,
    invite,
    leaver,
    on_calendar_change,
    on_leaver,
    remove_closing_day,
    revoke_token,
    set_calendar,
    set_password,
    set_roles,
    set_up_company,
    sign_in,
    start_leave,
    swap_shift,
)
from aftercare.people.actions import accept_invitation as accept
from aftercare.people.actor import SYSTEM
from aftercare.people.models import ClosingDay, Company, Invitation, Leave, Membership, Person, Token
from aftercare.people.queries import (
    actor_for,
    actor_for_token,
    closing_days,
    is_set_up,
    people_list,
    person_for_token,
    person_shown,
)
from aftercare.texts import Text
from tests.people.shop import Shop, hire, open_shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
GOOD = "gute-Reise-2026-南山"
SETUP = CompanySetup("晴川家居", NewPerson("admin", "陈晓"), (NewStore("S1", Text("南山店", "Nanshan")),))


@pytest.fixture
def shop(now: datetime) -> Shop:
    return open_shop(now)


@pytest.fixture
def _no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_calendar", {})
    monkeypatch.setattr(hooks, "_leaver", {})


def refused(code: str, call: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        call(*args, **more)
    assert refusal.value.faults[0].code == f"people.{code}"
    assert refusal.value.faults[0].zh and refusal.value.faults[0].en
    return refusal.value


def test_the_first_run_opens_the_company_and_closes_the_wizard(now: datetime) -> None:
    assert not is_set_up()
    person = set_up_company(SETUP, now)
    admin = actor_for(person, now)
    assert is_set_up() and admin.may("handbook.load") and not admin.may("customers.see")
    with pytest.raises(Conflict):
        set_up_company(SETUP, now)
    assert Person.objects.count() == 1


def test_a_first_run_with_a_fault_leaves_nothing(now: datetime) -> None:
    for wrong in (
        CompanySetup("", NewPerson("admin", "陈晓")),
        CompanySetup("晴川", NewPerson("admin", "")),
        CompanySetup("晴川", NewPerson("admin", "陈晓"), logo=b"GIF89a"),
        CompanySetup("晴川", NewPerson("admin", "陈晓"), (NewStore("S1", Text("店", "S"), parent="nowhere"),)),
    ):
        with pytest.raises(Refused):
            set_up_company(wrong, now)
        assert not Company.objects.exists() and not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_first_runs_at_once_one_wins(now: datetime) -> None:
    barrier = threading.Barrier(2)

    def run(_: int) -> str:
        try:
            barrier.wait(10)
            set_up_company(SETUP, now)
            return "done"
        except Conflict:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == ["done", "refused"]


def test_people_are_added_with_pinyin_and_a_trace(shop: Shop, now: datetime) -> None:
    person = add_person(NewPerson("wangmin", "王敏", roles=(Role("clerk", shop.nanshan),)), SYSTEM, now)
    assert Person.objects.get(pk=person).pinyin == "wang min"
    assert Trace.objects.filter(action="people.add", what=person).exists()
    refused("sign_in_taken", add_person, NewPerson("wangmin", "王敏"), SYSTEM, now)
    refused("sign_in", add_person, NewPerson("wang min", "王敏"), SYSTEM, now)
    refused("role_unknown", add_person, NewPerson("w2", "王敏", roles=(Role("ghost"),)), SYSTEM, now)
    refused("store_unknown", add_person, NewPerson("w2", "王敏", roles=(Role("clerk", 10**9),)), SYSTEM, now)


def test_a_nul_is_refused_by_the_name_of_its_field(now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        add_person(NewPerson("w", "王\x00敏"), SYSTEM, now)
    assert refusal.value.faults[0].field == "full_name"


def test_people_change_their_own_language_but_not_their_name(shop: Shop, now: datetime) -> None:
    me = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    change_person(me.person, {"language": "en", "theme": "dark"}, me, now)
    assert Person.objects.get(pk=me.person).language == "en"
    with pytest.raises(NotAllowed):
        change_person(me.person, {"full_name": "王总"}, me, now)
    refused("field", change_person, me.person, {"active": False}, SYSTEM, now)
    refused("choice", change_person, me.person, {"language": "fr"}, me, now)


def test_roles_that_end_keep_their_history(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    set_roles(person, [Role("clerk", shop.futian)], SYSTEM, now)
    rows = Membership.objects.filter(person=person).order_by("starts").values_list("store_id", "starts", "ends")
    assert list(rows) == [(shop.nanshan, date(2020, 1, 1), TODAY - timedelta(days=1)), (shop.futian, TODAY, None)]
    set_roles(person, [Role("clerk", shop.futian)], SYSTEM, now)
    assert Membership.objects.filter(person=person).count() == 2


def test_leaves_do_not_overlap_and_end_earlier(shop: Shop, now: datetime) -> None:
    person, deputy = hire("王敏", now), hire("李静", now)
    leave = start_leave(person, TODAY, TODAY + timedelta(days=5), deputy, SYSTEM, now)
    day5, day6, day9 = (TODAY + timedelta(days=n) for n in (5, 6, 9))
    refused("leave_overlap", start_leave, person, day5, day9, None, SYSTEM, now)
    refused("own_deputy", start_leave, person, day6, day9, person, SYSTEM, now)
    refused("span", start_leave, person, day9, day6, None, SYSTEM, now)
    end_leave(leave, SYSTEM, now, last_day=TODAY + timedelta(days=1))
    assert Leave.objects.get(pk=leave).ends == TODAY + timedelta(days=1)
    end_leave(leave, SYSTEM, now)
    assert not Leave.objects.exists()


@pytest.mark.usefixtures("_no_hooks")
def test_a_leavers_work_moves_and_their_keys_die(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    key = create_token(person, "scanner", [], None, SYSTEM, now, secrets.token_bytes)
    on_leaver("cases", lambda person, last_day, actor, now: {"person": person, "moved": 3})
    assert leaver(person, TODAY, SYSTEM, now) == {"cases": {"person": person, "moved": 3}}
    assert actor_for_token(key.raw, now) is None
    assert Membership.objects.get(person=person).ends == TODAY


def test_the_last_administrator_cannot_leave_or_step_down(now: datetime) -> None:
    admin = set_up_company(SETUP, now)
    refused("last_administrator", leaver, admin, TODAY, SYSTEM, now)
    refused("last_administrator", set_roles, admin, [], SYSTEM, now)
    second = add_person(NewPerson("second", "林岚", roles=(Role("administrator"),)), SYSTEM, now)
    leaver(admin, TODAY, SYSTEM, now)
    refused("last_administrator", leaver, second, TODAY, SYSTEM, now)


@pytest.mark.usefixtures("_no_hooks")
def test_a_closing_day_tells_what_it_moved_and_can_be_taken_back(shop: Shop, now: datetime) -> None:
    seen: list[hooks.CalendarChange] = []

    def moved(change: hooks.CalendarChange, actor: Any, now: datetime) -> Any:
        seen.append(change)
        return {"customers": [4, 5]}

    on_calendar_change("cases", moved)
    closing, report = add_closing_day(shop.nanshan, TODAY, "停电", SYSTEM, now)
    assert report == {"cases": {"customers": [4, 5]}}
    refused("closing_twice", add_closing_day, shop.nanshan, TODAY, "停电", SYSTEM, now)
    add_closing_day(None, TODAY, "全公司盘点", SYSTEM, now)
    refused("closing_twice", add_closing_day, None, TODAY, "全公司盘点", SYSTEM, now)
    assert [reason for _, reason in closing_days(shop.nanshan, TODAY, TODAY)] == ["停电", "全公司盘点"]
    assert [reason for _, reason in closing_days(shop.north, TODAY, TODAY)] == ["全公司盘点"]
    remove_closing_day(closing, SYSTEM, now)
    assert ClosingDay.objects.count() == 1
    assert seen[0] == hooks.CalendarChange(shop.nanshan, (TODAY,)) == seen[-1]


@pytest.mark.usefixtures("_no_hooks")
def test_a_package_that_refuses_stops_the_closing_day(shop: Shop, now: datetime) -> None:
    def refuse(change: Any, actor: Any, now: datetime) -> Any:
        raise Refused.because("x", "不行", "no")

    on_calendar_change("cases", refuse)
    with pytest.raises(Refused):
        add_closing_day(shop.nanshan, TODAY, "停电", SYSTEM, now)
    assert not ClosingDay.objects.exists()


@pytest.mark.usefixtures("_no_hooks")
def test_hours_of_a_store_and_of_the_company(now: datetime) -> None:
    set_up_company(SETUP, now)
    changes: list[Any] = []
    on_calendar_change("cases", lambda change, actor, now: changes.append(change))
    set_calendar(None, {"days": []}, SYSTEM, now)
    change_company({"settings": {"calendar": {"days": []}}}, SYSTEM, now)
    assert changes == [hooks.CalendarChange(None, None)]
    change_company({"settings": {"calendar": {"days": [1]}}}, SYSTEM, now)
    assert len(changes) == 2
    with pytest.raises(NotFound):
        set_calendar(10**9, {}, SYSTEM, now)


def test_a_closing_day_needs_the_right_in_that_store(shop: Shop, now: datetime) -> None:
    boss = actor_for(hire("老板", now, ("boss", None)), now)
    clerk = actor_for(hire("王敏", now, ("clerk", shop.nanshan)), now)
    closing, _ = add_closing_day(shop.nanshan, TODAY, "停电", boss, now)
    with pytest.raises(NotAllowed):
        add_closing_day(shop.futian, TODAY, "停电", clerk, now)
    with pytest.raises(NotFound):
        remove_closing_day(closing, clerk, now)


def test_shifts_are_swapped_once(shop: Shop, now: datetime) -> None:
    a, b = hire("甲", now, ("clerk", shop.nanshan)), hire("乙", now, ("clerk", shop.nanshan))
    swap_shift(shop.nanshan, TODAY, a, b, "看病", SYSTEM, now)
    refused("swap_twice", swap_shift, shop.nanshan, TODAY, a, b, "看病", SYSTEM, now)
    refused("own_deputy", swap_shift, shop.nanshan, TODAY, b, b, "", SYSTEM, now)


def test_tokens_are_shown_once_kept_as_hash_and_die_at_once(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    key = create_token(person, "扫码枪", ["customers.see"], now + timedelta(days=1), SYSTEM, now, secrets.token_bytes)
    assert key.raw not in str(list(Token.objects.values()))
    actor = actor_for_token(key.raw, now)
    assert actor and actor.may("customers.see", shop.nanshan) and not actor.may("customers.edit", shop.nanshan)
    assert Token.objects.get().last_used_at == now
    assert person_for_token(key.raw, now + timedelta(days=1)) is None
    assert person_for_token(key.raw + "0", now) is None
    assert person_for_token("\ud800\x00", now) is None
    revoke_token(key.id, actor_for(person, now), now)
    assert person_for_token(key.raw, now) is None
    refused("action_unknown", create_token, person, "x", ["everything"], None, SYSTEM, now, secrets.token_bytes)


def test_a_token_never_has_more_rights_than_its_owner_has_now(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("manager", shop.nanshan))
    key = create_token(person, "k", ["customers.reveal"], None, SYSTEM, now, secrets.token_bytes)
    set_roles(person, [Role("clerk", shop.nanshan)], SYSTEM, now)
    actor = actor_for_token(key.raw, now)
    assert actor and not actor.may("customers.reveal", shop.nanshan)


def test_checking_a_token_is_one_select_while_its_use_is_fresh(
    shop: Shop, now: datetime, django_assert_num_queries
) -> None:
    key = create_token(hire("王敏", now), "k", [], None, SYSTEM, now, secrets.token_bytes)
    person_for_token(key.raw, now)
    with django_assert_num_queries(1):
        person_for_token(key.raw, now + timedelta(seconds=30))
    with django_assert_num_queries(2):
        person_for_token(key.raw, now + timedelta(seconds=90))


def test_an_invitation_sets_a_password_once_and_in_time(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    first, second = (invite(person, SYSTEM, now, secrets.token_bytes) for _ in range(2))
    refused("link", accept, first.raw, GOOD, now)
    refused("link", accept, second.raw, GOOD, now + timedelta(hours=72))
    refused("password_weak", accept, second.raw, "12345678", now)
    assert accept(second.raw, GOOD, now) == person
    refused("link", accept, second.raw, GOOD, now)
    reset = invite(person, SYSTEM, now, secrets.token_bytes, "reset")
    refused("link", accept, reset.raw, GOOD, now + timedelta(minutes=30))
    assert Invitation.objects.count() == 2


def test_sign_in_stops_guessing_but_not_the_owner_on_a_known_device(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    name = Person.objects.get(pk=person).sign_in
    set_password(person, GOOD, SYSTEM, now)
    assert sign_in(name, GOOD, "10.0.0.1", now) == person
    for _ in range(10):
        refused("sign_in_wrong", sign_in, name, "wrong", "10.0.0.1", now)
    assert refused("tries", sign_in, name, GOOD, "10.0.0.1", now).status == 429
    assert sign_in(name, GOOD, "10.0.0.1", now, device="d1") == person
    assert sign_in(name, GOOD, "10.0.0.1", now + timedelta(minutes=15)) == person
    refused("sign_in_wrong", sign_in, "nobody", GOOD, "10.0.0.1", now)


def test_who_left_cannot_sign_in(shop: Shop, now: datetime) -> None:
    person = hire("王敏", now, ("clerk", shop.nanshan))
    set_password(person, GOOD, SYSTEM, now)
    leaver(person, TODAY, SYSTEM, now)
    name = Person.objects.get(pk=person).sign_in
    assert sign_in(name, GOOD, "", now) == person
    refused("sign_in_wrong", sign_in, name, GOOD, "", now + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_counted_exactly(now: datetime) -> None:
    person = hire("王敏", now)
    set_password(person, GOOD, SYSTEM, now)
    name = Person.objects.get(pk=person).sign_in

    def guess(_: int) -> str:
        try:
            sign_in(name, "wrong", "", now)
        except Refused as refusal:
            return refusal.faults[0].code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(guess, range(20)))
    assert codes.count("people.sign_in_wrong") == 10
    assert codes.count("people.tries") == 10


def test_the_list_of_people_is_limited_and_constant_in_queries(
    shop: Shop, now: datetime, django_assert_num_queries
) -> None:
    manager = actor_for(hire("店长", now, ("manager", shop.nanshan)), now)
    clerk, stranger = hire("王敏", now, ("clerk", shop.nanshan)), hire("李静", now, ("clerk", shop.north))
    for number in range(10):
        hire(f"人{number}", now, ("clerk", shop.nanshan))
    with django_assert_num_queries(3):
        listed = people_list(manager, now)
    assert len(listed) == 12
    assert person_shown(clerk, manager, now)["roles"][0]["role"] == "clerk"
    with pytest.raises(NotFound):
        person_shown(stranger, manager, now)
