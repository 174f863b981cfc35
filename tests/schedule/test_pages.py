"""The calendar as its pages give it: who sees what, moves through the form, refusals with clause, undo, feed, table."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from aftercare.cases.models import RefusalRow
from aftercare.schedule.models import Entry, Feed
from tests.schedule.stage import DAY, Yard

Clients = Callable[..., Client]
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
AT = "/calendar/?view=day&day=2026-11-25"


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def send(client: Client, row: Entry, **given: str) -> tuple[int, str]:
    """Open the dialog and send it with these fields."""
    page = html(client, f"/calendar/move/{row.pk}/?back={AT.replace('&', '%26')}")
    found = TOKEN.search(page)
    assert found
    seen = {"seen_day": row.day.isoformat(), "seen_lane": row.lane, "back": AT, "form_token": found[1]}
    fields = {f"f.{name}": text for name, text in given.items()}
    response = client.post(f"/calendar/move/{row.pk}/", {**seen, **fields})
    return response.status_code, response.content.decode() or response.headers.get("Location", "")


@pytest.mark.parametrize("view", ["day", "week", "month"])
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "尚未安排"), ("en", "Not planned yet")])
def test_every_view_shows_the_jobs_of_my_store(
    yard: Yard, client_for: Clients, view: str, language: str, word: str
) -> None:
    yard.job(name="王建国", van="van_a", at="09:00")
    yard.job(name="周雨桐")
    yard.job(name="孙悦", store=yard.other)
    page = html(client_for(yard.person("planner"), language), f"/calendar/?view={view}&day=2026-11-25")
    assert "王建国" in page and "周雨桐" in page and "孙悦" not in page and "粤B·12345" in page
    assert word in page
    assert "style=" not in page.split("<main", 1)[1]  # the content policy forbids it


def test_a_page_takes_as_many_queries_for_many_jobs_as_for_one(yard: Yard, client_for: Clients) -> None:
    client = client_for(yard.person("planner"))

    def asked(view: str) -> int:
        with CaptureQueriesContext(connection) as said:
            html(client, f"/calendar/?view={view}&day=2026-11-25")
        return len(said)

    yard.job(van="van_b")
    html(client, AT)
    few = [asked(view) for view in ("day", "week", "month")]
    for n in range(5):
        yard.job(van="van_b" if n % 2 else "", day=DAY + timedelta(days=n % 2))
    assert [asked(view) for view in ("day", "week", "month")] == few


def test_the_side_suggests_a_van_and_says_why(yard: Yard, client_for: Clients) -> None:
    yard.job(van="van_b", area="南山区")
    yard.job(area="南山区")
    assert "当天已去南山区（1 单）" in html(client_for(yard.person("planner")), AT)
    assert "already goes to 南山区 that day (1)" in html(client_for(yard.person("planner"), "en"), AT)


def test_a_move_asks_what_the_task_asks_and_can_be_taken_back(yard: Yard, client_for: Clients) -> None:
    row, client = yard.job(van="van_a"), client_for(yard.person("planner"))
    page = html(client, f"/calendar/move/{row.pk}/?day=2026-11-26&lane=van_b")
    assert 'value="2026-11-26"' in page and re.search(r'value="van_b"[^>]*checked', page) and "原因" in page
    status, said = send(client, row, new_date="2026-11-26", new_van="van_b")
    assert status == 422 and "原因" in said and Entry.objects.get().day == DAY
    assert send(client, row, new_date="2026-11-26", new_van="van_b", reason="客户改期") == (303, AT)
    row.refresh_from_db()
    assert (row.day.isoformat(), row.lane) == ("2026-11-26", "van_b")
    page = html(client, AT)
    assert "撤销" in page
    undo = {"entry": str(row.pk), "back": AT, "form_token": TOKEN.findall(page)[0]}
    assert client.post("/calendar/undo/", undo).status_code == 303
    row.refresh_from_db()
    assert (row.day, row.lane) == (DAY, "van_a")
    assert "/calendar/undo/" not in html(client, AT)


def test_refusals_are_shown_with_their_clause(yard: Yard, client_for: Clients) -> None:
    yard.job(van="van_b", at="09:00")
    row, client = yard.job(van="van_a", at="10:00"), client_for(yard.person("planner"))
    status, said = send(client, row, new_date="2026-11-01", new_van="van_a", reason="x")
    assert status == 422 and "不能改到过去" in said and "VN-01" in said
    status, said = send(client, row, new_date="2026-11-25", new_van="van_b", reason="拼车")
    assert status == 409 and "同一时间不能再排" in said and "VN-02" in said
    kept = RefusalRow.objects.order_by("pk").values_list("code", "clauses", "case_id")
    assert list(kept)[-1] == ("schedule.lane_taken", ["VN-02"], row.case_id)  # an attempt is evidence
    stale = Entry(pk=row.pk, day=DAY - timedelta(days=3), lane="van_c")
    status, said = send(client, stale, new_date="2026-11-27", new_van="van_c", reason="x")
    assert status == 409 and "刚才已有人" in said
    assert client_for(yard.person("west")).get(f"/calendar/move/{row.pk}/").status_code == 404
    driver = client_for(yard.person("driver"))
    status, said = send(driver, row, new_date="2026-11-27", new_van="van_a", reason="x")
    assert status == 403 and Entry.objects.get(pk=row.pk).day == DAY


def test_the_way_back_leads_nowhere_else(yard: Yard, client_for: Clients) -> None:
    row, client = yard.job(van="van_a"), client_for(yard.person("planner"))
    page = html(client, f"/calendar/move/{row.pk}/?back=https://example.org/")
    assert 'href="https://example.org' not in page and 'name="back" value="/calendar/"' in page


def test_the_feed_is_secret_tells_no_phone_and_ends(yard: Yard, client_for: Clients) -> None:
    from aftercare.cases.actions import act
    from aftercare.engine import Command
    from tests.showroom import NOW

    row = yard.job(van="van_a", at="09:30", area="南山区", name="王建国")
    yard.job(name="周雨桐")
    crew = {"role": "crew", "person": [yard.people["driver"]]}
    act(yard.actor("boss"), NOW, row.case_id, Command("reassign", crew))
    client = client_for(yard.person("driver"))
    assert client.post("/calendar/phone/new/").status_code == 303
    found = re.search(r"/calendar/feed/([\w-]+)\.ics", html(client, "/calendar/phone/"))
    assert found and found[1] not in html(client, "/calendar/phone/")  # shown once
    anybody = Client()
    response = anybody.get(found[0])
    text = response.content.decode()
    assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:王建国" in text and "周雨桐" not in text and text.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20261125T013000Z" in text and "LOCATION:南山区" in text
    assert not re.search(r"1\d{10}", text)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert Feed.objects.get().fetched_at == NOW
    assert client.post("/calendar/phone/end/").status_code == 303
    assert anybody.get(found[0]).status_code == 404 == anybody.get("/calendar/feed/none.ics").status_code


def test_a_leaver_has_no_feed(yard: Yard, client_for: Clients) -> None:
    from aftercare.people.models import Membership

    client = client_for(yard.person("driver"))
    client.post("/calendar/phone/new/")
    found = re.search(r"/calendar/feed/[\w-]+\.ics", html(client, "/calendar/phone/"))
    Membership.objects.filter(person_id=yard.people["driver"]).delete()
    assert found and Client().get(found[0]).status_code == 404


def test_a_day_is_printed_and_taken_away_as_a_table(yard: Yard, client_for: Clients) -> None:
    yard.job(van="van_a", at="09:00", name="王建国")
    yard.job(van="van_b", name="张丽华")
    client = client_for(yard.person("planner"))
    page = html(client, "/calendar/print/?day=2026-11-25")
    assert page.index("粤B·12345") < page.index("王建国") < page.index("粤B·67890") < page.index("张丽华")
    response = client.get("/calendar/export/?view=day&day=2026-11-25")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == ["粤B·12345", "粤B·67890"]
    assert client_for(yard.person("driver")).get("/calendar/export/").status_code == 403


def test_an_address_ends_at_its_district_for_who_may_not_see_it_whole(yard: Yard, client_for: Clients) -> None:
    yard.job(van="van_a", name="王建国", address="深圳市南山区科苑路15号3栋2单元501")
    assert "科苑路15号" in html(client_for(yard.person("planner")), AT)
    driver = html(client_for(yard.person("driver")), AT)
    assert "科苑路" not in driver and "深圳市南山区***" in driver


def test_filters_and_odd_addresses(yard: Yard, client_for: Clients) -> None:
    yard.job(van="van_a", name="王建国")
    yard.job(name="周雨桐")
    client = client_for(yard.person("boss"))
    assert "周雨桐" not in html(client, f"{AT}&lane=van_a") and "王建国" not in html(client, f"{AT}&lane=-")
    assert "王建国" not in html(client, f"{AT}&kind=visits.entry") and "王建国" in html(client, f"{AT}&role=driver")
    for odd in ("?day=9999-99-99&view=x", "?store=abc&person=1e9", "?day=0001-01-01&view=month", "?person=%00"):
        assert client.get(f"/calendar/{odd}").status_code in (200, 422)
