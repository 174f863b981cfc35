"""Reading orders and the catalogue: what the actor may see, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from aftercare.errors import NotFound, Refused
from aftercare.orders.changing import as_json, line_json
from aftercare.orders.facts import order_facts
from aftercare.orders.models import ListPrice, Order, OrderChange, OrderLine, PriceList, Product
from aftercare.orders.search import wanted
from aftercare.people.access import require_somewhere, visible
from aftercare.people.actor import Actor

__all__ = ["OrderFilter", "PageOf", "categories", "changes_counted", "open_by_date", "order_facts", "order_page",
           "orders", "price_lists", "product_by_code", "product_page", "products"]  # fmt: skip

MOST_ROWS = 200
# sort key -> (column, descending); a second column, the id, makes every order total
SORTS: dict[str, tuple[str, bool]] = {
    "-ordered_on": ("ordered_on", True),
    "ordered_on": ("ordered_on", False),
    "delivery_date": ("delivery_date", False),
    "-delivery_date": ("delivery_date", True),
    "number": ("number", False),
    "-number": ("number", True),
    "total": ("total", False),
    "-total": ("total", True),
}
_COLUMNS = ("id", "number", "store_id", "customer_id", "salesperson_id", "ordered_on", "delivery_date", "total",
            "deposit", "status", "case_id", "issued_at", "version")  # fmt: skip

_PRODUCT = ("id", "code", "name", "spec", "unit", "category", "list_price", "active", "version")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Empty parts do not filter. Dates include both ends; `overdue_on` shows open orders whose date lies before it."""

    text: str = ""
    store: int | None = None
    status: str = ""
    salesperson: int | None = None
    customer: int | None = None
    ordered_from: date | None = None
    ordered_to: date | None = None
    delivery_from: date | None = None
    delivery_to: date | None = None
    overdue_on: date | None = None
    without_case: bool = False
    cases: frozenset[int] | None = None  # only orders that one of these cases runs


@dataclass(frozen=True, slots=True)
class PageOf:
    """Rows of a list and where the next page begins (empty = this is the last)."""

    rows: list[dict[str, Any]]
    next: str


def orders(
    actor: Actor, wanted_orders: OrderFilter, sort: str = "-ordered_on", after: str = "", limit: int = 50
) -> PageOf:
    """A page of orders with names of store, customer, salesperson. One query. `after` = `next` of the page before."""
    require_somewhere(actor, "orders.see")
    if sort not in SORTS:
        raise Refused.because("list.sort", f"不能按“{sort[:40]}”排序。", f"Cannot sort by “{sort[:40]}”.", field="sort")
    column, down = SORTS[sort]
    found = _filtered(_seen(actor), wanted_orders)
    if column == "delivery_date":
        found = found.exclude(delivery_date=None)
    if after:
        found = found.filter(_beyond(column, down, after))
    limit = max(1, min(limit, MOST_ROWS))
    order_by = (f"-{column}", "-id") if down else (column, "id")
    names = {
        "store_name": F("store__name"), "customer_name": F("customer__full_name"),
        "salesperson_name": F("salesperson__full_name"),
    }  # fmt: skip
    rows = list(found.order_by(*order_by).values(*_COLUMNS, **names)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return PageOf(rows, f"{as_json(rows[-1][column])}~{rows[-1]['id']}" if more else "")


def order_page(actor: Actor, order_id: int) -> dict[str, Any]:
    """Everything a page of one order shows: the order, names, lines with open quantities, history. Three queries.

    Raises NotFound for an absent order and for one of another store alike.
    """
    names = {
        "store_name": F("store__name"), "customer_name": F("customer__full_name"),
        "salesperson_name": F("salesperson__full_name"),
    }  # fmt: skip
    more = ("address", "payment", "note", "cancel_reason", "written_by", "written_by_name", "created_at")
    order = _seen(actor).filter(pk=order_id).values(*_COLUMNS, *more, **names).first()
    if order is None:
        raise NotFound.because("order.absent", "没有这张订单。", "There is no such order.")
    lines = OrderLine.objects.filter(order_id=order_id).order_by("n")
    changes = OrderChange.objects.filter(order_id=order_id).order_by("-id")
    columns = ("id", "at", "by", "by_name", "field", "old", "new", "reason", "after_issue", "responsible",
               "responsible_name")  # fmt: skip
    return {**order, "lines": [_part(line) for line in lines], "changes": list(changes.values(*columns)[:500])}


def open_by_date(actor: Actor, first: date, last: date, limit: int = 500) -> list[dict[str, Any]]:
    """Open orders to be delivered from `first` to `last`, the earliest first: the delivery calendar. One query."""
    rows = _seen(actor).filter(status=Order.OPEN, delivery_date__range=(first, last)).order_by("delivery_date", "id")
    return list(rows.values(*_COLUMNS, "address", customer_name=F("customer__full_name"))[:limit])


def changes_counted(actor: Actor, first: date, last: date) -> list[dict[str, Any]]:
    """Corrections after issue between two days (both included), per person they are counted against. One query."""
    rows = OrderChange.objects.filter(after_issue=True, at__date__range=(first, last))
    rows = visible(rows, actor, "orders.see", "order__store_id", "order__salesperson_id")
    counted = rows.values("responsible", "responsible_name").annotate(changes=Count("id"))
    return [dict(row) for row in counted.order_by("-changes", "responsible")]


def products(
    actor: Actor, text: str = "", *, active_only: bool = True, category: str = "", after: str = "", limit: int = 50
) -> PageOf:
    """Products by code; `text` finds code, name, spec, pinyin and initials. One query."""
    require_somewhere(actor, "orders.see")
    found = Product.objects.all()
    if active_only:
        found = found.filter(active=True)
    if category:
        found = found.filter(category=category)
    if text.strip():
        found = _by_text(found, text, Q(code__istartswith=text.strip()))
    if after:
        found = found.filter(code__gt=after)
    limit = max(1, min(limit, MOST_ROWS))
    rows = list(found.order_by("code").values(*_PRODUCT)[: limit + 1])
    return PageOf(rows[:limit], rows[limit - 1]["code"] if len(rows) > limit else "")


def product_by_code(code: str) -> dict[str, Any] | None:
    """The product with this code, or None: what a form looks up when a line is typed. One query."""
    columns = ("id", "code", "name", "spec", "unit", "category", "list_price", "active")
    return Product.objects.filter(code=code).values(*columns).first()


def product_page(actor: Actor, product_id: int) -> dict[str, Any]:
    """One product with `prices`: what each price list said, newest first. Two queries; NotFound when absent."""
    require_somewhere(actor, "orders.see")
    row = Product.objects.filter(pk=product_id).values(*_PRODUCT).first()
    if row is None:
        raise NotFound.because("product.absent", "没有这个商品。", "There is no such product.")
    prices = ListPrice.objects.filter(product_id=product_id).order_by("-price_list_id")
    names = {"list": F("price_list__name"), "at": F("price_list__loaded_at"), "by": F("price_list__loaded_by_name")}
    return {**row, "prices": list(prices.values("price", **names)[:MOST_ROWS])}


def categories() -> list[str]:
    """Of all products, in order. One query."""
    found = Product.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return list(found.distinct())


def price_lists(actor: Actor, limit: int = 50) -> list[dict[str, Any]]:
    """Price lists loaded, newest first. One query."""
    require_somewhere(actor, "orders.see")
    columns = ("id", "name", "loaded_at", "loaded_by_name", "products")
    return [dict(row) for row in PriceList.objects.order_by("-id").values(*columns)[:limit]]


def _seen(actor: Actor) -> QuerySet[Order]:
    return visible(Order.objects.all(), actor, "orders.see", owner_field="salesperson_id")


def _filtered(found: QuerySet[Order], f: OrderFilter) -> QuerySet[Order]:
    conditions = {
        "store_id": f.store, "status": f.status, "salesperson_id": f.salesperson, "customer_id": f.customer,
        "ordered_on__gte": f.ordered_from, "ordered_on__lte": f.ordered_to,
        "delivery_date__gte": f.delivery_from, "delivery_date__lte": f.delivery_to,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in conditions.items() if value not in (None, "")})
    if f.overdue_on:
        found = found.filter(status=Order.OPEN, delivery_date__lt=f.overdue_on)
    if f.without_case:
        found = found.filter(case_id=None)
    if f.cases is not None:
        found = found.filter(case_id__in=f.cases)
    return _by_text(found, f.text, Q(number__istartswith=f.text.strip())) if f.text.strip() else found


def _by_text(found: QuerySet[Any], text: str, short: Q) -> QuerySet[Any]:
    grams = wanted(text)
    return found.filter(find__contains=grams) if grams else found.filter(short)


def _beyond(column: str, down: bool, after: str) -> Q:
    """Rows after the last one of the page before."""
    value, _, last = after.rpartition("~")
    try:
        edge: Any = _EDGES.get(column, str)(value)
        last_id = int(last)
    except ValueError as error:
        raise Refused.because("list.after", "翻页位置无效。", "There is no such page.", field="after") from error
    side = "lt" if down else "gt"
    # The first condition is implied by the second; it lets the index begin at the edge.
    beyond = Q(**{f"{column}__{side}": edge}) | Q(**{column: edge, f"id__{side}": last_id})
    return Q(**{f"{column}__{side}e": edge}) & beyond


def _part(line: OrderLine) -> dict[str, Any]:
    open_qty = line.qty - line.delivered_qty
    return {
        "id": line.pk, "n": line.n, "key": line.key, **line_json(line),
        "delivered_qty": as_json(line.delivered_qty), "open_qty": as_json(open_qty),
    }  # fmt: skip


def parts(lines: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Lines of `order_page` by how far they are: {"open": [...], "partly": [...], "delivered": [...]}."""
    groups: dict[str, list[dict[str, Any]]] = {"open": [], "partly": [], "delivered": []}
    for line in lines:
        kind = "delivered" if not line["open_qty"] else "partly" if line["delivered_qty"] else "open"
        groups[kind].append(line)
    return groups


_EDGES: dict[str, Any] = {"ordered_on": date.fromisoformat, "delivery_date": date.fromisoformat, "total": int}
