"""privacy-4 after a delivery: the door, damages, mistakes, visits, greetings and wishes forget the person too."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from aftercare.cases.actions import act
from aftercare.cases.clock import run_due
from aftercare.cases.models import Case
from aftercare.cases.rebuild import rebuild_case
from aftercare.cases.starts import run_starts
from aftercare.config.dump import digests, lines
from aftercare.customers.actions import erase
from aftercare.engine import Command
from aftercare.orders.actions import cancel_order
from aftercare.orders.models import Order
from aftercare.people.actor import SYSTEM
from tests.clauses.road import Going, at_the_door
from tests.clauses.surface import ZONE, House, Promise
from tests.reliability.stage import ills
from tests.showroom import Showroom

Json = Any
PAPERS = "documents_document"
CANARIES = ("王建国", "13800138000", "科苑路", "百合", "1988-06-06")  # "百合" is in long texts and in wishes

FIND = re.compile("|".join(map(re.escape, CANARIES)))


@pytest.fixture
def house(shop: Showroom, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(shop)
    monkeypatch.setattr("aftercare.clock.now", lambda: made.now)
    return made


def held() -> dict[str, list[str]]:
    """Rows that still hold something of the person, by table."""
    found: dict[str, list[str]] = {}
    for line in lines():
        if any(canary in line for canary in CANARIES):
            found.setdefault(str(json.loads(line)["table"]), []).append(line)
    return found


def around(left: dict[str, list[str]]) -> list[str]:
    """Where it stands, with a few words before and after."""
    found = [(table, line, one) for table, rows in left.items() for line in rows for one in FIND.finditer(line)]
    return [f"{table}: …{line[max(one.start() - 90, 0) : one.end() + 20]}…" for table, line, one in found]


def delivered(house: House) -> Going:
    made, trip = at_the_door(house)
    made.arrive()
    made.send("delivery_lead", "begin", task="report_damage")
    key = max(one for one in made.seen()["tasks"] if one.startswith("report_damage"))
    told = {
        "what": "customer_things", "piece": "花瓶", "member": trip.ref("delivery_crew"), "note": "当场答应赔偿",
        "promised_at": made.now.isoformat(), "promised_amount": 35000,
    }  # fmt: skip
    made.complete("delivery_lead", key, "registered", told)
    made.enter()
    made.place()
    made.collect()
    made.sign_copies()
    made.ask_opinion(comments="百合说很满意")
    made.leave()
    trip.back()
    made.report(summary="顺利送达")
    return made


def case_of(house: House, procedure: str, made: Going) -> Promise:
    (row,) = house.get("general_manager", "/cases", procedure=procedure, status="open")["items"]
    return Promise(house, row["id"], made.order, made.customer)


def until(house: House, clock: str) -> None:
    house.now = datetime.fromisoformat(clock).replace(tzinfo=ZONE)
    run_starts(house.now, 1000)
    run_due(house.now)


def end_all(house: House, made: Going) -> None:
    """Whoever is erased has nothing running any more."""
    order = Order.objects.get(pk=made.order)
    if order.status == Order.OPEN:
        cancel_order(SYSTEM, house.now, order.pk, order.version, "百合退单")
    for row in Case.objects.filter(customer_id=made.customer, status="open").order_by("-pk"):
        if Case.objects.get(pk=row.pk).status == "open":
            act(SYSTEM, house.now, row.pk, Command("cancel", {"reason": "客户不要了"}))


def test_privacy_4_after_a_delivery_nothing_of_the_customer_is_left(house: House) -> None:
    made = delivered(house)
    (finding,) = house.get("general_manager", "/findings")["items"]
    house.send("delivery_crew", "POST", f"/findings/{finding['id']}/appeal", {"reason": "百合自己碰的"})
    visits = case_of(house, "return_visits", made)
    house.send("service", "POST", f"/customers/{made.customer}/file", {})
    visits.complete("service", "first", "visited", {"rating": 5, "birthday": "1988-06-06"})
    until(house, "2027-06-06 09:00")
    greeting = next(row for row in house.get("service", "/cases", procedure="greetings", status="open")["items"])
    said = {"channel": "phone", "response": "wants", "wish": "百合色的柜子", "note": "百合身体好"}
    rows = {"greetings": {str(made.customer): said}}
    body = {"verb": "save", "data": {"task": "greet", "rows": rows}}
    house.send("service", "POST", f"/cases/{greeting['id']}/commands", body)
    case_of(house, "follow_up", made)
    until(house, "2027-10-06 12:00")
    end_all(house, made)
    assert set(held()) > {PAPERS}
    erase(made.customer, "客户要求", SYSTEM, house.now)
    left = held()
    left.pop(PAPERS, None)
    assert around(left) == []
    assert ills() == []
    before = [line for line in digests() if "cases_case" in line]
    for case in Case.objects.values_list("pk", flat=True):
        rebuild_case(case)
    assert [line for line in digests() if "cases_case" in line] == before
