"""Who hears of a finding, of an appeal and of its answer; with what the clause asks."""

from __future__ import annotations

import pytest

from aftercare.cases.actions import act
from aftercare.cases.models import FindingRow
from aftercare.engine import Command
from aftercare.messages.models import Notice
from tests.showroom import NOW, Showroom, open_showroom


@pytest.fixture
def shop(db: None) -> Showroom:
    return open_showroom()


def told(person: int) -> list[str]:
    return [one.text["zh"] for one in Notice.objects.filter(person_id=person, kind="told").order_by("id")]


def test_the_person_hears_of_it_the_manager_of_the_appeal_and_the_person_of_the_answer(shop: Showroom) -> None:
    story, seller = shop.open(), shop.people["sales"]
    manager = shop.people["service_manager"]
    data = {"clause": "SC-10", "person": seller, "note": "没有核对"}
    act(shop.actor("service_manager"), NOW, story.id, Command("find", data))
    assert any("SC-10" not in one and "规定是：" in one for one in told(seller)) and not told(manager)
    row = FindingRow.objects.get()
    assert Notice.objects.get(person_id=seller, once__startswith="finding:").link == f"/findings/{row.pk}/"
    act(shop.actor("sales"), NOW, story.id, Command("appeal", {"finding": row.seq, "reason": "客户已签字"}))
    assert any("申诉" in one for one in told(manager))
    answer = {"finding": row.seq, "decision": "dropped", "reason": "属实"}
    act(shop.actor("service_manager"), NOW, story.id, Command("answer_appeal", answer))
    assert told(seller)[-1].endswith("撤销")
