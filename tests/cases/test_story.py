"""An order from the contract to an agreed, rechecked delivery date, on the real database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aftercare.cases import doctor
from aftercare.cases.models import OpenTask
from aftercare.documents.models import Document
from aftercare.errors import Refused
from aftercare.orders.models import Order
from tests.showroom import NOW, Showroom


def test_an_order_goes_its_way(shop: Showroom) -> None:
    story = shop.open()
    story.issue()
    story.agree("2026-12-31")
    story.release()
    story.complete("sales", "demand_sheet", values={"needs": [{"item": "沙发", "need": "打蜡"}]})
    story.complete("sales", "hand_customer_copy", values={"folded": True, "card_slip": True})
    story.complete("sales", "hand_finance_copy")
    story.complete("sales", "hand_service_copy")
    story.do("finance", "accept", paper="sales_contract/1")
    story.do("service_manager", "accept", paper="sales_contract/2")
    accepted = {"needs": [{"item": "沙发", "need": "打蜡", "accepted": True}]}
    story.complete("service_manager", "accept_demand", values=accepted)
    assert Order.objects.get(pk=story.order).delivery_date.isoformat() == "2026-12-31"
    assert Document.objects.filter(case_id=story.id).count() == 2
    recheck = OpenTask.objects.get(case_id=story.id, key="recheck")
    assert recheck.state == "planned" and recheck.due_at == datetime(2026, 12, 17, 16, tzinfo=UTC)
    assert story.tick(datetime(2026, 12, 10, 2, tzinfo=UTC)) >= 1
    story.complete("service_manager", "recheck", "confirmed", {"date_confirmed": True, "address_confirmed": True})
    assert story.case.status == "open" and story.state["tasks"]["order_check"]["state"] == "open"
    assert list(doctor.check(NOW)) == []


def test_a_refusal_names_its_clause_and_changes_nothing(shop: Showroom) -> None:
    story = shop.open()
    before = story.state
    with pytest.raises(Refused) as refused:
        story.issue(customer_name="王先生")
    assert any("SC-04" in fault.clause for fault in refused.value.faults)
    assert story.state == before
