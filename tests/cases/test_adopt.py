"""A shop takes over its open work: cases entered in the middle."""

from __future__ import annotations

from datetime import timedelta

from aftercare.cases import doctor
from aftercare.cases.models import Case, Mark, OpenTask
from aftercare.documents.models import Copy
from aftercare.orders.adopting import open_imported
from tests.showroom import NOW, Showroom

SAID = {
    "issued": True,
    "agreed": True,
    "copies": {"1": True, "2": False, "3": True},
    "delivery_date": "2026-12-31",
    "stored_on": None,
    "deposit_paid": 200000,
}


def test_what_is_done_is_not_asked_again(shop: Showroom) -> None:
    order = shop.order(
        total=660000, deposit=200000, payment="card", address={"text": "深圳市南山区科苑路15号3栋2单元501"}
    )
    done = open_imported(order, SAID, shop.actor("general_manager"), NOW)
    state = Case.objects.get(pk=done.case).state
    assert state["sheets"]["contract"]["total"] == 660000 and state["charges"]["price"]["received"] == 200000
    open_keys = set(OpenTask.objects.filter(case_id=done.case, state="open").values_list("key", flat=True))
    # The book does not say that anybody checked the order: whoever sends the goods still does.
    assert open_keys == {"demand_sheet", "hand_service_copy", "goods_arrival", "order_check"}
    assert OpenTask.objects.get(case_id=done.case, key="recheck").state == "planned"
    holders = dict(Copy.objects.filter(document__case_id=done.case).values_list("n", "holder"))
    assert holders[1] == "finance" and holders[3] == "customer"
    assert list(doctor.check(NOW)) == []


def test_figures_leave_out_what_lay_before(shop: Showroom) -> None:
    order = shop.order(
        total=660000, deposit=200000, payment="card", address={"text": "深圳市南山区科苑路15号3栋2单元501"}
    )
    late = {**SAID, "delivery_date": (NOW + timedelta(days=3)).date().isoformat()}
    done = open_imported(order, late, shop.actor("general_manager"), NOW)
    assert not Mark.objects.filter(case_id=done.case).exists()


def test_a_paper_taken_over_names_who_sold(shop: Showroom) -> None:
    from aftercare.documents.models import Document

    order = shop.order(
        total=660000, deposit=200000, payment="card", address={"text": "深圳市南山区科苑路15号3栋2单元501"}
    )
    done = open_imported(order, SAID, shop.actor("general_manager"), NOW)
    assert Document.objects.get(case_id=done.case).data["sales"] == {"name": "陈晓梅"}
