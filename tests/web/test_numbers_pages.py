"""The Numbers room: each number is right, leads to the rows behind it, and costs the same at any size."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from aftercare.measures import queries, reports, sums, workload
from aftercare.measures.models import MonthlyReport
from aftercare.people.actor import SYSTEM
from tests.showroom import NOW
from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]
BOSS = "general_manager"


@pytest.fixture
def floor(db: None) -> Floor:
    return open_floor()


def links(page: str) -> list[str]:
    return sorted({unescape(one) for one in re.findall(r'href="(/numbers/[^"]+)"', page)})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_room_and_every_number_in_it_answer(floor: Floor, client_for: ClientFor, language: str) -> None:
    far_along(floor)
    client = client_for(floor.person(BOSS), language)
    for span in ("", "month", "last_month", "quarter", "year", "nonsense"):
        page = client.get(f"/numbers/?span={span}").content.decode()
        assert "echarts" in page
    assert len(links(page)) > 10
    assert {link: code for link in links(page) if (code := client.get(link).status_code) != 200} == {}
    assert "echarts" not in client.get("/registers/").content.decode()


def test_the_first_line_counts_todays_promises(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    first = queries.first_line(SYSTEM, NOW, None)
    assert (first.broken, first.kept) == (0, 1) and first.due >= 1
    client = client_for(floor.person(BOSS))
    behind = client.get(f"/numbers/promises/?kind=kept&since={NOW.date()}&until={NOW.date()}").content.decode()
    assert floor.story.case.number in behind
    assert floor.story.case.number in client.get("/numbers/due/").content.decode()
    floor.story.tick(NOW + timedelta(days=3))
    later = queries.first_line(SYSTEM, NOW + timedelta(days=3), None)
    assert later.broken == queries.promises(SYSTEM, "broken", date(2026, 11, 24), date(2026, 11, 24)).count() > 0


def test_reading_the_board_is_a_constant_number_of_statements(floor: Floor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            queries.board(SYSTEM, NOW, queries.span("year", NOW), None, sums.kept())
        return len(told)

    before = cost()
    for _ in range(3):
        floor.shop.open().issue()
    sums.catch_up(NOW + timedelta(days=40))
    assert cost() == before <= 12


def test_a_measure_splits_and_leads_to_its_rows(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    client = client_for(floor.person(BOSS))
    page = client.get("/numbers/measures/showroom/contract_sum/").content.decode()
    assert "6,600.00" in page
    rows = [one for one in links(page) if "/rows/" in one and "part=person" in one]
    assert floor.story.case.number in client.get(rows[0]).content.decode()
    nobody = re.sub(r"key=\d+", "key=99999", rows[0])
    assert floor.story.case.number not in client.get(nobody).content.decode()


def test_open_work_is_shown_beside_who_is_there(floor: Floor) -> None:
    floor.story.issue()
    rows, at = workload.load(SYSTEM, NOW, None)
    finance = next(one for one in rows if one.role == "finance")
    assert at == NOW and (finance.open, finance.heads) == (1, 1)
    workload.keep_load(NOW)
    kept, at = workload.load(SYSTEM, NOW + timedelta(minutes=2), None)
    assert at == NOW and [(one.role, one.open) for one in kept] == [(one.role, one.open) for one in rows]


def test_the_monthly_report_is_made_once_on_its_day_and_taken_away(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    floor.story.tick(NOW + timedelta(days=3))
    reports.make_due(NOW.replace(month=12, day=1))
    reports.make_due(NOW.replace(month=12, day=2))
    row = MonthlyReport.objects.get(month=date(2026, 11, 1))
    titles = [one["title"]["en"] for one in row.data]
    assert {"Broken promises by clause", "Broken promises by person", "Findings", "Contract value"} <= set(titles)
    clauses = next(one for one in row.data if one["title"]["en"] == "Broken promises by clause")
    assert clauses["rows"] and all(line[3] > 0 for line in clauses["rows"])
    assert "王建国" not in str(row.data)  # it stays when a customer is erased
    client = client_for(floor.person(BOSS), "en")
    assert f"/numbers/reports/{row.pk}.pdf" in client.get("/numbers/reports/").content.decode()
    paper = PdfReader(io.BytesIO(client.get(f"/numbers/reports/{row.pk}.pdf").content))
    assert "November 2026" in paper.pages[0].extract_text()
    assert client.get(f"/numbers/reports/{row.pk}.xlsx").content[:2] == b"PK"
    assert client.get(f"/numbers/reports/{row.pk}.exe").status_code == 404
