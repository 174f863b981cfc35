"""access-1, -2, -4, -7: the table of rights against the running API, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aftercare.api.edge import PUBLIC, SIGNED_IN, actions_of
from aftercare.api.openapi import document
from aftercare.api.routes import DECLARED, Declared
from aftercare.audit.models import Trace
from aftercare.cases.models import Event
from aftercare.people.actions import NewPerson, Role, add_person, revoke_token
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Permission, Person, RoleName, Token
from aftercare.people.queries import actor_for
from aftercare.people.rights import ACTIONS
from tests.api.conftest import Answer, Program, token_of
from tests.showroom import NOW, STAFF, Showroom

Programs = Callable[..., Program]
ROLES = (*STAFF, "administrator")
ABSENT = 987_654_321


def holder(shop: Showroom, role: str) -> int:
    return shop.people[role] if role in shop.people else Person.objects.get(sign_in="admin").pk


def table() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for role, action, scope in Permission.objects.values_list("role", "action", "scope"):
        rows.setdefault(role, {})[action] = scope
    return rows


def filled(path: str, value: object = ABSENT) -> str:
    parts = path.split("/")
    return "/".join(str(value) if part.startswith("{") else part for part in parts)


def test_every_operation_of_the_text_declares_its_right() -> None:
    text, seen = document(), set()
    for path, ways in text["paths"].items():
        for method, operation in ways.items():
            actions_of(operation["x-access"])
            seen.add((method.upper(), path.removeprefix("/api")))
            assert operation["summary"] and operation["responses"]
    assert seen == set(DECLARED) and len(seen) > 90
    public = {key for key, one in DECLARED.items() if one.access == PUBLIC}
    assert public == {("GET", "/health"), ("GET", "/documents/check"), ("POST", "/sign-in")}


def test_every_unsafe_operation_needs_a_key_of_its_own() -> None:
    without = {key for key, one in DECLARED.items() if one.method != "GET" and not one.once}
    assert without == {("POST", "/sign-in"), ("POST", "/handbooks/check")}


def test_references_of_the_text_lead_somewhere() -> None:
    text = document()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [one for inner in value.values() for one in references(inner)]
        return [one for inner in value for one in references(inner)] if isinstance(value, list) else []

    for reference in references(text):
        at: Any = text
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
    assert text["openapi"].startswith("3.1")


def test_nobody_comes_in_without_a_key(shop: Showroom) -> None:
    for one in DECLARED.values():
        if one.access == PUBLIC:
            continue
        for token in ("", "ac_" + "0" * 64, "\u00ff"):
            answer = Program(token).send(one.method, filled(one.path), {})
            assert answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer", (one.path, answer.status)


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix_of_roles_equals_the_table(shop: Showroom, role: str) -> None:
    """Each operation x role on what does not exist: 403 exactly where the table gives nothing."""
    program, may = Program(token_of(holder(shop, role))), table()[role]
    for one in DECLARED.values():
        allowed = one.access in (PUBLIC, SIGNED_IN) or any(action in may for action in actions_of(one.access))
        answer = program.send(one.method, filled(one.path), {})
        assert answer.status < 500, (role, one.method, one.path, answer.json)
        denied = answer.status == 403 and answer.codes in (["access.denied"],)
        if not allowed:
            assert denied and set(answer.json) == {"errors", "id"}, (role, one.method, one.path, answer.status)
        elif one.method == "GET" and one.path not in ("/traces",):
            assert not denied, (role, one.method, one.path, answer.json)


def rows_of(shop: Showroom, program: Programs) -> dict[str, int]:
    """One row of each kind that belongs to the first store, by the name of its path parameter."""
    story = shop.open()
    story.issue()
    papers = program("general_manager").get("/documents", case=story.id).json["items"]
    paid = {"order": story.order, "amount": 5, "way": "cash", "happened_on": "2026-11-21"}
    entry = program("finance").post("/payments", paid).json["id"]
    boss = program("general_manager")
    closing = boss.post("/closing-days", {"day": "2026-12-24", "reason": "盘点", "store": shop.store}).json["id"]
    panel = boss.get(f"/customers/{story.customer}").json
    return {
        "case": story.id, "order": story.order, "customer": story.customer, "other": story.customer,
        "document": papers[0]["id"], "entry": entry, "closing": closing, "phone": panel["phones"][0]["id"],
        "address": panel["addresses"][0]["id"], "person": shop.people["sales"],
        "token": Token.objects.filter(person_id=shop.people["finance"]).values_list("pk", flat=True)[0],
    }  # fmt: skip


def named(one: Declared) -> list[str]:
    return [part.strip("{}") for part in one.path.split("/") if part.startswith("{")]


BODIES: dict[str, Any] = {
    "CaseCommand": {"verb": "note", "data": {"text": "x"}}, "Reason": {"reason": "x"},
    "Reissue": {"copy_n": 1, "reason": "x"}, "OrderCancel": {"version": 1, "reason": "x"},
    "OrderChange": {"version": 1, "values": {"note": "x"}, "reason": "x"}, "PhoneIn": {"typed": "13900139000"},
    "CustomerChange": {"version": 1, "changes": {"notes": "x"}}, "AddressIn": {"text": "杭州市西湖区"},
    "Mark": {"mark": "vip", "reason": "x"}, "Reveal": {"what": "birthday", "reason": "x"}, "Mend": {"reason": "x"},
    "Relation": {"other": ABSENT + 1, "word": "x"}, "Merge": {"other": ABSENT + 1}, "Hours": {"calendar": {}},
    "RolesIn": {"roles": []}, "SpecialDayIn": {"name": "结婚纪念日", "day": "10-01"},
    "LeaveIn": {"starts": "2026-12-01", "ends": "2026-12-02"}, "Leaving": {"last_day": "2026-12-01"},
}  # fmt: skip


def branch_manager(shop: Showroom) -> int:
    """Somebody with every right there is, in the second store only."""
    rows = [Permission(role="branch", action=action, scope="store") for action in ACTIONS]
    Permission.objects.bulk_create(rows)
    RoleName.objects.create(role="branch", name={"zh": "店长", "en": "Branch manager"})
    return add_person(NewPerson("branch", "秦岚", roles=(Role("branch", shop.other_store),)), SYSTEM, NOW)


def shown(answer: Answer) -> tuple[int, Any]:
    """Status and faults, without the id of the answer and what depends on the number asked for."""
    faults = answer.json.get("errors", []) if isinstance(answer.json, dict) else []
    return answer.status, [{name: fault.get(name) for name in ("code", "message", "field")} for fault in faults]


@pytest.mark.parametrize("who", ["salesperson", "branch manager"])
def test_rows_of_another_store_look_as_if_they_did_not_exist(shop: Showroom, program: Programs, who: str) -> None:
    """access-2: every id of the first store, tried from the second, on every operation that takes one."""
    rows = rows_of(shop, program)
    stranger = program(shop.other_sales if who == "salesperson" else branch_manager(shop))
    tried, leaks = 0, []
    for one in DECLARED.values():
        names = named(one)
        if not names or not set(names) <= {*rows, "key"}:
            continue
        body = BODIES.get(one.body.__name__ if one.body else "", {})
        before = Event.objects.count(), Trace.objects.filter(result="done").count()
        foreign, absent = (
            stranger.send(one.method, one.path.format(**{name: known.get(name, "contract") for name in names}), body)
            for known in (rows, dict.fromkeys(rows, ABSENT))
        )
        if shown(foreign) != shown(absent) or foreign.status not in (403, 404):
            leaks.append((one.method, one.path, shown(foreign), shown(absent)))
        assert before == (Event.objects.count(), Trace.objects.filter(result="done").count()), one.path
        tried += 1
    assert not leaks, leaks
    assert tried > 25


def test_lists_hold_nothing_of_another_store(shop: Showroom, program: Programs) -> None:
    rows_of(shop, program)
    stranger = program(shop.other_sales)
    for path in ("/cases", "/orders", "/customers", "/tasks", "/documents", "/records/sales_contract"):
        assert stranger.get(path).json["items"] == [], path
    assert stranger.get("/customers/search", q="王建国").json["items"] == []
    assert stranger.get("/records/sales_contract").json["totals"]["total"] == 0
    assert all(not part for part in stranger.get("/day").json.values())
    assert stranger.get("/entries", order=1).json["items"] == []


def test_nested_ids_of_another_store_do_not_open_it(shop: Showroom, program: Programs) -> None:
    stranger, customer = program(shop.other_sales), shop.customer()
    body = {"handbook": "showroom", "procedure": "order_promise", "store": shop.store, "customer": customer}
    assert stranger.post("/cases", body).status == 403
    lines = [{"name": "x", "qty": 1, "price": 1}]
    order = {"store": shop.store, "customer": customer, "salesperson": shop.other_sales, "ordered_on": "2026-11-21"}
    assert stranger.post("/orders", {**order, "lines": lines}).status == 403
    assert stranger.post("/customers", {"full_name": "李小满", "store": shop.store}).status == 403


EXTRA = {
    "id": 1, "role": "general_manager", "is_staff": True, "status": "closed", "created_at": "2020-01-01",
    "due_at": "2030-01-01", "approved_by": 1, "internal": True, "customer_id": 1, "changed_by": 1,
}  # fmt: skip


def test_fields_that_nobody_may_set_are_refused(shop: Showroom, program: Programs) -> None:
    """access-4: every typed body of the API refuses every field it does not list, also nested."""
    boss = program("general_manager")
    for one in DECLARED.values():
        if one.body is None or one.access in (PUBLIC,):
            continue
        answer = boss.send(one.method, filled(one.path), EXTRA)
        if answer.status != 422:
            assert answer.status in (403,), (one.method, one.path, answer.status)
            continue
        refused = {fault["field"] for fault in answer.json["errors"] if fault["code"] == "request.extra_forbidden"}
        assert refused == set(EXTRA) - set(one.body.model_fields), (one.method, one.path, refused)
    story = shop.open()
    change = {"version": 1, "values": {"note": "x", "status": "cancelled", "store": shop.other_store}}
    fields = {fault["field"] for fault in boss.patch(f"/orders/{story.order}", change).json["errors"]}
    assert fields == {"values.status", "values.store"}


def test_a_key_for_reading_does_not_write(shop: Showroom, program: Programs) -> None:
    story, reader = shop.open(), program("sales", "cases.see", "customers.see")
    assert reader.get(f"/cases/{story.id}").status == 200 and reader.get("/orders").status == 403
    for one in DECLARED.values():
        if one.method != "GET" and one.access != PUBLIC:
            assert reader.send(one.method, filled(one.path), {}).status == 403, one.path


def test_a_key_gives_no_more_than_its_owner_has_now(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    assert sales.get("/cases").status == 200
    Permission.objects.filter(role="sales", action="cases.see").delete()
    assert sales.get("/cases").status == 403
    Person.objects.filter(pk=shop.people["sales"]).update(active=False)
    assert sales.get("/me").status == 401


def test_a_key_that_is_revoked_or_over_opens_nothing(
    shop: Showroom, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales = program("sales")
    made = sales.post("/tokens", {"name": "till", "expires_at": "2026-11-22T00:00:00Z"}).json
    till = Program(made["token"])
    assert till.get("/me").status == 200
    assert [one["name"] for one in sales.get("/tokens").json["items"]] == ["till", "test"]
    assert made["token"].encode() not in sales.get("/tokens").content
    monkeypatch.setattr("aftercare.clock.now", lambda: NOW.replace(day=23))
    assert till.get("/me").status == 401
    number = Token.objects.get(name="test").pk
    revoke_token(number, actor_for(shop.people["sales"], NOW), NOW)
    assert sales.get("/me").status == 401


def test_a_key_in_the_address_is_no_key(shop: Showroom) -> None:
    token = token_of(shop.people["sales"])
    assert Client().get("/api/me", {"token": token, "access_token": token}).status_code == 401


def test_signing_in_gives_a_short_key(shop: Showroom) -> None:
    row = Person.objects.get(pk=shop.people["sales"])
    row.set_password("spring-water-42")
    row.save()
    nobody = Program("")
    assert nobody.post("/sign-in", {"name": "chenxm", "password": "wrong"}).status == 422
    made = nobody.post("/sign-in", {"name": "chenxm", "password": "spring-water-42", "hours": 1})
    assert made.status == 201 and Program(made.json["token"]).get("/me").json["name"] == "陈晓梅"


def test_a_page_of_ours_speaks_with_its_session_and_a_token_against_forgery(shop: Showroom) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Person.objects.get(pk=shop.people["sales"]))
    assert client.get("/api/me").json()["id"] == shop.people["sales"]
    headers = {"Idempotency-Key": "s"}
    body = {"full_name": "李小满", "store": shop.store}
    forged = client.post("/api/customers", body, "application/json", headers=headers)
    assert forged.status_code == 403 and forged.json()["errors"][0]["code"] == "request.csrf"
    secret = "a" * 32
    client.cookies["csrf"] = secret
    sent = client.post("/api/customers", body, "application/json", headers={**headers, "X-CSRFToken": secret})
    assert sent.status_code == 201, sent.content
    Person.objects.update(sessions_from=NOW)
    assert client.get("/api/me").status_code == 401
