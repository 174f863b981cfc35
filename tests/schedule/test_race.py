"""Two people plan the same van at once: one of them is told, whoever was second."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from aftercare.errors import Refused
from aftercare.schedule.actions import Move, move
from aftercare.schedule.models import Entry
from tests.schedule.stage import DAY, Yard, open_yard
from tests.showroom import NOW


@pytest.mark.django_db(transaction=True)
def test_one_van_is_not_booked_twice_by_two_at_once() -> None:
    yard: Yard = open_yard()
    jobs = [yard.job(van="van_a", at="09:00"), yard.job(van="van_b", at="10:00")]
    start, said = Barrier(2), []

    def plan(job: Entry) -> None:
        try:
            start.wait()
            move(yard.actor("planner"), NOW, job.pk, Move(DAY, "van_c", values={"reason": "拼车"}))
            said.append("moved")
        except Refused as refused:
            said.append(refused.faults[0].code)
        finally:
            connection.close()

    threads = [Thread(target=plan, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["moved", "schedule.lane_taken"]
    assert Entry.objects.filter(lane="van_c").count() == 1
