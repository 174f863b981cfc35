"""Accountability by page: the list with its counts, one's own with the clause, an appeal and its answer, money owed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aftercare.cases.actions import Opening, act, open_case
from aftercare.cases.handbooks import load_handbook
from aftercare.cases.models import FindingRow
from aftercare.engine import Command
from aftercare.money.models import Entry, Owed
from aftercare.people import actions as people
from aftercare.people.actor import SYSTEM
from aftercare.people.rights import ACTIONS
from aftercare.texts import Text
from tests.cases.test_findings import FORMS, PROCEDURES, RULES
from tests.engine.stage import CLAUSES, FRAME
from tests.showroom import NOW, forget
from tests.web.conftest import Shop, make_shop
from tests.web.test_pages import send

ClientFor = Callable[..., Client]


@pytest.fixture
def shop(db: None) -> Shop:
    """The clerk was loud with a second person, and money was promised; the manager may everything."""
    forget()
    made = make_shop(NOW)
    files = {"handbook.yaml": FRAME, "clauses.yaml": CLAUSES, "forms/f.yaml": FORMS}
    load_handbook(SYSTEM, NOW, {**files, "procedures/p.yaml": PROCEDURES, "rules/r.yaml": RULES})
    names = {"manager": Text("客服主管", "Service manager"), "clerk": Text("前台", "Front desk")}
    people.install_permissions({"manager": dict.fromkeys(ACTIONS, "company"), "clerk": {}}, names, SYSTEM, NOW)
    case = open_case(SYSTEM, NOW, Opening("tiny", "visit", made.centre.pk)).case
    who = [{"person": {"kind": "person", "id": one.pk}} for one in (made.clerk, made.admin)]
    values = {"kind": "loud", "note": "客户投诉很大声", "promised": 50000, "who": who}
    act(SYSTEM, NOW, case, Command("complete", {"task": "look", "values": values}))
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(shop: Shop, client_for: ClientFor, language: str) -> None:
    client = client_for(shop.manager, language)
    row, owed = FindingRow.objects.earliest("pk"), Owed.objects.get()
    pages = [
        "/findings/", f"/findings/?person={row.person_id}&month=2026-11&clause=t-01&state=standing",
        "/findings/?mine=1",
        f"/findings/{row.pk}/", f"/findings/{row.pk}/answer/", "/findings/export/", "/findings/export/?format=csv",
        f"/cases/{row.case_id}/find/", f"/cases/{row.case_id}/", "/money/", "/money/owed/",
        "/money/owed/?kind=compensation&state=open", f"/money/owed/{owed.pk}/settle/", f"/money/owed/{owed.pk}/drop/",
    ]  # fmt: skip
    answers = {page: client.get(page).status_code for page in pages}
    assert {page: code for page, code in answers.items() if code != 200} == {}


def test_a_manager_sees_counts_per_person_and_others_only_themselves(shop: Shop, client_for: ClientFor) -> None:
    whole = client_for(shop.manager).get("/findings/").content.decode()
    assert "喧哗" in whole and "李小满" in whole and "陈立新" in whole and "50.50" in whole
    own = client_for(shop.clerk).get("/findings/").content.decode()
    assert "喧哗" in own and "陈立新" not in own and "/findings/" in client_for(shop.clerk).get("/me/").content.decode()
    other = FindingRow.objects.get(person_id=shop.admin.pk)
    assert client_for(shop.clerk).get(f"/findings/{other.pk}/").status_code == 404
    assert client_for(shop.clerk).get("/findings/export/").status_code == 403


def test_who_is_concerned_reads_the_clause_appeals_and_is_answered(shop: Shop, client_for: ClientFor) -> None:
    row = FindingRow.objects.get(person_id=shop.clerk.pk)
    clerk, manager = client_for(shop.clerk), client_for(shop.manager)
    page = clerk.get(f"/findings/{row.pk}/").content.decode()
    assert "客户投诉很大声" in page and "条款" in page and f"/findings/{row.pk}/appeal/" in page
    assert send(clerk, f"/findings/{row.pk}/appeal/", f__reason="").status_code == 422
    assert send(clerk, f"/findings/{row.pk}/appeal/", f__reason="当时不在场").status_code == 303
    assert clerk.get(f"/findings/{row.pk}/appeal/").status_code == 404
    assert manager.get("/findings/?state=appealed").content.decode().count("data-row>") == 1
    answered = send(manager, f"/findings/{row.pk}/answer/", f__decision="dropped", f__reason="查明是邻居")
    assert answered.status_code == 303
    row.refresh_from_db()
    assert row.state == "dropped"
    case = manager.get(f"/cases/{row.case_id}/").content.decode()
    assert "撤销对 李小满 的“违规”" in case


def test_a_breach_is_noted_by_hand(shop: Shop, client_for: ClientFor) -> None:
    case = FindingRow.objects.earliest("pk").case_id
    given = {"f__clause": "T-02", "f__person": str(shop.clerk.pk), "f__note": "客户来电", "f__amount": "20"}
    assert send(client_for(shop.manager), f"/cases/{case}/find/", **given).status_code == 303
    row = FindingRow.objects.get(finding="by_hand")
    assert (row.clauses, row.person_id, row.amount) == (["T-02"], shop.clerk.pk, 2000)


def test_finance_settles_what_was_promised(shop: Shop, client_for: ClientFor) -> None:
    client, row = client_for(shop.manager), Owed.objects.get()
    listed = client.get("/money/owed/").content.decode()
    assert "赔偿" in listed and "500.00" in listed
    given: Any = {"f__way": "cash", "f__happened_on": "2026-11-21"}
    assert send(client, f"/money/owed/{row.pk}/settle/", **given).status_code == 303
    row.refresh_from_db()
    assert row.state == "settled" and Entry.objects.get().amount == -50000
    assert send(client, f"/money/owed/{row.pk}/settle/", **given).status_code == 409
