"""How many statements a command costs: each is a round trip that somebody waits for."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import Showroom


def _own(captured: CaptureQueriesContext) -> list[str]:
    """Statements but for the savepoints that stand for the transaction inside a test."""
    return [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]


def test_issuing_a_paper_takes_four_statements(shop: Showroom) -> None:
    shop.open().issue()  # what is kept for the life of a process
    story = shop.open(customer=shop.customer("李秀英", "13900139000"))
    with CaptureQueriesContext(connection) as captured:
        story.issue(customer_name="李秀英", customer_phone="13900139000")
    papers = [
        text for text in _own(captured) if "documents_" in text or "people_company" in text or "audit_trace" in text
    ]
    assert len(papers) == 4, papers
