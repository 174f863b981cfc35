"""Money: the day book with its sums by way and store, and what is still to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftercare.audit.actions import trace
from aftercare.imports import sheets
from aftercare.money import queries
from aftercare.money.models import Entry
from aftercare.orders.values import PAYMENTS
from aftercare.people.access import require_somewhere
from aftercare.texts import Text
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.naming import House
from aftercare.web.tables import Asked, Column, Filter, Listing, ListPage, Nothing, keyset
from aftercare.web.words import local, text_in

ROOM = "money"
MOST_EXPORTED, MOST_OUTSTANDING = 20_000, 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    Entry.PAYMENT: Text("收款", "Payment"),
    Entry.REFUND: Text("退款", "Refund"),
    Entry.REVERSAL: Text("冲正", "Reversal"),
    Entry.PAYOUT: Text("付款", "Paid out"),
}
TABLE = (
    ("happened_on", Text("日期", "Date"), "date"), ("store", Text("门店", "Store"), "text"),
    ("kind", Text("类型", "Kind"), "text"), ("order_number", Text("订单", "Order"), "text"),
    ("amount", Text("金额", "Amount"), "money"), ("way", Text("方式", "Way"), "text"),
    ("voucher", Text("凭证号", "Voucher"), "text"), ("taken_by_name", Text("经手人", "Taken by"), "text"),
    ("reason", Text("说明", "Reason"), "text"),
)  # fmt: skip


def listing() -> Listing:
    return Listing(
        "day-book",
        pgettext_lazy("room", "Money"),
        columns=(
            Column(_("Order")),
            Column(_("Kind")),
            Column(_("Amount"), number=True),
            Column(_("Way")),
            Column(_("Date")),
            Column(_("Store")),
            Column(_("Voucher")),
            Column(_("Taken by")),
        ),
        row="house/entry.html",
        filters=(
            Filter("since", _("Since"), "date"),
            Filter("until", _("Until"), "date"),
            Filter("way", _("Any way"), options=list(PAYMENTS.items())),
        ),
        nothing=Nothing(
            "cash",
            _("No money on this day"),
            _("Payments and refunds are entered at the order or case; choose another day to look back."),
        ),
        template="house/day_book.html",
    )


def day_book(request: Any) -> HttpResponse:
    house = House()

    def source(asked: Asked) -> Sequence[Any]:
        rows = keyset(_entries(request, asked), ("-happened_on", "-id"), asked.after)[: asked.limit]
        return [_shown(row, house) for row in rows]

    export = reverse("export_day_book") if request.actor.may_somewhere("exports.run") else ""
    page = ListPage(listing(), request, source, lambda row: [row["happened_on"].isoformat(), row["id"]], export=export)
    first, last = _days(request, page.asked)
    found = queries.sums(request.actor, first, last, store=page.asked.store, way=page.asked.filters.get("way", ""))
    context = {"list": page, "listing": page.listing, "first": first, "last": last, **_totals(found, house)}
    return frame.part_or_page(request, "house/day_book_part.html", page.listing.template, context, room=ROOM)


def _days(request: Any, asked: Asked) -> tuple[date, date]:
    """Today, one day, or from the first to the last."""
    since, until = _day(asked.filters.get("since", "")), _day(asked.filters.get("until", ""))
    first = since or until or local(request.now).date()
    return first, max(until or (first if not since else local(request.now).date()), first)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _entries(request: Any, asked: Asked) -> queries.Rows:
    first, last = _days(request, asked)
    return queries.entries(request.actor, first, last, store=asked.store, way=asked.filters.get("way", ""))


def _shown(row: dict[str, Any], house: House) -> dict[str, Any]:
    return {**row, "kind_name": KINDS[row["kind"]], "store": house.store(row["store_id"])}


def _totals(rows: list[dict[str, Any]], house: House) -> dict[str, Any]:
    """Sums over all, by way, and a line per store with its ways."""
    stores: dict[int, dict[str, int]] = {}
    ways: dict[str, int] = {}
    for row in rows:
        ways[row["way"]] = ways.get(row["way"], 0) + row["net"]
        stores.setdefault(row["store_id"], {})[row["way"]] = row["net"]
    names = [way for way in PAYMENTS if way in ways]
    lines = [
        {"store": house.store(store), "ways": [(PAYMENTS[way], of.get(way)) for way in names], "net": sum(of.values())}
        for store, of in stores.items()
    ]
    whole = {name: sum(row[name] for row in rows) for name in ("received", "refunded", "net")}
    return {"whole": whole, "ways": [(PAYMENTS[way], ways[way]) for way in names], "stores": lines}


def export(request: Any) -> HttpResponse:
    """The filtered day book as xlsx or csv; who took it is kept."""
    require_somewhere(request.actor, "exports.run")
    house = House()
    asked = ListPage(listing(), request, lambda asked: [], lambda row: []).asked
    rows = _entries(request, asked).order_by("happened_on", "id")[:MOST_EXPORTED]
    data = [_as_text(_shown(row, house)) for row in rows]
    trace(request.actor, "exports.money", data={"rows": len(data)}, now=request.now)
    columns = [sheets.Column(key, text_in(name), kind) for key, name, kind in TABLE]
    if request.GET.get("format") == "csv":
        content, mime, kind = sheets.write_csv(data, columns), "text/csv; charset=utf-8", "csv"
    else:
        content, mime, kind = sheets.write_xlsx(data, columns), XLSX, "xlsx"
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="day-book.{kind}"'
    return response


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "kind": text_in(row["kind_name"]), "way": text_in(PAYMENTS[row["way"]])}


def outstanding(request: Any) -> HttpResponse:
    store = frame.Frame(request, "").store
    names = House()
    rows = [
        {**row, "store": names.store(row["store_id"])}
        for row in queries.outstanding(request.actor, MOST_OUTSTANDING)
        if store is None or row["store_id"] == store.id
    ]
    text = request.GET.get("q", "").strip().lower()
    if text:
        rows = [row for row in rows if text in f"{row['number']} {row['customer_name']}".lower()]
    context = {
        "rows": rows, "q": text, "sum": sum(row["outstanding"] for row in rows), "most": MOST_OUTSTANDING,
        "today": local(request.now).date(),
    }  # fmt: skip
    return frame.page(request, "house/outstanding.html", context, room=ROOM)


routes = [
    route("money/", day_book, access="money.see", name="day_book"),
    route("money/export/", export, access="exports.run", name="export_day_book"),
    route("money/outstanding/", outstanding, access="money.see", name="outstanding"),
]
