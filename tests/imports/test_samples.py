"""The shipped order book: every planted fault is found where it is, the rest goes in once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from aftercare.customers.models import Customer
from aftercare.imports.actions import How, apply, export_bad_rows, plan
from aftercare.imports.plan import Plan
from aftercare.money.queries import balances
from aftercare.orders.models import Order, OrderLine, Product
from aftercare.orders.queries import order_facts
from aftercare.people.actor import Actor
from aftercare.simulation.faults import SPOILERS
from aftercare.simulation.orderbook import order_book
from aftercare.simulation.workbooks import files
from tests.shop import NOW, TODAY

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def read(name: str, actor: Actor) -> Plan:
    return plan((SAMPLES / name).read_bytes(), name, actor, TODAY)


def where(plan: Plan) -> list[tuple[Any, ...]]:
    return sorted((fault.sheet, fault.row, fault.column, fault.code) for fault in plan.faults)


def expected(manifest: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    return sorted((f["sheet"], f["row"], f["column"], f["code"]) for f in manifest[name]["faults"])


def test_the_samples_are_what_the_generator_writes(manifest: dict[str, Any]) -> None:
    made, described = files(order_book(manifest["seed"], date.fromisoformat(manifest["today"])), manifest["seed"])
    assert {name: (SAMPLES / name).read_bytes() for name in made} == made
    assert described == {key: value for key, value in manifest.items() if key != "today"}
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) <= 600 * 1024


def test_the_price_list_fills_the_catalogue(boss: Actor, manifest: dict[str, Any]) -> None:
    found = read("price-list.xlsx", boss)
    assert (found.kind, found.good, found.faults) == ("prices", manifest["price-list.xlsx"]["good"], [])
    assert apply(found, boss, NOW).added == Product.objects.count() >= 120
    again = read("price-list.xlsx", boss)
    assert (again.good, again.known) == (0, found.good)


def test_every_fault_of_the_order_book_is_named_by_sheet_row_and_column(
    boss: Actor, prices: None, manifest: dict[str, Any]
) -> None:
    found = read("order-book.xlsx", boss)
    assert where(found) == expected(manifest, "order-book.xlsx")
    assert {fault["kind"] for fault in manifest["order-book.xlsx"]["faults"]} == set(SPOILERS)
    assert found.good == manifest["order-book.xlsx"]["good"] and found.skipped == ["说明"]
    assert all(fault.zh.strip() and fault.en.strip() for fault in found.faults)
    assert not Order.objects.exists() and not Customer.objects.exists()


def test_the_good_orders_go_in_once(boss: Actor, prices: None) -> None:
    found = read("order-book.xlsx", boss)
    done = apply(found, boss, NOW)
    assert (done.orders, Order.objects.count()) == (found.good, found.good)
    counts = (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count())
    again = read("order-book.xlsx", boss)
    assert (again.good, len(again.customers)) == (0, 0)
    assert again.known + len(again.bad) == again.rows
    apply(found, boss, NOW)
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == counts


def test_an_order_reads_as_it_was_written(boss: Actor, prices: None, manifest: dict[str, Any]) -> None:
    apply(read("order-book.xlsx", boss), boss, NOW)
    bad_numbers = {order.number for order in order_book(1, TODAY).orders} - set(
        Order.objects.values_list("number", flat=True)
    )
    for written in order_book(manifest["seed"], TODAY).orders:
        if written.number in bad_numbers:
            continue
        order = Order.objects.select_related("customer").get(number=written.number)
        assert (order.total, order.deposit, order.payment) == (written.total, written.deposit, written.payment)
        assert (order.ordered_on, order.delivery_date) == (written.ordered_on, written.delivery_date)
        assert order.customer.full_name == written.buyer.name and order.address["text"] == written.buyer.address
        lines = [(line.code, int(line.qty), line.price) for line in order.lines.all()]
        assert lines == [(line.product.code, line.qty, line.price) for line in written.lines]


def test_half_finished_orders_bring_how_far_they_are(boss: Actor, prices: None) -> None:
    opened: dict[int, Any] = {}

    def open_case(order: int, adopt: Any, actor: Actor, now: Any) -> None:
        opened[order] = adopt

    found = read("half-finished-200.xlsx", boss)
    assert (found.good, found.faults) == (200, [])
    done = apply(found, boss, NOW, How(open_case=open_case))
    assert (done.orders, done.cases) == (200, 200)
    stages = {order.number: order for order in order_book(1, TODAY).half_finished}
    paid = balances(opened)
    for order, adopt in opened.items():
        facts = order_facts(order)
        written = stages[facts["number"]]
        assert written.stage and adopt == {
            "issued": written.stage.issued,
            "deposit_paid": written.stage.deposit_paid,
            "copies": {str(n): n in written.stage.copies for n in (1, 2, 3)},
            "delivery_date": written.delivery_date.isoformat(),
            "agreed": written.stage.agreed,
            "stored_on": written.stage.stored_on.isoformat() if written.stage.stored_on else None,
        }
        assert paid[order].paid == facts["paid"] == written.stage.deposit_paid


def test_customers_in_gbk_and_in_utf8_read_the_same(boss: Actor, manifest: dict[str, Any]) -> None:
    gbk = (SAMPLES / "customers-gbk.csv").read_bytes()
    text = gbk.decode("gbk")
    plans = [
        plan(data, "customers.csv", boss, TODAY)
        for data in (gbk, text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-16-le"))
    ]
    assert [found.encoding for found in plans] == ["gb18030", "utf-8", "utf-8", "utf-16-le", "utf-16-le"]
    for found in plans:
        assert where(found) == expected(manifest, "customers-gbk.csv")
        assert found.customers == plans[0].customers and found.good == manifest["customers-gbk.csv"]["good"]


def test_customers_go_in_once(boss: Actor) -> None:
    found = read("customers-gbk.csv", boss)
    assert apply(found, boss, NOW).customers == found.good == Customer.objects.count()
    again = read("customers-gbk.csv", boss)
    assert (again.good, again.known) == (0, found.good)
    assert apply(found, boss, NOW).customers == 0


MENDED = {
    "title as a name": ("客户姓名", ""),
    "district only": ("送货地址", "云溪市东湖区望江路1号1栋1单元101室"),
    "phone as an exponent": ("联系电话", ""),
    "phone too short": ("联系电话", ""),
    "phone missing": ("联系电话", ""),
}


def test_bad_rows_are_exported_mended_and_brought_back(boss: Actor, prices: None, manifest: dict[str, Any]) -> None:
    found = read("order-book.xlsx", boss)
    apply(found, boss, NOW)
    book = export_bad_rows(found)
    same = plan(book, "mend.xlsx", boss, TODAY)
    assert sorted(fault.code for fault in same.faults) == sorted(fault.code for fault in found.faults)
    mended = mend(book, manifest)
    second = plan(mended, "mended.xlsx", boss, TODAY)
    kinds = [fault["kind"] for fault in manifest["order-book.xlsx"]["faults"]]
    assert second.good == sum(kinds.count(kind) for kind in MENDED)
    before = Order.objects.count()
    assert apply(second, boss, NOW).orders == second.good == Order.objects.count() - before


def mend(book: bytes, manifest: dict[str, Any]) -> bytes:
    """What a clerk does: types the right value over the wrong one, found by the source row."""
    import io

    import xlsxwriter
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    names = {buyer.phone: buyer.name for buyer in order_book(manifest["seed"], TODAY).buyers}
    faults = {f"{f['sheet']}!{f['row']}": f["kind"] for f in manifest["order-book.xlsx"]["faults"]}
    buffer = io.BytesIO()
    out = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page, number, right = out.add_worksheet("改"), "", {}
    for at, row in enumerate(rows):
        kind = faults.get(row[0])
        if row[rows[0].index("订单号")] != "" and row[rows[0].index("订单号")] != number:
            number, right = row[rows[0].index("订单号")], {}
        if kind in MENDED:
            label, value = MENDED[kind]
            fresh = f"1391111{at:04}" if label == "联系电话" else names[row[rows[0].index("联系电话")]]
            right = {label: value or fresh}
        for place, value in enumerate(row):
            known = rows[0][place]
            is_head = at and row[rows[0].index("客户姓名")] != ""
            if value != "" or (known in right and is_head):
                page.write(at, place, right.get(known, value) if is_head else value)
    out.close()
    return buffer.getvalue()
