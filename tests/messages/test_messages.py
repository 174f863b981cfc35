"""What is told inside, and what leaves the house."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from aftercare.config import paths
from aftercare.errors import OutsideFailure
from aftercare.messages import channels
from aftercare.messages.actions import notify, queue, read, send_due
from aftercare.messages.digest import send_digest
from aftercare.messages.models import Notice, Outbound
from aftercare.messages.queries import notices, unread_count
from aftercare.messages.wording import worded
from tests.showroom import NOW, Showroom, open_showroom


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()


def test_a_text_knows_only_its_names() -> None:
    text = "{case.number} {customer.name} {x.__class__} {{7*7}} {settings.SECRET_KEY}"
    assert worded(text, {"case.number": "A1"}) == "A1 — {x.__class__} {{7*7}} {settings.SECRET_KEY}"


def test_an_overdue_task_reaches_those_it_is_escalated_to(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    story.tick(NOW + timedelta(days=4))
    boss = shop.actor("service_manager")
    told = [notice.text["zh"] for notice in notices(boss)]
    assert any("填写维修保养需求单" in text and "超时" in text for text in told)
    assert unread_count(boss) == len(told)
    read(boss, NOW)
    assert unread_count(boss) == 0


def test_the_same_thing_is_told_once(shop: Showroom) -> None:
    person = shop.people["sales"]
    for _ in range(2):
        notify([person], "news", {"zh": "好", "en": "good"}, NOW, once="x")
    assert Notice.objects.filter(person_id=person).count() == 1


def test_the_digest_comes_once_a_day_to_those_with_work(shop: Showroom) -> None:
    shop.open()
    assert send_digest(NOW) >= 1
    assert send_digest(NOW + timedelta(hours=2)) == 0
    assert send_digest(NOW + timedelta(days=1)) >= 1


def test_a_message_waits_longer_after_each_failure_and_keeps_its_id(
    shop: Showroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def busy(message: str, recipient: str, body: str) -> None:
        seen.append(message)
        raise OutsideFailure("busy", retry=True)

    monkeypatch.setitem(channels.CHANNELS, "busy", busy)
    row = queue(NOW, channel_name="busy", recipient="13800138000", message="job_done", body="您的订单已完成")
    assert send_due(NOW) == 0 and send_due(NOW) == 0
    send_due(NOW + timedelta(minutes=2))
    assert seen == [str(row.pk)] * 2
    assert Outbound.objects.get(pk=row.pk).state == "waiting"


def test_the_file_sink_holds_what_was_sent(shop: Showroom) -> None:
    row = queue(NOW, channel_name="file", recipient="13800138000", message="job_done", body="您的订单已完成")
    assert send_due(NOW) == 1
    lines = (paths.var() / "outbox" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1]) == {"id": str(row.pk), "to": "13800138000", "body": "您的订单已完成"}


def test_administrators_hear_in_november_that_next_year_is_unknown(shop: Showroom) -> None:
    from datetime import UTC, datetime

    from aftercare.messages.reminders import warn_of_unknown_year
    from aftercare.people.actions import set_calendar

    november = datetime(2030, 11, 3, 2, tzinfo=UTC)
    assert warn_of_unknown_year(november) == 0  # the showroom opens on holidays
    hours = {"week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": "china"}
    set_calendar(None, hours, shop.actor("general_manager"), NOW)
    assert warn_of_unknown_year(november) >= 1
    assert warn_of_unknown_year(november) == 0
    assert warn_of_unknown_year(datetime(2030, 10, 3, 2, tzinfo=UTC)) == 0
