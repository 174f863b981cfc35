"""What follows from events is what was written along the way; a miss that was none counts against nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aftercare.cases.models import Case, Deadline, Mark, OpenTask, PendingCopy
from aftercare.cases.rebuild import rebuild_case
from tests.showroom import NOW, Showroom


def rows(case: int) -> list[list[dict[str, Any]]]:
    tables = (OpenTask, Deadline, PendingCopy)
    kept = [list(table.objects.filter(case_id=case).values()) for table in tables]
    whole = Case.objects.filter(pk=case).values("state", "seq", "status", "next_due", "overdue", "flags")
    plain = [[{name: value for name, value in row.items() if name != "id"} for row in table] for table in kept]
    return [sorted(table, key=str) for table in plain] + [list(whole)]


def test_a_rebuild_gives_the_rows_that_were_written(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    story.agree("2026-12-31")
    story.tick(NOW + timedelta(days=1))
    story.release()
    story.complete("sales", "demand_sheet", values={"needs": [{"item": "沙发", "need": "打蜡"}]})
    story.complete("sales", "hand_finance_copy")
    story.do("service_manager", "pause", reason="客户出差")
    paused = rows(story.id)
    rebuild_case(story.id)
    assert rows(story.id) == paused
    story.do("service_manager", "resume")
    running = rows(story.id)
    rebuild_case(story.id)
    assert rows(story.id) == running


def test_an_entry_made_later_takes_its_miss_back(shop: Showroom) -> None:
    from aftercare.cases.actions import act
    from aftercare.engine import Command

    story = shop.open()
    story.issue()
    story.tick(NOW + timedelta(days=3))
    assert Mark.objects.filter(case_id=story.id, kind="broken", clause="SC-17").count() == 1
    sheet = {"task": "demand_sheet", "values": {"needs": [{"item": "沙发", "need": "打蜡"}]}}
    act(shop.actor("sales", story.now), story.now, story.id, Command("complete", sheet, NOW + timedelta(hours=1)))
    assert not Mark.objects.filter(case_id=story.id, kind="broken", clause="SC-17").exists()
    assert Mark.objects.filter(case_id=story.id, kind="kept", clause="SC-17").count() == 1
