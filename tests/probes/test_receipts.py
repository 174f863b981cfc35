"""A handbook of signed receipts: identity at pick-up by a table, limits that hang on the last arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clauses.surface import Promise, Refusal, end_of
from tests.probes.stage import Trade

HERE = Path(__file__).parent / "receipts"
WAYBILL = {"consignee": "杨明静", "requirement": "seal", "stamped": True, "city": "north", "transfers": "direct"}
PAPER: dict[str, Any] = {
    "kind": "id_card", "photocopy": False, "name_on_paper": "杨明静", "number": "440301198001010011",
    "by_delegate": False, "compared": True,
}  # fmt: skip
DELEGATE = {"by_delegate": True, "delegate_paper": True, "delegate_number": "440301199002020022"}
ARRIVED = ["2026-11-15", "2026-11-18"]


@pytest.fixture
def case(trade: Callable[[Path], Trade]) -> Promise:
    return trade(HERE).begin("origin_clerk", "receipt_return")


def arrived(case: Promise, transfers: str = "direct", days: list[str] = ARRIVED) -> None:
    case.complete("origin_clerk", "waybill", "out", {**WAYBILL, "transfers": transfers})
    case.complete("tallyman", "arrival", "arrived", {"parts": [{"arrived_on": day} for day in days]})


@pytest.mark.parametrize(
    ("box", "clause", "says"),
    [("stamped", "LR-44", "已盖返单章"), ("city", "LR-45", "返回城市"), ("requirement", "LR-46", "回单要求")],
)
def test_goods_do_not_leave_with_a_box_of_the_waybill_empty(case: Promise, box: str, clause: str, says: str) -> None:
    empty = {name: value for name, value in WAYBILL.items() if name != box}
    case.not_complete("origin_clerk", "waybill", "out", empty, clause=clause, says=says)
    case.complete("origin_clerk", "waybill", "out", WAYBILL)


@pytest.mark.parametrize(
    ("values", "clause", "says"),
    [
        ({"kind": ""}, "LR-30", "证件种类"),
        ({"photocopy": True}, "LR-32", "复印件不算"),
        ({"compared": False}, "LR-38", "已核对"),
        ({**DELEGATE, "delegate_paper": False}, "LR-34", "代提人证件"),
        ({**DELEGATE, "delegate_number": ""}, "LR-36", "代提人证件号"),
        ({**DELEGATE, "number": ""}, "LR-36", "收货人证件号"),
    ],
)
def test_identity_is_shown_as_the_handbook_wants_it(
    case: Promise, values: dict[str, Any], clause: str, says: str
) -> None:
    arrived(case)
    case.not_complete("tallyman", "compare", "", {**PAPER, **values}, clause=clause, says=says)
    case.complete("tallyman", "compare", "", {**PAPER, **DELEGATE})
    assert case.task("compare")["outcome"] == "matches"


def test_one_sign_that_differs_needs_the_shippers_certificate(case: Promise) -> None:
    arrived(case)
    case.complete("tallyman", "compare", "matches", {**PAPER, "name_on_paper": "杨民敬"})
    assert case.task("compare")["outcome"] == "mismatch"  # LR-39: the table decides, nobody picks
    with pytest.raises(Refusal):
        case.complete("tallyman", "release", "signed")
    case.not_complete("tallyman", "contact", "certified", {"attached": False}, clause="LR-40", says="证明已附")
    case.complete("tallyman", "contact", "certified", {"attached": True})
    case.complete("tallyman", "release", "signed")


@pytest.mark.parametrize(
    ("transfers", "days", "due"),
    [
        ("direct", ["2026-11-15"], "2026-11-25"),
        ("direct", ARRIVED, "2026-11-28"),
        ("one", ["2026-11-15"], "2026-11-30"),
        ("two", ["2026-11-15"], "2026-12-05"),
    ],
)
def test_the_limit_runs_from_the_last_arrival(case: Promise, transfers: str, days: list[str], due: str) -> None:
    arrived(case, transfers, days)
    whole = case.house.get("origin_clerk", f"/cases/{case.case}")
    assert whole["state"]["deadlines"]["return_limit|due"]["at"].replace("Z", "+00:00") == end_of(due)
    case.house.now += timedelta(days=20)
    case.later()
    assert any(event["kind"] == "deadline_missed" for event in case.history())


def test_a_receipt_comes_back_is_handed_over_and_entered(case: Promise) -> None:
    arrived(case)
    case.complete("tallyman", "compare", "", PAPER)
    with pytest.raises(Refusal):
        case.complete("tallyman", "send", "sent")  # LR-52
    case.complete("tallyman", "release", "signed")
    case.complete("tallyman", "send", "sent")
    case.complete("origin_clerk", "return_receipt", "returned")
    case.not_complete("origin_clerk", "hand_over", "handed", clause="LR-60", says="缺财务确认")
    case.sign("finance", "hand_over")
    case.complete("origin_clerk", "hand_over", "handed")
    case.not_complete("origin_clerk", "factory", "entered", {}, clause="LR-61", says="返厂日期")
    case.complete("origin_clerk", "factory", "entered", {"returned_on": "2026-11-21"})
    assert case.seen("origin_clerk")["status"] == "closed"


def test_a_lost_receipt_costs_person_and_company_half_each(case: Promise) -> None:
    case.send("origin_clerk", "begin", task="lost")
    case.complete("origin_clerk", "lost", "found", {"loss": 200001})
    sheet = case.seen("origin_clerk")["sheets"]["lost"]
    assert sheet["person"] + sheet["company"] == 200001 and abs(sheet["person"] - sheet["company"]) == 1
