"""race-3: the contract of Idempotency-Key."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from aftercare.audit.models import RequestKey
from aftercare.customers.models import Customer
from aftercare.people.models import Token
from tests.api.conftest import Answer, Program, token_of
from tests.showroom import Showroom, open_showroom

Programs = Callable[..., Program]
BODY = {"full_name": "李小满", "store": 0}


def body(shop: Showroom) -> dict[str, object]:
    return {**BODY, "store": shop.store}


def test_the_same_key_and_body_give_the_same_answer(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    first, second = (sales.post("/customers", body(shop), key="a") for _ in range(2))
    assert (first.status, first.content) == (second.status, second.content) and first.status == 201
    assert "Idempotent-Replay" not in first.headers and second.headers["Idempotent-Replay"] == "true"
    assert Customer.objects.count() == 1


def test_another_body_under_the_key_is_refused(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    sales.post("/customers", body(shop), key="a")
    other = sales.post("/customers", {**body(shop), "full_name": "李大满"}, key="a")
    assert other.status == 422 and other.codes == ["request.key_reused"]
    elsewhere = sales.post("/orders", body(shop), key="a")
    assert elsewhere.status == 422 and Customer.objects.count() == 1


def test_another_key_of_the_same_person_is_separate(shop: Showroom, program: Programs) -> None:
    for _ in range(2):
        assert program("sales").post("/customers", body(shop), key="a").status == 201
    assert Customer.objects.count() == 2


def test_without_a_key_nothing_is_done(shop: Showroom, program: Programs) -> None:
    answer = program("sales").post("/customers", body(shop), **{"Idempotency-Key": ""})
    assert answer.status == 400 and answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert program("sales").post("/customers", body(shop), key="k" * 256).status == 422
    assert Customer.objects.count() == 0


def test_a_refused_request_may_be_sent_again_when_its_reason_is_gone(shop: Showroom, program: Programs) -> None:
    finance = program("finance")
    payment = {"order": shop.order(), "amount": 1, "way": "card", "happened_on": "2026-11-21", "reason": "退"}
    assert finance.post("/refunds", payment, key="r").status == 422
    assert finance.post("/payments", payment, key="p").status == 201
    assert finance.post("/refunds", payment, key="r").status == 201


def test_a_refusal_of_a_case_is_kept_once_and_replayed(shop: Showroom, program: Programs) -> None:
    from aftercare.cases.models import RefusalRow

    story, sales = shop.open(), program("sales")
    wrong = {"verb": "complete", "data": {"task": "release"}}
    first, second = (sales.post(f"/cases/{story.id}/commands", wrong, key="c") for _ in range(2))
    assert first.status >= 400 and first.content == second.content and second.headers["Idempotent-Replay"] == "true"
    assert RefusalRow.objects.count() == 1


def test_a_secret_is_never_kept_with_the_key(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    first, second = (sales.post("/tokens", {"name": "printer"}, key="t") for _ in range(2))
    assert first.json["token"] and second.json == {"id": first.json["id"], "token": None}
    assert Token.objects.filter(name="printer").count() == 1
    assert all(first.json["token"].encode() not in bytes(row.body) for row in RequestKey.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_the_work_once() -> None:
    shop = open_showroom()
    token = token_of(shop.people["sales"])
    barrier, answers = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        answers.append(Program(token).post("/customers", body(shop), key="same"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Customer.objects.count() == 1
    made: list[Answer] = [one for one in answers if one.status == 201]
    assert made and len({one.content for one in made}) == 1
    assert all(one.codes == ["request.busy"] and one.status == 409 for one in answers if one.status != 201)
