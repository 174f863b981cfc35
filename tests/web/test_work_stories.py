"""Stories of people at work: their words asked for and given, mistakes refused in place, rules changed by page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from aftercare.cases.models import Case, Dial, HandbookVersion, OpenTask, RefusalRow, Setting
from aftercare.documents.models import PrintLog
from aftercare.money.models import Entry
from aftercare.orders.models import Order
from tests.showroom import HANDBOOK
from tests.web.floor import Floor, far_along, open_floor

ClientFor = Callable[..., Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def floor(db: None) -> Floor:
    return open_floor()


def row(floor: Floor, key: str) -> OpenTask:
    return OpenTask.objects.get(case_id=floor.story.id, key=key)


def test_a_word_is_asked_for_and_given_on_the_other_side(floor: Floor, client_for: ClientFor) -> None:
    seller, manager = client_for(floor.person("sales")), client_for(floor.person("service_manager"))
    task, url = row(floor, "agree_date"), f"/cases/{floor.story.id}/do/agree_date/"
    data = {
        "do": "ask",
        "from": "day",
        f"f{task.pk}.delivery_date": "2026-12-31",
        "mark": "customer|confirm",
        "way:customer|confirm": "wechat",
    }
    assert seller.post(url, data, headers=HX).status_code == 200
    day = manager.get("/day/").content.decode()
    assert "等您处理" in day and "12月31日" in day and "sign:service_manager|confirm" in day, (
        "one press, seeing what for"
    )
    opened = manager.get(url, headers=HX).content.decode()
    assert "12月31日" in opened and "sign:service_manager|confirm" in opened
    assert manager.post(url, {"do": "sign:service_manager|confirm", "from": "day"}, headers=HX).status_code == 200
    assert seller.post(url, {"do": "finish:agreed", "from": "day"}, headers=HX).status_code == 200
    held = floor.story.state["tasks"]["agree_date"]
    assert held["outcome"] == "agreed"
    assert held["marks"]["customer|confirm"]["way"] == "wechat"


def test_a_refusal_is_shown_in_place_and_kept(floor: Floor, client_for: ClientFor) -> None:
    task, url = row(floor, "contract"), f"/cases/{floor.story.id}/do/contract/"
    data = {"do": "finish:issued", "from": "day", f"f{task.pk}.customer_name": "王女士"}
    answer = client_for(floor.person("sales")).post(url, data, headers=HX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert answer.headers["HX-Retarget"] == f"#task-{floor.story.id}-contract"
    assert "SC-04" in text and 'value="王女士"' in text
    assert RefusalRow.objects.filter(case_id=floor.story.id, element="contract").exists()


def test_whoever_comes_second_is_told_who_was_first(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    answer = client_for(floor.person("sales")).post(
        f"/cases/{floor.story.id}/do/contract/", {"do": "finish:issued"}, headers=HX
    )
    assert answer.status_code == 409
    assert "陈晓梅" in answer.content.decode()


def test_a_copy_is_received_from_my_day(floor: Floor, client_for: ClientFor) -> None:
    far_along(floor)
    finance = client_for(floor.person("finance"))
    assert "sales_contract/1" in finance.get("/day/").content.decode()
    finance.post(f"/cases/{floor.story.id}/receive/", {"paper": "sales_contract/1"}, headers=HX)
    assert not floor.story.state["papers"]["sales_contract"]["copies"]["1"]["pending"]
    assert "sales_contract/1" not in finance.get("/day/").content.decode()


def test_a_manager_sees_everybody_and_moves_work(floor: Floor, client_for: ClientFor) -> None:
    boss, other = client_for(floor.person("general_manager")), floor.shop.people["service_manager"]
    assert f"task-{floor.story.id}-contract" in boss.get("/day/?all=1").content.decode()
    assert f"task-{floor.story.id}-contract" in boss.get(f"/day/?person={floor.shop.people['sales']}").content.decode()
    boss.post("/day/move/", {"all": "1", "task": f"{floor.story.id}/contract", "to": other})
    assert row(floor, "contract").assignee_id == other
    assert client_for(floor.person("sales")).post("/day/move/", {}).status_code == 403


def test_nobody_sees_a_case_of_another_store(floor: Floor, client_for: ClientFor) -> None:
    from aftercare.people.models import Person

    stranger = client_for(Person.objects.get(pk=floor.shop.other_sales))
    for path in (f"/cases/{floor.story.id}/", f"/orders/{floor.story.order}/", f"/cases/{floor.story.id}/do/contract/"):
        assert stranger.get(path).status_code == 404, path


def test_a_sheet_is_corrected_with_a_reason(floor: Floor, client_for: ClientFor) -> None:
    far_along(floor)
    client = client_for(floor.person("sales"))
    page = client.get(f"/cases/{floor.story.id}/correct/contract/")
    data = _typed(page.content.decode()) | {"f.deposit": "2600", "f.reason": "定金写错"}
    answer = client.post(f"/cases/{floor.story.id}/correct/contract/", data)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    assert floor.story.state["sheets"]["contract"]["deposit"] == 260000
    assert "更正" in client.get(f"/cases/{floor.story.id}/").content.decode()


def _typed(html: str) -> dict[str, Any]:
    """What a browser would send of the first form of a page."""
    from html.parser import HTMLParser

    class Inputs(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, Any] = {}
            self.inside = False
            self.held = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "form" and "data-draft" in given:
                self.inside = True
            self.held += tag == "template"
            if tag != "input" or not self.inside or self.held or not given.get("name"):
                return
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.found.setdefault(str(given["name"]), []).append(given.get("value") or "")

        def handle_endtag(self, tag: str) -> None:
            self.inside = self.inside and tag != "form"
            self.held -= tag == "template"

    parser = Inputs()
    parser.feed(html)
    return parser.found


def test_an_order_is_cancelled_and_the_money_given_back(floor: Floor, client_for: ClientFor) -> None:
    from aftercare.money.actions import Payment, take_payment
    from aftercare.web.once import new_token

    take_payment(
        floor.shop.actor("finance"),
        floor.story.now,
        Payment(50000, "cash", date(2026, 11, 21), order=floor.story.order),
    )
    order = Order.objects.get(pk=floor.story.order)
    give = {"version": order.version, "reason": "客户不要了", "refund": "1", "f.way": "cash", "form_token": new_token()}
    answer = client_for(floor.person("service_manager")).post(f"/orders/{order.pk}/cancel/", give)
    assert answer.status_code == 403, "who may cancel but not pay cannot do half of it"
    assert Order.objects.get(pk=order.pk).status == "open"
    answer = client_for(floor.person("service_manager")).post(
        f"/orders/{order.pk}/cancel/", give | {"refund": "", "form_token": new_token()}
    )
    assert answer.status_code == 303
    assert Order.objects.get(pk=order.pk).status == "cancelled"
    assert Entry.objects.filter(order=order, kind="refund").count() == 0


def test_printing_is_noted(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    client = client_for(floor.person("sales"))
    from aftercare.documents.models import Document

    paper = Document.objects.get(case_id=floor.story.id)
    answer = client.post(f"/papers/{paper.pk}/print/", {"paper": "a4"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("paper=a4")
    assert PrintLog.objects.get(document=paper).person == floor.shop.people["sales"]
    pdf = client.get(answer.headers["Location"])
    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")


# --- rules


def zipped(**changed: str) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(HANDBOOK.rglob("*")):
            if path.suffix in (".yaml", ".typ"):
                name = path.relative_to(HANDBOOK).as_posix()
                archive.writestr(
                    f"showroom/{name}",
                    changed.get(name.replace("/", "_").split(".")[0], path.read_text(encoding="utf-8")),
                )
    buffer.seek(0)
    buffer.name = "showroom.zip"
    return buffer


def test_a_new_version_is_checked_compared_and_put_in_force(floor: Floor, client_for: ClientFor) -> None:
    from aftercare.web.once import new_token

    boss = client_for(floor.person("general_manager"))
    head = (HANDBOOK / "handbook.yaml").read_text(encoding="utf-8")
    newer = head.replace('version: "1.0"', 'version: "1.1"').replace("value: 4wh", "value: 6wh")
    page = boss.post("/handbook/load/", {"files": zipped(handbook=newer)})
    assert page.status_code == 200
    text = page.content.decode()
    assert "demand_sheet_time" in text and "1.1" in text
    assert HandbookVersion.objects.get(live=True).version == "1.0", "nothing is in force before it is confirmed"
    kept = text.split('name="hash" value="')[1].split('"')[0]
    assert boss.post("/handbook/load/confirm/", {"hash": kept, "form_token": new_token()}).status_code == 303
    assert HandbookVersion.objects.get(live=True).version == "1.1"
    assert client_for(floor.person("sales")).get("/handbook/load/").status_code == 403


def test_a_broken_version_is_refused_with_its_place(floor: Floor, client_for: ClientFor) -> None:
    head = (HANDBOOK / "handbook.yaml").read_text(encoding="utf-8").replace("type: duration", "type: duratoin", 1)
    page = client_for(floor.person("general_manager")).post("/handbook/load/", {"files": zipped(handbook=head)})
    assert page.status_code == 422
    assert "handbook.yaml:" in page.content.decode()
    assert HandbookVersion.objects.get(live=True).version == "1.0"


def test_a_figure_and_a_dial_are_changed_by_page(floor: Floor, client_for: ClientFor) -> None:
    from aftercare.web.once import new_token

    boss = client_for(floor.person("general_manager"))
    figure = {"f.value": "10d", "store": "", "form_token": new_token()}
    assert boss.post("/handbook/showroom/figures/recheck_lead/", figure).status_code == 303
    assert Setting.objects.get().value == "10d"
    wrong = {"f.value": "ten days", "form_token": new_token()}
    assert boss.post("/handbook/showroom/figures/recheck_lead/", wrong).status_code == 422
    dial = {
        "clause": "SC-08",
        "level": "warn",
        "store": floor.shop.store,
        "since": "2026-11-21",
        "form_token": new_token(),
    }
    assert boss.post("/handbook/showroom/dial/", dial).status_code == 303
    assert Dial.objects.filter(clause="SC-08", level="warn", store_id=floor.shop.store).exists()
    assert "提醒" in boss.get("/handbook/showroom/clauses/SC-08/").content.decode()
    assert client_for(floor.person("sales")).post("/handbook/showroom/dial/", dial).status_code == 403


def test_a_register_is_taken_away_as_a_table(floor: Floor, client_for: ClientFor) -> None:
    floor.story.issue()
    boss = client_for(floor.person("general_manager"))
    table = boss.get("/registers/showroom/sales_contract/export/?format=csv").content.decode("utf-8-sig")
    assert "6600.00" in table and "138****8000" in table and "13800138000" not in table
    assert boss.get("/registers/showroom/sales_contract/export/?format=xlsx").content.startswith(b"PK")
    assert client_for(floor.person("sales")).get("/registers/showroom/sales_contract/export/").status_code == 403


# --- size


@pytest.mark.parametrize("path", ["/day/", "/cases/", "/orders/", "/registers/showroom/sales_contract/", "/day/?all=1"])
def test_lists_ask_the_same_number_of_questions_at_any_length(
    floor: Floor, client_for: ClientFor, django_assert_num_queries: Any, path: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(to: int) -> None:
        for n in range(Case.objects.count(), to):
            floor.shop.open(customer=floor.shop.customer("王建国", f"138001{n:05}")).issue()

    client = client_for(floor.person("general_manager"))
    grow(5)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(path).status_code == 200
    grow(50)
    with django_assert_num_queries(len(few)):
        assert client.get(path).status_code == 200
