"""One walk through the whole API by those who may: every operation has a good answer, as the OpenAPI text says."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aftercare.api.routes import DECLARED
from aftercare.cases.starts import run_starts
from aftercare.handbook import load
from aftercare.messages.actions import notify
from aftercare.money.models import Owed
from aftercare.people.models import Person
from tests.api import shapes
from tests.api.conftest import Program
from tests.showroom import HANDBOOK, NOW, Showroom

Programs = Callable[..., Program]
PRICES = "货号,品名,规格,标价\nSF-900,脚凳,米灰,999.00\nSF-901,边几,胡桃,\n"


def good(answer: Any) -> Any:
    assert answer.status < 300, answer.json
    return answer.json


def test_every_operation_has_a_good_answer(shop: Showroom, program: Programs) -> None:
    shapes.REACHED.clear()
    boss, finance, service = program("general_manager"), program("finance"), program("service_manager")
    story = shop.open()
    story.issue()
    people(shop, boss)
    rules(shop, boss)
    customers(shop, boss)
    orders(shop, service, boss)
    papers(boss, story.id)
    money(finance, story.order)
    accountability(shop, program, story.id)
    files(boss)
    for path in ("/day", "/day/counts", "/tasks", "/cases", "/event-kinds", f"/cases/{story.id}/timeline",
                 f"/cases/{story.id}/tasks", f"/cases/{story.id}/tasks/price_check/due",
                 f"/cases/{story.id}/tasks/price_check/known", f"/cases/{story.id}/notices", "/records", "/health",
                 "/records/sales_contract", "/traces", "/lists", "/lists/copies_outstanding?limit=1",
                 "/lists/price_exceptions?q=x&since=2026-01-01", "/numbers", "/numbers?span=year", "/measures",
                 "/measures/contract_sum", "/measures/late_now", f"/cases/{story.id}",
                 "/calendar?first=2026-11-21&last=2026-12-31",
                 "/calendar/notes?first=2026-11-21&last=2026-12-31"):  # fmt: skip
        good(boss.get(path))
    sales = program("sales")
    opening = {"handbook": "showroom", "procedure": "order_promise", "store": shop.store}
    good(sales.post("/cases", {**opening, "subject": {"kind": "order", "id": shop.order()}}))
    good(sales.post(f"/cases/{story.id}/commands", {"verb": "note", "data": {"text": "已电话", "internal": True}}))
    move = {"tasks": [{"case": story.id, "task": "price_check"}], "person": shop.people["finance"]}
    assert good(service.post("/tasks/move", move))["items"][0]["moved"]
    keys(shop, program)
    missing = set(DECLARED) - shapes.REACHED
    assert not missing, sorted(missing)


def accountability(shop: Showroom, program: Programs, case: int) -> None:
    boss, finance, sales = program("general_manager"), program("finance"), program("sales")
    told = {"clause": "SC-01", "person": {"kind": "person", "id": shop.people["sales"]}, "note": "客户来电"}
    good(boss.post(f"/cases/{case}/commands", {"verb": "find", "data": told}))
    found = good(sales.get("/findings", mine="true"))["items"][0]
    assert good(boss.get("/findings/totals", month="2026-11"))["items"][0]["person"] == shop.people["sales"]
    good(sales.post(f"/findings/{found['id']}/appeal", {"reason": "当天不在店"}))
    good(boss.post(f"/findings/{found['id']}/answer", {"decision": "dropped", "reason": "查明属实"}))
    about = {"store_id": shop.store, "case_id": case, "case_number": "x", "promised_on": NOW.date(), "at": NOW}
    sides = {"payer_kind": "company", "payee_kind": "customer", "promised_by": 0}
    common = {"kind": "compensation", "amount": 500, **about, **sides}
    rows = [Owed.objects.create(**common) for _ in range(2)]
    assert len(good(finance.get("/owed", kind="compensation"))["items"]) == 2
    good(finance.post(f"/owed/{rows[0].pk}/settle", {"way": "cash"}))
    good(finance.post(f"/owed/{rows[1].pk}/drop", {"reason": "客户放弃"}))


def keys(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    good(sales.get("/me"))
    made = good(sales.post("/tokens", {"name": "till", "scopes": ["cases.see"]}))
    assert Program(made["token"]).get("/cases").status == 200
    good(sales.get("/tokens"))
    good(sales.delete(f"/tokens/{made['id']}"))
    assert Program(made["token"]).get("/cases").status == 401
    row = Person.objects.get(pk=shop.people["sales"])
    row.set_password("spring-water-42")
    row.save()
    good(Program("").post("/sign-in", {"name": "chenxm", "password": "spring-water-42"}))
    notify([shop.people["sales"]], "news", {"zh": "盘点通知", "en": "Stocktaking"}, NOW)
    notice = good(sales.get("/notices"))["items"][0]["id"]
    assert good(sales.post("/notices/read", {}))["read"] >= 1 and good(sales.get("/notices/unread"))["unread"] == 0
    good(sales.post(f"/notices/{notice}/unread"))
    assert good(sales.get("/notices/unread"))["unread"] == 1
    assert program("finance").post(f"/notices/{notice}/unread").status == 404


def people(shop: Showroom, boss: Program) -> None:
    made = good(
        boss.post(
            "/people", {"sign_in": "wuqi", "full_name": "吴琪", "roles": [{"role": "sales", "store": shop.store}]}
        )
    )
    one = f"/people/{made['id']}"
    for path in ("/people", one, f"{one}/findings", "/roles", "/stand-ins"):
        good(boss.get(path))
    good(boss.patch(one, {"phone": "13700137000"}))
    good(boss.put(f"{one}/roles", {"roles": [{"role": "warehouse", "store": shop.store}]}))
    leave = good(boss.post(f"{one}/leave", {"starts": "2026-12-01", "ends": "2026-12-03"}))
    good(boss.post(f"/leave/{leave['id']}/end", {"last_day": "2026-12-02"}))
    assert good(boss.post(f"{one}/invitation", {"purpose": "invite"}))["secret"]
    days = {"starts": "2026-11-21", "ends": "2026-11-25", "reason": "产假"}
    good(boss.post("/stand-ins", {"role": "warehouse", "store": shop.store, "person": shop.people["sales"], **days}))
    swap = {"store": shop.store, "day": "2026-12-05", "person": made["id"], "takes_over": shop.people["sales"]}
    good(boss.post("/shift-swaps", swap))
    good(boss.post(f"{one}/leaver", {"last_day": "2026-12-31"}))
    assert [row["left_on"] for row in good(boss.get("/people"))["items"] if row["id"] == made["id"]] == ["2026-12-31"]


def rules(shop: Showroom, boss: Program) -> None:
    book = "/handbooks/showroom"
    for path in ("/handbooks", f"{book}/versions", f"{book}/clauses", f"{book}/procedures", f"{book}/settings",
                 f"{book}/dial", f"{book}/forms/sales_contract", "/stores", "/company", "/closing-days"):  # fmt: skip
        good(boss.get(path))
    good(boss.put(f"{book}/settings/contract_time", {"value": "2d"}))
    values = {one["id"]: one["value"] for one in good(boss.get(f"{book}/settings"))["items"]}
    assert values["contract_time"] == "2d"
    wrong = boss.put(f"{book}/settings/contract_time", {"value": "3 wrkdays"})
    assert wrong.status == 422 and wrong.json["errors"][0]["field"] == "contract_time"
    good(boss.post(f"{book}/dial", {"clause": "SC-04", "level": "warn"}))
    assert good(boss.get(f"{book}/dial"))["SC-04"] == "warn"
    files = dict(load(HANDBOOK).files)
    assert good(boss.post("/handbooks/check", {"files": files}))["faults"] == []
    broken = {**files, "handbook.yaml": files["handbook.yaml"].replace("type: duration", "type: duraton", 1)}
    refused = boss.post("/handbooks", {"files": broken})
    assert refused.status == 422 and refused.json["errors"][0]["line"] > 1
    newer = {**files, "handbook.yaml": files["handbook.yaml"].replace('version: "1.0"', 'version: "1.1"')}
    assert good(boss.post("/handbooks", {"files": newer}))["version"] == "1.1"
    week = {"week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}, "zone": "Asia/Shanghai", "holidays": "none"}
    store = good(boss.post("/stores", {"code": "N", "name": {"zh": "城北店", "en": "North"}, "calendar": week}))
    good(boss.put(f"/stores/{store['id']}/calendar", {"calendar": week}))
    good(boss.put("/company/calendar", {"calendar": week}))
    good(boss.patch("/company", {"name": "安居家具城"}))
    closing = good(boss.post("/closing-days", {"day": "2026-12-24", "reason": "盘点", "store": shop.store}))
    good(boss.delete(f"/closing-days/{closing['id']}"))


def customers(shop: Showroom, boss: Program) -> None:
    first, second = (
        good(boss.post("/customers", {"full_name": name, "store": shop.store}))["id"] for name in ("方晓", "方小")
    )
    one = f"/customers/{first}"
    for path in ("/customers", "/customers/search", one, f"{one}/merge/{second}"):
        good(boss.get(path))
    good(boss.patch(one, {"version": good(boss.get(one))["version"], "changes": {"birthday": "1980-05-17"}}))
    phone = good(boss.post(f"{one}/phones", {"typed": "13600136000"}))["id"]
    good(boss.post(f"{one}/reveal", {"what": "phone", "item": phone, "reason": "回访"}))
    good(boss.delete(f"/phones/{phone}"))
    address = good(boss.post(f"{one}/addresses", {"text": "杭州市西湖区文三路1号2幢301"}))["id"]
    good(boss.delete(f"/addresses/{address}"))
    assert good(boss.get(f"{one}/file"))["number"] == ""
    assert good(boss.post(f"{one}/file"))["number"] == good(boss.get(f"{one}/file"))["number"] != ""
    day = good(boss.post(f"{one}/special-days", {"name": "结婚纪念日", "day": "10-01"}))["id"]
    good(boss.delete(f"/special-days/{day}"))
    missing = [row["id"] for row in good(boss.get("/customers/birthday-missing"))["items"]]
    assert second in missing and first not in missing
    good(boss.post("/customers", {"full_name": "方小明", "store": shop.store, "birthday": f"{NOW:%m-%d}"}))
    run_starts(NOW)
    (list_of_today,) = good(boss.get("/cases", procedure="greetings"))["items"]
    rows = good(boss.get(f"/cases/{list_of_today['id']}/tasks/greet/rows", state="open"))
    assert [row["name"] for row in rows["items"]] == ["方小明"]
    assert good(boss.get("/contacts/counts")) == {}
    good(boss.put(f"{one}/mark", {"mark": "vip", "reason": "老客户"}))
    relation = good(boss.post(f"{one}/relations", {"other": second, "word": "配偶"}))["id"]
    good(boss.delete(f"/relations/{relation}"))
    merge = good(boss.post(f"{one}/merge", {"other": second, "choices": {"full_name": "kept"}}))["merge"]
    good(boss.post(f"/merges/{merge}/undo"))
    good(boss.post(f"{one}/erase", {"reason": "本人要求"}))
    assert boss.get(one).json.get("name", "") == ""


def orders(shop: Showroom, service: Program, boss: Program) -> None:
    lines = [{"code": "SF-101", "name": "沙发", "qty": 1.5, "price": 100}]
    given = {"store": shop.store, "customer": shop.customer("方晓", "13600136001"), "ordered_on": "2026-11-21"}
    made = good(service.post("/orders", {**given, "salesperson": shop.people["sales"], "lines": lines}))
    order = f"/orders/{made['id']}"
    for path in ("/orders", "/orders/by-date", "/orders/corrections", order):
        good(service.get(path))
    changed = good(service.patch(order, {"version": made["version"], "values": {"delivery_date": "2026-12-20"}}))
    assert good(service.get("/orders/by-date", last="2026-12-31"))["items"]
    good(service.post(f"{order}/cancel", {"version": changed["version"], "reason": "退订"}))
    product = {"code": "CJ-1", "name": "茶几", "list_price": 88800}
    saved = good(boss.post("/products", product))
    good(boss.patch(f"/products/by-id/{saved['id']}", {"version": saved["version"], "list_price": 99900}))
    assert good(boss.get("/products/CJ-1"))["list_price"] == 99900
    good(boss.get("/products", q="cj"))
    assert good(boss.post("/price-lists", {"name": "冬季", "rows": [product]}))["changed"] == 1
    good(boss.get("/price-lists"))


def papers(boss: Program, case: int) -> None:
    paper = good(boss.get("/documents", case=case))["items"][0]
    one = f"/documents/{paper['id']}"
    for path in (one, "/documents/outstanding", "/printers"):
        good(boss.get(path))
    for kind, start in (("pdf", b"%PDF"), ("png", b"\x89PNG")):
        assert boss.get(f"{one}/file", format=kind).content.startswith(start)
    assert boss.get(f"{one}/file", page=99).status == 404
    good(boss.post(f"{one}/prints", {"copy_n": 1}))
    assert good(boss.post(f"{one}/reissue", {"copy_n": 1, "reason": "遗失"}))["edition"] == 2
    good(boss.post(f"{one}/void", {"reason": "写错"}))
    good(boss.post(f"{one}/unvoid", {"reason": "作废有误"}))
    check = good(Program("").get("/documents/check", number=paper["number"], code="WRONG"))
    assert check["state"] == "unknown"
    printer = good(boss.post("/printers", {"store": paper["store"], "name": "前台", "paper": "a4"}))
    good(boss.put(f"/printers/{printer['id']}", {"name": "前台", "paper": "a4", "offset_x_mm": 1.5}))


def money(finance: Program, order: int) -> None:
    payment = {"order": order, "amount": 500, "way": "cash", "happened_on": "2026-11-21"}
    entry = good(finance.post("/payments", payment))
    good(finance.post("/refunds", {**payment, "amount": 100, "reason": "多收"}))
    good(finance.post(f"/entries/{entry['id']}/mend", {"reason": "记错", "right": {"amount": 400}}))
    for path, query in (("/entries", {"order": order}), ("/day-book", {}), ("/outstanding", {})):
        good(finance.get(path, **query))


def files(boss: Program) -> None:
    upload = SimpleUploadedFile("prices.csv", PRICES.encode("gbk"), "text/csv")
    headers = {"Authorization": f"Bearer {boss.token}", "Idempotency-Key": "upload"}
    made = Client().post("/api/imports", {"file": upload}, headers=headers)
    assert made.status_code == 201, made.content
    shapes.check("POST", "/imports", 201, made.json())
    run = f"/imports/{made.json()['id']}"
    assert made.json()["faults"][0]["row"] == 3
    assert good(boss.get(run))["status"] == "planned"
    bad = boss.get(f"{run}/bad-rows")
    assert BytesIO(bad.content).read(2) == b"PK"
    good(boss.post(f"{run}/cancel"))
    again = boss.post(f"{run}/apply", {})
    assert good(again)["status"] in ("done", "cancelled")
    good(boss.get("/imports"))
