"""Lists of the handbook and registers as pages: filters, totals, export, print, papers of chosen rows in one go."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader

from aftercare.documents.models import PrintLog
from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]
LIST = "/registers/lists/showroom/copies_outstanding/"


@pytest.fixture
def floor(db: None) -> Floor:
    return open_floor()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_of_the_handbook_stands_in_registers_and_answers(
    floor: Floor, client_for: ClientFor, language: str
) -> None:
    far_along(floor)
    client = client_for(floor.person("general_manager"), language)
    page = client.get("/registers/").content.decode()
    for name in ("late_orders", "price_exceptions", "copies_outstanding", "deliveries_ahead"):
        address = f"/registers/lists/showroom/{name}/"
        assert address in page
        assert client.get(f"{address}?q=DD&since=2026-01-01&until=2027-01-01&c_person=x&sort=zz").status_code == 200
        assert client.get(address).status_code == 200
    assert client.get("/registers/lists/showroom/nothing/").status_code == 404


def test_a_row_leads_to_its_case_and_customer_and_the_list_can_be_taken_away(
    floor: Floor, client_for: ClientFor
) -> None:
    floor.story.issue()
    client = client_for(floor.person("general_manager"))
    page = client.get(LIST).content.decode()
    assert floor.story.case.number in page and f"/customers/{floor.story.customer}/" in page
    assert client.get(f"{LIST}export/?format=csv").content.decode("utf-8-sig").count("\n") == 2
    assert client.get(f"{LIST}export/?format=xlsx").content[:2] == b"PK"
    paper = PdfReader(io.BytesIO(client.get(f"{LIST}print/").content))
    assert floor.story.case.number.replace("-", "") in "".join(page.extract_text() for page in paper.pages).replace(
        "-", ""
    ).replace("\u200b", "").replace("\n", "")


def test_papers_of_chosen_rows_come_as_one_file_and_are_noted(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    client = client_for(floor.person("general_manager"))
    answer = client.post("/registers/lists/papers/", {"case": [str(floor.story.id)]})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.content)).pages) >= 3
    assert PrintLog.objects.count() == 1
    assert client.post("/registers/lists/papers/", {"case": ["999999", "x"]}).status_code == 422


def test_a_register_leads_to_the_paper_as_it_was_signed(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    client = client_for(floor.person("general_manager"))
    page = client.get("/registers/showroom/sales_contract/?c_payment=card").content.decode()
    assert "/papers/" in page and ".pdf" in page
    assert (
        floor.story.case.number not in client.get("/registers/showroom/sales_contract/?c_payment=cash").content.decode()
    )
    printed = client.get("/registers/showroom/sales_contract/print/")
    assert printed.content[:4] == b"%PDF"
