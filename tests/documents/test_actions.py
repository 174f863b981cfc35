"""A paper's life: issued, handed over, lost, voided, printed; checked by a stranger; examined by the doctor."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from aftercare.audit.models import Trace
from aftercare.documents import actions, doctor, effects, files, press, queries
from aftercare.documents.actions_printers import save_printer
from aftercare.documents.models import Copy, Document, NumberSeries, Rendering
from aftercare.errors import Conflict, NotAllowed, NotFound, Refused
from aftercare.people.actor import SYSTEM, Actor
from aftercare.texts import Text
from tests.documents.papers import COPIES, FOLDER, NOW, SALES, contract, issue, plan, where

pytestmark = pytest.mark.django_db
STRANGER = Actor(9, "路人")
CLERK_OF_TWO = Actor(8, "乙店店员", rights={"documents.print": frozenset({2})})


def definition(**changed: Any) -> Any:
    copies = tuple(SimpleNamespace(id=str(one.n), holder=one.holder, name=one.label) for one in COPIES)
    values = {
        "id": "sales_contract",
        "name": Text("销售合同清单", "Contract"),
        "template": "sales-contract.typ",
        "source": (FOLDER / "sales-contract.typ").read_text(encoding="utf-8"),
        "number": "HT{yyyy}-{n:03}",
        "copies": copies,
        "paper": ("a4", "continuous_241"),
    }
    return SimpleNamespace(**values | changed)


def test_a_paper_of_a_handbook_is_issued_with_its_copies_at_the_issuer() -> None:
    document = effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    assert (document.number, document.case_id, document.subject) == ("HT2026-001", 31, {"kind": "order", "id": 5})
    assert [(copy.n, copy.intended, copy.holder) for copy in document.copies.order_by("n")] == [
        (1, "finance", "issuer"),
        (2, "service_manager", "issuer"),
        (3, "customer", "issuer"),
    ]
    assert Trace.objects.filter(action="documents.issue", what=document.pk).count() == 1


def test_the_template_is_stored_once_and_kept_as_it_was() -> None:
    first = effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    second = effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    changed = effects.issue_paper(definition(source='#import "base.typ": *\n#framed[x]'), {}, where(), SALES, NOW)
    assert first.template_id == second.template_id != changed.template_id


def test_copies_are_handed_over_all_or_none() -> None:
    effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    with pytest.raises(Refused), transaction.atomic():
        effects.hand_copy(31, ["sales_contract/2", "demand_sheet/1"], "service_manager", "周明", NOW)
    assert queries.held(31, "sales_contract", 2) == "issuer"
    effects.issue_paper(definition(id="demand_sheet", number="XQ{n}", copies=()), {}, where(), SALES, NOW)
    effects.hand_copy(31, ["sales_contract/2", "demand_sheet/1", "key"], "service_manager", "周明", NOW)
    assert queries.held(31, "sales_contract", 2) == queries.held(31, "demand_sheet", 1) == "service_manager"


def test_a_copy_counts_as_handed_when_the_receiver_confirms() -> None:
    effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    effects.hand_copy(31, ["sales_contract/1"], "finance", "吴会计", NOW, pending=True)
    assert queries.held(31, "sales_contract", 1) == "issuer"
    assert [copy.n for copy in queries.inbox(SYSTEM, "finance")] == [1]
    assert 1 in [copy.n for copy in queries.outstanding(SYSTEM)]
    effects.hand_copy(31, ["sales_contract/1"], "finance", "吴会计", NOW)
    assert queries.held(31, "sales_contract", 1) == "finance"
    assert [copy.n for copy in queries.inbox(SYSTEM, "finance")] == []
    assert [copy.n for copy in queries.outstanding(SYSTEM)] == [2, 3]


@pytest.mark.parametrize(
    "thing", ["sales_contract/4", "sales_contract/x", "sales_contract/", "other/1", "sales_contract/１"]
)
def test_handing_over_what_is_not_there_is_refused(thing: str) -> None:
    effects.issue_paper(definition(), contract(), where(), SALES, NOW)
    with pytest.raises(Refused):
        effects.hand_copy(31, [thing], "finance", "吴会计", NOW)


def test_a_lost_copy_is_issued_again_with_a_mark() -> None:
    document = issue()
    again = actions.reissue(document.pk, 3, "客户遗失", SALES, NOW)
    assert (again.n, again.edition, again.mark) == (3, 2, "补")
    assert Copy.objects.get(document=document, n=3, edition=1).lost_reason == "客户遗失"
    text = press.render_document(document.pk, press.Wanted(format="svg", copy=3), SALES, NOW)
    assert text and queries.held(31, "sales_contract", 3) == "issuer"


def test_a_voided_paper_counts_no_more_and_can_be_taken_back() -> None:
    document = issue()
    actions.void(document.pk, "写错客户", SALES, NOW)
    assert not queries.issued(31, "sales_contract") and queries.held(31, "sales_contract", 1) == ""
    for change in (actions.void, actions.reissue):
        arguments = (document.pk, 1) if change is actions.reissue else (document.pk,)
        with pytest.raises(Conflict):
            change(*arguments, "again", SALES, NOW)  # type: ignore[operator]
    actions.unvoid(document.pk, "作废错了", SALES, NOW)
    assert queries.issued(31, "sales_contract")
    told = list(Trace.objects.filter(kind="document", what=document.pk).values_list("action", flat=True))
    assert told == ["documents.issue", "documents.void", "documents.unvoid"]


def test_a_paper_is_replaced_once_only() -> None:
    old = issue()
    new = actions.issue(plan(), contract(total=1), SALES, NOW, supersedes=old.pk)
    assert new.supersedes_id == old.pk and new.number != old.number
    with pytest.raises(Conflict):
        actions.issue(plan(), contract(total=2), SALES, NOW, supersedes=old.pk)
    assert Document.objects.count() == 2 and NumberSeries.objects.get().last == 2


@pytest.mark.parametrize("reason", ["", "   ", "a\x00b"])
def test_without_a_reason_nothing_is_voided_or_issued_again(reason: str) -> None:
    document = issue()
    for call in (
        lambda: actions.void(document.pk, reason, SALES, NOW),
        lambda: actions.reissue(document.pk, 1, reason, SALES, NOW),
    ):
        with pytest.raises(Refused):
            call()
    document.refresh_from_db()
    assert document.voided_at is None and document.copies.count() == 3


def test_texts_that_cannot_be_kept_are_refused_and_take_no_number() -> None:
    with pytest.raises(Refused) as refused:
        issue(data=contract(customer={"name": "王\x00国"}))
    assert refused.value.faults[0].field == "customer.name"
    assert not Document.objects.exists() and not NumberSeries.objects.exists()


def test_who_printed_what_and_how_often_is_kept() -> None:
    document = issue()
    times = [actions.log_print(document.pk, n, SALES, NOW).time for n in (1, 1, 0, 1)]
    assert times == [1, 2, 1, 3]
    assert {log.person_name for log in document.prints.all()} == {"陈小雨"}


def test_strangers_neither_see_nor_change_papers() -> None:
    document = issue()
    for actor in (STRANGER, CLERK_OF_TWO):
        assert not queries.documents(actor).exists() and not queries.outstanding(actor).exists()
        with pytest.raises(NotFound):
            press.render_document(document.pk, press.Wanted(), actor, NOW)
        for call in (
            lambda a=actor: actions.void(document.pk, "x", a, NOW),
            lambda a=actor: actions.reissue(document.pk, 1, "x", a, NOW),
            lambda a=actor: actions.log_print(document.pk, 1, a, NOW),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                call()
    absent = press.Wanted()
    with pytest.raises(NotFound):
        press.render_document(document.pk + 999, absent, SALES, NOW)


def test_the_list_of_papers_takes_three_queries_whatever_its_length(django_assert_num_queries: Any) -> None:
    for _ in range(5):
        issue()
    with django_assert_num_queries(3):
        for document in queries.documents(SALES, case=31):
            assert [copy.n for copy in document.copies.all()] == [1, 2, 3] and not document.prints.all()


def test_the_check_tells_genuine_from_forged() -> None:
    public = [{"label": {"zh": "合同总额", "en": "Total"}, "value": "13,798.00"}]
    document = issue(data=contract(public=public))
    code = document.check_code
    good = queries.check(document.number, f"{code[:5]}-{code[5:]}".lower())
    assert (good.state, good.copies, good.facts) == ("valid", 3, ((Text("合同总额", "Total"), "13,798.00"),))
    for number, given in ((document.number, code[::-1]), (document.number, ""), ("HT1", code), ("HT1", "-"), ("", "")):
        assert queries.check(number, given) == queries.UNKNOWN
    actions.void(document.pk, "写错", SALES, NOW)
    assert queries.check(document.number, code).state == "void"


def test_each_content_has_a_code_of_its_own() -> None:
    assert issue().check_code != issue(data=contract(total=1)).check_code


def test_printers_keep_to_sensible_corrections() -> None:
    values = {"store_id": 1, "name": "前台", "paper": "continuous_241"}
    printer = save_printer(values, SYSTEM, NOW)
    for wrong in (
        {"offset_x_mm": "31"},
        {"scale": "0"},
        {"offset_y_mm": "NaN"},
        {"offset_y_mm": "x"},
        {"paper": "b5"},
        {"name": ""},
    ):
        with pytest.raises(Refused):
            save_printer(values | wrong, SYSTEM, NOW, printer=printer.pk)
    with pytest.raises(Conflict):
        save_printer(values, SYSTEM, NOW)
    with pytest.raises(NotAllowed):
        save_printer(values, STRANGER, NOW, printer=printer.pk)


def test_the_doctor_finds_damage_gaps_and_papers_without_copies() -> None:
    document = issue()
    press.render_due(NOW)
    assert doctor.doctor(NOW) == doctor.findings(NOW) == []
    files.place(Rendering.objects.get().sha256).write_bytes(b"changed")
    NumberSeries.objects.update(last=3)
    document.copies.all().delete()
    assert all(finding.text.zh and finding.text.en for finding in doctor.findings(NOW))
    assert {fault.code for fault in doctor.doctor(NOW)} == {
        "documents.file_damaged",
        "documents.gap",
        "documents.no_copies",
    }


@pytest.mark.django_db(transaction=True)
def test_four_desks_issue_at_once_without_a_gap_or_a_double() -> None:
    def desk() -> None:
        try:
            for _ in range(5):
                issue()
        finally:
            connection.close()

    threads = [threading.Thread(target=desk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"HT20261121-{n:04}" for n in range(1, 21)]
    assert doctor.doctor(NOW) == []
