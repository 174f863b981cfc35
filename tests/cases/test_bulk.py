"""Commands over many cases: a closing day, a leaver, a changed figure, a merge, an erasure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.cases import doctor
from aftercare.cases.handbooks import change_setting
from aftercare.cases.models import Case, EventPersonal, OpenTask
from aftercare.cases.roots import root_faults, seal_days
from aftercare.customers.actions import erase, merge, undo_merge
from aftercare.errors import Refused
from aftercare.people.actions import NewPerson, Role, add_closing_day, add_person, leaver
from aftercare.people.actor import SYSTEM
from tests.showroom import BY_PHONE, HANDBOOK, NOW, Showroom


def test_a_closing_day_moves_deadlines_and_tells_whose(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    before = OpenTask.objects.get(case_id=story.id, key="hand_finance_copy").due_at
    boss = shop.actor("general_manager")
    _, told = add_closing_day(shop.store, date(2026, 11, 22), "盘点", boss, NOW)
    after = OpenTask.objects.get(case_id=story.id, key="hand_finance_copy").due_at
    assert before and after and after - before == timedelta(days=1)
    moved = told["cases"]["moved"]  # type: ignore[index,call-overload]
    assert [one["customer"] for one in moved] == [story.customer]
    assert list(doctor.check(NOW)) == []


def test_the_work_of_a_leaver_moves_and_their_marks_stay(shop: Showroom) -> None:
    heir = add_person(NewPerson("wuqian", "吴倩", roles=(Role("sales", shop.store),)), SYSTEM, NOW)
    story = shop.open()
    story.do("sales", "save", task="agree_date", values={"delivery_date": "2026-12-31"}, marks=BY_PHONE)
    gone = shop.people["sales"]
    assert OpenTask.objects.filter(assignee_id=gone).exists()
    leaver(gone, NOW.date(), shop.actor("general_manager"), NOW)
    assert not OpenTask.objects.filter(assignee_id=gone).exists()
    assert OpenTask.objects.filter(case_id=story.id, assignee_id=heir).exists()
    assert "customer|confirm" in story.state["tasks"]["agree_date"]["marks"]


def test_a_changed_figure_reaches_running_cases(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    story.agree("2027-02-10")
    story.complete("warehouse", "goods_arrival", values={"stored_on": "2026-11-20"})
    assert not story.state["flags"].get("over_storage")
    change_setting(shop.actor("general_manager"), NOW, "showroom", "storage_limit", "2mo")
    assert story.state["flags"]["over_storage"] and story.case.flags == ["over_storage"]
    assert OpenTask.objects.filter(case_id=story.id, key="over_limit", state="open").exists()


def test_a_figure_of_the_wrong_kind_is_refused_in_words(shop: Showroom) -> None:
    with pytest.raises(Refused) as refused:
        change_setting(shop.actor("general_manager"), NOW, "showroom", "storage_limit", "3 wrkdays")
    assert "3wd" in refused.value.faults[0].zh


def test_cases_follow_a_merge_and_its_undo(shop: Showroom) -> None:
    story = shop.open()
    twin = shop.customer("王建国", "13900139000")
    record = merge(twin, story.customer, {}, shop.actor("service_manager"), NOW)
    assert story.case.customer_id == twin
    undo_merge(record, shop.actor("service_manager"), NOW)
    assert story.case.customer_id == story.customer


def test_an_erased_customer_leaves_a_sound_chain(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    assert EventPersonal.objects.filter(case_id=story.id).exists()
    with pytest.raises(Refused, match="running"):
        erase(story.customer, "客户要求", SYSTEM, NOW)
    story.do("service_manager", "cancel", reason="客户退单")
    _end_order(shop, story.order)
    erase(story.customer, "客户要求", SYSTEM, NOW)
    assert not EventPersonal.objects.filter(case_id=story.id).exists()
    assert "customer_name" not in Case.objects.get(pk=story.id).state["sheets"]["contract"]
    assert list(doctor.check(NOW)) == []


def _end_order(shop: Showroom, order: int) -> None:
    from aftercare.orders.actions import cancel_order
    from aftercare.orders.models import Order

    cancel_order(shop.actor("service_manager"), NOW, order, Order.objects.get(pk=order).version, "客户退单")


def test_days_are_sealed_once_and_an_altered_event_shows(shop: Showroom) -> None:
    story = shop.open()
    tomorrow = datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert seal_days(tomorrow) == 1 and seal_days(tomorrow) == 0
    assert list(root_faults()) == []
    _alter(story.id)
    assert [fault.code for fault in root_faults()] == ["root"]
    assert "chain" in {fault.code for fault in doctor.check(tomorrow)}


def _alter(case: int) -> None:
    """As somebody with the keys of the database might."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("alter table cases_event disable trigger cases_event_kept")
        cursor.execute(
            "update cases_event set hash = decode(repeat('00', 32), 'hex') "
            "where case_id = %s and seq = (select max(seq) from cases_event where case_id = %s)",
            [case, case],
        )
        cursor.execute("alter table cases_event enable trigger cases_event_kept")


def test_provisional_deadlines_follow_when_the_year_is_known(shop: Showroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that keeps statutory holidays, a deadline in a year nobody knows yet, then the year arrives."""
    from aftercare.cases import bulk, world
    from aftercare.cases.handbooks import bump
    from aftercare.cases.models import Deadline
    from aftercare.people.actions import set_calendar

    hours = {"week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": "china"}
    set_calendar(shop.store, hours, shop.actor("general_manager"), NOW)
    late = datetime(2030, 12, 31, 2, tzinfo=UTC)
    story = shop.open(now=late)
    story.issue()
    deadline = Deadline.objects.get(case_id=story.id, element="hand_finance_copy", level="due")
    assert deadline.provisional
    free = [{"day": f"2031-01-0{n}", "works": False, "name": {"zh": "元旦", "en": "New Year"}} for n in (1, 2, 3)]
    years = [{"year": 2030, "days": []}, {"year": 2031, "days": free}, {"year": 2032, "days": []}]
    set_calendar(shop.store, {**hours, "years": years}, shop.actor("general_manager"), late)
    bump()
    world.calendar_for.cache_clear()
    bulk.refresh_provisional(late)
    moved = Deadline.objects.get(case_id=story.id, element="hand_finance_copy", level="due")
    assert not moved.provisional and moved.at > deadline.at


def test_a_figure_for_new_cases_leaves_running_ones(shop: Showroom) -> None:
    """The lead of the recheck is 14 days; ten days are decided while an order runs."""
    story = shop.open()
    story.issue()
    later = NOW + timedelta(hours=1)
    change_setting(shop.actor("general_manager"), NOW + timedelta(minutes=30), "showroom", "recheck_lead", "10d")
    story.now = later
    story.agree("2026-12-31")
    assert OpenTask.objects.get(case_id=story.id, key="recheck").due_at == datetime(2026, 12, 17, 16, tzinfo=UTC)
    younger = shop.open(now=later, customer=shop.customer("李秀英", "13700137000"))
    younger.issue(customer_name="李秀英", customer_phone="13700137000")
    younger.agree("2026-12-31")
    assert OpenTask.objects.get(case_id=younger.id, key="recheck").due_at == datetime(2026, 12, 21, 16, tzinfo=UTC)


def test_one_changed_file_is_laid_over_the_handbook_in_force(shop: Showroom) -> None:
    from aftercare.cases.candidates import put_in_force, try_handbook
    from aftercare.cases.world import epoch, handbook_of, live_version

    text = (HANDBOOK / "handbook.yaml").read_text(encoding="utf-8")
    changed = (HANDBOOK / "forms" / "delivery.yaml").read_text(encoding="utf-8").replace("复核", "再核")
    boss = shop.actor("general_manager")
    candidate = try_handbook(boss, NOW, {"delivery.yaml": changed})
    assert candidate.handbook.version in text and candidate.handbook.forms["delivery_recheck"].name.zh == "送货日期再核"
    put_in_force(boss, NOW, candidate.hash)
    live = handbook_of(live_version("showroom", epoch()))
    assert live.forms["delivery_recheck"].name.zh == "送货日期再核" and "order_promise" in live.procedures
