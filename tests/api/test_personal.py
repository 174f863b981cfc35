"""What is personal: left out, masked, or revealed with a trace."""

from __future__ import annotations

from collections.abc import Callable

from aftercare.customers.actions import NewCustomer, create_customer
from aftercare.people.actor import SYSTEM
from tests.api.conftest import Program
from tests.showroom import NOW, Showroom

Programs = Callable[..., Program]


def test_what_is_personal_stays_with_those_who_may_reveal_it(shop: Showroom, program: Programs) -> None:
    story = shop.open()
    story.issue(customer_name="欧阳百合", customer_phone="13911112222")
    for role, is_shown in (("sales", True), ("finance", False), ("warehouse", False)):
        for path in (f"/cases/{story.id}", f"/cases/{story.id}/timeline", "/records/sales_contract"):
            content = program(role).get(path).content.decode()
            assert ("13911112222" in content) is is_shown, (role, path)


def test_revealing_leaves_a_trace_and_is_counted(shop: Showroom, program: Programs) -> None:
    sales, customer = program("sales"), shop.customer()
    phone = sales.get(f"/customers/{customer}").json["phones"][0]["id"]
    body = {"what": "phone", "item": phone, "reason": "约送货"}
    answers = [sales.post(f"/customers/{customer}/reveal", body) for _ in range(21)]
    assert answers[0].json == {"text": "13800138000"} and [one.status for one in answers] == [200] * 20 + [429]
    trail = program("general_manager").get("/traces", action="customers.reveal", limit=200).json["items"]
    assert [one["result"] for one in trail] == ["refused"] + ["done"] * 20


def test_a_customer_of_no_store_is_not_everybodys(shop: Showroom, program: Programs) -> None:
    lost = create_customer(NewCustomer("李小满", store=None), SYSTEM, NOW).id
    assert program("sales").get(f"/customers/{lost}").status == 404
    assert program("general_manager").get(f"/customers/{lost}").status == 200
