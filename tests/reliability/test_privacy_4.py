"""privacy-4, the golden path: a person is erased, nothing is left in the stored state, all chains still hold.

Issued papers are the exception: their frozen data carries the proof of what was signed. See docs/reliability.md.
"""

from __future__ import annotations

import json

from aftercare.cases.models import Case
from aftercare.cases.rebuild import rebuild_case
from aftercare.config.dump import digests, lines
from aftercare.customers.actions import erase
from aftercare.messages.actions import queue
from aftercare.orders.actions import cancel_order
from aftercare.orders.models import Order
from aftercare.people.actor import SYSTEM
from tests.reliability.stage import ills
from tests.showroom import NOW, Showroom

PAPERS = "documents_document"
CANARIES = ("欧阳百合", "13911112222", "+8613911112222")


def held() -> dict[str, int]:
    """Rows that still hold something of the person, by table."""
    found: dict[str, int] = {}
    for line in lines():
        if any(canary in line for canary in CANARIES):
            table = str(json.loads(line)["table"])
            found[table] = found.get(table, 0) + 1
    return found


def test_privacy_4_an_erased_person_is_gone_and_the_doctor_is_content(shop: Showroom) -> None:
    story = shop.open(customer=shop.customer("欧阳百合", "13911112222"))
    story.issue(customer_name="欧阳百合", customer_phone="13911112222")
    order = Order.objects.get(pk=story.order)
    cancel_order(SYSTEM, NOW, order.pk, order.version, "客户退单")
    if story.case.status == "open":
        story.do("general_manager", "cancel", reason="客户退单")
    queue(
        NOW, channel_name="file", recipient="13911112222", message="news", body="欧阳百合您好", customer=story.customer
    )
    assert set(held()) > {PAPERS}
    erase(story.customer, "客户要求", SYSTEM, NOW)
    assert set(held()) == {PAPERS}
    assert ills() == []
    before = list(digests())
    rebuild_case(Case.objects.get(pk=story.id).pk)
    assert [line for line in digests() if "cases_case" in line] == [line for line in before if "cases_case" in line]
