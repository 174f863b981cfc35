"""An order told through the API: a key, a case, the contract, a refusal with its clause."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Program
from tests.showroom import BY_PHONE, CONTRACT, Showroom

Programs = Callable[..., Program]


def opened(shop: Showroom, sales: Program) -> int:
    customer = shop.customer()
    order = shop.order(customer)
    body = {
        "handbook": "showroom", "procedure": "order_promise", "store": shop.store, "customer": customer,
        "subject": {"kind": "order", "id": order},
    }  # fmt: skip
    answer = sales.post("/cases", body)
    assert answer.status == 201, answer.json
    return int(answer.json["case"])


def command(program: Program, case: int, verb: str, **data: object):  # type: ignore[no-untyped-def]
    return program.post(f"/cases/{case}/commands", {"verb": verb, "data": data})


def test_a_contract_is_issued_and_its_paper_fetched(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    case = opened(shop, sales)
    day = sales.get("/day").json
    assert {task["key"] for part in ("overdue", "today", "next") for task in day[part]} >= {"contract", "agree_date"}
    done = command(sales, case, "complete", task="contract", outcome="issued", values=CONTRACT)
    assert done.status == 200, done.json
    whole = sales.get(f"/cases/{case}").json
    assert whole["state"]["tasks"]["contract"]["state"] == "done"
    assert [event["seq"] for event in whole["events"]] == list(range(whole["case"]["seq"], 0, -1))
    papers = sales.get("/documents", case=case).json["items"]
    assert [paper["kind"] for paper in papers] == ["sales_contract"] and len(papers[0]["copies"]) == 3
    register = sales.get("/records/sales_contract").json
    assert register["items"][0]["number"] == whole["case"]["number"] and register["totals"]["total"] == 660000


def test_a_refusal_names_field_and_clause_in_both_languages(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    case = opened(shop, sales)
    before = sales.get(f"/cases/{case}").content
    values = {**CONTRACT, "customer_name": "王先生"}
    answer = command(sales, case, "complete", task="contract", outcome="issued", values=values)
    assert answer.status == 422 and answer.json["id"]
    fault = next(one for one in answer.json["errors"] if "SC-04" in one["clause"])
    assert fault["field"] == "customer_name" and fault["message"]["zh"] and fault["message"]["en"]
    assert sales.get(f"/cases/{case}").content == before
    figures = program("general_manager").get("/handbooks/showroom/clauses").json["items"]
    assert next(one for one in figures if one["id"] == "SC-04")["figures"]["refused"] == 1


def test_three_parties_agree_a_date_and_the_deadline_explains_itself(shop: Showroom, program: Programs) -> None:
    sales, manager = program("sales"), program("service_manager")
    case = opened(shop, sales)
    values = {"delivery_date": "2026-12-31"}
    assert command(sales, case, "save", task="agree_date", values=values, marks=BY_PHONE).status == 200
    assert [one["key"] for one in manager.get("/tasks", whose="waiting").json["items"]] == ["agree_date"]
    assert command(manager, case, "sign", task="agree_date", who="service_manager", must="confirm").status == 200
    assert command(sales, case, "complete", task="agree_date", outcome="agreed", values=values).status == 200
    due = sales.get(f"/cases/{case}/tasks/recheck/due")
    assert due.status == 200 and due.json["clauses"] == ["DP-01", "DP-02", "DP-03"], due.json
    assert sales.get(f"/cases/{case}/tasks/nothing/due").status == 404


def test_money_of_an_order_is_taken_given_back_and_mended(shop: Showroom, program: Programs) -> None:
    finance, order = program("finance"), shop.order()
    body = {"order": order, "amount": 200000, "way": "card", "happened_on": "2026-11-21", "voucher": "POS-1"}
    taken = finance.post("/payments", body)
    assert taken.status == 201, taken.json
    too_much = finance.post("/refunds", {**body, "amount": 300000, "voucher": "", "reason": "退单"})
    assert too_much.status == 422 and too_much.json["errors"][0]["field"] == "amount"
    mended = finance.post(f"/entries/{taken.json['id']}/mend", {"reason": "记错", "right": {"amount": 150000}})
    assert [one["amount"] for one in mended.json["items"]] == [-200000, 150000]
    entries = finance.get("/entries", order=order).json["items"]
    assert sum(entry["amount"] for entry in entries) == 150000
    assert program("sales").post("/payments", body).status == 403


def test_a_customer_is_entered_found_changed_and_merged(shop: Showroom, program: Programs) -> None:
    manager = program("service_manager")
    body = {"full_name": "欧阳晓梅", "store": shop.store, "phones": [{"typed": "139 0013 9000"}]}
    made = manager.post("/customers", body)
    assert made.status == 201, made.json
    again = manager.post("/customers", {**body, "full_name": "欧阳小梅"})
    assert again.json["duplicates"] == [{"id": made.json["id"], "why": "phone"}]
    found = manager.get("/customers/search", q="oyxm").json["items"]
    assert {one["id"] for one in found} == {made.json["id"], again.json["id"]}
    assert all("9000" in one["phones"][0]["masked"] and "00139" not in one["phones"][0]["masked"] for one in found)
    version = manager.get(f"/customers/{made.json['id']}").json["version"]
    change = {"version": version, "changes": {"notes": "喜欢浅色"}}
    assert manager.patch(f"/customers/{made.json['id']}", change).status == 200
    assert manager.patch(f"/customers/{made.json['id']}", change).status == 409
    preview = manager.get(f"/customers/{made.json['id']}/merge/{again.json['id']}").json["items"]
    assert "full_name" in [one["field"] for one in preview if not one["same"]]
    merged = manager.post(f"/customers/{made.json['id']}/merge", {"other": again.json["id"]})
    assert merged.status == 200, merged.json
    assert manager.post(f"/merges/{merged.json['merge']}/undo").status == 200


def test_an_order_is_written_listed_changed_and_cancelled(shop: Showroom, program: Programs) -> None:
    manager, customer = program("service_manager"), shop.customer()
    body = {
        "store": shop.store, "customer": customer, "salesperson": shop.people["sales"], "ordered_on": "2026-11-21",
        "lines": [{"code": "SF-101", "name": "三人位布艺沙发", "qty": 1, "price": 480000}],
    }  # fmt: skip
    made = manager.post("/orders", body)
    assert made.status == 201, made.json
    order = made.json["id"]
    changed = manager.patch(f"/orders/{order}", {"version": made.json["version"], "values": {"note": "电梯房"}})
    assert changed.status == 200, changed.json
    assert [one["id"] for one in manager.get("/orders", customer=customer).json["items"]] == [order]
    whole = manager.get(f"/orders/{order}").json
    assert whole["note"] == "电梯房" and whole["total"] == 480000
    cancel = {"version": changed.json["version"], "reason": "客户退订"}
    assert manager.post(f"/orders/{order}/cancel", cancel).json["status"] == "cancelled"
    assert manager.post(f"/orders/{order}/cancel", cancel).status == 409


def test_pages_follow_one_another_without_a_gap(shop: Showroom, program: Programs) -> None:
    manager = program("service_manager")
    stories = [shop.open(customer=shop.customer(f"王建{n}", f"138001380{n:02}")) for n in range(5)]
    seen: list[int] = []
    for path, query, name in (("/cases", {}, "id"), ("/orders", {}, "id"), ("/tasks", {"whose": "all"}, "key")):
        cursor, rows = "", []
        while cursor is not None:
            page = manager.get(path, limit=2, cursor=cursor, **query).json
            assert len(page["items"]) <= 2
            rows += page["items"]
            cursor = page["next"]
        seen.append(len({(row.get("case"), row[name]) for row in rows}))
        assert len(rows) == seen[-1]
    assert seen[0] == len(stories) == seen[1] and seen[2] == manager_tasks(manager)


def manager_tasks(manager: Program) -> int:
    return len(manager.get("/tasks", whose="all", limit=200).json["items"])
