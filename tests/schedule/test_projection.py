"""Where a case stands follows the case, whichever door moved it; a rebuild gives the same, and a doctor notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.cases.actions import act
from aftercare.engine import Command
from aftercare.errors import Conflict, NotFound, Refused
from aftercare.people.actions import add_closing_day, start_leave
from aftercare.people.actor import SYSTEM
from aftercare.schedule import doctor, projection, queries
from aftercare.schedule.actions import Move, entry_of, move
from aftercare.schedule.lanes import suggest
from aftercare.schedule.models import Entry
from tests.schedule.stage import DAY, Yard
from tests.showroom import NOW

NEXT = DAY + timedelta(days=1)


def span(first: date = DAY, last: date = NEXT, **more: object) -> queries.Asked:
    return queries.Asked(first, last, **more)  # type: ignore[arg-type]


def test_a_case_stands_where_its_handbook_says(yard: Yard) -> None:
    case = yard.open()
    assert not Entry.objects.exists()  # no day yet
    yard.do(case, "complete", "plan", {"date": "2026-11-25", "van": "van_a", "at": "09:30", "area": "南山区"})
    row = Entry.objects.get()
    assert (row.day, row.lane, row.area, row.done) == (DAY, "van_a", "南山区", False)
    assert row.starts == datetime(2026, 11, 25, 1, 30, tzinfo=UTC) and row.ends == row.starts + timedelta(hours=2)
    assert row.title_zh == "王建国 138****8000"  # enough to recognise a phone, not to call it
    assert row.title_en == row.title_zh and row.roles == ["driver"]
    act(yard.actor("boss"), NOW, case, Command("reassign", {"role": "crew", "person": [yard.people["driver"]]}))
    assert Entry.objects.get().people == [yard.people["driver"]]
    yard.do(case, "complete", "deliver")
    assert Entry.objects.get().done
    other = yard.job()
    act(yard.actor("boss"), NOW, other.case_id, Command("cancel", {"reason": "客户退单"}))
    assert not Entry.objects.filter(case_id=other.case_id).exists()


def test_tasks_stand_on_the_day_they_are_due(yard: Yard) -> None:
    case = yard.open("visits")
    assert list(Entry.objects.values_list("key", "day", "done")) == [("entry:first", date(2026, 11, 24), False)]
    yard.do(case, "complete", "first", {"said": "很满意"})
    rows = Entry.objects.order_by("day").values_list("task", "day", "done", "roles")
    assert list(rows) == [
        ("first", date(2026, 11, 21), True, ["driver"]),
        ("second", date(2026, 12, 21), False, ["driver"]),
    ]


def test_a_rebuild_gives_what_was_written_and_the_doctor_sees_a_difference(yard: Yard) -> None:
    row = yard.job(van="van_a", at="10:00")
    assert projection.rebuild(NOW) == 0 and list(doctor.findings(NOW)) == []
    Entry.objects.update(day=NEXT)
    assert [one.check for one in doctor.findings(NOW)] == ["schedule.place"]
    assert projection.rebuild(NOW) == 1 and Entry.objects.get().day == row.day
    Entry.objects.update(case_id=999_999)
    assert [one.check for one in doctor.findings(NOW)] == ["schedule.place", "schedule.lost"]


def test_a_page_asks_one_query_however_many_jobs(yard: Yard) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as said:
            queries.jobs(yard.actor("planner"), span())
        return len(said) - 1  # the actor's own

    yard.job()
    one = asked()
    for _ in range(6):
        yard.job()
    assert (one, asked()) == (1, 1)
    assert len(queries.jobs(yard.actor("planner"), span())) == 7


def test_filters_and_rights_by_store(yard: Yard) -> None:
    mine = yard.job(van="van_a")
    theirs = yard.job(store=yard.other)
    assert [one.pk for one in queries.jobs(yard.actor("planner"), span())] == [mine.pk]
    assert [one.pk for one in queries.jobs(yard.actor("west"), span())] == [theirs.pk]
    assert len(queries.jobs(yard.actor("boss"), span())) == 2
    assert [one.pk for one in queries.jobs(yard.actor("boss"), span(store=yard.other))] == [theirs.pk]
    assert [one.pk for one in queries.jobs(yard.actor("boss"), span(lane=""))] == [theirs.pk]
    assert queries.jobs(yard.actor("boss"), span(role="planner")) == []
    assert queries.jobs(yard.actor("boss"), span(kind="visits.entry")) == []
    assert len(queries.jobs(yard.actor("boss"), span(kind="delivery.entry", role="driver"))) == 2
    assert queries.jobs(yard.actor("boss"), span(person=yard.people["driver"])) == []
    with pytest.raises(NotFound):
        entry_of(yard.actor("west"), mine.pk)


def test_moving_completes_the_task_the_handbook_names(yard: Yard) -> None:
    row = yard.job(van="van_a")
    move(yard.actor("planner"), NOW, row.pk, Move(NEXT, "van_b", values={"reason": "客户改期"}))
    row.refresh_from_db()
    assert (row.day, row.lane) == (NEXT, "van_b")
    with pytest.raises(Refused) as gap:  # what its form asks besides
        move(yard.actor("planner"), NOW, row.pk, Move(DAY, "van_b"))
    assert "reason" in {fault.field for fault in gap.value.faults}
    with pytest.raises(Refused) as past:  # its gate, with the clause
        move(yard.actor("planner"), NOW, row.pk, Move(date(2026, 11, 1), "van_b", values={"reason": "x"}))
    assert [fault.clause for fault in past.value.faults] == ["VN-01"]
    with pytest.raises(Conflict):  # somebody was faster
        move(yard.actor("planner"), NOW, row.pk, Move(DAY, seen=(DAY, "van_a"), values={"reason": "x"}))
    with pytest.raises(Refused) as whose:
        move(yard.actor("driver"), NOW, row.pk, Move(DAY, "van_b", values={"reason": "x"}))
    assert whose.value.status == 403
    row.refresh_from_db()
    assert (row.day, row.lane) == (NEXT, "van_b")
    tasks = row_state(row)["tasks"]
    assert [one["state"] for one in tasks.values() if one["task"] == "move_date"].count("open") == 0


def row_state(row: Entry) -> dict:  # type: ignore[type-arg]
    from aftercare.cases.models import Case

    state: dict = Case.objects.get(pk=row.case_id).state  # type: ignore[type-arg]
    return state


def test_what_stands_by_a_deadline_is_not_moved(yard: Yard) -> None:
    yard.open("visits")
    with pytest.raises(Refused, match="names no task"):
        move(yard.actor("boss"), NOW, Entry.objects.get().pk, Move(DAY))


def test_a_van_is_in_one_place_at_a_time_and_takes_what_it_holds(yard: Yard) -> None:
    yard.job(van="van_b", at="09:00")
    second = yard.job(van="van_a", at="10:00")
    with pytest.raises(Conflict) as taken:
        move(yard.actor("planner"), NOW, second.pk, Move(DAY, "van_b", values={"reason": "拼车"}))
    assert "粤B·67890" in str(taken.value.faults[0].zh) and taken.value.faults[0].clause == "VN-02"
    yard.job(van="van_b", at="11:00")  # one ends as the other begins
    yard.job(van="van_a"), yard.job(van="van_a")
    with pytest.raises(Conflict, match="it takes 3"):
        yard.job(van="van_a")
    assert Entry.objects.filter(lane="van_a", day=DAY).count() == 3


def test_nobody_is_on_two_vans_at_once(yard: Yard) -> None:
    first, second = yard.job(van="van_a", at="09:00"), yard.job(van="van_b", at="10:00")
    crew = Command("reassign", {"role": "crew", "person": [yard.people["driver"]]})
    act(yard.actor("boss"), NOW, first.case_id, crew)
    with pytest.raises(Conflict, match="nobody can be"):
        act(yard.actor("boss"), NOW, second.case_id, crew)


def test_a_suggestion_has_a_reason(yard: Yard) -> None:
    lanes = queries.lanes([yard.store])["delivery.entry"]
    assert [(one.id, one.name, one.holds) for one in lanes] == [
        ("van_a", "粤B·12345", 3), ("van_b", "粤B·67890", 6), ("van_c", "粤B·24680", 6),
    ]  # fmt: skip
    near, job = yard.job(van="van_a", area="南山区"), yard.job(area="南山区")
    yard.job(van="van_b", area="福田区")
    that_day = queries.jobs(yard.actor("boss"), span())
    best = suggest(job, lanes, that_day)
    assert best is not None and (best.lane.id, best.why.zh) == ("van_a", "当天已去南山区（1 单）")
    job.area = "罗湖区"
    best = suggest(job, lanes, that_day)
    assert best is not None and (best.lane.id, best.why.zh) == ("van_c", "当天还没有安排，还能排 6 单")
    assert near.lane == "van_a"


def test_what_the_house_keeps_in_mind(yard: Yard) -> None:
    from aftercare.customers.models import Customer

    yard.job()
    customer = Customer.objects.get()
    customer.birthday, customer.birthday_lunar = "1980-10-17", True  # 25 November 2026
    customer.save()
    add_closing_day(yard.store, DAY, "盘点", SYSTEM, NOW)
    start_leave(yard.people["driver"], DAY, NEXT, None, SYSTEM, NOW)
    boss = queries.notes(yard.actor("boss"), DAY, NEXT)
    assert {(one.kind, one.text.zh) for one in boss} == {
        ("closed", "城东店休业：盘点"), ("away", "周军不在"), ("birthday", "生日：王建国"),
    }  # fmt: skip
    assert [one.kind for one in queries.notes(yard.actor("west"), DAY, NEXT)] == []
    newyear = queries.notes(yard.actor("boss"), date(2027, 1, 1), date(2027, 1, 1))
    assert [(one.kind, one.text.zh) for one in newyear] == [("festival", "元旦")]
