"""Cases that open, wait for, signal and complete one another, on the real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aftercare.cases import doctor
from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.handbooks import load_handbook, turn_dial
from aftercare.cases.models import Case
from aftercare.engine import Command
from aftercare.errors import Refused
from aftercare.people.actor import SYSTEM
from tests.engine.stage import CLAUSES, FRAME
from tests.showroom import NOW, Showroom

Json = Any
PROCEDURES = """
procedures:
  - id: job
    name: {zh: 维修, en: Job}
    subject: none
    values: {heard: check}
    tasks:
      - task: look
        name: {zh: 查看, en: Look}
        role: clerk
        outcomes:
          claim: {name: {zh: 索赔, en: Claim}, do: [{open: claim, as: claim, wait: true, with: {size: 1 + 1}}]}
      - {task: paid, name: {zh: 已赔, en: Paid}, role: clerk, opens: {when: children.claim.outcome == 'granted'}}
      - {task: told, name: {zh: 已知, en: Told}, role: clerk, optional: true, opens: {when: case.heard}}
    closes: {after: [look]}
  - id: claim
    name: {zh: 索赔, en: Claim}
    subject: none
    values: {size: number}
    tasks:
      - task: judge
        name: {zh: 裁定, en: Judge}
        role: boss
        outcomes:
          granted: {name: {zh: 同意, en: Granted}, do: [{signal: judged, to: parent, with: {heard: 1 < 2}}]}
          denied: {name: {zh: 不同意, en: Denied}}
    closes: {after: [judge]}
  - id: receipt
    name: {zh: 回单, en: Receipt}
    subject: none
    values: {ready: check}
    tasks:
      - task: send_back
        name: {zh: 寄回, en: Send back}
        role: clerk
        requires: [{that: case.ready, clause: T-01}]
        outcomes: {sent: {name: {zh: 已寄, en: Sent}}}
    closes: {after: [send_back]}
  - id: envelope
    name: {zh: 信封, en: Envelope}
    subject: none
    tasks:
      - task: post
        name: {zh: 寄出, en: Post}
        role: clerk
        form: envelope
        outcomes:
          posted:
            name: {zh: 寄出, en: Posted}
            do: [{freeze: form.receipts}, {complete_in: {each: form.receipts, task: send_back, outcome: sent}}]
    closes: {after: [post]}
"""
FORMS = """
forms:
  - id: envelope
    name: {zh: 信封, en: Envelope}
    fields:
      - id: receipts
        name: {zh: 回单, en: Receipts}
        type: lines
        columns: [{id: receipt, name: {zh: 回单, en: Receipt}, type: record}]
"""


@pytest.fixture
def tiny(shop: Showroom) -> Showroom:
    files = {"handbook.yaml": FRAME, "clauses.yaml": CLAUSES, "procedures/p.yaml": PROCEDURES, "forms/f.yaml": FORMS}
    load_handbook(SYSTEM, NOW, files)
    return shop


def begin(shop: Showroom, procedure: str, **values: Json) -> int:
    return open_case(SYSTEM, NOW, Opening("tiny", procedure, shop.store), {"values": values}).case


def complete(case: int, task: str, outcome: str, **data: Json) -> None:
    act(SYSTEM, NOW + timedelta(minutes=1), case, Command("complete", {"task": task, "outcome": outcome, **data}))


def state(case: int) -> dict[str, Json]:
    found: dict[str, Json] = Case.objects.get(pk=case).state
    return found


def test_a_job_opens_a_claim_waits_for_it_and_hears_how_it_ended(tiny: Showroom) -> None:
    job = begin(tiny, "job")
    complete(job, "look", "claim")
    link = state(job)["children"]["claim"]
    child = state(link["case"])
    assert child["parent"]["case"] == job and child["values"]["size"] == 2 and state(job)["status"] == "open"
    complete(link["case"], "judge", "granted")
    assert state(job)["children"]["claim"] == {**link, "done": True, "outcome": "granted"}
    assert state(job)["values"]["heard"] is True and state(job)["tasks"]["told"]["state"] == "open"
    complete(job, "paid", "done")
    assert state(job)["status"] == "closed"
    assert list(doctor.check(NOW)) == []


def test_a_denied_claim_lets_the_job_close(tiny: Showroom) -> None:
    job = begin(tiny, "job")
    complete(job, "look", "claim")
    complete(state(job)["children"]["claim"]["case"], "judge", "denied")
    assert state(job)["status"] == "closed"


def test_an_envelope_completes_all_its_receipts_or_none(tiny: Showroom) -> None:
    ready, other = begin(tiny, "receipt", ready=True), begin(tiny, "receipt", ready=False)
    envelope = begin(tiny, "envelope")
    lines = [{"receipt": {"kind": "case", "id": one}} for one in (other, ready)]
    turn = {"values": {"receipts": lines}}
    turn_dial(SYSTEM, NOW, "tiny", "", "refuse", NOW.date())
    with pytest.raises(Refused) as refused:
        complete(envelope, "post", "posted", **turn)
    assert Case.objects.get(pk=other).number in refused.value.faults[0].zh and refused.value.faults[0].clause == "T-01"
    assert [state(one)["status"] for one in (ready, other, envelope)] == ["open", "open", "open"]
    act(SYSTEM, NOW, other, Command("set", {"values": {"ready": True}}))
    complete(envelope, "post", "posted", **turn)
    assert [state(one)["status"] for one in (ready, other, envelope)] == ["closed", "closed", "closed"]
    wrong = Command("correct", {"task": "post", "values": {"receipts": []}, "reason": "x"})
    with pytest.raises(Refused):
        act(SYSTEM, NOW + timedelta(minutes=2), envelope, wrong)
