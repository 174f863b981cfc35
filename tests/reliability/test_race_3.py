"""race-3: what an Idempotency-Key promises."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aftercare.audit import idempotency
from aftercare.cases.models import Event
from tests.reliability.stage import Program, at_once, ills, program, set_clock
from tests.showroom import NOW, Showroom


def notes(case: int) -> int:
    return Event.objects.filter(case_id=case, kind="note").count()


def test_race_3_the_contract_of_a_key(shop: Showroom) -> None:
    case = shop.open().id
    sales = program(shop, "sales")
    first = sales.command(case, "note", key="k1", text="第一条")
    again = sales.command(case, "note", key="k1", text="第一条")
    assert (again.status, again.body) == (first.status, first.body) and again.replayed and not first.replayed
    other = sales.command(case, "note", key="k1", text="另一条")
    assert (other.status, other.body["errors"][0]["code"]) == (422, "request.key_reused")
    assert notes(case) == 1
    assert ills() == []


def test_race_3_two_at_once_are_one(shop: Showroom) -> None:
    case = shop.open().id
    sales = program(shop, "sales")
    for n in range(10):
        answers = at_once([lambda n=n: sales.command(case, "note", key=f"k{n}", text="一条")] * 2)
        assert sorted(answer.status for answer in answers)[0] == 200
        assert {answer.status for answer in answers} <= {200, 409}
        assert len({str(answer.body) for answer in answers if answer.good}) == 1
    assert notes(case) == 10


def test_race_3_another_token_has_keys_of_its_own(shop: Showroom) -> None:
    case = shop.open().id
    one, two = program(shop, "sales"), program(shop, "sales")
    assert isinstance(two, Program) and one.token != two.token
    assert one.command(case, "note", key="k", text="一").good
    second = two.command(case, "note", key="k", text="一")
    assert second.good and not second.replayed
    assert notes(case) == 2


def test_race_3_a_refusal_of_a_case_is_the_answer_of_its_key(shop: Showroom) -> None:
    case = shop.open().id
    sales = program(shop, "sales")
    first = sales.command(case, "note", key="k", text="")
    assert first.status == 422
    again = sales.command(case, "note", key="k", text="")
    assert again.replayed and again.body == first.body


def test_race_3_keys_live_for_seven_days(shop: Showroom, clock: Path) -> None:
    case = shop.open().id
    sales = program(shop, "sales")
    sales.command(case, "note", key="k", text="一")
    for days, replayed in ((7, True), (8, False)):
        now = NOW + timedelta(days=days)
        idempotency.purge(now)
        set_clock(clock, now)
        assert sales.command(case, "note", key="k", text="一").replayed is replayed


def test_race_3_an_unsafe_call_without_a_key_is_refused(shop: Showroom) -> None:
    case = shop.open().id
    from django.test import Client

    headers = {"Authorization": f"Bearer {program(shop, 'sales').token}"}
    body = {"verb": "note", "data": {"text": "一"}}
    answer = Client().post(f"/api/cases/{case}/commands", body, "application/json", headers=headers)
    assert answer.status_code == 400
    assert notes(case) == 0
